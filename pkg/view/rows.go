package view

import (
	"strings"
	"unicode/utf8"
)

// Rows breaks a line into rows of at most width columns, between any two
// letters. The colours of a Style take no columns and go on in the next row. A
// width of 0 breaks nothing.
func Rows(line string, width int) []string {
	if width <= 0 || Width(line) <= width {
		return []string{line}
	}
	var rows []string
	var row strings.Builder
	used := 0 // columns of the row
	for rest := line; rest != ""; {
		if at, code := nextCode(rest); at == 0 && code != "" {
			row.WriteString(code)
			rest = rest[len(code):]
			continue
		}
		_, size := utf8.DecodeRuneInString(rest)
		wide := Width(rest[:size])
		// A wide letter that no row has room for gets one of its own, too long by a column.
		if used+wide > width && used > 0 {
			rows = append(rows, row.String())
			row.Reset()
			used = 0
		}
		used += wide
		row.WriteString(rest[:size])
		rest = rest[size:]
	}
	return append(rows, row.String())
}

// Uncolored returns text without the colours of a Style. Other escape sequences were removed
// when the text was cleaned.
func Uncolored(text string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		at, code := nextCode(rest)
		out.WriteString(rest[:at])
		rest = rest[at+len(code):]
	}
	return out.String()
}
