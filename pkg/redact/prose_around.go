package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// isLikelySecret reports whether a word after "the token is" can be the token: it has letters
// and digits, and is no name of an object or of code.
func isLikelySecret(word string) bool {
	return len(word) >= 8 && isNoWord(word) && digitChanges(word) > 1 && strings.Trim(word, variableLetters) == "" &&
		!hasAnySuffix(strings.ToLower(word), strongEndings)
}

// hasSigns reports whether a quoted word has the signs that generators of passwords use.
func hasSigns(word string) bool {
	return len(word) >= 12 && isNoWord(word) && strings.ContainsAny(word, "!@#$%^&*") && !strings.ContainsAny(word, " /:=")
}

// peoplesPassword matches what people take if letters of both kinds and digits are asked for: Summer2026.
var peoplesPassword = lazyregexp.New(`^[A-Z][a-z]{3,}[0-9]{2,}[!@#$%^&*?]?$`)

// isPeoplesPassword reports whether a word has the form of a password and not of a name of code.
func isPeoplesPassword(word string) bool {
	return peoplesPassword.MatchString(word) || (hasSigns(word) && !strings.ContainsAny(word, "(){}[]<>"))
}

// isSigned reports whether a word has a letter, a digit and a sign that people put into passwords, and none of code or addresses.
func isSigned(word string) bool {
	return len(word) >= 6 && isNoWord(word) && strings.ContainsAny(word[1:], "!#$%^&*") &&
		!strings.ContainsAny(word, "/:=@(){}[]<>,.\"'`|\\")
}

// mailAddress matches the address of a person.
var mailAddress = lazyregexp.New(`^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$`)

// looksChosen reports whether a word has the form of a password that no name of an object has, so that it is one in any sentence
// about a password.
func looksChosen(word string) bool {
	if mailAddress.MatchString(word) {
		return false
	}
	return made(word) || isPeoplesPassword(word) || isSigned(word) || oddCase.MatchString(word) || isUnreadable(word)
}

// isRandomCapitals reports whether a word is of capitals alone, which form no words.
func isRandomCapitals(word string) bool {
	const shortest = 16
	return len(word) >= shortest && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && isWordless(word)
}

// isForeign reports whether a name for a password is one of another language than English, of whose sentences no words are known.
func isForeign(name string) bool {
	last := lastOf(name)
	return words().foreign[last] || last == "passe" || strings.ContainsFunc(last, func(r rune) bool { return r >= utf8.RuneSelf })
}

// isLongRandom reports whether a word was made by a program, and not by somebody who names code: it has several digits apart, or
// letters that are shuffled.
func isLongRandom(word string) bool {
	return len(word) >= 16 && random(word) && (digitChanges(word) > 2 || isShuffled(word))
}

// usesPassword reports whether a word after one for a password announces it: overriding the password with ….
// What comes after "token using" is how it is made.
func usesPassword(p pair, word string) bool {
	return (word == "with" || word == "using") && isPassword(lastOf(p.name)) && !strings.EqualFold(p.name, "pass")
}

// isOneTimeCode reports whether a word is a code of 6 to 10 digits.
func isOneTimeCode(word string) bool {
	return isNumber(word) && len(word) >= 6 && len(word) <= 10 && !isDate(word)
}

// namedThings are words after a quoted text that make it the name of something.
var namedThings = setOf([]string{
	"option", "options", "field", "parameter", "flag", "setting", "method", "mode", "type", "input", "attribute", "column", "property",
	"argument", "grant", "policy", "provider", "module", "plugin",
})

// isNameOfThing reports whether what follows a quoted text, from its quote on, makes it a name: "from file" option.
func isNameOfThing(after string) bool {
	rest := strings.TrimLeft(after[:min(len(after), 40)], "\\\"'`")
	return strings.HasPrefix(rest, " ") && namedThings[firstWordOf(rest[1:])]
}

// listedInBrackets hides the credential among items in brackets after a word for one, which stand without blanks between
// them: token generated [bob@example.com,…].
func (f *finder) listedInBrackets(at int, word string) bool {
	if word == "" || (word[0] != '[' && word[0] != '(') || !strings.Contains(word, ",") {
		return false
	}
	from := at + 1
	found := false
	for item := range strings.SplitSeq(word[1:], ",") {
		if made(item) || (isLongRandom(item) && !isPublic(item) && !harmless(item)) {
			f.add(from, from+len(item))
			found = true
		}
		from += len(item) + 1
	}
	return found
}

