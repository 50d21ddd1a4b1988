package view

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// HTML is a piece of a page. It is made by the functions of this package, so
// that text from a cluster is always escaped in it.
type HTML string

// Text returns text for a page: cleaned and escaped, with the colours that a
// Style wrote as spans.
func Text(text string) HTML {
	text = Style{Color: true}.Plain(text)
	var out strings.Builder
	open := 0
	for rest := text; rest != ""; {
		at, code := nextCode(rest)
		out.WriteString(html.EscapeString(rest[:at]))
		switch code {
		case "":
		case sgrReset:
			out.WriteString(strings.Repeat("</span>", open))
			open = 0
		default:
			fmt.Fprintf(&out, `<span class="%s">`, classes[code])
			open++
		}
		rest = rest[at+len(code):]
	}
	return HTML(out.String())
}

// classes are the names of the styles in the sheet of a page.
var classes = map[string]string{
	sgrGood: "good", sgrWarn: "warn", sgrBad: "bad", sgrAccent: "accent", sgrBold: "bold", sgrDim: "dim",
}

// Tag returns an element: name and class are of the caller's making, never of
// a cluster's. An empty class is left out.
func Tag(name, class string, children ...HTML) HTML {
	var out strings.Builder
	out.WriteString("<" + name)
	if class != "" {
		out.WriteString(` class="` + class + `"`)
	}
	out.WriteString(">")
	for _, child := range children {
		out.WriteString(string(child))
	}
	out.WriteString("</" + name + ">")
	return HTML(out.String())
}

// HTML returns the table for a page, trees and notes as Write draws them.
// Nothing is cut or left out for want of width; only s.Wide counts.
func (t *Table) HTML(s Style) HTML {
	columns, lines := t.visible(s, t.lines(Style{Color: true}))
	head := make([]HTML, len(columns))
	for i, c := range columns {
		head[i] = Tag("th", c.class(), Text(c.Head))
	}
	var rows []HTML
	for _, l := range lines {
		rows = append(rows, l.html(columns)...)
	}
	return Tag("div", "scroll", Tag("table", "", Tag("thead", "", Tag("tr", "", head...)), Tag("tbody", "", rows...)))
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

// html returns the rows of one line: its cells, then its notes.
func (l line) html(columns []Column) []HTML {
	cells := make([]HTML, len(columns))
	for i, c := range columns {
		cells[i] = Text(l.cells[i])
		if i == 0 && l.prefix != "" {
			cells[i] = Tag("span", "tree", Text(l.prefix)) + cells[i]
		}
		cells[i] = Tag("td", c.class(), cells[i])
	}
	rows := []HTML{Tag("tr", "", cells...)}
	if l.title != "" {
		rows[0] = HTML(fmt.Sprintf(`<tr><td colspan="%d">%s</td></tr>`, len(columns), Text(l.title)))
	}
	for _, note := range l.notes {
		rows = append(rows, HTML(fmt.Sprintf(`<tr class="note"><td colspan="%d">%s</td></tr>`, len(columns), Text(note))))
	}
	return rows
}

// Page writes a whole page: one file that needs no other, runs no script and
// asks no server, in the reader's choice of light or dark, fit to print.
func Page(w io.Writer, title string, body ...HTML) error {
	var out strings.Builder
	out.WriteString(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>` + html.EscapeString(CleanLine(title)) + `</title>
<style>` + sheet + `</style>
</head>
<body>
<main>
`)
	for _, piece := range body {
		out.WriteString(string(piece) + "\n")
	}
	out.WriteString("</main>\n</body>\n</html>\n")
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}
