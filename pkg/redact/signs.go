package redact

import (
	"strings"
	"unicode/utf8"
)

// sign is the text between a name and its value.
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

// skipIndex skips up to three digits: PASSWORD_2, key12.
func skipIndex(s string, at int) int {
	for end := min(at+3, len(s)); at < end && isDigit(s[at]); {
		at++
	}
	return at
}

// skipBinary returns where the arrow behind a name of a map of Erlang begins: <<"password">> => …. It is
// i if none follows.
func skipBinary(s string, i int) int {
	after, ok := strings.CutPrefix(s[i:], ">>")
	if after = strings.TrimLeft(after, " "); ok && strings.HasPrefix(after, "=>") {
		return len(s) - len(after)
	}
	return i
}

// skipVisibility returns where the bracket closes behind the visibility of a member, as print_r of PHP prints it: [password:protected],
// [password:App\Config:private]. It is i if there is none.
func skipVisibility(s string, i int) int {
	const longest = 100
	window := s[i:min(len(s), i+longest)]
	if !strings.HasPrefix(window, ":") {
		return i
	}
	for _, visibility := range []string{":protected]", ":private]"} {
		if n := strings.Index(window, visibility); n >= 0 && !strings.ContainsAny(window[:n], " \t\n[]\"=") {
			return i + n + len(visibility) - len("]")
		}
	}
	return i
}

// skipArray skips the brackets of an array of C: char password[] = …, password[32] = ….
func skipArray(s string, at int) int {
	if at < len(s) && s[at] == '[' {
		if end := skipNumber(s, at+1); end < len(s) && s[end] == ']' {
			return end + 1
		}
	}
	return at
}

// plainSigns are the signs that need no look around them, long before short.
var plainSigns = []struct {
	text string
	sign sign
}{
	{":: ", colon},   // base64 in LDIF (RFC 2849)
	{":::=", equals}, // of make, as the next ones
	{"::=", equals},
	{"?=", equals},
	{"+=", equals},
	{".=", equals}, // of PHP
	{"::", noSign},
	{"===", nextWord}, // code that compares
	{"!==", nextWord},
	{"==", nextWord},
	{"!=", nextWord},
	{"=>", equals},
	{":=", equals},
	{"->", equals},
	{"→", equals},
	{"⇒", equals},
	{"<<<", equals}, // read PASSWORD <<< …
	{"=", equals},
	{"：", colon},
	{"? ", colon}, // a question of a program
	{"是", colon},  // "is", as the next ones
	{"为", colon},
	{"は", colon},
	{"「", colon},
	{":", colon},
}

// plainSign reports whether rest begins with a plain sign, and notes it. The
// value begins behind it; at is where rest begins.
func (p *pair) plainSign(rest string, at int) bool {
	for _, s := range plainSigns {
		if !strings.HasPrefix(rest, s.text) {
			continue
		}
		p.sign = s.sign
		p.arrow = s.text == "->" || s.text == "→"
		if s.sign != noSign {
			p.value = at + len(s.text)
		}
		return true
	}
	return false
}

// skipVerb returns where the rest of a word ends that goes on behind a name in a language without blanks, if a colon follows:
// 密码已重置为：….
func skipVerb(s string, i int) int {
	const longest = 30
	if i >= len(s) || s[i] < utf8.RuneSelf {
		return i
	}
	if end := wordEnd(s, i); end-i <= longest && (strings.HasPrefix(s[end:], "：") || strings.HasPrefix(s[end:], ":")) {
		return end
	}
	return i
}

// readSign finds the sign after a name and where the value begins.
func (f *finder) readSign(p *pair, i, end int) {
	a := afterName{s: f.s, start: nameStart(f.s, i)}
	p.option = a.before('-')
	p.wholeLetter = a.start == i && (i == 0 || f.s[i-1] != '_')
	a.at = skipQuote(f.s, skipVerb(f.s, end))
	p.nameQuoted = a.at > end
	a.at = skipBinary(f.s, skipVisibility(f.s, a.at))
	a.option = p.option
	a.quoted = p.nameQuoted
	a.bracket = a.at < len(f.s) && f.s[a.at] == ']'
	if a.bracket {
		a.at++
	}
	a.at = skipArray(f.s, skipIndex(f.s, a.at))
	a.blanks = skipBlanks(f.s, a.at)
	if a.blanks == len(f.s) {
		return
	}
	if number := skipNumber(f.s, a.blanks); number < len(f.s) && f.s[number] == ':' &&
		(number == a.blanks || !strings.EqualFold(p.name, "pass")) { // unseal key 1: …, but not "Pass 2: …"
		a.blanks = number
	}
	a.blanks = p.skipDots(f.s, a.blanks)
	a.rest = f.s[a.blanks:]
	a.bare = a.blanks == end
	p.readSignOf(a)
	if p.sign == nextWord && inTag(a.s, a.start) {
		p.tagValue(a.s, a.blanks)
	}
}

