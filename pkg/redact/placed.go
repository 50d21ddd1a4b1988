package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// A password such as copper42 has the form of the name of a host. On a line about a login its place decides: alone in quotes or brackets
// behind a word that hands over or compares a password, or beside an account.

// wordAndNumber matches what people make of words and a number, for passwords as for names: copper42, copper-lemon-318.
var wordAndNumber = lazyregexp.New(`^[A-Za-z]{3,}(?:[0-9]{2,4}|(?:-[A-Za-z]{3,})+-[0-9]{1,4})$`)

// handingWords come before a password in quotes or brackets, and seldom before the name of an object. Prepositions come before both.
var handingWords = setOf([]string{
	"got", "given", "received", "reads", "parse", "parsing", "literal", "tried", "trying", "typed", "sent", "expected", "compare", "comparing",
	"compared", "default", "equal", "equals", "attempt", "candidate", "guess", "input", "entered", "supplied", "provided",
})

// stateWords can stand between a word for a password and the password in brackets: password set (…).
var stateWords = setOf([]string{"set", "reset", "changed", "generated", "created", "updated", "is", "was", "be", "now", "to", "new"})

// hashingWords are in the names of functions whose argument is a password.
var hashingWords = []string{"hash", "compare", "verify", "check", "crypt", "digest", "password"}

// algorithmStarts begin words with a number that are names of algorithms, encodings and types.
var algorithmStarts = []string{
	"sha", "aes", "rsa", "base", "utf", "int", "uint", "float", "hmac", "curve", "secp", "ecdsa", "pbkdf", "scram-sha",
}

// isPlaced reports whether a word between i and end, on a line that has a word for a password, stands where passwords do.
func (f *finder) isPlaced(i, end int) bool {
	text := f.s[i:end]
	if !wordAndNumber.MatchString(text) || isNumberedName(text) || harmless(text) || hasAnyPrefix(strings.ToLower(text), algorithmStarts) {
		return false
	}
	from, _ := window(f.s, i, end)
	before := f.s[from:i]
	return f.isHanded(before, end) || isBesideAccount(before, f.s[end:])
}

// isHanded reports whether the word that ends at end is alone in quotes or brackets, and the word before those hands over or compares
// a password, or is a function that does.
func (f *finder) isHanded(before string, end int) bool {
	const quotes = "\"'`(<\\"
	head := strings.TrimRight(before, quotes)
	closed := end < len(f.s) && strings.IndexByte("\"'`)>\\", f.s[end]) >= 0
	if head == before || !closed {
		return false
	}
	return handsOver(head, strings.HasPrefix(before[len(head):], "("))
}

// handsOver reports whether the last word of a text, but for those about a state, comes before a password. The name of a function does
// only if the bracket of its arguments is open.
func handsOver(text string, inCall bool) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t([{\"'`:=", r) })
	n := len(words) - 1
	for n >= 0 && stateWords[words[n]] {
		n--
	}
	if n < 0 {
		return false
	}
	word := words[n]
	return handingWords[word] || (kindOf(word) == strongName && isChosen(word)) || (inCall && containsAny(word, hashingWords...))
}

// accountBefore returns the account that a text ends with, what stands before it, and the signs behind it: a comma, a slash, a colon,
// brackets, blanks.
func accountBefore(text string) (before, user, sign string) {
	const quotes = "\"'`\\"
	head := strings.TrimRight(text, quotes+"([{< ,/:")
	sign = text[len(head):]
	head = strings.TrimRight(head, quotes+" ")
	user = head[strings.LastIndexAny(head, quotes+" \t([{<,=:")+1:]
	return strings.TrimRight(head[:len(head)-len(user)], quotes), user, sign
}

// isBesideAccount reports whether a word stands between before and after as the second of a pair with an account: bob@example.com (…),
// root/…, or two items that fill their brackets: login("bob", "…").
func isBesideAccount(before, after string) bool {
	before, user, sign := accountBefore(before)
	if sign == "" || !isAccountName(user) || wordAndNumber.MatchString(user) {
		return false
	}
	if accounts[user] || mailAddress.MatchString(user) {
		return strings.ContainsAny(sign, "/:([")
	}
	after = strings.TrimLeft(after, "\"'`\\")
	opened := before != "" && strings.IndexByte("([{", before[len(before)-1]) >= 0
	return opened && after != "" && strings.IndexByte(")]}", after[0]) >= 0
}

// passwordForm matches words that are passwords by their form alone: a word with a year and a sign, and one with several digits for
// letters, a sign and a number. Methods (Http2Stream#close), issues (log4j2#345) and versions (openSSL_111) have other forms.
var passwordForm = lazyregexp.New(`^(?:[A-Z][a-z]{3,}(?:19|20)[0-9]{2}[!@#$%^&*?]|` +
	`[A-Za-z][a-z]*[0-9][a-z]+[0-9][a-z]+[!#][0-9!#]+)$`)

// shortestChosen is the length of the shortest first part of such a word.
const shortestChosen = 5

// unmistakable hides the word that begins at i and goes on behind end if it has such a form, also if nothing near it is about a login.
func (f *finder) unmistakable(i, end int) {
	const longest = 40
	if i > 0 && strings.IndexByte(" \t\n\"'`([{<=:/", f.s[i-1]) < 0 {
		return
	}
	stop := end
	for stop < len(f.s) && stop-i < longest && strings.IndexByte(wordSeparators, f.s[stop]) < 0 {
		stop++
	}
	text := strings.TrimRight(f.s[i:stop], ".")
	if !passwordForm.MatchString(text) || !f.standsAlone(i, i+len(text)) || harmless(text) || f.inAddress(i) {
		return
	}
	f.add(i, i+len(text))
}
