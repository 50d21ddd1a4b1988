package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// enough is the number of bytes of a value by which it is judged. Longer ones
// are read to their end only if they are hidden, so that no text is read often.
const enough = 400

// reading is a value that was read.
type reading struct {
	from   int    // where the credential begins, after quotes and schemes
	text   string // its first bytes
	quote  string // the quote with its backslashes; empty for none
	scheme bool   // a scheme such as Bearer is before it
	cut    bool   // the value is longer than text
}

// readValue reads the value that begins at i or after blanks.
func readValue(s string, i int) reading {
	i = skipBlanks(s, i)
	if strings.HasPrefix(s[min(i, len(s)):], "\\\n") { // a command goes on in the next line
		i = skipSpace(s, i+1)
	}
	i = skipWrapper(s, skipTag(s, skipMarkup(s, skipColour(s, i))))
	if rest := s[min(i, len(s)):]; strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, "'''") { // of Python and TOML
		i += 2
	}
	quoteEnd := skipQuote(s, i)
	r := reading{from: quoteEnd, quote: s[i:quoteEnd]}
	if n := schemeEnd(s, r.from); n > r.from {
		r.from = n
		r.scheme = true
	}
	window := s[r.from:min(len(s), r.from+enough)]
	end := r.endIn(window)
	r.cut = end == len(window) && r.from+end < len(s)
	r.text = window[:end]
	return r
}

// end returns where the value ends in s.
func (r reading) end(s string) int {
	if !r.cut {
		return r.from + len(r.text)
	}
	return r.from + r.endIn(s[r.from:])
}

// endIn returns where the value ends in s, which begins with it.
func (r reading) endIn(s string) int {
	if r.quote != "" {
		return quotedEnd(s, r.quote)
	}
	return plainEnd(s)
}

// skipColour returns the byte after the escape sequences of terminals at i.
func skipColour(s string, i int) int {
	for i < len(s) && s[i] == 0x1b {
		i += terminalSequence(s[i:])
	}
	return i
}

// markup is what ends a name in bold or in a cell before its value: **Password:** …, <b>Password:</b> ….
var markup = []string{"**", "__", "</b>", "</strong>", "</td><td>", "</th><td>", "</dt><dd>", "</label>"}

// skipMarkup returns the byte after markup at i and the blanks behind it.
func skipMarkup(s string, i int) int {
	for _, m := range markup {
		if strings.HasPrefix(s[min(i, len(s)):], m) {
			return skipBlanks(s, i+len(m))
		}
	}
	return i
}

// anchor matches an anchor of YAML and the blank before its value: "password: &pw …".
var anchor = lazyregexp.New(`^&[A-Za-z][\w-]{0,40} `)

// skipTag returns the byte after a tag or an anchor of YAML, which leave a value what it is.
func skipTag(s string, i int) int {
	if i > 0 && i < len(s) && s[i] == '&' && s[i-1] == ' ' {
		return i + len(anchor.FindString(s[i:]))
	}
	if i >= len(s) || s[i] != '!' {
		return i
	}
	for _, tag := range []string{"!vault ", "!!str ", "!!binary ", "!unsafe "} {
		if strings.HasPrefix(s[i:], tag) {
			return skipBlanks(s, i+len(tag))
		}
	}
	return i
}

// skipWrapper returns the byte after what programs put before a quoted value:
// Some("…"), b'…', N'…', string(8) "…".
func skipWrapper(s string, i int) int {
	const longest = 16
	for _, start := range []string{"<(echo ", "$(echo ", "`echo ", "<(printf %s "} { // of a shell
		if strings.HasPrefix(s[min(i, len(s)):], start) {
			return i + len(start)
		}
	}
	for _, words := range valueWords {
		if rest := s[min(i, len(s)):]; strings.HasPrefix(rest, words) && skipQuote(rest, len(words)) > len(words) {
			return i + len(words)
		}
	}
	if isInAngles(s, i) {
		return i + len("<<")
	}
	if i+1 < len(s) && s[i] == '@' && s[i+1] == '"' { // a verbatim text of C#
		return i + 1
	}
	if i < len(s) && (s[i] == '(' || s[i] == '<') {
		if n := dumpedType.FindStringIndex(s[i:min(len(s), i+longestType)]); n != nil {
			return i + n[1] - 1
		}
	}
	end := i
	for end < len(s) && end-i < longest && (isWord(s[end]) || s[end] == '&' || s[end] == '[' || s[end] == ']') {
		end++
	}
	switch {
	case end == len(s) || (end == i && s[i] != '('):
		return i
	case s[end] == '(':
		end = skipNumber(s, end+1)
		if end < len(s) && s[end] == ')' {
			end = skipBlanks(s, end+1)
		}
	case end-i > 1:
		return i
	}
	if skipQuote(s, end) > end && (isQuote(s[end]) || s[end] == '\\') {
		return end
	}
	return i
}

// valueWords can stand between a name and its quoted value: --token: invalid value "…", and the type of Xdebug.
var valueWords = []string{
	"string ", "invalid value ", "Invalid value ", "invalid argument ", "bad value ",
	"Invalid value: ", "Unsupported value: ", "Duplicate value: ", // of the API server
}

// isInAngles reports whether one word between two pairs of angles begins at i, as programs mark what they print: <<…>>. A here-document
// has no end on its line, and a text of Erlang has quotes.
func isInAngles(s string, i int) bool {
	const longest = 100
	word, ok := strings.CutPrefix(s[min(i, len(s)):min(len(s), i+longest)], "<<")
	end := strings.Index(word, ">>")
	return ok && end > 0 && !strings.ContainsAny(word[:end], " \t\n\"'<")
}

