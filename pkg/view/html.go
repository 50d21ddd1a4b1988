package view

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"iter"
	"slices"
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
			out.WriteString(strings.Repeat("</span>", open)) // a reset ends all of them
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

// Attrs are the attributes of an element, name and value in turn. Names are written as they are, so they
// must be constants; values are escaped, because they may come from a cluster. An attribute
// without a value is left out.
type Attrs []string

// Element returns an element. Its name is written as it is, so it must be a constant.
func Element(name string, attrs Attrs, children ...HTML) HTML {
	var out strings.Builder
	out.WriteString(string(opening(name, attrs)))
	for _, child := range children {
		out.WriteString(string(child))
	}
	out.WriteString("</" + name + ">")
	return HTML(out.String())
}

// Within returns an element in pieces: its tags, and between them its children. It is for content that
// would be too long to hold.
func Within(name string, attrs Attrs, children iter.Seq[HTML]) iter.Seq[HTML] {
	return Chain(Pieces(opening(name, attrs)), children, Pieces(HTML("</"+name+">")))
}

// opening returns the tag that begins an element.
func opening(name string, attrs Attrs) HTML {
	var out strings.Builder
	out.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			out.WriteString(" " + attrs[i] + `="` + html.EscapeString(CleanLine(attrs[i+1])) + `"`)
		}
	}
	out.WriteString(">")
	return HTML(out.String())
}

// Pieces returns what is there already as pieces of a page.
func Pieces(list ...HTML) iter.Seq[HTML] { return slices.Values(list) }

// Chain returns pieces of a page one after the other.
func Chain(parts ...iter.Seq[HTML]) iter.Seq[HTML] {
	return func(yield func(HTML) bool) {
		for _, part := range parts {
			for piece := range part {
				if !yield(piece) {
					return
				}
			}
		}
	}
}

// Joined returns pieces as one.
func Joined(pieces iter.Seq[HTML]) HTML {
	var out strings.Builder
	for piece := range pieces {
		out.WriteString(string(piece))
	}
	return HTML(out.String())
}

// Tag returns an element of a class. An empty class is left out.
func Tag(name, class string, children ...HTML) HTML {
	return Element(name, Attrs{"class", class}, children...)
}

// Badge returns a word on a ground of its colour: "good", "warn", "bad", "dim"
// or "accent".
func Badge(class, word string) HTML { return Tag("span", "badge "+class, Text(word)) }

// Link returns a link to the element of the page with that id.
func Link(id string, children ...HTML) HTML {
	return Element("a", Attrs{"href", "#" + id}, children...)
}

// Minor returns the heading of a part of one object: of the second level on a
// page of that object alone, of the third below the object's own heading.
func Minor(alone bool, text string) HTML {
	if alone {
		return Tag("h2", "minor", Text(text))
	}
	return Tag("h3", "minor", Text(text))
}

// Folded returns content that shows when its summary is opened. In print it is
// open.
func Folded(summary HTML, children ...HTML) HTML {
	return Tag("details", "", append([]HTML{Tag("summary", "", summary)}, children...)...)
}

// Command returns a command line to be copied.
func Command(line string) HTML { return Tag("pre", "command", Tag("code", "", Text(CleanLine(line)))) }

// Page writes a whole page: one file that needs no other and asks no server, in
// the reader's choice of light or dark, fit to print. The only script that it
// can run is the one of this package, which searches, sorts and zooms.
func Page(w io.Writer, title string, body ...HTML) error {
	return PageOf(w, title, func(yield func(HTML) bool) {
		for _, piece := range body {
			if piece != "" && (!yield(piece) || !yield("\n")) {
				return
			}
		}
	})
}

// PageOf is Page for a body in pieces, which it does not join.
func PageOf(w io.Writer, title string, body iter.Seq[HTML]) error {
	const end = "</main>\n<script>" + script + "</script>\n</body>\n</html>\n"
	out := bufio.NewWriter(w)
	for piece := range Chain(Pieces(start(title)), body, Pieces(end)) {
		if _, err := out.WriteString(string(piece)); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// start returns what every page begins with.
func start(title string) HTML {
	return HTML(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="` + policy() + `">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>` + html.EscapeString(CleanLine(title)) + `</title>
<style>` + sheet + `</style>
</head>
<body>
<main>
`)
}
