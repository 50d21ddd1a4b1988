package logs

import "strings"

// The bounds of matching.
const (
	widest  = 80     // bytes of a gap
	longest = 200    // bytes of a quoted operand
	effort  = 20_000 // nodes tried for one pattern and message
)

// matching is the work of comparing one pattern with one message.
type matching struct {
	text    string
	lower   string // text in lower case, of the same length
	tried   int
	operand Operand // the first that was captured
}

// rest is what is still to be matched when a sequence ends.
type rest struct {
	nodes []node
	next  *rest
}

// withinKey reports whether a word is the last part of a key such as database.host, which is no word of the sentence.
func withinKey(text string, at int) bool {
	return at > 1 && text[at-1] == '.' && isLower(text[at-2]) && isLower(text[at])
}

func isLower(b byte) bool { return b >= 'a' && b <= 'z' }

// match returns where a pattern first matches a message, and the operand that it
// captured. lower is the message in lower case. from is -1 if it matches nowhere.
func (p *pattern) match(text, lower string) (from, to int, operand Operand) {
	m := matching{text: text, lower: lower}
	for at := range len(text) {
		if at > 0 && wordByte(text[at-1]) && wordByte(text[at]) {
			continue // within a word
		}
		m.operand = Operand{}
		if to := m.nodes(p.nodes, at, at, nil); to >= 0 {
			return at, to, m.operand
		}
		if m.tried > effort {
			break
		}
	}
	return -1, -1, Operand{}
}

// nodes matches nodes and then what rest has at a place, and returns where that
// ends, -1 if it does not match. Words of the pattern begin and end where words of
// the text do, unless the pattern itself goes on there: free is the place up to
// which it has not matched anything.
func (m *matching) nodes(nodes []node, at, free int, after *rest) int {
	for m.tried++; len(nodes) == 0; nodes, after = after.nodes, after.next {
		if after == nil {
			if m.within(at) {
				return -1
			}
			return at
		}
	}
	if m.tried > effort {
		return -1
	}
	n := &nodes[0]
	switch n.kind {
	case choice:
		var tail *rest
		for _, a := range n.of {
			if len(a) > 0 && a[0].kind == word && m.step(&a[0], at, free) < 0 {
				continue // most alternatives end here: nothing is allocated for them
			}
			if tail == nil {
				tail = &rest{nodes: nodes[1:], next: after}
			}
			if to := m.nodes(a, at, free, tail); to >= 0 {
				return to
			}
		}
		return -1
	case gap:
		return m.gap(nodes[1:], at, after)
	case capture:
		return m.capture(OperandType(n.text), nodes[1:], at, after)
	default:
	}
	to := m.step(n, at, free)
	if to < 0 {
		return -1
	}
	return m.nodes(nodes[1:], to, -1, after)
}

// within reports whether a place is inside a word of the text.
func (m *matching) within(at int) bool {
	return at > 0 && at < len(m.text) && wordByte(m.text[at-1]) && wordByte(m.text[at])
}

// step matches a simple node at a place, and returns where it ends, else -1.
func (m *matching) step(n *node, at, free int) int {
	switch n.kind {
	case word:
		text := m.lower
		if n.exact {
			text = m.text
		}
		if (at == free && m.within(at)) || !strings.HasPrefix(text[at:], n.text) {
			return -1
		}
		return at + len(n.text)
	case space:
		to := at
		for to < len(m.text) && isSpace(m.text[to]) {
			to++
		}
		if to == at {
			return -1
		}
		return to
	case sign:
		if strings.HasPrefix(m.text[at:], n.text) {
			return at + 1
		}
	case ending:
		return m.while(at, wordByte)
	case number:
		if to := m.while(at, isDigit); to > at && !(at == free && m.within(at)) {
			return to
		}
	case anyWord:
		to := m.while(at, func(b byte) bool { return wordByte(b) || b == '-' || b == '/' })
		if to > at && wordByte(m.text[at]) && !m.within(at) && !notNames[m.lower[at:to]] {
			return to
		}
	case start:
		if at == 0 {
			return at
		}
	case end:
		if strings.Trim(m.text[at:], " .!:;,)\"'") == "" {
			return at
		}
	default:
	}
	return -1
}

// gap matches the nodes behind a gap at the nearest place where they do.
func (m *matching) gap(nodes []node, at int, after *rest) int {
	if m.within(at) {
		return -1
	}
	for to := at; to <= len(m.text) && to <= at+widest; to++ {
		if m.within(to) {
			continue
		}
		if found := m.nodes(nodes, to, to, after); found >= 0 {
			return found
		}
	}
	return -1
}

// capture matches an operand and the nodes behind it. An operand may be quoted. A
// bare one loses the marks at its end if the nodes do not match otherwise.
func (m *matching) capture(typ OperandType, nodes []node, at int, after *rest) int {
	for _, c := range operandsAt(typ, m.text, at) {
		had := m.operand
		if had.Text == "" {
			m.operand = Operand{Type: typ, Text: c.text, Quoted: at < len(m.text) && strings.IndexByte("\"'`", m.text[at]) >= 0}
		}
		if to := m.nodes(nodes, c.to, -1, after); to >= 0 {
			return to
		}
		m.operand = had
	}
	return -1
}

// while returns the first place from at on whose byte is not ok.
func (m *matching) while(at int, ok func(byte) bool) int {
	for at < len(m.text) && ok(m.text[at]) {
		at++
	}
	return at
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// lowered returns text with the letters A to Z in lower case: it keeps its length.
func lowered(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	if at < 0 {
		return text
	}
	out := []byte(text)
	for i := at; i < len(out); i++ {
		if out[i] >= 'A' && out[i] <= 'Z' {
			out[i] += 'a' - 'A'
		}
	}
	return string(out)
}
