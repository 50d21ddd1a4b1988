package layout

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Line is one line of the text that the notes are about.
type Line struct {
	Text string // without its line break
	End  string // the line break
	// Open reports that a comment can be added at the end of the line.
	Open bool
	// Above is the index of the line above which comments about this one can be
	// put, -1 if there is none.
	Above int
	// Gone lines are left out. What belongs above them is written.
	Gone bool
}

// Style is how comments look.
type Style struct {
	// Width is how many columns a line may have.
	Width int
	// Marker begins each comment.
	Marker string
	// Break ends lines that are added.
	Break string
	// Comment and Problem colour a comment, and one about something that is
	// wrong; nil for no colour.
	Comment, Problem func(string) string
}

const (
	// farthest is the last column at which comments are aligned: longer lines
	// have theirs right behind.
	farthest = 38
	// gap is how many spaces are between a line and its comment.
	gap = 2
	// narrowest is how many columns a wrapped comment gets at least.
	narrowest = 30
)

// Prefixes of the kinds of notes.
var prefixes = map[annotate.Kind]string{
	annotate.Trouble: "PROBLEM: ", annotate.Difference: "LIVE: ", annotate.Elsewhere: "DIFFERS: ", annotate.NotSet: "not set: ",
}

// Write writes the lines with the notes as comments. The notes are in the order
// of their lines.
func Write(out *strings.Builder, lines []Line, notes []annotate.Note, s Style) {
	p := page{style: s, lines: lines, above: map[int][]string{}, ends: make([]string, len(lines))}
	for _, n := range notes {
		p.place(n)
	}
	p.write(out)
}

// Header writes comment lines before a text.
func Header(out *strings.Builder, texts []string, s Style) {
	p := page{style: s}
	for _, text := range texts {
		for _, line := range p.wrapped(view.Clean(text), "", "") {
			out.WriteString(p.painted(line) + s.Break)
		}
	}
}

// page is a text while notes are laid out.
type page struct {
	style Style
	lines []Line
	above map[int][]string // comment lines by the index of the line below them
	ends  []string         // comments at the ends of lines
}

// place puts a note at the end of its line or above it.
func (p *page) place(n annotate.Note) {
	if n.Line >= len(p.lines) {
		return
	}
	text := view.Clean(n.Text)
	mark := view.CleanLine(n.Mark)
	if n.Kind == annotate.Meaning && n.Name == "" && mark == "" && p.said(n.Line, text) {
		return
	}
	paragraphs := strings.Split(text, "\n")
	if n.Kind != annotate.Meaning || n.Name != "" || len(paragraphs) > 1 {
		p.putAbove(n, paragraphs, mark)
		return
	}
	comment := p.style.Marker + " " + join(text, mark)
	l := p.lines[n.Line]
	if l.Open && !l.Gone && p.ends[n.Line] == "" && view.Width(l.Text)+gap+view.Width(comment) <= p.style.Width {
		p.ends[n.Line] = comment
		return
	}
	p.putAbove(n, paragraphs, mark)
}

// said reports whether the file already has the same comment, at the end of a line or
// above it: somebody wrote it, or another program that explains.
func (p *page) said(line int, text string) bool {
	own := p.lines[line].Text
	if at := strings.LastIndex(own, " # "); at >= 0 && !p.lines[line].Open && same(own[at+len(" # "):], text) {
		return true
	}
	above := p.lines[line].Above - 1
	if above < 0 || p.lines[above].Gone {
		return false
	}
	comment, isComment := strings.CutPrefix(strings.TrimSpace(p.lines[above].Text), "# ")
	return isComment && same(comment, text)
}

// same reports whether one of two sentences begins with the other.
func same(theirs, ours string) bool {
	theirs = strings.ToLower(strings.TrimSpace(theirs))
	ours = strings.ToLower(ours)
	if len(theirs) > len(ours) {
		theirs, ours = ours, theirs
	}
	return strings.Contains(theirs, " ") && strings.HasPrefix(ours, theirs)
}

// join returns a text and its mark in one line.
func join(text, mark string) string {
	if text == "" || mark == "" {
		return text + mark
	}
	return text + " · " + mark
}

// putAbove adds a note on lines of its own above its line.
func (p *page) putAbove(n annotate.Note, paragraphs []string, mark string) {
	at := p.lines[n.Line].Above
	if at < 0 {
		return
	}
	indent := p.indent(at)
	first := prefixes[n.Kind]
	next := ""
	if n.Name != "" {
		first = strings.Repeat("  ", n.Depth+1) + view.CleanLine(n.Name) + ": "
		next = strings.Repeat("  ", n.Depth+3)
	}
	last := len(paragraphs) - 1
	paragraphs[last] = join(paragraphs[last], mark)
	for i, paragraph := range paragraphs {
		if i > 0 {
			first = next
		}
		p.above[at] = append(p.above[at], p.wrapped(first+paragraph, indent, next)...)
	}
}

// indent returns the blanks that comments above a line begin with.
func (p *page) indent(at int) string {
	text := p.lines[at].Text
	return text[:len(text)-len(strings.TrimLeft(text, " "))]
}

// wrapped returns a text as comment lines. The lines after the first begin with next.
func (p *page) wrapped(text, indent, next string) []string {
	room := max(p.style.Width-len(indent)-len(p.style.Marker)-1, narrowest)
	lines := wrap(text, room, next)
	for i, line := range lines {
		lines[i] = indent + p.style.Marker + " " + line
	}
	return lines
}

// write writes the lines with their comments.
func (p *page) write(out *strings.Builder) {
	column := p.column()
	for i, l := range p.lines {
		for _, line := range p.above[i] {
			out.WriteString(p.painted(line) + p.style.Break)
		}
		if l.Gone {
			continue
		}
		out.WriteString(l.Text)
		if comment := p.ends[i]; comment != "" {
			at := max(column, view.Width(l.Text)+gap)
			if at+view.Width(comment) > p.style.Width {
				at = view.Width(l.Text) + gap
			}
			out.WriteString(strings.Repeat(" ", at-view.Width(l.Text)) + p.painted(comment))
		}
		out.WriteString(l.End)
	}
}

// column returns where comments at the ends of lines begin: the column, not
// farther than farthest, at which most of them are aligned.
func (p *page) column() int {
	var best, most int
	var count [farthest + 1]int // of the comments that can begin at a column
	for i, comment := range p.ends {
		if comment == "" {
			continue
		}
		from := view.Width(p.lines[i].Text) + gap
		to := min(p.style.Width-view.Width(comment), farthest)
		for column := from; column <= to; column++ {
			count[column]++
		}
	}
	for column, n := range count {
		if n > most {
			best = column
			most = n
		}
	}
	return best
}

// painted colours a comment line, its indentation left out.
func (p *page) painted(line string) string {
	comment := strings.TrimLeft(line, " ")
	paint := p.style.Comment
	rest := strings.TrimPrefix(comment, p.style.Marker+" ")
	for _, kind := range []annotate.Kind{annotate.Trouble, annotate.Difference, annotate.Elsewhere} {
		if strings.HasPrefix(rest, prefixes[kind]) {
			paint = p.style.Problem
		}
	}
	if paint == nil {
		return line
	}
	return line[:len(line)-len(comment)] + paint(comment)
}
