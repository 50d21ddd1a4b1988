package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// mixed reports whether a word is none of a language: a letter and a digit, or
// a capital after a small letter.
func mixed(s string) bool {
	letter := false
	digit := false
	for i := range len(s) {
		c := s[i]
		if isDigit(c) {
			digit = true
		} else if (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') {
			if letter && c < 'a' && s[i-1] >= 'a' && s[i-1] <= 'z' {
				return true
			}
			letter = true
		}
		if letter && digit {
			return true
		}
	}
	return false
}

// random reports whether a word looks as if a program had made it: no word, no
// name of an object, no version, no number.
func random(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
		return false // a word of another language
	}
	if len(s) < 12 {
		return len(s) >= 8 && letters(s) == 3 && longestRun(s) >= 8
	}
	return mixed(s) && longestRun(s) >= 10 && letters(s) >= 2
}

// made reports whether a short word has so many changes between letters and digits as no
// name of code has: hQ7x93kfLm2p, not OAuth2TokenProvider.
func made(s string) bool {
	const (
		fewest      = 3
		longestWord = 4
	)
	if isShuffled(s) && random(s) {
		return true
	}
	if len(s) < 10 || letters(s) < 3 || !random(s) || digitChanges(s) < fewest {
		return false
	}
	small := 0
	for i := range len(s) {
		small++
		if s[i] < 'a' || s[i] > 'z' {
			small = 0
		}
		if small > longestWord {
			return false
		}
	}
	return true
}

// digitChanges returns how often a digit follows another sign, or another sign a digit.
func digitChanges(s string) int {
	changes := 0
	for i := 1; i < len(s); i++ {
		if isDigit(s[i]) != isDigit(s[i-1]) {
			changes++
		}
	}
	return changes
}

// longestRun returns the length of the longest run of letters and digits in s
// that has both, or mixes capitals and lower-case letters.
func longestRun(s string) int {
	longest := 0
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && isWord(s[i]) && s[i] != '_' {
			continue
		}
		if i-start > longest && mixed(s[start:i]) {
			longest = i - start
		}
		start = i + 1
	}
	return longest
}

// givesAway reports whether a value under a weak name is a credential: random,
// or a user and password.
func givesAway(value string) bool {
	value = strings.TrimSpace(value)
	if harmless(value) || len(value) < 4 {
		return false
	}
	if isPublic(value) || identifier.MatchString(value) || isCertificate(value) {
		return false
	}
	if user, password, ok := strings.Cut(value, ":"); ok && isUserAndPassword(user, password) {
		return true
	}
	if strings.ContainsAny(value, " \t\n(){}<>") {
		return false
	}
	return len(value) >= 16 && random(value)
}

// isCertificate reports whether a value begins as a certificate or a public key in base64 of DER does. A private key has its version
// right behind the length (RFC 5958, section 2), and an encrypted one the algorithm of its encryption (section 3).
func isCertificate(value string) bool {
	const (
		sequence  = "MII"
		lengths   = len("MIIEvQ")
		version   = "IBA"
		algorithm = "kqhkiG9w0BBQ" // PKCS #5: 1.2.840.113549.1.5
		head      = 24
	)
	if !strings.HasPrefix(value, sequence) || len(value) <= lengths {
		return false
	}
	return !strings.HasPrefix(value[lengths:], version) && !strings.Contains(value[:min(len(value), head)], algorithm)
}

// basicAuth matches a name for the user and the password of basic authentication: NGROK_BASIC_AUTH.
var basicAuth = lazyregexp.New(`(?i)(?:^|[_.-])basic[_.-]?auth$`)

// givesAwayOf reports whether a value is a credential under a weak name. That of a service's key can be
// shorter than others, or a UUID.
func givesAwayOf(name, value string) bool {
	if isServiceKey(name) && !strings.ContainsAny(value, " \t\n(){}<>") {
		if isUUID(value) || (len(value) >= 10 && isNoWord(value) && !harmless(value) && !isPublic(value)) {
			return true
		}
	}
	if user, password, ok := strings.Cut(value, "/"); ok && strings.EqualFold(name, "NEO4J_AUTH") {
		return user == "neo4j" && !harmless(password) // neo4j.com/docs/operations-manual: Docker
	}
	if user, password, ok := strings.Cut(value, ":"); ok && basicAuth.MatchString(name) {
		return isUser(user) && !harmless(password) && !strings.ContainsAny(password, ":/ \t\n")
	}
	if user, password, ok := strings.Cut(value, ":"); ok && isLoginName(lastOf(name)) && isUser(user) && !isTerm(strings.ToLower(user)) {
		return isBareOrChosen(password)
	}
	return givesAway(value) && !isID(name, value)
}

// isLoginName reports whether the last word of a name is one for a login, whose value can be a user and the password.
func isLoginName(last string) bool { return last == "auth" || last == "authentication" }

// isID reports whether a value after the word "key" alone is an ID: 64 bits in hexadecimal, as those
// of a member of etcd or of a span.
func isID(name, value string) bool {
	return len(value) == 16 && strings.Trim(value, "0123456789abcdef") == "" && len(wording.NameWords(name)) == 1
}

// madeLetters are the letters of names that Kubernetes makes
// (k8s.io/apimachinery/pkg/util/rand, 0.37: alphanums).
const madeLetters = "bcdfghjklmnpqrstvwxz2456789"

// isMadeName reports whether s is the name of an object that a controller made of that
// of its owner, alone or after its namespace: web-7d4b9c6f5d-x2x9z, shop/web-7d4b9c6f5d.
func isMadeName(s string) bool {
	const suffixes = 2 // the hash of a ReplicaSet, and the five letters of a pod
	namespace, name, both := strings.Cut(s, "/")
	if !both {
		name = namespace
	} else if !isDNSName(namespace) {
		return false
	}
	if len(name) > 253 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return false
	}
	parts := strings.Split(name, "-")
	made := 0
	for made < suffixes && len(parts) > 1 && isMadeSuffix(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
		made++
	}
	if made == 0 && !both {
		return false
	}
	for _, part := range parts {
		if part == "" || (len(part) > 1 && longestRun(part) >= 10) {
			return false
		}
	}
	return strings.ContainsAny(parts[0], "aeiouy") || strings.Trim(parts[0], "0123456789") != ""
}

// isMadeSuffix reports whether s is what a controller adds to a name: five random
// letters, or a hash of 8 to 10 letters or hexadecimal digits.
func isMadeSuffix(s string) bool {
	n := len(s)
	if n != 5 && (n < 8 || n > 10) {
		return false
	}
	return strings.Trim(s, madeLetters) == "" || (n > 5 && strings.Trim(s, "0123456789abcdef") == "")
}

// isUUID reports whether s has the form of RFC 9562.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || (!dash && !inClass(s[i], 'x')) {
			return false
		}
	}
	return true
}

// randomWords returns the words of a text that look random, for texts whose name
// is suspicious.
func randomWords(s string) []span {
	const shortest = 16
	var out []span
	for i := 0; i < len(s); {
		if !isWord(s[i]) && s[i] != '-' {
			i++
			continue
		}
		end := i
		for end < len(s) && (isWord(s[end]) || strings.IndexByte("-+/.~", s[end]) >= 0) {
			end++
		}
		word := s[i:end]
		if end-i >= shortest && random(word) && !isPublic(word) && !strings.Contains(word, "/") && !strings.Contains(word, ".") {
			out = append(out, span{i, end})
		}
		i = max(end, i+1)
	}
	return out
}
