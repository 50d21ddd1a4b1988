package redact

import (
	"strings"
	"sync"
)

// isDirective reports whether a name is a word of directiveTable.
func isDirective(name string) bool { return keywords()[name] == directiveWord }

// keyword looks at words that announce a credential by themselves: schemes of
// HTTP, programs, directives.
func (f *finder) keyword(i, end int) {
	word := f.s[i:end]
	if i > 0 && f.s[i-1] == '-' { // redis-cli, auth-pass
		start := nameStart(f.s, i)
		word = f.s[start:end]
		i = start
	} else if i > 0 && f.s[i-1] == '.' { // add-user.sh
		if start := nameStart(f.s, i); keywords()[f.s[start:end]] == programWord {
			word = f.s[start:end]
			i = start
		}
	}
	if end < len(f.s) && f.s[end] == '-' { // mariadb-dump: at its last word
		return
	}
	if end < len(f.s) && f.s[end] == ',' && keywords()[word] == programWord {
		f.listedCommand(i)
		return
	}
	if end == len(f.s) || !isBlank(f.s[end]) {
		return
	}
	switch keywords()[word] {
	case programWord:
		f.command(i)
	case directiveWord:
		f.directive(word, i, end)
	case schemeWord:
		f.scheme(end)
	case withWord:
		f.userWith(i, end)
	case andWord:
		f.pairWithAnd(end)
	case nearWord:
		f.near(pair{name: word, start: i, end: end, kind: weakName}, i, end)
	}
}

// keywordKind is what a word announces.
type keywordKind int

const (
	programWord keywordKind = iota + 1
	directiveWord
	schemeWord
	nearWord
	withWord
	andWord
)

// nearWords are words of sentences near which credentials stand, and no names of them: "sign in with …", "openssl rand".
var nearWords = []string{
	"sign", "Sign", "signed", "unlock", "Unlock", "rand", "pwgen", "urandom", "genkey",
	"authenticate", "authenticated", "authenticating", "Authenticating", "decrypt", "decrypting",
	"Decrypting", "join", "bind", "binding", "Binding", "bound",
	"hashing", "Hashing", "hashed", "bcrypt", "comparing", "Comparing", "compared", "tried", "tries", "unlocking", "Unlocking", "unlocked",
}

// keywords are the words that announce a credential by themselves.
var keywords = sync.OnceValue(func() map[string]keywordKind {
	out := map[string]keywordKind{}
	for program := range commandForms() {
		out[program] = programWord
	}
	for _, row := range directiveTable {
		out[row.word] = directiveWord
	}
	for _, word := range nearWords {
		out[word] = nearWord
	}
	out["with"] = withWord
	out["using"] = withWord
	out["and"] = andWord
	for _, scheme := range []string{
		"bearer", "Bearer", "BEARER", "basic", "Basic", "BASIC", "negotiate", "Negotiate", "PLAIN", "XOAUTH2", "AUTHENTICATE",
	} {
		out[scheme] = schemeWord
	}
	return out
})

// scheme hides the credential after a scheme without the header's name.
func (f *finder) scheme(end int) {
	at := skipBlanks(f.s, end)
	stop := at
	for stop < len(f.s) && (isBase64(f.s[stop]) || strings.IndexByte("-_.~", f.s[stop]) >= 0) {
		stop++
	}
	text := strings.TrimRight(f.s[at:stop], ".")
	if (random(text) && len(text) >= 12 && !identifier.MatchString(text)) || isUUID(text) || isBasic(decodeText(text)) {
		f.add(at, at+len(text))
	}
}

// directive hides the word after a directive.
func (f *finder) directive(word string, i, end int) {
	if word == "BY" || word == "by" {
		f.identifiedBy(i, end)
		return
	}
	at := skipBlanks(f.s, end)
	if word == "AUTH" && !f.isRedisAuth(end) {
		f.userThenRandom(at)
		if r := readValue(f.s, at); len(r.text) >= 8 && isPlainSecret(r.text) && !strings.HasPrefix(r.text, "TLS") {
			f.addValue(r) // in a message: "AUTH … failed"
		}
		return
	}
	if word == "auth-pass" || (word == "AUTH" && len(strings.Fields(f.s[at:lineEnd(f.s, at)])) == 2) { // the master or the user is before it
		at = wordSeparator(f.s, at)
	}
	r := readValue(f.s, at)
	if r.text != "" && !harmless(r.text) && !strings.HasPrefix(r.text, "--") {
		f.add(r.from, len(strings.TrimRight(f.s[:r.end(f.s)], ";")))
	}
}

// userThenRandom hides the word after a user at i if it looks generated and is the last of its line: "WRITE: AUTH default …".
func (f *finder) userThenRandom(i int) {
	user := firstWordOf(f.s[i:])
	at := wordSeparator(f.s, i)
	word := firstWordOf(f.s[at:])
	if isUser(user) && at > i && isLast(f.s, at+len(word)) && (isLongRandom(word) || looksChosen(word)) && !isPublic(word) {
		f.add(at, at+len(word))
	}
}

// wordSeparator returns where the word after the one at i begins.
func wordSeparator(s string, i int) int {
	for i < len(s) && !isBlank(s[i]) && s[i] != '\n' {
		i++
	}
	return skipBlanks(s, i)
}

// isRedisAuth reports whether AUTH is the command of Redis: alone at the start
// of a line with its password.
func (f *finder) isRedisAuth(end int) bool {
	start := end - len("AUTH")
	line := lineStart(f.s, start)
	if start > line && !strings.HasPrefix(f.s[line:], "HELLO ") {
		return false
	}
	const far = 1 << 10 // no password of Redis is longer
	rest := f.s[start:min(len(f.s), start+far)]
	return len(strings.Fields(rest[:lineEnd(rest, 0)])) <= 3
}
