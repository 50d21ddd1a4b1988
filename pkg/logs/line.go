package logs

import "strings"

// Line is one line of a log.
type Line struct {
	// Raw is the line as written, without the runtime's timestamp and escape sequences.
	Raw string
	// Text is the message: the line without clock, process ID and level. Of a
	// structured line it is the message with the fields that explain it.
	Text  string
	Level Level
	// Indent is the width of the space before the message.
	Indent int
	// Head is the index of the line that this one goes on with, its own for others.
	Head int
	// Folded reports whether the line is a stack frame, quoted source code or part
	// of a usage text: never a reason.
	Folded bool

	structured bool
	stopped    bool // the program had been asked to stop
	found      []match
	role       Kind // of a line that is no reason
}

// The bounds of what is read.
const (
	maxLines = 4000  // from the end of a log
	maxText  = 16000 // bytes of a line
)

// split returns the last lines of a log, without empty ones. Only the ends of
// longer lines than maxText are cut out of their middle.
func split(text string) []string {
	var out []string
	for text != "" && len(out) < maxLines {
		at := strings.LastIndexByte(text, '\n')
		raw := plain(text[at+1:])
		text = text[:max(at, 0)]
		if strings.TrimSpace(raw) != "" {
			out = append(out, raw)
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// plain returns a line without the runtime's timestamp, escape sequences and
// space at its end. If a program overwrites a line, what was written last stays.
func plain(raw string) string {
	raw = strings.TrimRight(raw, " \t\r")
	if at := strings.LastIndexByte(raw, '\r'); at >= 0 {
		raw = raw[at+1:]
	}
	raw = unstamped(raw)
	if strings.IndexByte(raw, '\x1b') >= 0 {
		raw = escapes().ReplaceAllString(raw, "")
	}
	return Shorten(raw, maxText)
}

// unstamped returns a line without the RFC 3339 timestamp that the runtime puts
// before it (k8s.io/cri-client pkg/logs, 1.37: the time and one space).
func unstamped(raw string) string {
	const shortest = len("2006-01-02T15:04:05Z")
	if len(raw) < shortest || raw[4] != '-' || raw[7] != '-' || raw[10] != 'T' || raw[13] != ':' || raw[16] != ':' {
		return raw
	}
	stamp, rest, _ := strings.Cut(raw, " ")
	if len(stamp) > len("2006-01-02T15:04:05.000000000+00:00") || strings.IndexByte("Z0123456789", stamp[len(stamp)-1]) < 0 {
		return raw
	}
	return rest
}

// Shorten returns text with at most limit bytes: longer texts lose their middle,
// for their end often says the most.
func Shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const mark = " … "
	first := (limit - len(mark)) / 3
	last := limit - len(mark) - first
	return strings.ToValidUTF8(text[:first], "") + mark + strings.ToValidUTF8(text[len(text)-last:], "")
}

// newLine reads one line.
func newLine(raw string) Line {
	l := Line{Raw: raw, Level: Plain}
	if text, level, ok := structured(strings.TrimSpace(raw)); ok {
		l.Text, l.Level, l.structured = text, level, true
		return l
	}
	h := head(raw)
	l.Text = strings.TrimSpace(h.rest)
	l.Level = h.level
	if l.Indent = indentOf(raw); l.Indent == 0 {
		l.Indent = indentOf(h.rest)
	}
	return l
}

// indentOf returns the width of the space before text, four for a tab.
func indentOf(text string) int {
	width := 0
	for i := range len(text) {
		switch text[i] {
		case ' ':
			width++
		case '\t':
			width += 4
		default:
			return width
		}
	}
	return width
}

// Quote returns the line as it is cited: without its clock. The message of a
// structured line is cited.
func (l Line) Quote() string {
	if l.structured {
		return l.Text
	}
	return strings.TrimSpace(unclocked(strings.TrimSpace(l.Raw)))
}
