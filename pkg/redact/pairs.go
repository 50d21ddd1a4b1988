package redact

import (
	"strings"
)

// sign is what stands between a name and its value.
type sign int

const (
	noSign    sign = iota
	equals         // =, =>, :=, ->, | and others that bind
	colon          // of a pair or of a sentence
	call           // setPassword("…"), define('DB_PASSWORD', '…')
	nextWord       // a blank: --password …, PASSWORD '…', password …
	xmlText        // <password>…
	textAfter      // "is", "for bob:": the value is one of the next words
)

// pair is a name, its sign and where the value begins.
type pair struct {
	name        string
	kind        nameKind
	sign        sign
	value       int
	nameQuoted  bool
	option      bool // the name is an option: --password
	wholeLetter bool // the name is one word without signs
}

// longestName bounds how far a name is followed back.
const longestName = 120

// name looks at the value of the name that ends with the word between i and end.
func (f *finder) name(i, end int) {
	word := f.s[i:end]
	if word == "value" || word == "Value" {
		f.valueOfSibling(end)
		return
	}
	if !canEndName(word) || goesOn(f.s, end) {
		return
	}
	start := nameStart(f.s, i)
	if strings.HasSuffix(f.s[:start], "://") || isARN(f.s[max(0, start-longestName):start]) {
		return
	}
	p := pair{name: f.s[start:end]}
	if p.kind = kindOf(p.name); p.kind != strongName {
		if two := f.withWordBefore(i, end); kindOf(two) == strongName {
			p.name, p.kind = two, strongName
		}
	}
	if p.kind == otherName {
		return
	}
	f.readSign(&p, i, end)
	f.hide(p)
}

// isARN reports whether the text goes on with a part of an Amazon resource name:
// arn:aws:secretsmanager:….
func isARN(before string) bool {
	return strings.HasSuffix(before, ":") && strings.Contains(before[strings.LastIndexAny(before, " \t\n\"'=")+1:], "arn:")
}

// goesOn reports whether a name has more parts after the word that ends at end:
// client-secret-file, password.txt.
func goesOn(s string, end int) bool {
	return end+1 < len(s) && (s[end] == '-' || s[end] == '.') && isWord(s[end+1]) && !isDigit(s[end+1])
}

// nameStart returns where the name begins whose last word begins at i.
func nameStart(s string, i int) int {
	first := max(0, i-longestName)
	for i > first && (isWord(s[i-1]) || s[i-1] == '.' || s[i-1] == '-') {
		i--
	}
	for i < len(s) && (s[i] == '-' || s[i] == '.') {
		i++
	}
	return i
}

// withWordBefore returns the word with the one before it, if one blank parts
// them: "API key".
func (f *finder) withWordBefore(i, end int) string {
	if i < 2 || f.s[i-1] != ' ' || !isWord(f.s[i-2]) {
		return ""
	}
	return f.s[nameStart(f.s, i-2):end]
}

// readSign finds the sign after a name and where the value begins.
func (f *finder) readSign(p *pair, i, end int) {
	s := f.s
	start := nameStart(s, i)
	p.option = start > 0 && s[start-1] == '-'
	p.wholeLetter = start == i && (i == 0 || s[i-1] != '_')
	at := skipQuote(s, end)
	p.nameQuoted = at > end
	bracket := at < len(s) && s[at] == ']'
	if bracket {
		at++
	}
	for at < len(s) && isDigit(s[at]) && at-end < 3 {
		at++
	}
	blanks := skipBlanks(s, at)
	if blanks == len(s) {
		return
	}
	if number := skipNumber(s, blanks); number < len(s) && s[number] == ':' { // unseal key 1: …
		blanks = number
	}
	rest := s[blanks:]
	switch {
	case strings.HasPrefix(rest, "==") || strings.HasPrefix(rest, "::"):
	case strings.HasPrefix(rest, "=>"), strings.HasPrefix(rest, ":="), strings.HasPrefix(rest, "->"):
		p.sign, p.value = equals, blanks+2
	case rest[0] == '=':
		p.sign, p.value = equals, blanks+1
	case rest[0] == ':':
		p.sign, p.value = colon, blanks+1
	case rest[0] == '(' && blanks == end:
		p.sign, p.value = call, blanks+1
	case rest[0] == ',' && p.nameQuoted && setsValue(s[:start]):
		p.sign, p.value = call, blanks+1
	case rest[0] == '>' && inTag(s, start):
		p.sign, p.value = xmlText, blanks+1
	case rest[0] == '|' && len(rest) > 1 && isBlank(rest[1]):
		p.sign, p.value = equals, blanks+1
	case s[at] == '\t' && rest[0] != '\n':
		p.sign, p.value = equals, blanks
	case bracket && blanks > at && start > 0 && s[start-1] == '[':
		p.sign, p.value = textAfter, blanks
	case blanks > at && !p.nameQuoted && rest[0] != '\n':
		p.sign, p.value = nextWord, blanks
	case start > 0 && (s[start-1] == '<' || s[start-1] == ':') && inTag(s, start):
		p.tagValue(s, blanks)
	}
	if p.sign == nextWord && inTag(s, start) {
		p.tagValue(s, blanks)
	}
}

// tagValue finds the text of an element with attributes: <Password Type="x">.
func (p *pair) tagValue(s string, at int) {
	const longestTag = 200
	rest := s[at:min(len(s), at+longestTag)]
	if n := strings.IndexByte(rest, '>'); n > 0 && rest[n-1] != '/' && !strings.ContainsAny(rest[:n], "<\n") {
		p.sign, p.value = xmlText, at+n+1
	}
}

// inTag reports whether a name is the one of an XML element or ends its opening
// tag: "<password", "<ns:password", `<property name="password"`.
func inTag(s string, start int) bool {
	const longestTag = 200
	before := s[max(0, start-longestTag):start]
	open := strings.LastIndexByte(before, '<')
	return open >= 0 && !strings.ContainsAny(before[open:], ">\n")
}

// setsValue reports whether the text ends in a call that takes a name and a
// value: define('.
func setsValue(before string) bool {
	before = strings.TrimRight(before[max(0, len(before)-40):], "\\\"'` (")
	start := len(before)
	for start > 0 && isWord(before[start-1]) {
		start--
	}
	name := strings.ToLower(before[start:])
	for _, verb := range []string{"set", "put", "add", "define", "export", "env", "header", "with"} {
		if strings.HasPrefix(name, verb) || strings.HasSuffix(name, verb) {
			return true
		}
	}
	return false
}

// skipQuote returns the byte after the quote at i, with the backslashes that
// escape it; i if there is none.
func skipQuote(s string, i int) int {
	at := i
	for at < len(s) && s[at] == '\\' {
		at++
	}
	if at < len(s) && isQuote(s[at]) {
		return at + 1
	}
	return i
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func skipNumber(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}