// dumpedType matches what go-spew puts before a text, and the start of a binary of Erlang:
// (string) (len=8) "…", <<"…">>.
var dumpedType = lazyregexp.New(`^(?:\(\*?[\w.\[\]]+\) \((?:len|cap)=\d+[^()]*\) |<<)"`)

// longestType bounds dumpedType.
const longestType = 60

// schemes are the schemes of HTTP authentication that come before a credential.
var schemes = []string{
	"bearer",
	"basic",
	"token",
	"apikey",
	"negotiate",
	"ntlm",
	"geniekey",
	"key",
	"hawk",
	"aws4-hmac-sha256",
	"digest",
	"sso-key",
	"ssws",
	"oauth",
	"api-key",
}

// schemeEnd returns where the credential begins after a scheme at i, or i.
func schemeEnd(s string, i int) int {
	end := i
	for end < len(s) && end-i < 20 && (isWord(s[end]) || s[end] == '-') {
		end++
	}
	if end == i || end == len(s) || s[end] != ' ' {
		return i
	}
	word := strings.ToLower(s[i:end])
	for _, scheme := range schemes {
		if word == scheme {
			return skipBlanks(s, end)
		}
	}
	return i
}

// quotedEnd returns where the text ends that quote opened: at the line's end if
// it is never closed, as in a line that was cut.
func quotedEnd(s, quote string) int {
	for at := 0; at < len(s); {
		i := strings.Index(s[at:], quote)
		if i < 0 {
			break
		}
		if escaped := len(quote) == 1 && at+i > 0 && s[at+i-1] == '\\' && !escapedBackslash(s[:at+i]); !escaped {
			return at + i
		}
		at += i + len(quote)
	}
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// escapedBackslash reports whether s ends in an even number of backslashes.
func escapedBackslash(s string) bool {
	return (len(s)-len(strings.TrimRight(s, `\`)))%2 == 0
}

// plainEnd returns where a value without quotes ends: at a blank, at a quote, or
// at a sign after which something else begins. A password can hold a comma.
func plainEnd(s string) int {
	if n := referenceEnd(s); n > 0 {
		return n
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ', c == '\t', c == '\n', c == '\r', c == '<', c == '`', c == 0x1b:
			return i
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`nrt"'\`, s[i+1]) >= 0:
			return i
		case isQuote(c) && (i == 0 || i+1 == len(s) || !isWord(s[i+1]) || nameFollows(s[i+1:])):
			return i
		case c == '&' && (i+1 == len(s) || nameFollows(s[i+1:]) || strings.HasPrefix(s[i:], "&quot;")):
			return i
		case c == '>' && i+1 < len(s) && strings.IndexByte(" \n>", s[i+1]) >= 0:
			return i
		case strings.IndexByte(",;)]}", c) >= 0 && closes(s, i):
			return i
		case c >= utf8.RuneSelf && endsSentence(s[i:]):
			return i
		}
	}
	return len(s)
}

// endsSentence reports whether a sign of a sentence in Chinese or Japanese begins s, or a quote of other languages.
func endsSentence(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("，。、；）」』”“„»«’‘", r)
}

// closes reports whether the signs at i end a value.
func closes(s string, i int) bool {
	for i < len(s) && strings.IndexByte(",;)]}", s[i]) >= 0 {
		i++
	}
	if i == len(s) {
		return true
	}
	return strings.IndexByte(" \t\n\r\"'`\\|", s[i]) >= 0 || nameFollows(s[i:])
}

// nameFollows reports whether s begins with a name and its sign.
func nameFollows(s string) bool {
	const longest = 60
	i := 0
	for i < len(s) && i < longest && (isWord(s[i]) || s[i] == '.' || s[i] == '-' || s[i] == ' ') {
		i++
	}
	if i == 0 || i == len(s) {
		return false
	}
	i = skipQuote(s, i)
	return i < len(s) && (s[i] == '=' || s[i] == ':')
}

// referenceEnd returns the end of a reference that s begins with, or 0.
func referenceEnd(s string) int {
	for _, r := range []struct{ open, end string }{{"$(", ")"}, {"${", "}"}, {"{{", "}}"}, {"<%", "%>"}, {"#{", "}"}} {
		if strings.HasPrefix(s, r.open) {
			if n := strings.Index(s, r.end); n > 0 && !strings.Contains(s[:n], "\n") {
				return n + len(r.end)
			}
		}
	}
	return 0
}

// isLast reports whether no other word follows at i on its line.
func isLast(s string, i int) bool {
	if i < len(s) && isQuote(s[i]) {
		i++
	}
	if i >= len(s) || !isBlank(s[i]) {
		return true
	}
	i = skipBlanks(s, i)
	return i == len(s) || strings.IndexByte("-{}[]#/(\n\r|,;)~*", s[i]) >= 0
}

// skipType returns where a value begins, behind the type that var_dump of PHP or a declaration gives.
func (f *finder) skipType(p *pair) int {
	at := skipBlanks(f.s, p.value)
	if next := skipSpace(f.s, at); next > at && strings.HasPrefix(f.s[next:], "string(") {
		p.value = next
		return next
	}
	if value := typedValue(f.s, at); value > 0 && p.sign == colon {
		p.value = value
		p.sign = equals
		return value
	}
	return at
}
