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

// scalars marks the lines that scalars go over.
func (t *Text) scalars(s *scanner, n *yaml.Node, indent int, behind []int) {
	if n.Kind != yaml.ScalarNode {
		inside := indent
		if n.Style&yaml.FlowStyle == 0 {
			inside = n.Column - 1
		}
		for _, child := range n.Content {
			t.scalars(s, child, inside, behind)
		}
		return
	}
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
		for at := behind[i]; at < len(l.Text); at++ {
			if l.Text[at] == '#' && (at == 0 || l.Text[at-1] == ' ' || l.Text[at-1] == '\t') {
				l.comment = at
				break
			}
		}
	}
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
	if line != s.line || column < s.column {
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
	from := point{line: n.Line - 1}
	if from.line < 0 || from.line >= len(s.lines) {
		return extent{}, false
	}
	from.at = s.byteAt(from.line, n.Column-1)
	from, ok := skipProperties(s.lines, from)
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

// skipProperties returns the place behind a tag and an anchor in front of a scalar.
func skipProperties(lines []Line, p point) (point, bool) {
	for {
		text := lines[p.line].Text
		for p.at < len(text) && (text[p.at] == ' ' || text[p.at] == '\t') {
			p.at++
		}
		if p.at >= len(text) || text[p.at] == '#' {
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
	header := lines[p.line].Text[p.at:]
	for i := 1; i < len(header) && i < 3; i++ {
		if header[i] >= '1' && header[i] <= '9' {
			return max(indent, 0) + int(header[i]-'0')
		}
	}
	for i := p.line + 1; i < len(lines); i++ {
		if trimmed := strings.TrimLeft(lines[i].Text, " "); trimmed != "" {
			return max(len(lines[i].Text)-len(trimmed), indent+1)
		}
	}
	return indent + 1
}

// quotedEnd returns the place behind the closing quote of a scalar that opens at p.
func quotedEnd(lines []Line, p point, quote byte) (point, bool) {
	if p.at >= len(lines[p.line].Text) || lines[p.line].Text[p.at] != quote {
		return p, false
	}
	p.at++
	for ; p.line < len(lines); p.line, p.at = p.line+1, 0 {
		text := lines[p.line].Text
		for ; p.at < len(text); p.at++ {
			switch {
			case quote == '"' && text[p.at] == '\\':
				p.at++
			case text[p.at] != quote:
			case quote == '\'' && p.at+1 < len(text) && text[p.at+1] == quote:
				p.at++
			default:
				return point{p.line, p.at + 1}, true
			}
		}
	}
	return p, false
}

// plainEnd follows the words of a plain scalar, which are written as they are,
// with line breaks between some of them.
func plainEnd(lines []Line, p point, value string) (point, bool) {
	end := p
	for word := range strings.FieldsSeq(value) {
		for {
			text := lines[p.line].Text
			for p.at < len(text) && (text[p.at] == ' ' || text[p.at] == '\t') {
				p.at++
			}
			if p.at < len(text) {
				break
			}
			if p.line++; p.line >= len(lines) {
				return p, false
			}
			p.at = 0
		}
		if !strings.HasPrefix(lines[p.line].Text[p.at:], word) {
			return p, false
		}
		p.at += len(word)
		end = p
	}
	return end, true
}
