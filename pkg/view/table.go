package view

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// Column describes one column of a Table.
type Column struct {
	Head     string // shown in upper case
	Right    bool   // align right
	WideOnly bool   // only with Style.Wide
	// Drop, if not 0, allows leaving out the column if lines are longer than
	// Style.Width: the column with the highest Drop first.
	Drop int
	// Shrink, if not 0, allows shortening the cells to that many columns if lines
	// are still too long: in the middle, and never so that two different cells
	// look the same.
	Shrink int
	// Prose makes Shrink cut at the end, without regard to other rows: for
	// sentences instead of names.
	Prose bool
	// Below lets the cells go below their rows, as notes, before any column is left
	// out or cut.
	Below bool
}

// Table is a borderless table as kubectl writes them: upper-case heads, three
// blanks between columns, no trailing blanks. Rows may have rows under them,
// which are drawn as a tree in the first column.
type Table struct {
	columns []Column
	root    Row
}

// Row is one line of a Table.
type Row struct {
	cells  []string
	notes  []string
	rows   []*Row
	target string // of a link, in pages
	linkAt int    // the cell that is it
}

// NewTable returns an empty table of at least one column.
func NewTable(columns ...Column) *Table { return &Table{columns: columns} }

// Row appends a row and returns it. Cells are cleaned when they are written, except for
// the colors of a Style: clean untrusted text before joining it with colored text.
// Missing cells are empty, cells without a column are not shown. A row of one
// cell in a table of more columns is a title, which spans the whole width.
func (t *Table) Row(cells ...string) *Row { return t.root.Row(cells...) }

// Row appends a row under r.
func (r *Row) Row(cells ...string) *Row {
	child := &Row{cells: cells}
	r.rows = append(r.rows, child)
	return child
}

// Note appends a text under r that goes over the whole width, below its cells
// and above its rows.
func (r *Row) Note(text string) { r.notes = append(r.notes, text) }

// line is a row ready to be drawn.
type line struct {
	prefix string   // branches of the tree before the first cell
	cells  []string // cleaned
	title  string   // drawn in place of the cells, over the whole width
	notes  []string // cleaned and wrapped lines
}

// Write writes the table. A table without rows writes nothing.
func (t *Table) Write(w io.Writer, s Style) error {
	if len(t.root.rows) == 0 {
		return nil
	}
	lines := t.lines(s)
	columns, lines := t.visible(s, lines)
	columns = sink(columns, lines, s)
	columns, lines = fit(columns, lines, s)
	var head []string
	if !s.NoHeaders {
		head = heads(columns)
	}
	widest := widestRow(head, lines)
	for part := range slices.Chunk(lines, drawnAtOnce) {
		out, err := draw(columns, head, widest, part)
		if err != nil {
			return fmt.Errorf("draw table: %w", err)
		}
		if _, err := w.Write(out); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
		head = nil
	}
	return nil
}

// drawnAtOnce is how many lines tablewriter aligns at a time: it takes a kilobyte for each.
const drawnAtOnce = 1000

// widestRow returns a row whose cells are as wide as the columns. It gives the parts of a table the same columns.
func widestRow(head []string, lines []line) []string {
	row := make([]string, len(lines[0].cells))
	for i := range row {
		wide := 0
		if head != nil {
			wide = Width(head[i])
		}
		for _, l := range lines {
			wide = max(wide, l.width(i))
		}
		row[i] = strings.Repeat("-", wide)
	}
	return row
}

// visible leaves out the columns that s does not show.
func (t *Table) visible(s Style, lines []line) ([]Column, []line) {
	columns := slices.Clone(t.columns)
	for i := len(columns) - 1; i >= 0; i-- {
		if columns[i].WideOnly && !s.Wide {
			columns = dropColumn(columns, lines, i)
		}
	}
	return columns, lines
}

// dropColumn removes column i from the columns and from all lines.
func dropColumn(columns []Column, lines []line, i int) []Column {
	for n := range lines {
		lines[n].cells = slices.Delete(lines[n].cells, i, i+1)
	}
	return slices.Delete(columns, i, i+1)
}

// gap is what kubectl has between columns: the padding of 3 of its tab writer.
const gap = "   "

// draw lets tablewriter align the cells, and inserts the notes between its
// lines. tablewriter writes one line for each row. The one of the widest row is left out.
func draw(columns []Column, head, widest []string, lines []line) ([]byte, error) {
	var drawn, out bytes.Buffer
	table := tablewriter.NewTable(&drawn, options(columns)...)
	if head != nil {
		table.Header(head)
	}
	if err := table.Append(widest); err != nil {
		return nil, err
	}
	for _, l := range lines {
		cells := slices.Clone(l.cells)
		cells[0] = l.prefix + cells[0]
		if err := table.Append(cells); err != nil {
			return nil, err
		}
	}
	if err := table.Render(); err != nil {
		return nil, err
	}
	rest := drawn.Bytes()
	if head != nil {
		first, body, _ := bytes.Cut(rest, []byte("\n"))
		out.WriteString(trimmed(string(first)) + "\n")
		rest = body
	}
	_, rest, _ = bytes.Cut(rest, []byte("\n"))
	next := 0
	for text := range bytes.Lines(rest) {
		lines[next].write(&out, trimmed(string(text)))
		next++
	}
	return out.Bytes(), nil
}

// write writes what tablewriter drew of a line, or the title in its place, and the notes below it.
func (l line) write(out *bytes.Buffer, drawn string) {
	if l.title != "" {
		drawn = l.title
	}
	out.WriteString(drawn + "\n")
	for _, note := range l.notes {
		out.WriteString(note + "\n")
	}
}

// trimmed returns a drawn line without the blanks at its end, also those
// inside a colour, and without the resets that tablewriter adds to coloured cells.
func trimmed(text string) string {
	same := func(s string) string { return s }
	text = strings.TrimRight(balance(text, same), " \n")
	return balance(strings.TrimRight(strings.TrimSuffix(text, sgrReset), " "), same)
}

// heads returns the heads as kubectl writes them, in upper case.
func heads(columns []Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = strings.ToUpper(c.Head)
	}
	return out
}

// options pins everything of tablewriter that shows: it has defaults that
// depend on the locale and on the environment.
func options(columns []Column) []tablewriter.Option {
	align := make(tw.Alignment, len(columns))
	for i, c := range columns {
		align[i] = tw.AlignLeft
		if c.Right {
			align[i] = tw.AlignRight
		}
	}
	cell := tw.CellConfig{
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft, PerColumn: align},
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{Global: tw.Padding{Right: gap, Overwrite: true}},
	}
	return []tablewriter.Option{
		tablewriter.WithConfig(tablewriter.Config{Header: cell, Row: cell}),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		}),
	}
}
