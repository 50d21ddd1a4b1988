package view

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hiddenMark replaces an invisible character: a control character outside of an
// escape sequence, a bidi control, a zero-width character, or a byte that is not
// UTF-8. Visible, it explains why "host" is not "host".
const hiddenMark = utf8.RuneError

// Clean returns s safe to write to a terminal, on one line or many. Whole
// escape sequences (CSI, OSC, DCS, APC, PM, SOS and the short ones, with ESC or
// with their C1 form) are removed; each run of other invisible characters (C0, C1,
// DEL, bidi controls, zero-width characters, bytes that are not UTF-8) becomes one
// U+FFFD; joiners and variation selectors beside a letter or sign outside ASCII
// are removed. Newlines and tabs stay; every other line break, including a lone
// carriage return, becomes a newline. What the runner of a CI system would take for a
// command is disarmed with a blank: ": :error::". Clean(Clean(s)) == Clean(s).
func Clean(s string) string {
	if plain(s) {
		return disarm(s)
	}
	c := cleaner{}
	c.Grow(len(s))
	for rest := s; rest != ""; {
		rest = rest[c.next(rest):]
	}
	return disarm(c.String())
}

// CleanLine is Clean for a text that has to stay on one line: each run of
// newlines and tabs becomes one blank, and none stay at the ends.
func CleanLine(s string) string {
	s = Clean(s)
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' })
	return disarm(strings.Join(words, " ")) // "##" was not at the end before
}

// plain reports whether every terminal simply prints each character of s.
func plain(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b < ' ' && b != '\n' && b != '\t') || b > '~' {
			return false
		}
	}
	return true
}

// cleaner is the text cleaned so far.
type cleaner struct {
	strings.Builder
	last   rune // the last rune written
	marked bool // a mark was the last thing written, and nothing printable since
}

// next cleans the beginning of s and returns how many bytes that were.
func (c *cleaner) next(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1:
		c.mark()
	case r == '\r' && strings.HasPrefix(s, "\r\n"):
		// the newline follows
	case lineBreak(r):
		c.put('\n')
	case r == '\t':
		c.put(r)
	case r == '\x1b' || (r >= 0x80 && r <= 0x9f):
		if n := sequence(s); n > 0 {
			return n
		}
		c.mark()
	case joins(r) && c.last > unicode.MaxASCII:
		// shapes a glyph that is there without it
	case Hidden(r):
		c.mark()
	default:
		c.put(r)
	}
	return size
}

// put writes a rune that a terminal shows.
func (c *cleaner) put(r rune) {
	c.WriteRune(r)
	c.last = r
	c.marked = false
}

// mark writes hiddenMark for an invisible character, once for a run of them: a kilobyte of zeros is one
// fact, and would push the text off the screen.
func (c *cleaner) mark() {
	if !c.marked {
		c.put(hiddenMark)
		c.marked = true
	}
}

// Hidden reports whether a terminal or an editor would not show r as a glyph
// of its own, newline and tab aside: control characters, bidi controls,
// zero-width and other ignorable characters, line and paragraph separators.
func Hidden(r rune) bool {
	if (r >= ' ' && r <= '~') || r == '\n' || r == '\t' {
		return false
	}
	if r < 0xa0 {
		return true
	}
	return unicode.In(r, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) ||
		(unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r))
}

// lineBreak reports whether r ends a line for Unicode: LF, VT, FF, CR, NEL and the two separators.
func lineBreak(r rune) bool {
	return (r >= '\n' && r <= '\r') || r == 0x85 || r == 0x2028 || r == 0x2029
}

// joins reports whether r only changes the glyphs beside it.
func joins(r rune) bool {
	return r == 0x200c || r == 0x200d || unicode.Is(unicode.Variation_Selector, r)
}

// sequence returns the length in bytes of the escape sequence that s begins
// with (ECMA-48), 0 if its end is missing: the rest is text then, and
// hiding it would help an attacker. A string sequence ends on its line.
func sequence(s string) int {
	kind := rune(0)
	n := 0
	if s[0] == '\x1b' {
		if len(s) < 2 {
			return 0
		}
		kind = rune(s[1])
		n = 2
	} else { // C1: ESC and the letter 0x40 below
		r, size := utf8.DecodeRuneInString(s)
		kind = r - 0x40
		n = size
	}
	switch kind {
	case '[': // CSI, as of colours and moves of the cursor
		return span(s, n, 0x30, 0x3f)
	case ']', 'P', 'X', '^', '_': // OSC, DCS, SOS, PM and APC have a text of any length
		return stringEnd(s, n)
	}
	if s[0] == '\x1b' && kind < utf8.RuneSelf {
		return span(s, 1, 0x20, 0x2f)
	}
	return 0
}

// span returns the end of a control sequence whose parameters are from..to and
// begin at n; intermediate bytes and one final byte follow them.
func span(s string, n int, from, to byte) int {
	for n < len(s) && s[n] >= from && s[n] <= to {
		n++
	}
	for n < len(s) && s[n] >= 0x20 && s[n] <= 0x2f {
		n++
	}
	if n < len(s) && s[n] >= 0x30 && s[n] <= 0x7e {
		return n + 1
	}
	return 0
}

// stringEnd returns the end of a string sequence whose payload begins at n.
func stringEnd(s string, n int) int {
	for i, r := range s[n:] {
		switch {
		case r == '\a': // xterm takes BEL for the end
			return n + i + 1
		case r == 0x9c: // ST, in its C1 form
			return n + i + utf8.RuneLen(r)
		case r == '\x1b':
			if strings.HasPrefix(s[n+i:], "\x1b\\") {
				return n + i + 2
			}
			return 0
		case lineBreak(r):
			return 0
		}
	}
	return 0
}