// readSignOf finds the sign in what stands after a name.
func (p *pair) readSignOf(a afterName) {
	if a.rest == "" || p.sign != noSign || p.plainSign(a.rest, a.blanks) {
		return
	}
	for _, rule := range signRules {
		if value := rule.value(a); value > 0 {
			p.sign = rule.sign
			p.value = value
			return
		}
	}
	if (a.before('<') || a.before(':')) && inTag(a.s, a.start) {
		p.tagValue(a.s, a.blanks)
	}
}

// skipDots skips the dots of "password........: …" and "password ... …", after which
// the value comes without another sign.
func (p *pair) skipDots(s string, i int) int {
	const fewest = 3
	end := i
	for end < len(s) && s[end] == '.' {
		end++
	}
	if end-i < fewest {
		return i
	}
	blanks := skipBlanks(s, end)
	if blanks < len(s) && s[blanks] != ':' && s[blanks] != '=' {
		p.sign = textAfter
		p.value = blanks
	}
	return blanks
}

// aside returns where a value begins after a remark in brackets and a colon, as in
// "password (change it now): …", or 0.
func aside(s string, i int) int {
	const longest = 80
	rest := s[i:min(len(s), i+longest)]
	closing := map[byte]string{'(': "):", '[': "]:"}[rest[0]]
	if closing == "" {
		return 0
	}
	end := strings.Index(rest, closing)
	if end < 0 || strings.ContainsAny(rest[:end], "\n\"'=:") {
		return 0
	}
	if remark := rest[1:end]; !remarks[remark] && (closing == "]:" || !strings.Contains(remark, " ")) {
		return 0
	}
	return i + end + len(closing)
}

// remarks are of one word, and say how the value after them is written or which it is: key (base64): …, Password [default]: ….
var remarks = setOf([]string{
	"base64", "hex", "base32", "plaintext", "plain", "encoded", "raw",
	"hidden", "default", "current", "generated", "temporary", "initial", "random", "new", "old",
})

// inTemplate reports whether the text before i opened an expression of a template that
// is not closed: {{ .Values.password | quote }}.
func inTemplate(s string, i int) bool {
	before := s[lineStart(s, i):i]
	return strings.LastIndex(before, "{{") > strings.LastIndex(before, "}}")
}

// nextElement returns where the text of the element begins that follows the one which
// ends at i: <key>password</key><string>…. It is 0 if there is none.
func nextElement(s string, i int) int {
	const longestTag = 40
	end := strings.IndexByte(s[i:min(len(s), i+longestTag)], '>')
	if end < 0 {
		return 0
	}
	at := skipSpace(s, i+end+1)
	for _, tag := range []string{"<string>", "<data>", "<value>"} {
		if strings.HasPrefix(s[at:], tag) {
			return at + len(tag)
		}
	}
	return 0
}

// isTuple reports whether a quoted name opens a pair whose other item is a text
// that looks like a credential: ["password","…"], ('password', '…'). In a list
// of names the next one is a word.
func isTuple(s string, start, value int) bool {
	before := strings.TrimRight(s[:start], "\\\"'`")
	if before == s[:start] || before == "" || (before[len(before)-1] != '[' && before[len(before)-1] != '(') {
		return false
	}
	r := readValue(s, value)
	return r.quote != "" && mixed(r.text) && len(r.text) >= 6
}

// randomFollows reports whether the argument or item that begins at i is a quoted text that
// looks random. What follows a name in a list of names is a name.
func randomFollows(s string, i int) bool {
	const shortest = 16
	r := readValue(s, i)
	return r.quote != "" && len(r.text) >= shortest && random(r.text) && !isPublic(r.text)
}

// tagValue finds the text of an element with attributes: <Password Type="x">.
func (p *pair) tagValue(s string, at int) {
	const longestTag = 200
	rest := s[at:min(len(s), at+longestTag)]
	if n := strings.IndexByte(rest, '>'); n > 0 && rest[n-1] != '/' && !strings.ContainsAny(rest[:n], "<\n") {
		p.sign = xmlText
		p.value = at + n + 1
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
	for _, verb := range []string{"set", "put", "add", "get", "fetch", "define", "export", "env", "header", "with"} {
		if strings.HasPrefix(name, verb) || strings.HasSuffix(name, verb) {
			return true
		}
	}
	return false
}
