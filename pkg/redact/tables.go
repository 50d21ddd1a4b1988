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
	header := f.s[first:last]
	sep := separatorAfter(f.s, end, header)
	if sep == "" || (sep != " " && !isHeaderRow(header, sep)) || (sep == " " && !isHeaderOfWords(header)) {
		return
	}
	if first > 0 && sep != " " && strings.Count(header, sep) == strings.Count(f.s[lineStart(f.s, first-1):first-1], sep) {
		return // a row like the one before it
	}
	c := tableColumn{p: p, sep: sep, cells: strings.Count(header, sep), cell: strings.Count(header[:start-first], sep)}
	if c.place = end - len(p.name) - first; c.place < 0 { // the name can be of two words
		return
	}
	c.capitals = isCapitals(strings.ReplaceAll(header, " ", ""))
	f.rows(c, last+1)
}

// tableColumn is a column of a table that has the name of a credential as its header.
type tableColumn struct {
	p           pair
	sep         string // between cells, a blank for aligned ones
	cells, cell int    // signs in a row, and before the cell
	place       int    // where an aligned column begins in its line
	capitals    bool   // the header is in capitals
}

// isHeader reports whether a row has the name of an aligned column again, and so is the header of another table, which is read on
// its own.
func (c tableColumn) isHeader(row string) bool {
	return c.sep == " " && strings.HasPrefix(row[min(len(row), c.place):], c.p.name)
}

// rows hides the values of a column in the rows from i on.
func (f *finder) rows(c tableColumn, i int) {
	for range mostRows {
		if i >= len(f.s) {
			return
		}
		stop := lineEnd(f.s, i)
		row := f.s[i:stop]
		switch {
		case len(row) > longestRow || row == "" || c.isHeader(row):
			return
		case strings.Trim(row, "-+|= \r─┼├┤═╪╬╠╣╞╡━┿") == "":
		case c.sep == " ":
			f.inColumn(c, i, row)
		case strings.Count(row, c.sep) != c.cells:
			return
		default:
			f.inCell(c, i, row)
		}
		i = stop + 1
	}
}

// boxSeparators are the lines between the cells of a table that is drawn.
var boxSeparators = []string{"│", "║", "┃"}

// separatorAfter returns what separates the cells of the row in which a name ends at i: a sign, a blank for columns, "" if the name
// is in no header.
func separatorAfter(s string, i int, line string) string {
	i = skipQuote(s, i)
	next := skipBlanks(s, i)
	if next >= len(s) {
		return ""
	}
	for _, sep := range boxSeparators {
		if strings.HasPrefix(s[next:], sep) {
			return sep
		}
	}
	switch c := s[next]; {
	case c == '|', c == ',', c == ';':
		return s[next : next+1]
	case next > i && s[i] == '\t':
		return "\t"
	case c != '\n' && c != '\r':
		if next-i > 1 {
			return " "
		}
		return ""
	}
	for _, sep := range []string{"|", "\t", ",", ";"} {
		if strings.Contains(line, sep) {
			return sep
		}
	}
	if strings.Contains(line, "  ") {
		return " "
	}
	return ""
}

// isHeaderOfWords reports whether a row is the header of aligned columns: all in capitals, or words with two blanks or more between
// them and nothing else.
func isHeaderOfWords(header string) bool {
	if isCapitals(strings.ReplaceAll(header, " ", "")) {
		return true
	}
	columns := 0
	for cell := range strings.SplitSeq(strings.TrimSpace(header), "  ") {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		if strings.Trim(cell, variableLetters+" ") != "" || strings.ContainsAny(cell, "0123456789") || strings.Count(cell, " ") > 1 {
			return false
		}
		columns++
	}
	const fewest = 2
	return columns >= fewest
}

// isHeaderRow reports whether every cell of a row is the name of a column.
func isHeaderRow(header, sep string) bool {
	cells := strings.Split(strings.Trim(strings.TrimSpace(header), "|│║┃"), sep)
	for _, cell := range cells {
		cell = strings.Trim(cell, " \"'`\r")
		if cell == "" && sep == "\t" {
			continue
		}
		if cell == "" || len(cell) > 40 || strings.Trim(cell, variableLetters+" ") != "" || isNumber(cell) {
			return false
		}
	}
	return len(cells) > 1
}

// inCell hides the value of a column in a row that begins at i.
func (f *finder) inCell(c tableColumn, i int, row string) {
	for n := c.cell; n > 0; n-- {
		at := strings.Index(row, c.sep) + len(c.sep)
		i += at
		row = row[at:]
	}
	cell, _, _ := strings.Cut(row, c.sep)
	f.cellValue(c.p, i, cell)
}

// inColumn hides the word of a row that stands below a header, which begins at the same place of its line.
func (f *finder) inColumn(c tableColumn, i int, row string) {
	place := c.place
	if place >= len(row) || row[place] == ' ' || (place > 0 && row[place-1] != ' ') {
		return
	}
	word, _, _ := strings.Cut(row[place:], " ")
	if c.capitals || looksChosen(word) || isLongRandom(word) {
		f.cellValue(c.p, i+place, word)
	}
}

// cellValue hides what is in a cell that begins at i if it looks like the credential that the header names.
func (f *finder) cellValue(p pair, i int, cell string) {
	text := strings.Trim(cell, " \"'`\r\t")
	if len(text) < 6 || harmless(text) || !isNoWord(text) || strings.Contains(text, " ") || isPublic(text) || isNumberedName(text) {
		return
	}
	if isChosen(p.name) || random(text) {
		from := i + strings.Index(cell, text)
		f.add(from, from+len(text))
	}
}
