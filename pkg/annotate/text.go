package annotate

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// line is one line of a manifest.
type line struct {
	text string
	end  string // "\n", "\r\n", or empty at the end of the text
	// above are comment lines to write before it; comment and marks are to be
	// written at its end.
	above          []string
	comment, marks string
	// taken tells that a field on this line was explained.
	taken bool
	// gone tells that the line is not written.
	gone bool
	// indent is what comments above the line begin with.
	indent string
}

// split cuts text into lines, which count as the YAML parser counts them.
func split(text string) []line {
	var lines []line
	for text != "" {
		at := strings.IndexByte(text, '\n')
		if at < 0 {
			lines = append(lines, line{text: text})
			break
		}
		l := line{text: text[:at], end: "\n"}
		if cut, ok := strings.CutSuffix(l.text, "\r"); ok {
			l.text, l.end = cut, "\r\n"
		}
		lines = append(lines, l)
		text = text[at+1:]
	}
	return lines
}

// exotic reports whether text has line breaks that only YAML knows.
func exotic(text string) bool {
	return strings.ContainsAny(strings.ReplaceAll(text, "\r\n", "\n"), "\r\u0085\u2028\u2029")
}

// point is a place in the text: a line, counted from 0, and a byte in it.
type point struct{ line, at int }

// extent is where a scalar is written, from its first byte to behind its last.
type extent struct{ from, to point }

// extentOf finds where a scalar ends, which the parser does not tell. indent is
// the indentation of the collection that holds it. ok is false where the text
// is not as expected.
func extentOf(lines []line, node *yaml.Node, indent int) (extent, bool) {
	from := point{node.Line - 1, 0}
	if from.line < 0 || from.line >= len(lines) {
		return extent{}, false
	}
	from.at = byteAt(lines[from.line].text, node.Column-1)
	from, ok := skipProperties(lines, from)
	if !ok {
		return extent{}, false
	}
	var to point
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		to = blockEnd(lines, from, indent)
	case node.Style&yaml.DoubleQuotedStyle != 0:
		to, ok = quotedEnd(lines, from, '"')
	case node.Style&yaml.SingleQuotedStyle != 0:
		to, ok = quotedEnd(lines, from, '\'')
	default:
		to, ok = plainEnd(lines, from, node.Value)
	}
	return extent{from, to}, ok
}

// byteAt returns the byte at which the column of that number of characters begins.
func byteAt(text string, column int) int {
	at := 0
	for ; column > 0 && at < len(text); column-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// skipProperties goes over a tag and an anchor in front of a scalar.
func skipProperties(lines []line, p point) (point, bool) {
	for {
		for p.at >= len(lines[p.line].text) || strings.TrimLeft(lines[p.line].text[p.at:], " \t") == "" {
			if p.line++; p.line >= len(lines) {
				return p, false
			}
			p.at = 0
		}
		rest := lines[p.line].text[p.at:]
		if trimmed := strings.TrimLeft(rest, " \t"); len(trimmed) < len(rest) {
			p.at += len(rest) - len(trimmed)
			continue
		}
		if rest[0] != '&' && rest[0] != '!' {
			return p, true
		}
		end := strings.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		p.at += end
	}
}

// blockEnd returns the end of the last line of a block scalar whose header is at p.
func blockEnd(lines []line, p point, indent int) point {
	last := p.line
	for i := p.line + 1; i < len(lines); i++ {
		text := lines[i].text
		if trimmed := strings.TrimLeft(text, " "); trimmed != "" && len(text)-len(trimmed) <= indent {
			break
		}
		last = i
	}
	return point{last, len(lines[last].text)}
}

// quotedEnd returns the place behind the closing quote of a scalar that opens at p.
func quotedEnd(lines []line, p point, quote byte) (point, bool) {
	if p.at >= len(lines[p.line].text) || lines[p.line].text[p.at] != quote {
		return p, false
	}
	p.at++
	for ; p.line < len(lines); p.line, p.at = p.line+1, 0 {
		text := lines[p.line].text
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
func plainEnd(lines []line, p point, value string) (point, bool) {
	end := p
	for _, word := range strings.Fields(value) {
		for {
			text := lines[p.line].text
			rest := strings.TrimLeft(text[min(p.at, len(text)):], " \t")
			if rest != "" {
				p.at = len(text) - len(rest)
				break
			}
			if p.line++; p.line >= len(lines) {
				return p, false
			}
			p.at = 0
		}
		if !strings.HasPrefix(lines[p.line].text[p.at:], word) {
			return p, false
		}
		p.at += len(word)
		end = p
	}
	return end, true
}

// replace writes text in the place of an extent. Lines that it went over are
// not written any more.
func replace(lines []line, e extent, text string) {
	first, last := &lines[e.from.line], lines[e.to.line]
	first.text = first.text[:e.from.at] + text + last.text[e.to.at:]
	if e.to.line > e.from.line {
		first.end = last.end
		for i := e.from.line + 1; i <= e.to.line; i++ {
			lines[i].gone = true
		}
	}
}
