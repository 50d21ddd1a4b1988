package yamltext

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// survey finds out of each line whether its end and its break are part of a
// scalar, and where its comment begins.
func (t *Text) survey() {
	if t.Root == nil {
		t.comments(make([]int, len(t.lines)))
		return
	}
	// behind is the byte behind the last scalar that ends on a line: a "#" is the
	// beginning of a comment from there on only.
	behind := make([]int, len(t.lines))
	s := scanner{lines: t.lines}
	t.scalars(&s, t.Root, -1, behind)
	t.comments(behind)
}

// scalars marks the lines that scalars go over. indent is the column of the block collection that
// holds n, -1 at the top; a collection in brackets does not begin a new one.
func (t *Text) scalars(s *scanner, n *yaml.Node, indent int, behind []int) {
	if n.Kind == yaml.ScalarNode {
		t.scalar(s, n, indent, behind)
		return
	}
	inside := indent
	if n.Style&yaml.FlowStyle == 0 {
		inside = n.Column - 1
	}
	for _, child := range n.Content {
		t.scalars(s, child, inside, behind)
	}
}

// scalar marks the lines that one scalar goes over. All but the last of them end within it.
func (t *Text) scalar(s *scanner, n *yaml.Node, indent int, behind []int) {
	if n.Value == "" && n.Style == 0 { // nothing is written, or a property only
		return
	}
	where, ok := s.extent(n, indent)
	if !ok {
		t.seal(n.Line - 1)
		return
	}
	for at := where.from.line; at < where.to.line; at++ {
		t.lines[at].joined = true
		t.lines[at].closed = true
	}
	behind[where.to.line] = max(behind[where.to.line], where.to.at)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		// The header may have a comment, the last line of the text none.
		behind[where.from.line] = max(behind[where.from.line], where.from.at+1)
		t.lines[where.to.line].closed = true
		t.lines[where.from.line].closed = false
	}
}

// seal marks all lines from the one at index at as parts of a scalar: the text
// is not as expected, and nothing is added to what is not understood.
func (t *Text) seal(at int) {
	for i := max(at, 0); i < len(t.lines); i++ {
		t.lines[i].joined = true
		t.lines[i].closed = true
	}
}

// comments finds where the comments begin.
func (t *Text) comments(behind []int) {
	for i := range t.lines {
		l := &t.lines[i]
		if l.closed || behind[i] > len(l.Text) {
			continue
		}
		l.comment = int32(commentIn(l.Text, behind[i]))
	}
}

// commentIn returns where the comment of a line begins, at or behind the byte at from, or -1. A "#"
// begins one only if a blank is before it (YAML 1.2.2, section 6.6): "a#b" has none.
func commentIn(text string, from int) int {
	for at := from; at < len(text); at++ {
		if text[at] == '#' && (at == 0 || text[at-1] == ' ' || text[at-1] == '\t') {
			return at
		}
	}
	return -1
}

// point is a place in the text: the index of a line and a byte in it.
type point struct{ line, at int }

// extent is where a scalar is written, from its first byte to behind its last.
type extent struct{ from, to point }

// scanner finds places in the lines of a text. It remembers the last place, so
// that finding all values of a long line takes one walk over it.
type scanner struct {
	lines []Line

	line, column, at int // of the place found last
}

// byteAt returns the byte at which a column of a line begins, both counted
// from 0; columns count characters.
func (s *scanner) byteAt(line, column int) int {
	if line != s.line || column < s.column { // else it goes on from the last place
		s.line = line
		s.column = 0
		s.at = 0
	}
	text := s.lines[line].Text
	for s.column < column && s.at < len(text) {
		size := 1
		if text[s.at] >= utf8.RuneSelf {
			_, size = utf8.DecodeRuneInString(text[s.at:])
		}
		s.at += size
		s.column++
	}
	return s.at
}

// extent finds where a scalar ends, which the parser does not report. indent is
// the column of the block collection that holds the scalar, -1 at the top. ok
// is false if the text is not as expected.
func (s *scanner) extent(n *yaml.Node, indent int) (extent, bool) {
	from, ok := s.start(n)
	if !ok {
		return extent{}, false
	}
	var to point
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		to = blockEnd(s.lines, from, indent)
	case n.Style&yaml.DoubleQuotedStyle != 0:
		to, ok = quotedEnd(s.lines, from, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		to, ok = quotedEnd(s.lines, from, '\'')
	default:
		to, ok = plainEnd(s.lines, from, n.Value)
	}
	return extent{from, to}, ok
}

