package manifest

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// appendString appends s as a JSON string.
func appendString(out, s []byte) []byte {
	out = append(out, '"')
	from := 0
	for i, c := range s {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = appendSpecial(append(out, s[from:i]...), c)
		from = i + 1
	}
	return append(append(out, s[from:]...), '"')
}

// appendSpecial appends a character that JSON does not allow in a string as it is.
func appendSpecial(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\n':
		return append(out, '\\', 'n')
	case '\t':
		return append(out, '\\', 't')
	}
	return append(out, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
}

// cutQuoted reads the quoted scalar of one line that s begins with, and returns
// it as a JSON string, and the rest of s. One that goes on on the next line is left to the parser.
func cutQuoted(s []byte) (text, after []byte, ok bool) {
	if s[0] == '\'' {
		return cutSingle(s)
	}
	return cutDouble(s)
}

// cutDouble reads a double-quoted scalar, in which a backslash begins an escape sequence. The text has no
// control character but the tab (plainText), the only one that needs one in JSON.
func cutDouble(s []byte) (text, after []byte, ok bool) {
	out := []byte{'"'}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return append(out, '"'), s[i+1:], true
		case '\t':
			out = append(out, '\\', 't')
		case '\\':
			var length int
			if out, length = appendEscape(out, s[i+1:]); length == 0 {
				return nil, nil, false
			}
			i += length
		default:
			out = append(out, c)
		}
	}
	return nil, nil, false
}

// cutSingle reads a single-quoted scalar, in which a quote is written twice.
func cutSingle(s []byte) (text, after []byte, ok bool) {
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			i++
			continue
		}
		return appendString(nil, bytes.ReplaceAll(s[1:i], []byte("''"), []byte("'"))), s[i+1:], true
	}
	return nil, nil, false
}

// appendEscape appends the meaning of an escape sequence without its backslash,
// and returns the length of the sequence; 0 for one that is left to the parser. The first case is the
// sequences that JSON has too.
func appendEscape(out, s []byte) ([]byte, int) {
	if len(s) == 0 {
		return out, 0
	}
	switch s[0] {
	case '"', '\\', 'n', 't', 'r', 'b', 'f':
		return append(out, '\\', s[0]), 1
	case '/':
		return append(out, '/'), 1
	case 'e':
		return append(out, `\u001b`...), 1
	case 'x':
		return appendRune(out, s, 2)
	case 'u':
		return appendRune(out, s, 4)
	}
	return out, 0
}

// appendRune appends the character of the given number of hexadecimal digits. Half of a surrogate pair, as JSON
// writes emojis, is none: the parser decides about it.
func appendRune(out, s []byte, digits int) ([]byte, int) {
	if len(s) <= digits {
		return out, 0
	}
	code, err := strconv.ParseUint(string(s[1:1+digits]), 16, 32)
	if err != nil || !utf8.ValidRune(rune(code)) {
		return out, 0
	}
	quoted := appendString(nil, utf8.AppendRune(nil, rune(code))) // \x22 is a quote, which needs an escape again
	return append(out, quoted[1:len(quoted)-1]...), 1 + digits
}

// literal writes a literal block, whose header after the bar is given, of a
// value in a collection at column indent.
func (b *block) literal(header []byte, indent int) bool {
	chomp := byte(0) // "|-" and "|+"; a number, as in "|2-", is left to the parser
	if len(header) > 0 && (header[0] == '-' || header[0] == '+') {
		chomp = header[0]
		header = header[1:]
	}
	if len(header) > 0 && !onlyComment(header) {
		return false
	}
	content, ok := b.literalText(indent)
	if !ok {
		return false
	}
	b.out = appendString(b.out, chomped(content, chomp))
	b.next()
	return b.end || b.indent <= indent
}

// chomped returns the content of a block without the line feeds at its end that its header leaves out: none
// for "+", all for "-", all but one if the header has no sign.
func chomped(content []byte, chomp byte) []byte {
	if chomp == '+' {
		return content
	}
	kept := len(bytes.TrimRight(content, "\n"))
	if chomp == 0 && kept > 0 {
		kept++
	}
	return content[:kept]
}

// literalText takes the lines of a literal block, without their indentation.
// Blank lines and tabs before its first line, and the end of the text without a line
// feed, have finer points that are left to the parser.
func (b *block) literalText(indent int) ([]byte, bool) {
	var content []byte
	column := 0
	for b.pos < len(b.text) {
		stop := bytes.IndexByte(b.text[b.pos:], '\n')
		if stop < 0 {
			return nil, false
		}
		line := b.text[b.pos : b.pos+stop]
		body := bytes.TrimLeft(line, " ")
		at := len(line) - len(body)
		switch {
		case column == 0 && (at <= indent || !beginsLiteral(body)):
			return nil, false
		case column == 0:
			column = at
		case len(body) > 0 && at < column:
			// A line that begins between the columns is an error or a comment.
			return content, at <= indent
		}
		// A blank line in the block may be shorter than its indentation.
		content = append(append(content, line[min(column, len(line)):]...), '\n')
		b.pos += stop + 1
		b.line++
	}
	return content, column > 0
}

// beginsLiteral reports whether a line without its indentation can be the first of a literal block, which
// decides how far the block is indented.
func beginsLiteral(body []byte) bool { return len(body) > 0 && body[0] != '\t' }
