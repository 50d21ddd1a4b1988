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

func (c Column) class() string {
	switch {
	case c.Right:
		return "right"
	case c.Prose:
		return "prose"
	}
	return ""
}

// html returns the rows of r: its cells, its notes, and its children.
func (r *Row) html(columns []Column, shown []bool, depth int) []HTML {
	first := r.linked(0)
	level := ""
	if depth > 0 {
		level = fmt.Sprintf("in%d", min(depth, 3))
	}
	count := 0
	for _, is := range shown {
		if is {
			count++
		}
	}
	span := fmt.Sprint(count)
	var cells []HTML
	if len(r.cells) == 1 && len(columns) > 1 {
		cells = append(cells, Element("th", Attrs{"scope", "row", "colspan", span, "class", level}, first))
	} else {
		cells = append(cells, Element("th", Attrs{"scope", "row", "class", level}, first))
		for i := 1; i < len(columns); i++ {
			if shown[i] {
				cells = append(cells, Element("td", Attrs{"class", columns[i].class(), "data-head", columns[i].Head}, r.linked(i)))
			}
		}
	}
	class := "row"
	if depth == 0 && len(r.rows) > 0 {
		class = "row top"
	}
	rows := []HTML{Tag("tr", class, cells...)}
	for _, note := range r.notes {
		rows = append(rows, Tag("tr", "note", Element("td", Attrs{"colspan", span, "class", strings.TrimSpace(level + " note")}, Text(note))))
	}
	for _, child := range r.rows {
		rows = append(rows, child.html(columns, shown, depth+1)...)
	}
	return rows
}

// cell returns a cell as a page shows it.
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
func (r *Row) Link(id string, cell int) { r.target, r.linkAt = id, cell }

// Rows returns the rows of the table, those under other rows not counted.
func (t *Table) Rows() []*Row { return t.root.rows }
