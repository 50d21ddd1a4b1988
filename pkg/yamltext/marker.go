package yamltext

import (
	"slices"
	"strings"
)

// Marker begins the comments that this project writes: "#:" in nearly all
// texts. Documentation comments of Python attributes look the same. A text that
// has such comments of its own gets a longer one, "#::", so that each comment
// shows whose it is.
type Marker string

// Marker returns a marker with which no comment of the text begins, nor one of
// those in around, which stand before and behind it.
func (t *Text) Marker(around ...string) Marker {
	m := Marker("#:")
	for t.has(m) || slices.ContainsFunc(around, func(text string) bool { return strings.Contains(text, string(m)) }) {
		m += ":"
	}
	return m
}

// has reports whether a comment of the text begins with m, also as part of a longer marker.
func (t *Text) has(m Marker) bool {
	return slices.ContainsFunc(t.lines, func(l Line) bool { return l.comment >= 0 && strings.HasPrefix(l.Text[l.comment:], string(m)) })
}

// Begins reports whether text begins with the marker, as a comment of ours does.
func (m Marker) Begins(text string) bool {
	rest, ok := strings.CutPrefix(text, string(m))
	return ok && (rest == "" || rest[0] == ' ')
}

// FindMarker returns the marker of the comment lines with which text begins,
// and what they say in one line. ok is false if it begins otherwise. Document
// markers ("---") and other comments may stand before them.
func FindMarker(text string) (m Marker, words string, ok bool) {
	var said []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch marker, rest := cutMarker(line); {
		case marker != "" && (m == "" || marker == m):
			m = marker
			said = append(said, strings.TrimSpace(rest))
		case m != "":
			return m, strings.Join(said, " "), true
		case line == "" || line[0] == '#' || line[0] == '%' || isMarker(line):
		default:
			return "", "", false
		}
	}
	return m, strings.Join(said, " "), m != ""
}

// cutMarker returns the marker with which a line begins, "#:" of "#: Number of pods", and what is
// behind it. The marker is empty if the line begins otherwise.
func cutMarker(line string) (m Marker, rest string) {
	comment, ok := strings.CutPrefix(line, "#")
	if !ok || !strings.HasPrefix(comment, ":") {
		return "", line
	}
	rest = strings.TrimLeft(comment, ":")
	return Marker(line[:len(line)-len(rest)]), rest
}

// isMarker reports whether a line separates documents, with nothing else on it
// but a comment.
func isMarker(line string) bool {
	rest, ok := strings.CutPrefix(line, "---")
	if !ok {
		rest, ok = strings.CutPrefix(line, "...")
	}
	return ok && (rest == "" || strings.HasPrefix(strings.TrimLeft(rest, " \t"), "#"))
}

// StripLines returns a text of comments and document markers without the lines
// that m begins.
func StripLines(text string, m Marker) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !m.Begins(strings.TrimSpace(line)) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Strip returns the text without the comments that m begins: what it was before
// they were added, byte by byte. The indices of lines stay: a line that held
// nothing else is empty and has no break.
func (t *Text) Strip(m Marker) *Text {
	out := &Text{Root: t.Root, JSON: t.JSON, inline: t.inline, lines: slices.Clone(t.lines)}
	for i := range out.lines {
		l := &out.lines[i]
		if l.comment < 0 || !m.Begins(l.Text[l.comment:]) {
			continue
		}
		// The blanks before it were added with it: no comment is added behind a blank (see Open).
		l.Text = strings.TrimRight(l.Text[:l.comment], " ")
		l.comment = -1
		if l.Text == "" {
			l.End = ""
		}
	}
	return out
}
