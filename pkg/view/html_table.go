package view

import (
	"fmt"
	"strings"
)

// HTML returns the table for a page, trees and notes as Write draws them, with a
// name for screen readers. Nothing is shortened, and empty columns are left out.
// On a narrow screen each row becomes a paragraph.
func (t *Table) HTML(name string, s Style) HTML {
	if len(t.root.rows) == 0 {
		return ""
	}
	shown := t.inPage(s)
	var head []HTML
	for i, c := range t.columns {
		if shown[i] {
			head = append(head, Element("th", Attrs{"scope", "col", "class", c.class()}, Text(c.Head)))
		}
	}
	var rows []HTML
	for _, r := range t.root.rows {
		rows = append(rows, r.html(t.columns, shown, 0)...)
	}
	class := "scroll"
	if t.root.rows[0].target != "" {
		class = "scroll list" // the script makes it searchable
	}
	// What scrolls must be reached by the keyboard.
	return Element("div", Attrs{"class", class, "tabindex", "0", "role", "region", "aria-label", name},
		Tag("table", "", Tag("thead", "", Tag("tr", "", head...)), Tag("tbody", "", rows...)))
}

// inPage reports which columns a page shows.
func (t *Table) inPage(s Style) []bool {
	shown := make([]bool, len(t.columns))
	// A dash is a cell for which there is nothing, as in a list of a terminal.
	for _, l := range t.lines(Style{Color: true}) {
		for i, cell := range l.cells {
			shown[i] = shown[i] || (cell != "" && cell != "-")
		}
	}
	for i, c := range t.columns {
		shown[i] = i == 0 || (shown[i] && (s.Wide || !c.WideOnly))
	}
	return shown
}

// class returns the class of the style sheet for the cells of a column.
func (c Column) class() string {
	if c.Right {
		return "right"
	}
	if c.Prose {
		return "prose"
	}
	return ""
}

// html returns the rows of r: its cells, its notes, and its children.
func (r *Row) html(columns []Column, shown []bool, depth int) []HTML {
	level := ""
	if depth > 0 {
		level = fmt.Sprintf("in%d", min(depth, 3)) // the style sheet has three levels
	}
	span := spanOf(shown) // of titles and notes: a row of them goes across the table
	class := "row"
	if depth == 0 && len(r.rows) > 0 {
		class = "row top"
	}
	rows := []HTML{Tag("tr", class, r.htmlCells(columns, shown, level, span)...)}
	for _, note := range r.notes {
		rows = append(rows, Tag("tr", "note", Element("td", Attrs{"colspan", span, "class", strings.TrimSpace(level + " note")}, Text(note))))
	}
	for _, child := range r.rows {
		rows = append(rows, child.html(columns, shown, depth+1)...)
	}
	return rows
}

// htmlCells returns the cells of a row. The only cell of a title spans all columns.
func (r *Row) htmlCells(columns []Column, shown []bool, level, span string) []HTML {
	first := r.linked(0)
	if len(r.cells) == 1 && len(columns) > 1 {
		return []HTML{Element("th", Attrs{"scope", "row", "colspan", span, "class", level}, first)}
	}
	cells := []HTML{Element("th", Attrs{"scope", "row", "class", level}, first)}
	for i := 1; i < len(columns); i++ {
		if shown[i] {
			// If the row is a paragraph, the sheet writes data-head before each cell.
			cells = append(cells, Element("td", Attrs{"class", columns[i].class(), "data-head", columns[i].Head}, r.linked(i)))
		}
	}
	return cells
}

// spanOf returns the number of columns that are shown, as an attribute.
func spanOf(shown []bool) string {
	count := 0
	for _, is := range shown {
		if is {
			count++
		}
	}
	return fmt.Sprint(count)
}

// cell returns a cell as a page shows it: its colours are left to Text, which has classes for them.
func (r *Row) cell(i int) string {
	if i >= len(r.cells) {
		return ""
	}
	return Style{Color: true}.clean(r.cells[i], CleanLine)
}

// linked returns a cell of a page, as a link if it leads somewhere.
func (r *Row) linked(i int) HTML {
	if r.target != "" && i == r.linkAt {
		return Link(r.target, Text(r.cell(i)))
	}
	return Text(r.cell(i))
}

// Link makes a cell of the row lead, in pages, to the element with that id.
func (r *Row) Link(id string, cell int) {
	r.target = id
	r.linkAt = cell
}

// Rows returns the rows of the table, those under other rows not counted.
func (t *Table) Rows() []*Row { return t.root.rows }
