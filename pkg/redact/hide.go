package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// hide adds the value of a pair if it is a credential.
func (f *finder) hide(p pair) {
	if f.seedPhrase(p) || f.byteRuns(p) {
		return
	}
	switch p.sign {
	case noSign:
		f.variableDefault(p)
	case textAfter:
		if p.kind == strongName {
			f.prose(p)
		}
	case nextWord:
		if after, ok := strings.CutPrefix(f.s[skipBlanks(f.s, p.value):], "header: "); ok && isHeader(p.name) {
			p.value = len(f.s) - len(after)
			f.header(p)
			return
		}
		f.userAndPassword(p)
		f.nextWord(p)
	case xmlText:
		f.elementText(p)
	case equals, colon, call:
		f.userAndPassword(p)
		f.hideAssigned(p)
	}
}

// hideAssigned adds the value after an equals sign, a colon or a bracket if it is a credential.
func (f *finder) hideAssigned(p pair) {
	if isHeader(p.name) {
		f.header(p)
		return
	}
	at := f.skipType(&p)
	if f.endsText(p, at) || f.hideBelow(p, at) || f.userThenPassword(p, at) || f.hideCollection(p, at) {
		return
	}
	r := readValue(f.s, p.value)
	if p.sign == call && readingWords[firstOf(p.name)] {
		return // readPassword("Password: ")
	}
	inCall := p.sign == call || (r.from > 1 && f.s[r.from-2] == '(')
	if f.isRandomArgument(p, r) {
		f.addValue(r)
		return
	}
	if (p.sign == call && r.quote == "") || (inCall && isPlural(p.name) && argumentFollows(f.s, r.end(f.s))) {
		return
	}
	if f.isCredential(p, r) && !f.mappedValue(p, r) {
		f.addValue(r)
		f.changedValue(r)
	}
}

// mappedValue hides the credential of a user, who stands before it with an arrow, and reports whether it did: "password: bob -> …".
func (f *finder) mappedValue(p pair, r reading) bool {
	if p.sign != colon || r.cut || r.quote != "" || !isUser(r.text) || isNoWord(r.text) {
		return false
	}
	after, ok := strings.CutPrefix(f.s[r.end(f.s):], " -> ")
	if !ok || !isPlainSecret(firstWordOf(after)) {
		return false
	}
	f.addValue(readValue(f.s, len(f.s)-len(after)))
	return true
}

// isRandomArgument reports whether what stands in brackets after a name without quotes is the credential, and no variable: Token(…).
func (f *finder) isRandomArgument(p pair, r reading) bool {
	return p.sign == call && r.quote == "" && p.kind == strongName && (isLongRandom(r.text) || looksChosen(r.text)) && !isPublic(r.text) &&
		strings.HasPrefix(f.s[r.end(f.s):], ")")
}

// changedValue hides the other value of a plan that shows a change: token = "…" -> "…".
func (f *finder) changedValue(r reading) {
	if r.cut {
		return
	}
	rest := f.s[min(len(f.s), r.end(f.s)+len(r.quote)):]
	for _, arrow := range []string{" -> ", " => ", " → ", " != "} {
		after, ok := strings.CutPrefix(rest, arrow)
		if !ok {
			continue
		}
		next := readValue(f.s, len(f.s)-len(after))
		if next.text != "" && !harmless(next.text) && (next.quote != "" || (r.quote == "" && isPlainSecret(r.text) && isPlainSecret(next.text))) {
			f.addValue(next)
		}
	}
}

// readingWords begin names of functions that return a credential. Their argument is a prompt or a place.
var readingWords = setOf([]string{
	"read", "get", "prompt", "ask", "input", "enter", "find", "load", "fetch", "check", "validate", "is", "has",
})

// firstOf returns the first word of a name of several, without the object that it is a member of.
func firstOf(name string) string {
	parts := wording.NameWords(name[strings.LastIndexByte(name, '.')+1:])
	if len(parts) < 2 {
		return ""
	}
	return parts[0]
}

// hideCollection looks at a remark in brackets, a list or an object at i, and reports whether there is no
// other value.
func (f *finder) hideCollection(p pair, i int) bool {
	if p.sign != call && remark.MatchString(f.s[i:min(len(f.s), i+enough)]) {
		return true
	}
	if i >= len(f.s) {
		return false
	}
	if strings.HasPrefix(f.s[i:], `[]string{"`) { // %#v of Go
		if r := readValue(f.s, i+len("[]string{")); p.kind == strongName && isNoWord(r.text) && !harmless(r.text) {
			f.addValue(r)
		}
		return true
	}
	if f.s[i] == '[' && p.sign != call {
		f.list(p, i)
		return true
	}
	if f.s[i] != '{' {
		return false
	}
	f.memberValue(p, i)
	if p.kind == strongName {
		f.objectSection(p, i)
	}
	return nameFollows(f.s[i+1:]) // a mapping, whose names are looked at on their own
}

// argumentFollows reports whether another argument follows the quoted one that ends at i. The first of
// several for credentials is a realm or a user.
func argumentFollows(s string, i int) bool {
	at := skipBlanks(s, skipQuote(s, i))
	return at < len(s) && s[at] == ','
}

// remark matches what stands for a value in brackets: (sensitive value), (known after apply).
var remark = lazyregexp.New(`^\([a-z]+(?: [a-z]+)+\)`)

// skipComment returns where the line ends if a comment of YAML is at i, else i.
func skipComment(s string, i int) int {
	const longest = 200
	if i == 0 || i >= len(s) || s[i] != '#' || !isBlank(s[i-1]) {
		return i
	}
	if n := strings.IndexByte(s[i:min(len(s), i+longest)], '\n'); n >= 0 {
		return i + n
	}
	return i
}

// hideBelow looks at the lines below if the value is not on the line of its name, and reports
// whether it is not.
func (f *finder) hideBelow(p pair, at int) bool {
	if p.sign == colon {
		at = skipComment(f.s, at)
	}
	if at >= len(f.s) || strings.IndexByte("\n\r|>", f.s[at]) < 0 {
		return false
	}
	f.lines(p, at)
	if p.kind == strongName && (f.s[at] == '\n' || f.s[at] == '\r') {
		f.section(p, at)
	}
	return true
}
