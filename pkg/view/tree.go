package view

import "strings"

// branches are the signs that a tree is drawn with.
type branches struct{ child, last, pass, none string }

var (
	drawnBranches = branches{child: "├─ ", last: "└─ ", pass: "│  ", none: "   "}
	asciiBranches = branches{child: "|- ", last: "`- ", pass: "|  ", none: "   "}
)

// lines returns the rows of the tree in order, with cleaned cells, each as many as
// the table has columns.
func (t *Table) lines(s Style) []line {
	signs := drawnBranches
	if s.ASCII {
		signs = asciiBranches
	}
	var out []line
	for _, r := range t.root.rows {
		out = r.lines(out, s, signs, len(t.columns), "", "")
	}
	return out
}

// lines appends r and its children to out. head precedes the first cell of r,
// margin precedes its children.
func (r *Row) lines(out []line, s Style, signs branches, columns int, head, margin string) []line {
	l := line{prefix: head, cells: r.cleaned(s, columns), notes: r.wrapped(s, signs, margin)}
	// A row of one cell is a title: it goes across all columns, and makes none of them wider.
	if len(r.cells) == 1 && columns > 1 {
		l.title = head + l.cells[0]
		l.prefix = ""
		l.cells[0] = ""
	}
	out = append(out, l)
	for i, child := range r.rows {
		sign := signs.child
		pass := signs.pass
		if i == len(r.rows)-1 {
			sign = signs.last
			pass = signs.none
		}
		out = child.lines(out, s, signs, columns, margin+sign, margin+pass)
	}
	return out
}

// cleaned returns the cells of a row without control characters, one for each column.
func (r *Row) cleaned(s Style, columns int) []string {
	cells := make([]string, columns)
	for i := range min(columns, len(r.cells)) {
		cells[i] = s.clean(r.cells[i], CleanLine)
	}
	return cells
}

// wrapped returns the lines of the notes of r, with the branches that pass by.
func (r *Row) wrapped(s Style, signs branches, margin string) []string {
	if len(r.notes) == 0 {
		return nil
	}
	// Notes stand between a row and its children, to whose branches the line must go on.
	margin += signs.none
	if len(r.rows) > 0 {
		margin = strings.TrimSuffix(margin, signs.none) + signs.pass
	}
	var out []string
	for _, note := range r.notes {
		width := 0
		if s.Width > 0 {
			width = max(20, s.Width-Width(margin))
		}
		for text := range strings.SplitSeq(Wrap(s.Plain(note), width, 0), "\n") {
			out = append(out, strings.TrimRight(margin+text, " "))
		}
	}
	return out
}