// insteadOf matches a sentence that names the credential which a program made because none was given: "not set, using …",
// "missing, generated …".
var insteadOf = lazyregexp.New(`^ (?:(?:is|was) )?(?:not )?(?:set|given|provided|configured|specified|supplied|` +
	`found|missing|empty)(?: in (?:the )?[\w./-]+)?[,;:.] (?:\w+ ){0,3}?(?:using|generated|generating|defaulting to|created)` +
	`(?: (?:one|default|a|new|random|value))*:? (\S{6,200})`)

// madeInstead hides the credential of such a sentence after its name, and reports whether it did.
func (f *finder) madeInstead(p pair) bool {
	const farthest = 300
	at := p.end
	if p.kind != strongName || at >= len(f.s) || f.s[at] != ' ' {
		return false
	}
	m := insteadOf.FindStringSubmatchIndex(f.s[at:min(lineEnd(f.s, at), at+farthest)])
	if m == nil {
		return false
	}
	from := at + m[2]
	return f.proseValue(p, from, firstWordOf(f.s[from:at+m[3]]), true, true)
}

// kindWords say before a word for a credential which one it is.
var kindWords = setOf([]string{
	"api", "API", "access", "admin", "client", "encryption", "private", "auth", "root", "session", "bearer", "refresh", "user", "new",
	"temporary", "initial", "default", "master", "shared", "database", "db", "login", "one-time", "bootstrap",
})

// withoutKind cuts up to two words at the end of s that say which credential the next word is of.
func withoutKind(s string) string {
	const most = 2
	for range most {
		end := strings.LastIndexByte(s, ' ')
		if end < 0 || !kindWords[s[end+1:]] {
			break
		}
		s = strings.TrimRight(s[:end], " ")
	}
	return s
}

// valueAs hides a credential before its name: "using … as password".
func (f *finder) valueAs(p pair, start int) {
	const far = 80
	first := max(lineStart(f.s, start), start-far)
	before := strings.TrimSuffix(withoutKind(strings.TrimRight(f.s[first:start], " ")), " the")
	if quoted, inBrackets := strings.CutSuffix(before, " ("); inBrackets && quoted != "" && isQuote(quoted[len(quoted)-1]) {
		before = quoted + " as" // '…' (password)
	} else if inBrackets {
		before = quoted + " is" // … (password)
	}
	before, ok := strings.CutSuffix(before, " as")
	if !ok && containsAny(before, "using ", "fallback ", "default ") {
		before, ok = strings.CutSuffix(before, " for")
	}
	strict := false
	if !ok {
		before, ok, strict = cutJudgement(before)
	}
	last := before[strings.LastIndexAny(before, " =")+1:]
	word := strings.Trim(last, "'\"`")
	strict = strict && len(word) == len(last)
	if !ok || p.kind != strongName || word == "" || harmless(word) || isPublic(word) {
		return
	}
	if made(word) || isSigned(word) || isLongRandom(word) || (!strict && isChosen(p.name) && len(word) >= 6 && isNoWord(word)) {
		from := first + strings.LastIndex(before, word)
		f.add(from, from+len(word))
	}
}

// cutJudgement cuts what stands between a credential and the word for one in "… is not a valid password", and reports whether it
// is there. If strict, it is so little that the credential has to look made: "… is your token", "…: invalid token".
func cutJudgement(s string) (before string, ok, strict bool) {
	if end := strings.LastIndexByte(s, ' '); end > 0 && judgingWords[s[end+1:]] {
		s = strings.TrimRight(s[:end], " ")
		if before, ok := strings.CutSuffix(s, ":"); ok {
			return before, true, true
		}
	} else {
		strict = true
	}
	for _, word := range []string{" a", " an", " the", " your", " not"} {
		s = strings.TrimSuffix(s, word)
	}
	for _, word := range []string{" is", " was", " isn't", " wasn't"} {
		if before, ok := strings.CutSuffix(s, word); ok {
			return before, true, strict
		}
	}
	return s, false, false
}

// judgingWords are words before the one for a credential that judge what stands before them.
var judgingWords = setOf([]string{"valid", "invalid", "correct", "incorrect", "wrong", "weak", "common", "acceptable", "allowed", "known"})

// inBrackets hides the password in "credentials (admin/…)".
func (f *finder) inBrackets(at int) {
	inner := f.s[at+1 : lineEnd(f.s, at)]
	end := strings.IndexByte(inner, ')')
	if end < 0 {
		return
	}
	user, password, ok := strings.Cut(strings.ReplaceAll(inner[:end], "/", ":"), ":")
	if ok && isUser(user) && !isNumber(user) && len(password) >= 6 && isNoWord(password) && !harmless(password) {
		from := at + 1 + len(user) + 1
		f.add(from, from+len(password))
	}
}
