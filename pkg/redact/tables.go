package redact

import "strings"

// Bounds of a table: how many rows are looked at below its header, and how long a line of it may be.
const (
	mostRows   = 200
	longestRow = 1000
)

// column hides the values below the name of a credential that is the header of a column, as clients of databases and kubectl print
// tables, and as CSV has it: "| user | password |", "user,password", "NAME   TOKEN". The name begins at start and ends at end.
func (f *finder) column(p pair, start, end int) {
	low := max(0, start-longestRow)
	first := low + strings.LastIndexByte(f.s[low:start], '\n') + 1
	last := end + strings.IndexByte(f.s[end:min(len(f.s), end+longestRow)], '\n')
	if last < end || (first == low && low > 0) {
		return // not the header of anything, or no row
	}
	sep := separatorAfter(f.s, end)
	if sep == 0 {
		return
	}
	header := f.s[first:last]
	if first > 0 && sep != ' ' && strings.Count(header, string(sep)) == strings.Count(f.s[lineStart(f.s, first-1):first-1], string(sep)) {
		return // a row like the one before it
	}
	cell := strings.Count(header[:start-first], string(sep))
	if sep == ' ' {
		if !isCapitals(strings.ReplaceAll(header, " ", "")) {
			return
		}
	} else if !isHeaderRow(header, sep) {
		return
	}
	at := last + 1
	for range mostRows {
		if at >= len(f.s) {
			return
		}
		stop := lineEnd(f.s, at)
		row := f.s[at:stop]
		switch {
		case len(row) > longestRow:
			return
		case strings.Trim(row, "-+|= \r") == "":
			if row == "" {
				return
			}
		case sep == ' ':
			f.inColumn(p, at, row, start-first)
		case strings.Count(row, string(sep)) != strings.Count(header, string(sep)):
			return
		default:
			f.cell(p, at, row, sep, cell)
		}
		at = stop + 1
	}
}

// separatorAfter returns what separates the cells of the row in which a name ends at i: a sign, a blank for columns, 0 if the name
// is in no header.
func separatorAfter(s string, i int) byte {
	i = skipQuote(s, i)
	next := skipBlanks(s, i)
	if next >= len(s) {
		return 0
	}
	line := s[lineStart(s, i):lineEnd(s, i)]
	switch c := s[next]; {
	case c == '|', c == ',', c == ';':
		return c
	case next > i && s[i] == '\t':
		return '\t'
	case c != '\n' && c != '\r':
		if next-i > 1 {
			return ' '
		}
		return 0
	case strings.Contains(line, "|"):
		return '|'
	case strings.Contains(line, "\t"):
		return '\t'
	case strings.Contains(line, ","):
		return ','
	case strings.Contains(line, ";"):
		return ';'
	case strings.Contains(line, "  "):
		return ' '
	}
	return 0
}

// isHeaderRow reports whether every cell of a row is the name of a column.
func isHeaderRow(header string, sep byte) bool {
	cells := strings.Split(strings.Trim(strings.TrimSpace(header), "|"), string(sep))
	for _, cell := range cells {
		cell = strings.Trim(cell, " \"'`\r")
		if cell == "" && sep == '\t' {
			continue
		}
		if cell == "" || len(cell) > 40 || strings.Trim(cell, variableLetters+" ") != "" || isNumber(cell) {
			return false
		}
	}
	return len(cells) > 1
}

// cell hides the value in one cell of a row that begins at i.
func (f *finder) cell(p pair, i int, row string, sep byte, number int) {
	for ; number > 0; number-- {
		n := strings.IndexByte(row, sep)
		i += n + 1
		row = row[n+1:]
	}
	if n := strings.IndexByte(row, sep); n >= 0 {
		row = row[:n]
	}
	f.cellValue(p, i, row)
}

// inColumn hides the word of a row that stands below a header, which begins at the same place of its line.
func (f *finder) inColumn(p pair, i int, row string, place int) {
	if place >= len(row) || row[place] == ' ' || (place > 0 && row[place-1] != ' ') {
		return
	}
	word, _, _ := strings.Cut(row[place:], " ")
	f.cellValue(p, i+place, word)
}

// cellValue hides what is in a cell that begins at i if it looks like the credential that the header names.
func (f *finder) cellValue(p pair, i int, cell string) {
	text := strings.Trim(cell, " \"'`\r\t")
	if len(text) < 6 || harmless(text) || !hasDigitAndLetter(text) || strings.Contains(text, " ") || isPublic(text) {
		return
	}
	if isChosen(p.name) || random(text) {
		from := i + strings.Index(cell, text)
		f.add(from, from+len(text))
	}
}