// start returns where a scalar begins. The parser reports where its tag or anchor begins, if it has one.
func (s *scanner) start(n *yaml.Node) (point, bool) {
	from := point{line: n.Line - 1}
	if from.line < 0 || from.line >= len(s.lines) {
		return point{}, false
	}
	from.at = s.byteAt(from.line, n.Column-1)
	return skipProperties(s.lines, from)
}

// skipProperties returns the place behind a tag and an anchor in front of a scalar.
func skipProperties(lines []Line, p point) (point, bool) {
	for {
		text := lines[p.line].Text
		p.at = skipBlanks(text, p.at)
		if p.at >= len(text) || text[p.at] == '#' { // the scalar is on a later line
			if p.line++; p.line >= len(lines) {
				return p, false
			}
			p.at = 0
			continue
		}
		if text[p.at] != '&' && text[p.at] != '!' {
			return p, true
		}
		end := strings.IndexAny(text[p.at:], " \t")
		if end < 0 {
			end = len(text) - p.at
		}
		p.at += end
	}
}

// skipBlanks returns the first byte at or behind at that is no blank.
func skipBlanks(text string, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// blockEnd returns the end of the last line of a block scalar whose header is at p.
func blockEnd(lines []Line, p point, indent int) point {
	content := blockIndent(lines, p, indent)
	last := p.line
	for i := p.line + 1; i < len(lines); i++ {
		text := lines[i].Text
		if trimmed := strings.TrimLeft(text, " "); trimmed != "" && len(text)-len(trimmed) < content {
			break
		}
		last = i
	}
	return point{last, len(lines[last].Text)}
}

// blockIndent returns the indentation of the text of a block scalar: what its
// header says, or that of its first line.
func blockIndent(lines []Line, p point, indent int) int {
	if n := indicated(lines[p.line].Text[p.at:]); n > 0 {
		return max(indent, 0) + n
	}
	for i := p.line + 1; i < len(lines); i++ {
		if trimmed := strings.TrimLeft(lines[i].Text, " "); trimmed != "" {
			return max(len(lines[i].Text)-len(trimmed), indent+1)
		}
	}
	return indent + 1
}

// indicated returns the indentation that the header of a block scalar gives, as in "|2" and ">-4",
// 0 if it gives none. It is relative to what holds the scalar.
func indicated(header string) int {
	for i := 1; i < len(header) && i < 3; i++ {
		if header[i] >= '1' && header[i] <= '9' {
			return int(header[i] - '0')
		}
	}
	return 0
}

// quotedEnd returns the place behind the closing quote of a scalar that opens at p.
func quotedEnd(lines []Line, p point, quote byte) (point, bool) {
	if p.at >= len(lines[p.line].Text) || lines[p.line].Text[p.at] != quote {
		return p, false
	}
	p.at++
	for ; p.line < len(lines); p.line++ {
		if at := closingQuote(lines[p.line].Text, p.at, quote); at >= 0 {
			return point{p.line, at + 1}, true
		}
		p.at = 0 // it goes on in the next line
	}
	return p, false
}

// closingQuote returns where a quote closes on a line, or -1. Neither \" in double quotes nor ” in
// single ones closes.
func closingQuote(text string, at int, quote byte) int {
	for ; at < len(text); at++ {
		switch {
		case quote == '"' && text[at] == '\\':
			at++
		case text[at] != quote:
		case quote == '\'' && at+1 < len(text) && text[at+1] == quote:
			at++
		default:
			return at
		}
	}
	return -1
}

// plainEnd follows the words of a plain scalar, which are written as they are,
// with line breaks between some of them.
func plainEnd(lines []Line, p point, value string) (point, bool) {
	end := p
	for word := range strings.FieldsSeq(value) {
		var ok bool
		if p, ok = nextText(lines, p); !ok || !strings.HasPrefix(lines[p.line].Text[p.at:], word) {
			return p, false
		}
		p.at += len(word)
		end = p
	}
	return end, true
}

// nextText returns the next place that is neither a blank nor the end of a line.
func nextText(lines []Line, p point) (point, bool) {
	for ; p.line < len(lines); p.line++ {
		text := lines[p.line].Text
		if p.at = skipBlanks(text, p.at); p.at < len(text) {
			return p, true
		}
		p.at = 0
	}
	return p, false
}
