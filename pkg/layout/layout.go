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

// Lines are the lines of a text. A text can have millions: they need not all be in memory.
type Lines interface {
	Len() int
	Line(at int) Line
}

// List is Lines that are in memory.
type List []Line

// Len returns the number of lines.
func (l List) Len() int { return len(l) }

// Line returns the line at an index.
func (l List) Line(at int) Line { return l[at] }

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
func Write(out *strings.Builder, lines Lines, notes []annotate.Note, s Style) {
	p := page{style: s, lines: lines, above: map[int][]comment{}, ends: map[int]string{}}
	for _, n := range notes {
		p.place(n)
	}
	p.write(out)
}

// Header writes comment lines before a text, one paragraph for each note. Of a note only the kind and
// the text count.
func Header(out *strings.Builder, notes []annotate.Note, s Style) {
	p := page{style: s}
	for _, n := range notes {
		for i, line := range p.wrapped(prefixes[n.Kind]+view.Clean(n.Text), "", "") {
			c := comment{text: line, problem: i == 0 && isProblem(n.Kind)}
			out.WriteString(p.painted(c) + s.Break)
		}
	}
}

// page is a text while notes are laid out.
type page struct {
	style Style
	lines Lines
	above map[int][]comment // by the index of the line below them
	ends  map[int]string    // comments at the ends of lines, which are never about a problem; a text may have far more lines
}

// comment is a line of its own.
type comment struct {
	text    string // with the blanks and the marker before it
	problem bool   // it begins a note about something that is wrong
}

// place puts a note at the end of its line or above it.
func (p *page) place(n annotate.Note) {
	if n.Line >= p.lines.Len() {
		return
	}
	text := view.Clean(n.Text)
	mark := view.CleanLine(n.Mark)
	own := n.Kind == annotate.Meaning && n.Name == "" // it explains the field of its line, not one that is missing
	if own && mark == "" && p.hasComment(n.Line, text) {
		return
	}
	paragraphs := strings.Split(text, "\n")
	if own && len(paragraphs) == 1 && p.putBeside(n.Line, join(text, mark)) {
		return
	}
	p.putAbove(n, paragraphs, mark)
}

// putBeside puts a comment at the end of its line, and reports whether there was room. A line gets one at
// most.
func (p *page) putBeside(line int, text string) bool {
	comment := p.style.Marker + " " + text
	l := p.lines.Line(line)
	if !l.Open || l.Gone || p.ends[line] != "" || view.Width(l.Text)+gap+view.Width(comment) > p.style.Width {
		return false
	}
	p.ends[line] = comment
	return true
}

// hasComment reports whether the file already has the same comment, at the end of a line or
// above it: somebody wrote it, or another program that explains.
func (p *page) hasComment(line int, text string) bool {
	l := p.lines.Line(line)
	if at := strings.LastIndex(l.Text, " # "); at >= 0 && !l.Open && same(l.Text[at+len(" # "):], text) {
		return true
	}
	return p.hasCommentAbove(l.Above-1, text)
}

// hasCommentAbove reports whether a line is the same comment.
func (p *page) hasCommentAbove(line int, text string) bool {
	if line < 0 || p.lines.Line(line).Gone {
		return false
	}
	comment, isComment := strings.CutPrefix(strings.TrimSpace(p.lines.Line(line).Text), "# ")
	return isComment && same(comment, text)
}

// same reports whether one of two sentences begins with the other. One word alone proves nothing.
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
	at := p.lines.Line(n.Line).Above
	if at < 0 {
		return
	}
	indent := p.indent(at)
	first, next := leads(n)
	last := len(paragraphs) - 1
	paragraphs[last] = join(paragraphs[last], mark)
	for i, paragraph := range paragraphs {
		if i > 0 {
			first = next
		}
		for j, line := range p.wrapped(first+paragraph, indent, next) {
			// Only the line with the prefix is coloured: it shows which comments to look at.
			c := comment{text: line, problem: i == 0 && j == 0 && isProblem(n.Kind)}
			p.above[at] = append(p.above[at], c)
		}
	}
}

// leads returns what stands before the first line of a note and before its other lines: the prefix of its
// kind, or the name of a field that is not in the text, indented as it would be.
func leads(n annotate.Note) (first, next string) {
	if n.Name == "" {
		return prefixes[n.Kind], ""
	}
	return strings.Repeat("  ", n.Depth+1) + view.CleanLine(n.Name) + ": ", strings.Repeat("  ", n.Depth+3)
}

// indent returns the blanks that comments above a line begin with.
func (p *page) indent(at int) string {
	text := p.lines.Line(at).Text
	return text[:len(text)-len(strings.TrimLeft(text, " "))]
}

// wrapped returns a text as comment lines. The lines after the first begin with next.
func (p *page) wrapped(text, indent, next string) []string {
	lead := indent + p.style.Marker + " "
	lines := wrap(text, max(p.style.Width-len(lead), narrowest), next)
	for i := range lines {
		lines[i] = lead + lines[i]
	}
	return lines
}

// write writes the lines with their comments.
func (p *page) write(out *strings.Builder) {
	column := p.column()
	for i := range p.lines.Len() {
		l := p.lines.Line(i)
		for _, line := range p.above[i] {
			out.WriteString(p.painted(line) + p.style.Break)
		}
		if l.Gone {
			continue
		}
		out.WriteString(l.Text)
		if end := p.ends[i]; end != "" {
			wide := view.Width(l.Text)
			out.WriteString(strings.Repeat(" ", p.start(wide, end, column)-wide) + p.painted(comment{text: end}))
		}
		out.WriteString(l.End)
	}
}

// start returns where a comment begins behind a line that is so many columns wide: at the common column,
// or right behind the line if that would leave too little room.
func (p *page) start(wide int, comment string, column int) int {
	at := max(column, wide+gap)
	if at+view.Width(comment) > p.style.Width {
		return wide + gap
	}
	return at
}

// column returns where comments at the ends of lines begin: the column, not
// farther than farthest, at which most of them are aligned.
func (p *page) column() int {
	var best, most int
	for column, n := range p.columns() {
		if n > most {
			best = column
			most = n
		}
	}
	return best
}

// columns returns how many comments can begin at each column.
func (p *page) columns() [farthest + 1]int {
	var count [farthest + 1]int
	for i, comment := range p.ends {
		from := view.Width(p.lines.Line(i).Text) + gap
		to := min(p.style.Width-view.Width(comment), farthest)
		for column := from; column <= to; column++ {
			count[column]++
		}
	}
	return count
}

// painted colours a comment line, its indentation left out.
func (p *page) painted(c comment) string {
	paint := p.style.Comment
	if c.problem {
		paint = p.style.Problem
	}
	if paint == nil {
		return c.text
	}
	words := strings.TrimLeft(c.text, " ")
	return c.text[:len(c.text)-len(words)] + paint(words)
}

// isProblem reports whether notes of a kind are about something that is wrong.
func isProblem(k annotate.Kind) bool {
	return k == annotate.Trouble || k == annotate.Difference || k == annotate.Elsewhere
}
