package redact

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shortestEncoded is the length from which a word is decoded as base64.
const shortestEncoded = 16

// base64 hides the base64 that begins at i if there is a credential in it.
func (f *finder) base64(i int) {
	s := f.s
	if f.depth >= deepest || (i > 0 && isBase64(s[i-1]) && s[i-1] != '=') {
		return
	}
	end := f.encodedEnd(i)
	if end-i > longestInside && i > 0 && s[i-1] == '-' {
		return
	}
	text := decodeText(s[i:end])
	if text == "" {
		return
	}
	if len(find(text, f.depth+1)) > 0 || isBasic(text) {
		f.add(i, end)
	}
}

// longestInside is the longest base64 that is looked for behind a hyphen, which can be a character of it, too:
// each word of a long text with hyphens would else be decoded to its end.
const longestInside = 4 << 10

// encodedEnd returns where the characters of base64 end that begin at i. The equals sign at the end of a
// name is none of them.
func (f *finder) encodedEnd(i int) int {
	if i < f.encodedTo {
		return f.encodedTo
	}
	s := f.s
	end := i
	for end < len(s) && (isBase64(s[end]) || s[end] == '-') && (s[end] != '=' || end-i >= shortestEncoded-2) {
		end++
	}
	f.encodedTo = end
	return end
}

// isBasic reports whether a decoded text is the user and password of basic
// authentication.
func isBasic(text string) bool {
	user, password, ok := strings.Cut(text, ":")
	return ok && len(text) < 200 && len(user) < 100 && isUserAndPassword(user, password)
}

// decodeText returns the text that s is the base64 of, and "" if it is not the
// base64 of a text. The first bytes decide quickly.
func decodeText(s string) string {
	s = strings.TrimRight(s, "=")
	if len(s)%4 == 1 { // it was cut
		s = s[:len(s)-1]
	}
	if len(s) < shortestEncoded-2 || strings.IndexByte(s, '=') >= 0 {
		return ""
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	var head [12]byte
	if n, err := encoding.Decode(head[:], []byte(s[:12])); err != nil || !isText(string(head[:n])) {
		return ""
	}
	out, err := encoding.DecodeString(s)
	if err != nil || !utf8.Valid(out) || !isText(string(out)) {
		return ""
	}
	return string(out)
}

// isText reports whether s has only characters of text.
func isText(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f || c >= 0xf8 {
			return false
		}
	}
	return true
}

// view is a text that is written another way in the text of a finder, with the
// place of each of its bytes there.
type view struct {
	text strings.Builder
	at   []int
}

// put adds a byte that is written at a place of the line.
func (v *view) put(c byte, at int) {
	v.text.WriteByte(c)
	v.at = append(v.at, at)
}

// putRune adds a character that an escape stands for: all of its bytes are written at the same place.
func (v *view) putRune(r rune, at int) {
	var buf [utf8.UTFMax]byte
	for _, c := range buf[:utf8.EncodeRune(buf[:], r)] {
		v.put(c, at)
	}
}

// encoded looks into the lines that have escapes: of JSON, URLs or XML, of
// terminals, or invisible characters inside words.
func (f *finder) encoded() {
	if !hasEscapes(f.s) && !hasInvisible(f.s) {
		return
	}
	for start := 0; start < len(f.s); {
		end := lineEnd(f.s, start)
		f.encodedLine(start, end)
		start = end + 1
	}
}

// encodedLine decodes a line, looks for credentials in its text, and hides the letters of the line
// that encode them.
func (f *finder) encodedLine(start, end int) {
	line := f.s[start:end]
	v := decode(line)
	if v == nil {
		return
	}
	text := v.text.String()
	for _, p := range find(text, f.depth+1) {
		if blank(text[p.from:p.to]) {
			continue
		}
		last := v.at[p.to-1]
		f.add(start+v.at[p.from], start+nextPlace(v.at, p.to, last, len(line)))
	}
}

// nextPlace returns where the byte after the one at last ends in the line.
func nextPlace(at []int, to, last, end int) int {
	for ; to < len(at); to++ {
		if at[to] > last {
			return at[to]
		}
	}
	return end
}

// hasInvisible reports whether a text has escape sequences of terminals or characters that show nothing. Both can stand in the middle
// of a credential, which is then no word.
func hasInvisible(s string) bool {
	return strings.Contains(s, "\x1b") || strings.Contains(s, "\u200b") || strings.Contains(s, "\u200c") || strings.Contains(s, "\u200d") ||
		strings.Contains(s, "\u00ad") || strings.Contains(s, "\ufeff") || strings.Contains(s, "\u2060")
}

