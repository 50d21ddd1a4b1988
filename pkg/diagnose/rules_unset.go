package diagnose

import (
	"slices"
	"strings"
)

// settingNouns end the names of variables that are settings, as the images of Docker's official library and the
// documentation of the large frameworks name theirs. Names of errors end otherwise, or have a word of failure.
var settingNouns = strings.Fields("ADDR ADDRESS ADDRESSES ARN BROKER BROKERS BUCKET CERT CHANNEL CLUSTER CONFIG CREDENTIALS DATABASE DB " +
	"DIR DIRECTORY DOMAIN DSN EMAIL ENDPOINT ENDPOINTS ENV ENVIRONMENT FILE HOME HOST HOSTNAME HOSTS ID IDS INTERVAL ISSUER KEY KEYS LEVEL " +
	"LICENSE MODE NAME NAMESPACE ORIGIN ORIGINS PASS PASSWORD PATH PORT PREFIX PROJECT QUEUE REGION REPOSITORY ROLE SALT SCHEMA SECRET " +
	"SECRETS SERVER SERVERS TENANT TOKEN TOPIC TOPICS TYPE URI URL URLS USER USERNAME USERS WEBHOOK WORKERS ZONE")

// failureWords are those of names of errors, such as ERR_INVALID_URL.
var failureWords = strings.Fields("E ERR ERROR ERRORS EXCEPTION FAIL FAILED FAILURE BAD NO NOT INVALID UNKNOWN MISSING DENIED REFUSED " +
	"UNABLE CANNOT EXPIRED REQUIRED UNSUPPORTED DUPLICATE WRONG MISMATCH TIMEOUT SQLITE X509 STATUS")

// unsetName judges last lines, in any language, that no vocabulary has and that name a variable of the environment which
// the container is not given. The image may set it, so this is no more than the likeliest explanation.
func unsetName(f *caseFile, said string) *Cause {
	const last = 2 // lines
	if f.read.FromEnd() > last {
		return nil
	}
	name := settingNamed(said)
	if name == "" || slices.ContainsFunc(f.config.settings, func(s setting) bool { return s.name != "" && hasWord(said, s.name) }) {
		return nil
	}
	unset := f.config.notGiven(name)
	if !unset.strong {
		return nil // an object that was not read may set it
	}
	cause := weigh(f, &Cause{
		Category: AppConfig, Culprit: f.self(), Summary: "its last line names " + name + ", which the container is not given: " + said,
		Evidence: f.lineAndEnd(unset.evidence...), WouldSettle: []string{"whether it starts once " + name + " is set"},
	}, true)
	if cause != nil {
		cause.Confidence = Low
	}
	return cause
}

// settingNamed returns the first word of a text that is the name of a variable with a setting, "" if there is none.
func settingNamed(text string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !isNameRune(r) }) {
		word = strings.TrimPrefix(strings.Trim(word, ".-"), "process.env.") // as JavaScript reads it
		parts := strings.Split(word, "_")
		if !variableName().MatchString(word) || !slices.Contains(settingNouns, parts[len(parts)-1]) {
			continue
		}
		if !slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(failureWords, part) }) {
			return word
		}
	}
	return ""
}

// isNameRune reports whether a rune can be part of the name of a variable, or of a word that only contains one.
func isNameRune(r rune) bool {
	return r == '_' || r == '-' || r == '.' || (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z')
}
