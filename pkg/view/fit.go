package view

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// fit makes lines no longer than s.Width, as far as the columns allow it: by
// leaving columns out, then by cutting cells. A width of 0 fits everything.
func fit(columns []Column, lines []line, s Style) ([]Column, []line) {
	if s.Width <= 0 {
		return columns, lines
	}
	for excess(columns, lines, s.Width) > 0 { // a whole column less is better than cut names
		i := leastWanted(columns)
		if i < 0 {
			break
		}
		columns = dropColumn(columns, lines, i)
	}
	for { // the widest first, then the next: at most once for each column
		over := excess(columns, lines, s.Width)
		if over <= 0 || !shrink(columns, lines, over, s.ellipsis()) {
			return columns, lines
		}
	}
}

// sink takes the columns that may go below their rows out of lines that are too
// long, and returns the others. A cell gets two lines at most.
func sink(columns []Column, lines []line, s Style) []Column {
	// From the right: what stands there is read last.
	for i := len(columns) - 1; i > 0 && s.Width > 0 && excess(columns, lines, s.Width) > 0; i-- {
		if !columns[i].Below {
			continue
		}
		for n, l := range lines {
			if l.cells[i] == "" {
				continue
			}
			lines[n].notes = append(below(l.cells[i], s), l.notes...)
		}
		columns = dropColumn(columns, lines, i)
	}
	return columns
}

// below returns a cell as the lines that stand below its row, indented. What does not fit into two is
// cut off: a list is to be looked over, and the full view has the whole text.
func below(cell string, s Style) []string {
	const (
		indent = 3
		most   = 2
	)
	width := max(20, s.Width) // on a terminal as narrow as a word, lines may be longer than it
	notes := strings.Split(strings.Repeat(" ", indent)+Wrap(cell, width, indent), "\n")
	if len(notes) <= most {
		return notes
	}
	last := strings.Join(append(notes[most-1:most:most], strings.TrimSpace(notes[most])), " ")
	return append(notes[:most-1], cut(last, width, true, s.ellipsis()))
}

// excess returns by how many columns the longest line is longer than width.
func excess(columns []Column, lines []line, width int) int {
	sum := len(gap) * (len(columns) - 1)
	for i := range columns {
		sum += columnWidth(columns, lines, i)
	}
	return sum - width
}

// columnWidth returns the width that column i needs: that of its widest cell or head.
func columnWidth(columns []Column, lines []line, i int) int {
	wide := Width(columns[i].Head)
	for _, l := range lines {
		wide = max(wide, l.width(i))
	}
	return wide
}

// width returns the width of cell i with the branches before it.
func (l line) width(i int) int {
	if i == 0 {
		return Width(l.prefix) + Width(l.cells[0])
	}
	return Width(l.cells[i])
}

// leastWanted returns the column to leave out first, -1 if all must stay.
func leastWanted(columns []Column) int {
	least := -1
	for i, c := range columns {
		if c.Drop > 0 && i > 0 && (least < 0 || c.Drop >= columns[least].Drop) { // of equals the right one
			least = i
		}
	}
	return least
}

// shrink cuts the widest column that may be cut by at most over columns, and reports whether
// there was one. A column is cut at most once: Shrink is taken back.
func shrink(columns []Column, lines []line, over int, sign string) bool {
	widest := -1
	wide := 0
	for i, c := range columns {
		if w := columnWidth(columns, lines, i); c.Shrink > 0 && w > max(c.Shrink, Width(c.Head)) && w > wide {
			widest = i
			wide = w
		}
	}
	if widest < 0 {
		return false
	}
	c := columns[widest]
	columns[widest].Shrink = 0
	// As little room as is needed, and more as long as two cells would look the same.
	for room := max(c.Shrink, Width(c.Head), wide-over); room < wide; room++ {
		if cells, distinct := cutColumn(lines, widest, room, c.Prose, sign); distinct {
			for n := range lines {
				lines[n].cells[widest] = cells[n]
			}
			break
		}
	}
	return true
}

// cutColumn returns the cells of column i cut to room, and whether all that were
// different still are.
func cutColumn(lines []line, i, room int, prose bool, sign string) ([]string, bool) {
	cells := make([]string, len(lines))
	origin := map[string]string{}
	for n, l := range lines {
		whole := l.cells[i]
		// Branches of the first column are not cut.
		left := room - (l.width(i) - Width(whole))
		cells[n] = cut(whole, max(left, 1), prose, sign)
		if have, ok := origin[cells[n]]; ok && have != whole && !prose {
			return nil, false
		}
		origin[cells[n]] = whole
	}
	return cells, true
}

// ellipsis returns the sign, one column wide, that replaces removed text.
func (s Style) ellipsis() string {
	if s.ASCII {
		return "~"
	}
	return "…"
}

// cut shortens a cell to room columns, in the middle or at its end, and puts
// sign there. Colours stay.
func cut(cell string, room int, end bool, sign string) string {
	wide := Width(cell)
	if wide <= room {
		return cell
	}
	head := room / 2 // an odd column goes to the tail: names differ at their ends
	if end {
		head = room - 1
	}
	tail := room - 1 - head
	var out strings.Builder
	at := 0
	keep := true
	cutAt := -1 // where in out the sign is
	for rest := cell; rest != ""; {
		if i, code := nextCode(rest); i == 0 && code != "" {
			out.WriteString(code)
			rest = rest[len(code):]
			continue
		}
		_, size := utf8.DecodeRuneInString(rest)
		glyph := rest[:size]
		if w := Width(glyph); w > 0 { // a combining sign goes with its base
			keep = at+w <= head || at >= wide-tail
			at += w
		}
		if keep {
			out.WriteString(glyph)
		} else if cutAt < 0 {
			cutAt = out.Len()
			out.WriteString(sign)
		}
		rest = rest[size:]
	}
	before := out.String()[:cutAt]
	after := out.String()[cutAt:]
	return strings.TrimRight(before, " ") + after
}

// narrow measures widths the same way in every locale.
var narrow = twwidth.Options{}

// Width returns the columns that text takes on a terminal: wide letters take two,
// colours of a Style none. The locale changes nothing.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return twwidth.WidthWithOptions(s, narrow)
}
