package cli

import (
	"regexp"
	"strings"
	"time"
)

// marks remembers which lines of a picture changed lately.
type marks struct {
	text  string               // of the last picture, without what time alone changes
	width int                  // that it was drawn for
	until map[string]time.Time // by changed line
}

// see takes in the lines of a picture and tells which of them changed in the
// last markTime. That a line moved, was wrapped elsewhere or became older is no
// change. A picture for another width is taken in as it is.
func (m *marks) see(lines []string, width int, now time.Time) []bool {
	plain := make([]string, len(lines))
	for i, line := range lines {
		plain[i] = plainLine(line)
	}
	text := " " + strings.Join(strings.Fields(strings.Join(plain, " ")), " ") + " "
	if m.until == nil {
		m.until = map[string]time.Time{}
	}
	for line, end := range m.until {
		if !end.After(now) {
			delete(m.until, line)
		}
	}
	changed := make([]bool, len(lines))
	for i, line := range plain {
		if line != "" && m.width == width && !strings.Contains(m.text, " "+line+" ") {
			m.until[line] = now.Add(markTime)
		}
		_, changed[i] = m.until[line]
	}
	m.text, m.width = text, width
	return changed
}

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// plainLine returns a line without colours, branches, blanks and durations.
func plainLine(line string) string {
	line = strings.Map(func(r rune) rune {
		if strings.ContainsRune("├└│─", r) {
			return ' '
		}
		return r
	}, colours.ReplaceAllString(line, ""))
	return strings.Join(strings.Fields(still(line)), " ")
}
