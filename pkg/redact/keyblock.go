package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// blockMark matches the first and the last line of a PEM, OpenSSH, PGP or SSH2
// block (RFC 7468; RFC 4880, section 6.2; RFC 4716), and of a key of OpenVPN (man 8
// openvpn: --tls-crypt-v2).
var blockMark = lazyregexp.New(`-----(?:BEGIN|END) (?:[A-Z0-9 ]{3,60}|OpenVPN [A-Za-z0-9 -]{3,60})-----|` +
	`---- (?:BEGIN|END) SSH2 [A-Z0-9 ]{3,60} ----`)

// puttyMark matches the header before the private lines of a PuTTY key file.
var puttyMark = lazyregexp.New(`\bPrivate-Lines: \d+`)

// farthestEnd is the largest number of lines between BEGIN and END of one
// block. The PEM of an RSA key of 16,384 bits has 200 lines.
const farthestEnd = 400

// mark is a BEGIN or END in a text.
type mark struct {
	line           int
	start, end     int // bytes in the text
	begin, private bool
}

// blockFinder finds the private keys in a text.
type blockFinder struct {
	text  string
	lines []span
	marks []mark
	keys  []span // in order
	taken []bool // lines that belong to a block, private or public
}

// privateKeys returns the private keys in s, or the parts of them that are
// there. Everything between BEGIN and END belongs to a key, so that log prefixes
// and PEM headers make no difference.
func privateKeys(s string) []span {
	if !mayHoldBlock(s) {
		return nil
	}
	f := blockFinder{text: s}
	f.split()
	f.findMarks()
	for i := 0; i < len(f.marks); i++ {
		m := f.marks[i]
		switch {
		case f.paired(i):
			f.between(m, f.marks[i+1])
			i++
		case m.begin:
			f.after(m)
		default:
			f.before(m)
		}
	}
	f.middles()
	return f.keys
}

// mayHoldBlock reports whether any line of s can belong to a block. Few texts have one, and the lines of a
// long text take more memory than the text.
func mayHoldBlock(s string) bool {
	if strings.Contains(s, "----") || strings.Contains(s, "Private-Lines:") {
		return true
	}
	for line := range strings.Lines(s) {
		if isBody(strings.TrimSuffix(line, "\n")) {
			return true
		}
	}
	return false
}

// split finds the lines.
func (f *blockFinder) split() {
	for start := 0; start <= len(f.text); {
		end := strings.IndexByte(f.text[start:], '\n')
		if end < 0 {
			end = len(f.text) - start
		}
		f.lines = append(f.lines, span{start, start + end})
		start += end + 1
	}
	f.taken = make([]bool, len(f.lines))
}

// line returns a line by its number, without its line break.
func (f *blockFinder) line(n int) string { return f.text[f.lines[n].from:f.lines[n].to] }

// findMarks finds the lines that begin and end blocks of keys: PEM, OpenVPN and PuTTY.
func (f *blockFinder) findMarks() {
	for n, at := range f.lines {
		line := f.line(n)
		if strings.Contains(line, "----") {
			for _, m := range blockMark.FindAllStringIndex(line, -1) {
				text := line[m[0]:m[1]]
				f.marks = append(f.marks, mark{
					line: n, start: at.from + m[0], end: at.from + m[1],
					begin: strings.Contains(text, "BEGIN "), private: strings.Contains(text, "PRIVATE KEY") || strings.Contains(text, " OpenVPN "),
				})
			}
		}
		if strings.Contains(line, "Private-Lines:") {
			for _, m := range puttyMark.FindAllStringIndex(line, -1) {
				f.marks = append(f.marks, mark{line: n, start: at.from + m[0], end: at.from + m[1], begin: true, private: true})
			}
		}
	}
}

// paired reports whether mark i is a BEGIN whose END is the next mark.
func (f *blockFinder) paired(i int) bool {
	if i+1 >= len(f.marks) {
		return false
	}
	begin := f.marks[i]
	end := f.marks[i+1]
	return begin.begin && !end.begin && end.line-begin.line <= farthestEnd
}

// between takes what is between BEGIN and END.
func (f *blockFinder) between(begin, end mark) {
	for n := begin.line; n <= end.line; n++ {
		f.taken[n] = true
	}
	if begin.private || end.private {
		f.add(span{begin.end, end.start})
	}
}

// after takes the lines after a BEGIN without END that look like the body of a
// block.
func (f *blockFinder) after(m mark) {
	f.taken[m.line] = true
	to := m.end + inlineAfter(f.text[m.end:f.lines[m.line].to])
	prefix := f.text[f.lines[m.line].from:m.start]
	for n := m.line + 1; n < len(f.lines) && to == f.lines[n-1].to && !f.taken[n] && f.inBlock(n, prefix); n++ {
		f.taken[n] = true
		to = f.lines[n].to
	}
	if m.private {
		f.add(span{m.end, to})
	}
}

// before takes the lines before an END without BEGIN that look like the body of
// a block.
func (f *blockFinder) before(m mark) {
	f.taken[m.line] = true
	first := f.lines[m.line].from
	from := m.start - inlineBefore(f.text[first:m.start])
	prefix := f.text[first:m.start]
	for n := m.line - 1; n >= 0 && !f.taken[n] && f.inBlock(n, prefix); n-- {
		f.taken[n] = true
		from = f.lines[n].from
	}
	if m.private {
		f.add(span{from, m.start})
	}
}

// inBlock reports whether a line can be one of a block whose BEGIN or END has
// prefix before it.
func (f *blockFinder) inBlock(n int, prefix string) bool {
	line := f.line(n)
	return !blockMark.MatchString(line) && belongs(line, prefix)
}

// middles takes runs of lines that are the middle of a block of which neither
// BEGIN nor END is there, as in the tail of a log. A certificate looks the same
// there, and goes as well.
func (f *blockFinder) middles() {
	for n := 0; n < len(f.lines); n++ {
		first := n
		for n < len(f.lines) && !f.taken[n] && isBody(f.line(n)) {
			n++
		}
		if n == first {
			continue
		}
		body := bodyOf(f.line(first))
		if n-first == 1 && len(f.line(first)) != body.to-body.from {
			continue // one long token among other words
		}
		last := n - 1
		if n < len(f.lines) && !f.taken[n] && belongs(f.line(n), f.line(first)[:body.from]) {
			last = n // the last line of a block is shorter
		}
		f.add(span{f.lines[first].from + body.from, f.lines[last].to})
	}
}

// add adds a key.
func (f *blockFinder) add(key span) { f.keys = append(f.keys, key) }
