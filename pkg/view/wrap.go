package view

import "strings"

// Wrap breaks text between words, so that no line is longer than width columns,
// unless a word is, and indents every line but the first by indent spaces: the
// caller has written as many columns before the first. Line breaks of the text
// stay. A width of 0 breaks nothing. The text is cleaned, except for the colors of
// a Style, which end with each line: clean untrusted text before joining it with
// colored text.
func Wrap(text string, width, indent int) string {
	text = Style{Color: true}.Plain(text)
	margin := "\n" + strings.Repeat(" ", indent)
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out.WriteString(margin)
		}
		wrapLine(&out, line, width-indent, margin)
	}
	return reopen(out.String(), margin)
}

// wrapLine writes one line, broken into pieces of at most room columns.
func wrapLine(out *strings.Builder, line string, room int, margin string) {
	if room <= 0 || Width(line) <= room {
		out.WriteString(line)
		return
	}
	lead := line[:len(line)-len(strings.TrimLeft(line, " "))] // an indented line stays so when it is broken
	used := Width(lead)
	out.WriteString(lead)
	for i, word := range strings.Fields(line) { // blanks in a row become one
		w := Width(word)
		switch {
		case i == 0:
		case used+1+w > room:
			out.WriteString(margin + lead)
			used = Width(lead)
		default:
			out.WriteByte(' ')
			used++
		}
		out.WriteString(word)
		used += w
	}
}

// reopen ends a colour before each line break and begins it again after, so that the margin of
// the next line has none, and a pager that shows single lines has all.
func reopen(text, margin string) string {
	if !strings.Contains(text, sgrReset) {
		return text
	}
	var out strings.Builder
	open := ""
	for rest := text; rest != ""; {
		at, code := nextCode(rest)
		piece := rest[:at]
		if open != "" {
			piece = strings.ReplaceAll(piece, margin, sgrReset+margin+open)
		}
		out.WriteString(piece + code)
		switch code {
		case "":
		case sgrReset:
			open = ""
		default:
			open += code
		}
		rest = rest[at+len(code):]
	}
	return out.String()
}
