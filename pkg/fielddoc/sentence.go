package fielddoc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// noEnd are words after which a full stop does not end a sentence.
var noEnd = map[string]bool{
	"e.g.": true, "i.e.": true, "etc.": true, "vs.": true, "cf.": true, "eg.": true, "ie.": true,
	"no.": true, "approx.": true, "ex.": true, "viz.": true, "resp.": true, "incl.": true, "aka.": true,
}

// moreInfo matches the links at the end of descriptions: "More info: https://kubernetes.io/docs/…".
var moreInfo = regexp.MustCompile(`(?i)\(?\s*(for )?more info(rmation)?:?\s*(see )?https?://\S+`)

// FirstSentence returns the first sentence of a field's description on one
// line, without links and without the field's own name as a heading.
func FirstSentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	if strings.Contains(text, "://") {
		text = moreInfo.ReplaceAllString(text, "")
	}
	text = strings.Join(strings.Fields(text), " ")
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != '.' && c != '!' && c != '?' {
			continue
		}
		if i+1 < len(text) && text[i+1] != ' ' {
			continue
		}
		start := strings.LastIndexByte(text[:i], ' ') + 1 // of the word before the full stop: "(e.g."
		word := strings.ToLower(strings.TrimLeft(text[start:i+1], "([\"'"))
		if noEnd[word] || continues(text[i+1:]) {
			continue
		}
		return text[:i+1]
	}
	return text
}

var (
	// headWords begin descriptions that state before anything else whether the field is optional:
	// "Optional: Defaults to …".
	headWords = regexp.MustCompile(`(?i)^(optional|required)[.:,]?\s+`)
	// onlyRequired is what a description says of its field's name and nothing more.
	onlyRequired = regexp.MustCompile(`(?i)^is (an? )?(optional|required)[.:,]\s*`)
	// verbs begin what a description says of its field after the field's name.
	verbs = regexp.MustCompile(
		`(?i)^((is|are)\s+(an?\s+optional\s+)?|(represents?|specifies|describes?|contains?|defines|indicates|holds|denotes)\s+|:\s+|-\s+)`,
	)
	// asks begins the rest of "indicates if …", which needs its verb.
	asks = regexp.MustCompile(`(?i)^(if|whether)\s+`)
	// unended is the end of a sentence without a full stop: the line break that
	// stood there in the source is lost.
	unended = regexp.MustCompile(
		`([a-z0-9)\]"'])\s+((?:Must|Defaults? to|Default is|If|This|Used|Valid|Cannot|When|May|Should|Note|Required|Deprecated|Either|Ex\.)\s)`,
	)
)

// Headline returns the first sentence of a description without what the field
// itself shows: its name, and words such as "specifies".
func Headline(description, name string) string {
	text := headWords.ReplaceAllString(strings.TrimSpace(description), "")
	rest, named := cutName(text, name)
	if at := onlyRequired.FindString(rest); named && at != "" {
		text = strings.TrimSpace(rest[len(at):])
	}
	text = unended.ReplaceAllString(text, "$1. $2")
	return capital(withoutVerb(FirstSentence(text), name))
}

// withoutVerb cuts the field's name and the verb after it from a sentence, if what
// remains is a description.
func withoutVerb(text, name string) string {
	rest, named := cutName(text, name)
	if !named {
		rest = text
	}
	at := verbs.FindString(rest)
	if at == "" || len(rest) <= len(at) || (!named && strings.EqualFold(strings.TrimSpace(at), "is")) {
		return text
	}
	cut := rest[len(at):]
	if ask := asks.FindString(cut); ask != "" {
		return "Whether " + cut[len(ask):]
	}
	if strings.HasPrefix(strings.ToLower(cut), "that ") {
		return text // "indicates that …" is a sentence only as a whole
	}
	return cut
}

// capital returns text with its first letter as a capital.
func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + text[size:]
}

// cutName cuts the field's own name from the beginning of a text.
func cutName(text, name string) (string, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "The "), "the ")
	text = strings.TrimLeft(text, "`'\"")
	if len(text) <= len(name) || name == "" || !strings.EqualFold(text[:len(name)], name) {
		return "", false
	}
	rest := strings.TrimLeft(text[len(name):], "`'\"")
	trimmed := strings.TrimLeft(rest, " ")
	return trimmed, len(trimmed) < len(rest) || strings.HasPrefix(rest, ":")
}

// continues reports whether what follows a full stop goes on in lower case, as
// after an abbreviation that noEnd does not have. Names of fields are in lower
// case too: those with a capital inside begin a sentence.
func continues(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	word, _, _ := strings.Cut(rest, " ")
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLower(r) && !strings.ContainsFunc(word, unicode.IsUpper) && len(word) < 3
}

// deprecated returns why the field should not be used, empty if it may be.
func (c Cursor) deprecated(description string) string {
	if text, ok := c.lookup(deprecateds()); ok {
		return text
	}
	return deprecation(description)
}

// deprecationMark matches where a description states that its field is deprecated: "Deprecated: use
// nodeName", "This field is deprecated". That a value or another field is deprecated does not count.
var deprecationMark = regexp.MustCompile(`(?i)(^|[.\n]\s*)deprecated[.:]\s|^deprecated\.$|this field is deprecated`)

// enumValues begins what an API server appends to the texts of fields with an
// enumeration (k8s.io/kube-openapi/pkg/generators/enum.go).
const enumValues = "Possible enum values:"

// deprecation returns the sentence of a description that says why a field is
// deprecated, or that it is if it gives no reason.
func deprecation(description string) string {
	description, _, _ = strings.Cut(description, enumValues) // what follows is about the values
	if !strings.Contains(description, "eprecated") && !strings.Contains(description, "EPRECATED") {
		return "" // nearly all: spare them the search
	}
	at := deprecationMark.FindStringIndex(description)
	if at == nil {
		return ""
	}
	text := strings.TrimLeft(description[at[0]:], ".\n\t ")
	if head := "deprecated"; len(text) > len(head)+1 && strings.EqualFold(text[:len(head)], head) {
		text = strings.TrimSpace(text[len(head)+1:])
	}
	first := FirstSentence(text)
	rest := strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(text), " "), first))
	if strings.HasSuffix(first, " is deprecated.") && rest != "" {
		first = FirstSentence(rest) // "Cinder is deprecated." says nothing new
	}
	if first == "" {
		return "its documentation says no more"
	}
	return strings.TrimSuffix(first, ".")
}
