package view

import "strings"

// Style is how text is written: for which width, with which means. The zero
// Style is plain text of any width, as for a file or a pipe.
type Style struct {
	Color     bool // write SGR colours
	Width     int  // columns of the terminal, 0 for no limit
	Wide      bool // show the columns that are for -o wide
	NoHeaders bool // leave the header line of tables out
	ASCII     bool // draw trees and cuts with ASCII, for terminals that know nothing else
}

// The SGR codes of the styles. They are readable on light and dark backgrounds:
// classic yellow is close to white, so warnings are magenta. Each code first
// resets what it sets, which changes nothing on a terminal and distinguishes our
// own sequences from those in untrusted text.
const (
	sgrGood   = "\x1b[39;32m" // green
	sgrWarn   = "\x1b[39;35m" // magenta
	sgrBad    = "\x1b[39;31m" // red
	sgrAccent = "\x1b[39;36m" // cyan
	sgrBold   = "\x1b[22;1m"
	sgrDim    = "\x1b[22;2m"
	sgrReset  = "\x1b[0m"
)

// ownCodes are all sequences that a Style writes: whatever else begins with ESC comes from elsewhere.
var ownCodes = [...]string{sgrReset, sgrGood, sgrWarn, sgrBad, sgrAccent, sgrBold, sgrDim}

// Good marks a healthy state.
func (s Style) Good(text string) string { return s.paint(sgrGood, text) }

// Warn marks a state that needs attention.
func (s Style) Warn(text string) string { return s.paint(sgrWarn, text) }

// Bad marks a failure.
func (s Style) Bad(text string) string { return s.paint(sgrBad, text) }

// Accent marks a name to be found by the eye.
func (s Style) Accent(text string) string { return s.paint(sgrAccent, text) }

// Bold marks headings.
func (s Style) Bold(text string) string { return s.paint(sgrBold, text) }

// Dim marks secondary text.
func (s Style) Dim(text string) string { return s.paint(sgrDim, text) }

// Plain cleans text as the other styles do and marks nothing. What they wrote
// keeps its colour.
func (s Style) Plain(text string) string { return s.clean(text, Clean) }

// paint cleans text and puts it between code and a reset. Parts of the text that already
// have a color keep it.
func (s Style) paint(code, text string) string {
	text = s.Plain(text)
	if !s.Color || text == "" {
		return text
	}
	return code + strings.ReplaceAll(text, sgrReset, sgrReset+code) + sgrReset
}

// clean applies f to the text between our own codes. Without Color the codes are
// removed, like every other sequence.
func (s Style) clean(text string, f func(string) string) string {
	if !s.Color {
		return f(text)
	}
	return balance(text, f)
}

// balance applies f to the text between our own codes, removes redundant resets
// and adds a missing one at the end.
func balance(text string, f func(string) string) string {
	if strings.IndexByte(text, '\x1b') < 0 {
		return f(text)
	}
	var out strings.Builder
	open := false
	for rest := text; rest != ""; {
		at, code := nextCode(rest)
		out.WriteString(f(rest[:at]))
		if code != sgrReset || open {
			out.WriteString(code)
		}
		open = code != sgrReset && (open || code != "")
		rest = rest[at+len(code):]
	}
	if open {
		out.WriteString(sgrReset)
	}
	return out.String()
}

// nextCode finds the first of our own codes in s: its place and itself, or the
// end of s and "".
func nextCode(s string) (int, string) {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '\x1b')
		if i < 0 {
			return len(s), ""
		}
		at += i
		for _, code := range ownCodes {
			if strings.HasPrefix(s[at:], code) {
				return at, code
			}
		}
	}
}
