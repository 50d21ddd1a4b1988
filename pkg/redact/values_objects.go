package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// systemFile matches a line of a file of /etc/pam.d, which can be called common-password (man 5 pam.conf), and one of /etc/passwd
// without a password (man 5 passwd).
var systemFile = lazyregexp.New(`(?m)^-?(?:auth|account|password|session)[ \t]+(?:\[[^\]\n]*\]|required|requisite|sufficient|` +
	`optional|include)[ \t]|` +
	`^[\w-]+:[x*!]*:\d+:\d+:`)

// isSecretValue reports whether a value under a strong name can be a credential.
func isSecretValue(name, value string) bool {
	if harmless(value) || systemFile.MatchString(value) || isRelease(value) {
		return false
	}
	return !isObjectName(name, value) && !isCount(lastOf(name), value) && !isDigestOf(name, value) && !isSwitch(name, value)
}

// switchWords in the name of a credential make it one of a switch: ALLOW_EMPTY_PASSWORD, MYSQL_RANDOM_ROOT_PASSWORD.
var switchWords = setOf([]string{
	"allow", "use", "require", "required", "enable", "disable", "random", "generate", "skip", "no", "force", "with", "need",
	"check", "show", "hide",
	"has", "is", "empty", "ask", "save", "store",
})

// isSwitch reports whether a value is 0 or 1 under such a name.
func isSwitch(name, value string) bool {
	if value != "0" && value != "1" {
		return false
	}
	return slices.ContainsFunc(wording.NameWords(name), func(word string) bool { return switchWords[word] })
}

// placeTokens before "token" make a name one of a place in a list: continuation token, nextPageToken, resume_token.
var placeTokens = setOf([]string{"continuation", "continue", "page", "resume", "cursor", "pagination", "skip"})

// isPlaceToken reports whether a name is one of such a token.
func isPlaceToken(name string) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	return n > 1 && parts[n-1] == "token" && placeTokens[parts[n-2]]
}

// isDigestOf reports whether a value is the digest of a whole Secret or configuration, by
// which a controller notes a change: secret-hash. The hash of a password is a credential.
func isDigestOf(name, value string) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	if n < 2 || !isHashWord(parts[n-1]) || isPassword(parts[n-2]) {
		return false
	}
	switch len(value) {
	case 8, 10, 16, 32, 40, 64, 128:
		return strings.Trim(value, "0123456789abcdef") == ""
	}
	return false
}

// isObjectSecret reports whether the words of a name that ends with "secret" make it one of an object that is called text.
func isObjectSecret(words []string, text string) bool {
	n := len(words)
	if n < 2 {
		return false
	}
	before := words[n-2]
	return slices.Contains(objectWords, before) || (slices.Contains(credentialWords, before) && strings.Contains(text, "-"))
}

// isPathOfNames reports whether a text is at least three names with slashes between them, as stores of secrets have their paths:
// database/creds/shop, secret/data/db.
func isPathOfNames(text string) bool {
	const fewest = 3
	parts := strings.Split(text, "/")
	return len(parts) >= fewest && !slices.ContainsFunc(parts, func(part string) bool { return !isDNSName(part) })
}

// isObjectName reports whether text is the name of an object, as logs name
// Secrets, or of a key in one.
func isObjectName(called, text string) bool {
	namespace, name, both := strings.Cut(text, "/")
	words := wording.NameWords(called)
	last := words[len(words)-1]
	if isPathOfNames(text) {
		return true
	}
	switch last {
	case "secret", "secrets":
		if isDNSName(text) && (strings.Contains(called, "/") || isObjectSecret(words, text)) {
			return true
		}
		return both && isDNSName(namespace) && isDNSName(name)
	case "token", "tokens":
		return both && isDNSName(namespace) && isDNSName(name)
	case "credential", "credentials", "creds":
		return both && isDNSName(namespace) && isDNSName(name) && !mixed(name)
	case "key": // secretKey: db-password names a key of a Secret, SECRET_KEY has the key itself
		if strings.ToUpper(called) == called && kindOf(text) == otherName {
			return false
		}
		if isKeyPath(text) {
			return true
		}
		if n := len(words); n > 1 && slices.Contains(ownKeys, words[n-2]) && isNoWord(text) {
			return false
		}
		return isDNSName(text) && strings.ContainsAny(text, "-.") && !random(text) && !isUUID(text)
	}
	return false
}

// isSecretsName reports whether text is the name of a Secret after what is in it: db-password-prod.
func isSecretsName(text string) bool {
	if !isDNSName(text) || !strings.Contains(text, "-") || mixed(text) {
		return false
	}
	return slices.ContainsFunc(strings.Split(text, "-"), func(part string) bool {
		return words().strong[part] || part == "tls" || part == "cert" || part == "key"
	})
}

// isKeyPath reports whether text is a key of a cache or a store, of several names: shop/carts/42.
func isKeyPath(text string) bool {
	return strings.Contains(text, "/") && !slices.ContainsFunc(strings.Split(text, "/"), func(part string) bool { return !isDNSName(part) })
}

// isDNSName reports whether s can be the name of an object in Kubernetes.
func isDNSName(s string) bool {
	return s != "" && len(s) < 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && s[0] != '-' && s[len(s)-1] != '-' &&
		!random(s)
}

// isCount reports whether text is a number or a version under a name that is
// also one of things to count or to install: tokens: 512, credentials:1414.v12.
func isCount(last, text string) bool {
	switch last {
	case "tokens", "secrets", "credentials", "creds", "credential":
		return isVersion(text) || isNumber(text)
	case "token", "secret", "pass", "salt":
		return (isNumber(text) && len(text) < 4) || (isVersion(text) && strings.Contains(text, "."))
	}
	return strings.HasSuffix(last, "pass") && isNumber(text) && len(text) < 4 // newpass=3
}

// accountNames end names of variables for accounts, whose values can have the password behind the user.
var accountNames = setOf([]string{"admin", "user", "users", "account", "accounts", "root", "superuser", "login", "logins"})

// beforeUID returns a password without the IDs of the user and the group behind it, as an SFTP server takes them: bob:…:1001:100
// (github.com/atmoz/sftp).
func beforeUID(password string) string {
	before, ids, ok := strings.Cut(password, ":")
	if ok && strings.Trim(ids, "0123456789:") == "" {
		return before
	}
	return password
}

// accountPasswords returns the passwords in the value of a variable for accounts, which is users and their passwords: ADMIN=admin:…,
// USERS=bob:…,eve:…. A user and a group, or the parts of an image, have no number as passwords do.
func accountPasswords(key, value string) []span {
	const shortest = 6
	if !accountNames[lastOf(key)] {
		return nil
	}
	if words := userPasswords(strings.Split(value, ","), containsAny(strings.ToLower(key), aboutLogin...)); words != nil {
		return spansOf(value, words)
	}
	var out []span
	at := 0
	for account := range strings.SplitSeq(value, ",") {
		user, password, ok := strings.Cut(strings.Replace(account, "/", ":", 1), ":")
		password = beforeUID(password)
		if !ok || len(password) < shortest || !isUserAndPassword(user, password) || !isNoWord(password) {
			return nil
		}
		from := at + len(user) + 1
		out = append(out, span{from, from + len(password)})
		at += len(account) + 1
	}
	return out
}

// spansOf returns where words stand in a text, one after another behind colons.
func spansOf(text string, words []string) []span {
	var out []span
	at := 0
	for _, word := range words {
		at += strings.Index(text[at:], ":"+word) + 1
		out = append(out, span{at, at + len(word)})
		at += len(word)
	}
	return out
}
