package redact

import (
	"regexp"
	"strings"
)

// harmless reports whether a value is no credential under any name: a word such as
// "true" or "expired", a reference to where a credential is kept, a placeholder.
func harmless(value string) bool {
	value = strings.TrimSpace(value)
	switch {
	case !strings.ContainsFunc(value, isLetterOrDigit), strings.Contains(value, Mark), isReference(value), isPlaceholder(value),
		errorSymbol.MatchString(value), isVariableName(value):
		return true
	case len(value) <= 32 && words().harmless[strings.ToLower(strings.TrimRight(value, ".,;:!?"))]:
		return true
	}
	return isPath(value)
}

// errorSymbol matches the symbol of an error of the operating system, as in
// "tls.key: ENOENT" (errno(3)).
var errorSymbol = regexp.MustCompile(`^E[A-Z]{3,}[0-9]?$`)

// variableName matches the name of an environment variable of more than one word.
var variableName = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z]+)+$`)

// isVariableName reports whether a value is the name of a variable for a credential, as
// in "missing secret key: DB_PASSWORD", and so not the credential.
func isVariableName(value string) bool {
	return len(value) <= 64 && strings.IndexByte(value, '_') > 0 && variableName.MatchString(value) && kindOf(value) == strongName
}

func isLetterOrDigit(r rune) bool {
	return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || r >= 0x80
}

// isReference reports whether a value names a place where a credential is kept.
func isReference(value string) bool {
	if value[0] == '$' && len(value) > 1 {
		if isDigit(value[1]) || strings.ContainsRune(value[1:], '$') {
			return false // a hash: $2b$…
		}
		if value[1] == '{' {
			return !hasDefault(value)
		}
		return value[1] == '(' || strings.Trim(value[1:], variableLetters) == ""
	}
	if value[0] == '%' && len(value) > 2 && value[len(value)-1] == '%' {
		return strings.Trim(value[1:len(value)-1], variableLetters) == ""
	}
	for _, start := range referenceStarts {
		if strings.HasPrefix(value, start) {
			return !strings.Contains(value, "||")
		}
	}
	return false
}

// hasDefault reports whether a reference gives a value for when nothing is set:
// ${DB_PASSWORD:-…}.
func hasDefault(value string) bool {
	_, text, ok := strings.Cut(strings.TrimRight(value, "}"), ":")
	return ok && !harmless(strings.TrimLeft(text, "-=?+"))
}

const variableLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// isPlaceholder reports whether a value stands for one that is to be filled in
// or was hidden by somebody else: <password>, ****, xxxxxxxx, [FILTERED].
func isPlaceholder(value string) bool {
	first, last := value[0], value[len(value)-1]
	switch {
	case first == '<' && last == '>' && !strings.ContainsAny(value, "%'\""),
		first == '[' && last == ']' && strings.Trim(value[1:len(value)-1], variableLetters+" *-") == "":
		return true
	case strings.Contains(value, "***"),
		strings.Contains(value, "•••"),
		len(strings.Trim(value, ".…")) < 4 && strings.Contains(value, ".."),
		len(value) >= 4 && strings.Trim(value, "xX") == "":
		return true
	}
	return len(value) <= 3 && first == '%' // a verb of printf
}

// isPath reports whether a value is a path of a file: of at least two parts and
// without a part that looks random.
func isPath(value string) bool {
	value = strings.TrimPrefix(strings.TrimPrefix(value, "file:"), "//")
	if len(value) > 3 && value[1] == ':' && value[2] == '\\' {
		return true
	}
	value = strings.TrimLeft(value, ".~")
	if value == "" || value[0] != '/' {
		return false
	}
	parts := strings.Split(strings.Trim(value, "/"), "/")
	for _, part := range parts {
		if part == "" || strings.Trim(part, pathLetters) != "" || (len(part) >= 8 && random(part)) {
			return false
		}
	}
	return len(parts) >= 2 || len(value) > 1 && !strings.ContainsAny(value, "0123456789")
}

const pathLetters = variableLetters + ".-+@"

// mixed reports whether a word is none of a language: a letter and a digit, or
// a capital after a small letter.
func mixed(s string) bool {
	letter, digit := false, false
	for i := range len(s) {
		c := s[i]
		switch {
		case isDigit(c):
			digit = true
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
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
	if len(s) < 12 {
		return len(s) >= 8 && letters(s) == 3 && longestRun(s) >= 8
	}
	return mixed(s) && longestRun(s) >= 10 && letters(s) >= 2
}

// longestRun returns the length of the longest run of letters and digits in s
// that has both, or mixes capitals and small letters.
func longestRun(s string) int {
	longest, start := 0, 0
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
	if user, password, ok := strings.Cut(value, ":"); ok && isUserAndPassword(user, password) {
		return true
	}
	if strings.ContainsAny(value, " \t\n(){}<>") || isPublic(value) {
		return false
	}
	return len(value) >= 16 && random(value)
}

// isUserAndPassword reports whether "user:password" is one.
func isUserAndPassword(user, password string) bool {
	if user == "" || strings.Trim(user, variableLetters+".-@") != "" || !strings.ContainsAny(user, "abcdefghijklmnopqrstuvwxyz") {
		return false
	}
	return !strings.ContainsAny(password, "/:{ \t") && mixed(password) && !isVersion(password) && !harmless(password)
}

// isPublic reports whether a random value is public: an identifier, a digest, a
// resource name, a public key, an address.
func isPublic(value string) bool {
	for _, start := range []string{"arn:", "sha256:", "sha1:", "sha512:", "md5:", "ssh-", "ecdsa-", "urn:", "http://", "https://", "did:"} {
		if strings.HasPrefix(value, start) {
			return true
		}
	}
	return isUUID(value) || isVersion(value)
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

// isVersion reports whether s is a version: 1414.v1234, v2.3.4-rc.1, 2026.11.23.
func isVersion(s string) bool {
	s = strings.TrimRight(strings.TrimPrefix(s, "v"), ",;.)")
	number := 0
	for number < len(s) && isDigit(s[number]) {
		number++
	}
	if number == 0 || number > 8 {
		return false
	}
	if number == len(s) {
		return true
	}
	return (s[number] == '.' || s[number] == '-') && strings.Trim(s, variableLetters+".+-") == ""
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