// decode returns a line with its escapes as what they stand for: those of JSON
// and programming languages, of URLs and of XML; and without escape sequences of
// terminals and characters of no width. It returns nil if there are none.
func decode(s string) *view {
	if !hasEscapes(s) && !hasInvisible(s) {
		return nil
	}
	v := &view{at: make([]int, 0, len(s))}
	found := false
	for i := 0; i < len(s); {
		r, size := escape(s[i:])
		if size == 0 {
			v.put(s[i], i)
			i++
			continue
		}
		found = true
		if r > 0 {
			v.putRune(r, i)
		}
		i += size
	}
	if !found {
		return nil
	}
	return v
}

// hasEscapes reports whether a text can have escapes of JSON, addresses or XML. It is quick, and most texts have none.
func hasEscapes(s string) bool {
	return strings.IndexByte(s, '\\') >= 0 || strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '&') >= 0
}

// escape returns the character that an escape at the start of s stands for, 0
// for none, and the length of the escape; 0 if there is no escape.
func escape(s string) (r rune, size int) {
	switch c := s[0]; {
	case c == '\\' && len(s) > 1:
		return backslash(s)
	case c == '%':
		if r := hexRune(s, 1, 2); r > 0 && r < utf8.RuneSelf {
			return r, 3
		}
	case c == '&':
		return entity(s)
	case c == 0x1b:
		return 0, terminalSequence(s)
	case c >= utf8.RuneSelf:
		switch r, size := utf8.DecodeRuneInString(s); r {
		case 0x200b, 0x200c, 0x200d, 0xad, 0xfeff, 0x2060:
			return 0, size
		}
	}
	return 0, 0
}

// backslash returns what an escape stands for that begins with a backslash.
func backslash(s string) (r rune, size int) {
	switch s[1] {
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		if r := hexRune(s, 2, 4); r > 0 {
			return r, 6
		}
	case 'x':
		if r := hexRune(s, 2, 2); r > 0 {
			return r, 4
		}
	case '0', '1':
		if r := octalRune(s[1:]); r > 0 {
			return r, 4
		}
	case 'd', 's', 'w', 'D', 'S', 'W', 'p', 'P':
		return 0, 0 // of a pattern: \w+
	}
	r, size = utf8.DecodeRuneInString(s[1:])
	return r, size + 1
}

// terminalSequence returns the length of the escape sequence that s begins with.
func terminalSequence(s string) int {
	if len(s) < 2 || s[1] != '[' {
		return 1
	}
	for i := 2; i < len(s) && i < 20; i++ {
		if s[i] >= 0x40 && s[i] <= 0x7e {
			return i + 1
		}
	}
	return 1
}

// hexRune returns the character whose number is written in digits hexadecimal
// digits at i, or 0.
func hexRune(s string, i, digits int) rune {
	if i+digits > len(s) {
		return 0
	}
	r := rune(0)
	for _, c := range []byte(s[i : i+digits]) {
		n := strings.IndexByte("0123456789abcdef", c|0x20)
		if c >= '0' && c <= '9' {
			n = int(c - '0')
		}
		if n < 0 {
			return 0
		}
		r = r<<4 | rune(n)
	}
	return r
}

// octalRune returns the character whose number is written in three octal digits at the start of s, or 0.
func octalRune(s string) rune {
	const digits = 3
	if len(s) < digits {
		return 0
	}
	n, err := strconv.ParseUint(s[:digits], 8, 7)
	if err != nil {
		return 0
	}
	return rune(n)
}

// entityTable has the entities of XML and HTML that stand for signs of text.
var entityTable = []struct {
	text string
	sign rune
}{
	{"&lt;", '<'},
	{"&gt;", '>'},
	{"&quot;", '"'},
	{"&#34;", '"'},
	{"&#39;", '\''},
	{"&apos;", '\''},
	{"&amp;", '&'},
	{"&#61;", '='},
	{"&#58;", ':'},
}

// entity returns what an entity at the start of s stands for, and its length.
func entity(s string) (r rune, size int) {
	for _, e := range entityTable {
		if strings.HasPrefix(s, e.text) {
			return e.sign, len(e.text)
		}
	}
	return 0, 0
}
