package logs

import (
	"slices"
	"strings"
)

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
	failed     bool // it is structured, and has a field for an error that is not empty
	empty      bool // it is nothing but a prefix
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
	slices.Reverse(out)
	return out
}

// plain returns a line without the runtime's timestamp, escape sequences and
// space at its end, and with texts in place of the numbers of their characters.
// If a program overwrites a line, what was written last stays.
func plain(raw string) string {
	raw = strings.TrimRight(raw, " \t\r")
	if at := strings.LastIndexByte(raw, '\r'); at >= 0 {
		raw = raw[at+1:]
	}
	raw = unstamped(raw)
	if strings.IndexByte(raw, '\x1b') >= 0 {
		raw = escapes().ReplaceAllString(raw, "")
	}
	return Shorten(spelled(raw), maxText)
}

// unstamped returns a line without the RFC 3339 timestamp that the runtime puts
// before it (k8s.io/cri-client pkg/logs, 1.37: the time and one space).
func unstamped(raw string) string {
	const (
		shortest = len("2006-01-02T15:04:05Z")
		longest  = len("2006-01-02T15:04:05.000000000+00:00")
	)
	if len(raw) < shortest || raw[4] != '-' || raw[7] != '-' || raw[10] != 'T' || raw[13] != ':' || raw[16] != ':' {
		return raw
	}
	stamp, rest, _ := strings.Cut(raw, " ")
	if len(stamp) < shortest || len(stamp) > longest || strings.IndexByte("Z0123456789", stamp[len(stamp)-1]) < 0 {
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
	first := (limit - len(cutMark)) / 3
	last := limit - len(cutMark) - first
	return strings.ToValidUTF8(text[:first], "") + cutMark + strings.ToValidUTF8(text[len(text)-last:], "")
}

// cutMark stands for what Shorten left out.
const cutMark = " … "

// shortenAround does what Shorten does, but if that would cut out words that
// stand in the text, it keeps them with what surrounds them in place of the end.
func shortenAround(text, words string, limit int) string {
	short := Shorten(text, limit)
	at := strings.Index(text, words)
	if short == text || at < 0 || words == "" || strings.Contains(short, words) {
		return short
	}
	first := (limit - 2*len(cutMark)) / 3
	room := limit - 2*len(cutMark) - first
	from := max(first, at-max(0, room-len(words))/2)
	to := min(len(text), from+room)
	head := strings.ToValidUTF8(text[:first], "")
	middle := strings.ToValidUTF8(text[from:to], "")
	if from > first {
		head += cutMark
	}
	if to < len(text) {
		middle += cutMark
	}
	return strings.TrimRight(head+middle, " ")
}

// newLine reads one line.
func newLine(raw string) Line {
	l := Line{Raw: raw, Level: Plain}
	if fields := structured(strings.TrimSpace(raw)); fields != nil {
		text, level, failed := joined(fields)
		if text != "" {
			l.Text = text
			l.Level = level
			l.structured = true
			l.failed = failed
			return l
		}
	}
	h := head(raw)
	l.Text = strings.TrimSpace(tail().ReplaceAllString(h.rest, ""))
	l.Level = h.level
	l.empty = h.empty
	l.Folded = tracesInLines(raw[:len(raw)-len(h.rest)]) && strings.HasPrefix(h.rest, "  ") && isFrame(h.rest)
	if l.Indent = indentOf(raw); l.Indent == 0 && h.level == Plain {
		l.Indent = indentOf(h.rest)
	} else if within := indentOf(h.rest); l.Indent == 0 && within > 1 && h.rest[0] == ' ' { // PostgreSQL writes two blanks behind a level
		l.Indent = within
	}
	return l
}

// tracesInLines reports whether a prefix is of a logger that puts it before each line of a stack trace, too: one of
// Erlang's OTP, with the process, or oslo.log.
func tracesInLines(prefix string) bool {
	return strings.Contains(prefix, "<0.") || oslo().MatchString(prefix)
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
