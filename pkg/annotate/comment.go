package annotate

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// comment is what is said of one field.
type comment struct {
	problems []Problem
	text     string   // what it means
	marks    []string // default, immutable, whose it is
}

func (c comment) empty() bool { return len(c.problems) == 0 && c.text == "" && len(c.marks) == 0 }

// problemMark begins comments that tell a problem, liveMark those that tell how
// the live object differs.
const (
	problemMark = "PROBLEM: "
	liveMark    = "LIVE: "
)

const (
	// most is the last column at which comments are aligned; longer lines have
	// theirs right behind.
	most = 36
	// least is the room that a comment at the end of a line needs at least.
	least = 26
	// legible is how much of a text must be left beside the marks.
	legible = 16
)

// place puts a comment at the end of the field's line where the line can have
// one and has room, and else above it.
func (p *page) place(f *Field, at int, c comment) {
	indent := p.lines[at].text[:len(p.lines[at].text)-len(strings.TrimLeft(p.lines[at].text, " "))]
	for _, problem := range c.problems {
		text, mark := problem.Message, problemMark
		if problem.live {
			mark = liveMark
		}
		if problem.Path != f.Path {
			text = problem.Path + " " + text
		}
		if problem.DidYouMean != "" {
			text += "; did you mean " + problem.DidYouMean + "?"
		}
		p.above(at, indent, mark+text)
	}
	if p.look.Long && c.text != "" {
		for _, paragraph := range strings.Split(c.text, "\n") {
			p.above(at, indent, paragraph)
		}
		c.text = ""
	}
	marks := strings.Join(c.marks, " · ")
	if c.text == "" && marks == "" {
		return
	}
	room := p.look.Width - max(width(p.lines[at].text)+2, p.column)
	if !p.open(f, at) || room < max(least, width(marks)+min(width(c.text), legible)+len("#  · ")) {
		p.aside(at, indent, c.text, marks)
		return
	}
	p.lines[at].comment, p.lines[at].marks = c.text, marks
}

// aside writes a text and its marks over the line: on one line where enough of
// the text is left there, else on several.
func (p *page) aside(at int, indent, text, marks string) {
	room := p.look.Width - len(indent)
	if room < width(marks)+min(width(text), legible)+len("#  · ") {
		p.above(at, indent, strings.TrimPrefix(text+" · "+marks, " · "))
		return
	}
	p.lines[at].above = append(p.lines[at].above, indent+fit(text, marks, room))
}

// above writes a text over the line, wrapped.
func (p *page) above(at int, indent, text string) {
	for _, l := range wrap(p.visible(text), max(p.look.Width-len(indent)-2, 30)) {
		p.lines[at].above = append(p.lines[at].above, indent+"# "+l)
	}
}

// fit returns text and marks as a comment of at most room columns: the text is
// cut, the marks stay.
func fit(text, marks string, room int) string {
	room -= len("# ")
	if marks != "" && text != "" {
		marks = " · " + marks
	}
	return "# " + cut(text, max(room-width(marks), 0)) + marks
}

// cut shortens text to room columns, between words where there are some.
func cut(text string, room int) string {
	runes := []rune(text)
	if len(runes) <= room {
		return text
	}
	if room < 2 {
		return "…"
	}
	short := string(runes[:room-1])
	for _, stop := range []string{"; ", ": ", ", "} {
		if at := strings.LastIndex(short, stop); at > len(short)/2 {
			return short[:at] + "…"
		}
	}
	if at := strings.LastIndexByte(short, ' '); at > len(short)/2 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}

// wrap breaks text between words into lines of at most room columns.
func wrap(text string, room int) []string {
	var lines []string
	now := ""
	for _, word := range strings.Fields(text) {
		if now != "" && width(now)+1+width(word) > room {
			lines, now = append(lines, now), ""
		}
		if now != "" {
			now += " "
		}
		now += word
	}
	return append(lines, now)
}

// open reports whether a comment can stand at the end of the line on which a
// field is: the value ends there, or begins on the next, and there is no
// comment yet.
func (p *page) open(f *Field, at int) bool {
	key, ok := extentOf(p.source, f.at.key, f.at.indent)
	if !ok || key.to.line != at {
		return false
	}
	rest := p.source[at].text[key.to.at:]
	value := f.at.value
	switch {
	case value.Kind == yaml.ScalarNode && value.Value == "" && value.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0,
		value.Kind == yaml.AliasNode, value.Kind != yaml.ScalarNode && value.Style&yaml.FlowStyle == 0:
		return !strings.Contains(rest, "#") && !strings.ContainsAny(rest, "|>")
	case value.Kind != yaml.ScalarNode:
		return closes(rest)
	}
	where, ok := extentOf(p.source, value, f.at.indent)
	return ok && where.to.line == at && strings.TrimSpace(p.source[at].text[where.to.at:]) == ""
}

// closes reports whether a flow collection ends at the end of the text, with
// nothing behind it.
func closes(text string) bool {
	depth, opened := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'', '#':
			return false // not worth a scanner: the comment goes above
		case '{', '[':
			depth, opened = depth+1, true
		case '}', ']':
			if depth--; depth == 0 && opened {
				return strings.TrimSpace(text[i+1:]) == ""
			}
		}
	}
	return false
}

// align returns where comments at the ends of lines begin: behind the widest
// line that has a field, those left out that are too wide.
func (p *page) align(reports []*Report) int {
	widest := 0
	for _, r := range reports {
		for i := range r.Fields {
			f := &r.Fields[i]
			at := f.at.key.Line - 1
			if f.at.flow || f.doc.Free || at >= len(p.lines) || (p.look.Show != nil && !p.look.Show(f)) {
				continue
			}
			if w := width(p.lines[at].text) + 2; w <= most {
				widest = max(widest, w)
			}
		}
	}
	return widest
}
