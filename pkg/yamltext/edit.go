package yamltext

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Edit returns a text with other scalars. Those in values get the value there. If hidden
// is not nil, scalars with characters for which it returns true are written in double quotes,
// with these characters escaped; in comments such characters become U+FFFD. All else keeps
// its bytes. Lines keep their indices: a line that an edit makes superfluous becomes empty and
// has no break. The nodes of the result are those of the old text.
func (t *Text) Edit(values map[*yaml.Node]string, hidden func(rune) bool) *Text {
	e := editor{text: t, scanner: scanner{lines: t.lines}, values: values, hidden: hidden}
	if t.Root != nil && (len(values) > 0 || hidden != nil) {
		e.scalars(t.Root, -1)
	}
	edited := &Text{Root: t.Root, JSON: t.JSON, inline: t.inline, lines: t.lines}
	unclean := hidden != nil && slices.ContainsFunc(t.lines, func(l Line) bool { return l.unclean(hidden) })
	if len(e.changes) > 0 || unclean { // else the lines are shared: neither text changes them
		edited.lines = slices.Clone(t.lines)
	}
	e.apply(edited.lines)
	if unclean {
		for i := range edited.lines {
			edited.lines[i].clean(hidden)
		}
	}
	return edited
}

// change is a scalar that is to be written otherwise.
type change struct {
	where  extent // of the old scalar
	text   string // the new one, on one line
	blanks int    // to be put before the line on which the scalar begins
}

// editor collects the changes of one Edit.
type editor struct {
	text    *Text
	scanner scanner
	values  map[*yaml.Node]string // the new values of scalars
	hidden  func(rune) bool       // reports characters to be escaped, nil for none
	changes []change
}

// apply makes the changes from the end of the text, so that places before a change stay true.
func (e *editor) apply(lines []Line) {
	slices.SortFunc(e.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(b.where.from.line, a.where.from.line), cmp.Compare(b.where.from.at, a.where.from.at))
	})
	for _, c := range e.changes {
		replace(lines, c)
	}
}

// scalars visits the scalars below a node. A block collection begins a new indentation, by which
// the end of a multi-line scalar is found; one in brackets does not.
func (e *editor) scalars(n *yaml.Node, indent int) {
	if n.Kind == yaml.ScalarNode {
		e.scalar(n, indent)
		return
	}
	inside := indent
	if n.Style&yaml.FlowStyle == 0 {
		inside = n.Column - 1
	}
	for _, child := range n.Content {
		e.scalars(child, inside)
	}
}

// scalar records the change of a scalar: to a new value, or if it has hidden characters to a quoted
// form that shows them.
func (e *editor) scalar(n *yaml.Node, indent int) {
	value, given := e.values[n]
	if !given && (e.hidden == nil || !strings.ContainsFunc(n.Value, e.hidden)) {
		return
	}
	where, ok := e.scanner.extent(n, indent)
	switch {
	case !ok:
	case given:
		e.changes = append(e.changes, change{where, Scalar(value, e.hidden), missingBlanks(n, indent)})
	case e.shows(where): // an escape in quotes is no hidden character
		e.changes = append(e.changes, change{where, Quote(n.Value, e.hidden), missingBlanks(n, indent)})
	}
}

// missingBlanks returns how many blanks a scalar needs before it to stand deeper than the collection
// that holds it. The header of a block scalar may stand below its key, one in quotes may not (YAML
// 1.2.2, section 8.2.3).
func missingBlanks(n *yaml.Node, indent int) int {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return 0
	}
	return max(indent+2-n.Column, 0)
}

// shows reports whether hidden characters stand in the text itself.
func (e *editor) shows(where extent) bool {
	for at := where.from.line; at <= where.to.line; at++ {
		if strings.ContainsFunc(e.text.lines[at].Text, e.hidden) {
			return true
		}
	}
	return false
}

// replace writes a scalar otherwise. Of the lines that it went over only the
// first is left.
func replace(lines []Line, c change) {
	first := &lines[c.where.from.line]
	last := lines[c.where.to.line]
	rest := last.Text[c.where.to.at:]
	first.comment = int32(c.commentBehind(last))
	first.Text = strings.Repeat(" ", c.blanks) + first.Text[:c.where.from.at] + c.text + rest
	if c.where.to.line == c.where.from.line {
		return
	}
	first.End = last.End
	first.joined = last.joined
	first.closed = false
	for i := c.where.from.line + 1; i <= c.where.to.line; i++ {
		lines[i] = Line{comment: -1}
	}
}

// commentBehind returns where the comment behind a changed scalar begins, or -1. last is the line on
// which the scalar ended: a comment behind the header of a block scalar is gone with the header.
func (c change) commentBehind(last Line) int {
	if last.comment < 0 {
		return -1
	}
	return c.blanks + c.where.from.at + len(c.text) + int(last.comment) - c.where.to.at
}

// unclean reports whether clean would change the line.
func (l *Line) unclean(hidden func(rune) bool) bool {
	return strings.ContainsFunc(l.Text, hidden) || (l.End != "\r\n" && strings.ContainsFunc(l.End, hidden))
}

// clean replaces hidden characters that stand in no scalar, and line breaks
// that a terminal would not show as such.
func (l *Line) clean(hidden func(rune) bool) {
	if strings.ContainsFunc(l.Text, hidden) {
		l.Text = strings.Map(func(r rune) rune {
			if hidden(r) {
				return utf8.RuneError
			}
			return r
		}, l.Text)
	}
	if l.End != "\r\n" && strings.ContainsFunc(l.End, hidden) {
		l.End = "\n"
	}
}

// Terminated returns the text with a line break at its end, so that another
// document can follow. A block scalar that ends without one gets a header that
// says so: its value must not change.
func (t *Text) Terminated() *Text {
	last := len(t.lines) - 1
	if last < 0 || t.lines[last].End != "" || t.lines[last].Text == "" {
		return t
	}
	out := &Text{Root: t.Root, JSON: t.JSON, inline: t.inline, lines: slices.Clone(t.lines)}
	out.lines[last].End = t.Break()
	if !t.lines[last].closed {
		return out
	}
	s := scanner{lines: t.lines}
	if where, ok := s.lastScalar(t.Root, -1); ok && where.to.line == last {
		out.stripBlock(where.from)
	}
	return out
}

// stripBlock makes the block scalar whose header is at a place one without a line break at its end:
// "|" keeps one if the text has it, "|-" never.
func (t *Text) stripBlock(header point) {
	l := &t.lines[header.line]
	l.Text = l.Text[:header.at] + stripping(l.Text[header.at:])
}

// stripping returns the header of a block scalar, and the text behind it,
// with the indicator that its text has no line break at its end: "|2+ # a" becomes "|2- # a".
func stripping(header string) string {
	end := 1
	digits := ""
	for ; end < len(header) && strings.IndexByte("+-123456789", header[end]) >= 0; end++ {
		if header[end] > '-' {
			digits = header[end : end+1]
		}
	}
	return header[:1] + digits + "-" + header[end:]
}

// lastScalar finds the last scalar in a node.
func (s *scanner) lastScalar(n *yaml.Node, indent int) (extent, bool) {
	for n.Kind != yaml.ScalarNode {
		if len(n.Content) == 0 {
			return extent{}, false
		}
		if n.Style&yaml.FlowStyle == 0 {
			indent = n.Column - 1
		}
		n = n.Content[len(n.Content)-1]
	}
	return s.extent(n, indent)
}
