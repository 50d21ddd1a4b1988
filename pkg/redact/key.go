package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	// secretEnds end the last word of names for credentials: "password" and
	// "dbpassword" alike.
	secretEnds = []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "credentials"}
	// secretWords are last words that name a credential when they stand alone.
	secretWords = []string{"pass", "pwd", "pw", "creds", "jwt", "salt", "pat", "passcode"}
	// keyKinds say of a "key" that it is one to keep.
	keyKinds = []string{"api", "access", "secret", "private", "signing", "encryption", "master", "account", "license", "ssh", "session", "hmac", "aes", "rsa", "shared", "app", "application", "storage", "subscription", "webhook", "deploy", "auth", "client", "service", "consumer"}
	// tails may follow the word for a credential without making it another thing.
	tails = []string{"hash", "value", "base64", "b64", "plain", "plaintext", "raw", "key", "base", "old", "new", "current", "previous", "primary", "secondary", "encoded", "text", "string", "data"}
	// workingDirs are the shell's own variables.
	workingDirs = []string{"PWD", "OLDPWD"}
)

// isSecret reports whether a value of that name is a credential: DB_PASSWORD
// and clientSecret, not SECRET_NAME, tokenPath or max_tokens.
func isSecret(name string) bool {
	if slices.Contains(workingDirs, name) {
		return false
	}
	words := split(name)
	for len(words) > 0 && (number(words[len(words)-1]) || slices.Contains(tails, words[len(words)-1])) {
		if secretKey(words) {
			return true
		}
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return slices.Contains(secretWords, last) ||
		slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(last, end) })
}

// secretKey reports whether words end in a name such as "private key".
func secretKey(words []string) bool {
	n := len(words)
	return n >= 2 && words[n-1] == "key" && slices.Contains(keyKinds, words[n-2])
}

func number(word string) bool {
	return strings.Trim(word, "0123456789") == ""
}

// split cuts a name into lower-case words: at everything that is no letter or
// digit, and where camel case begins a word.
func split(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(string(runes[start:end])))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case unicode.IsUpper(r) && i > start && (unicode.IsLower(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]))):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return words
}

// saysNothing matches values that are no credential whatever their name is:
// switches, words that say there is none, references to be filled in, masks.
var saysNothing = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|null|nil|none|undefined|unset|not|empty|missing|required|optional|` +
	`invalid|expired|denied|incorrect|wrong|unauthorized|forbidden|set|unknown|disabled|enabled|default|error|failed|is|was|for|in|of|the|and|has|must|cannot|` +
	`\$\(.*\)|\$\{.*\}|\$[A-Z_]+|\{\{.*\}\}|<[a-z_ -]*>|%!?[a-z]|\[?redacted\]?|.{0,4}\*{3,}.{0,4}|x{4,})$`)

// pathLike matches absolute paths of at least two parts.
var pathLike = regexp.MustCompile(`^(?:file:/)?\.{0,2}(?:/[a-zA-Z0-9._-]+){2,}/?$|^[A-Z]:\\`)

// harmless reports whether a value is no credential, whatever it is called.
func harmless(value string) bool {
	value = strings.TrimSpace(value)
	return strings.IndexFunc(value, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 ||
		strings.Contains(value, Mark) || saysNothing.MatchString(value) || pathLike.MatchString(value)
}
