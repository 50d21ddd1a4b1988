package cli

import (
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// marks remembers which lines of the view changed recently.
type marks struct {
	text  string               // of the last view, without what changes with time alone
	width int                  // that it was drawn for
	until map[string]time.Time // by changed line
}

// see records the lines of a view and reports which of them changed within
// markTime. A line that moved, wrapped elsewhere or only became older has not
// changed. After a change of width no line counts as changed.
func (m *marks) see(lines []string, width int, now time.Time) []bool {
	plain := make([]string, len(lines))
	for i, line := range lines {
		plain[i] = plainLine(line)
	}
	// The whole view as one run of words, in which a line is found wherever it is and however it wraps.
	text := " " + strings.Join(strings.Fields(strings.Join(plain, " ")), " ") + " "
	m.forget(now)
	// Of a first view no line has changed: there is no width before it.
	changed := make([]bool, len(lines))
	for i, line := range plain {
		if line != "" && m.width == width && !strings.Contains(m.text, " "+line+" ") {
			m.until[line] = now.Add(markTime)
		}
		_, changed[i] = m.until[line]
	}
	m.text = text
	m.width = width
	return changed
}

// forget drops the marks that were shown long enough.
func (m *marks) forget(now time.Time) {
	if m.until == nil {
		m.until = map[string]time.Time{}
	}
	for line, end := range m.until {
		if !end.After(now) {
			delete(m.until, line)
		}
	}
}

// plainLine returns a line without colors, branches, spaces and durations.
func plainLine(line string) string {
	line = strings.Map(func(r rune) rune {
		if strings.ContainsRune("├└│─", r) {
			return ' '
		}
		return r
	}, view.Uncolored(line))
	return strings.Join(strings.Fields(still(line)), " ")
}
