package layout

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// Manifest is a document with what is known of its objects.
type Manifest struct {
	Text    *yamltext.Text
	Reports []*annotate.Report
	// Chosen are the fields to explain, one selection a report; nil for all.
	Chosen []annotate.Selection
	// Subset leaves out the lines that no chosen field needs.
	Subset bool
	// Followed reports that another document follows, so that the text has to end
	// in a line break.
	Followed bool
	// Notes are which notes are wanted; the chosen fields are set for each report.
	Notes annotate.NoteOptions
}

// Write writes the text of the document with the notes as comments. Its lines
// stay as they are, but for redacted values, hidden characters, and the lines
// that are left out.
func (m Manifest) Write(out *strings.Builder, s Style) {
	text := m.Text.Edit(annotate.Redactions(m.Reports), view.Hidden)
	if m.Followed {
		text = text.Terminated()
	}
	Write(out, m.lines(text), m.notes(), s)
}

// notes returns the notes of all objects, in the order of the text.
func (m Manifest) notes() []annotate.Note {
	var notes []annotate.Note
	for i, r := range m.Reports {
		o := m.Notes
		if m.Chosen != nil {
			o.Chosen = m.Chosen[i]
		}
		notes = append(notes, r.Notes(o)...)
	}
	return notes
}

// lines returns the lines of a text, with where comments can be added to each.
func (m Manifest) lines(text *yamltext.Text) Lines {
	var chosen []annotate.Selection // nil: every line is shown
	if m.Subset {
		chosen = m.Chosen
	}
	return &manifestLines{text: text, shown: annotate.Shown(text, m.Reports, chosen), at: -1}
}

// manifestLines are the lines of a manifest.
type manifestLines struct {
	text  *yamltext.Text
	shown []bool
	// at is the line that was asked for last, above what its Above is.
	at, above int
}

// Len returns the number of lines.
func (m *manifestLines) Len() int { return m.text.Len() }

// Line returns the line at an index.
func (m *manifestLines) Line(at int) Line {
	// A scalar may have a million lines: its first is not looked for from each.
	if !m.text.Within(at) || (at != m.at && at != m.at+1) {
		m.above = -1
		if index, ok := m.text.Above(at); ok {
			m.above = index
		}
	}
	m.at = at
	l := m.text.Line(at)
	return Line{Text: l.Text, End: l.End, Open: m.text.Open(at), Above: m.above, Gone: !m.shown[at]}
}
