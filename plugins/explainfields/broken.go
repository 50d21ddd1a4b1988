package explainfields

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// broken returns a document of which something cannot be read: the errors as
// comments, and the text. If the text is not YAML, credentials in it cannot be
// found; such a text is shown only if it does not look as if it had some.
func (o *options) broken(d *document, first, last bool) (string, error) {
	header := d.errorLines()
	before := visible(d.before)
	after := visible(d.after)
	d, before = o.withoutOurs(d, before)
	readable := d.parsed != nil && len(d.parts) > 0 && !d.opaque
	hidden := !readable && !o.flags.ShowSecrets && suspect(d.text)
	if hidden {
		header = append(header, annotate.Note{Text: "The document is not shown, because it may hold credentials; --show-secrets shows it."})
	}
	var out strings.Builder
	writeHead(&out, before, header, first, o.style())
	if !hidden {
		if err := o.brokenBody(&out, d, readable, last); err != nil {
			return "", err
		}
	}
	text := out.String()
	if !last && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + after, nil
}

// brokenBody writes what a document has beside its errors: the objects that could be read, with
// their comments, or else the text as it is.
func (o *options) brokenBody(out *strings.Builder, d *document, readable, last bool) error {
	switch {
	case readable && d.some:
		shown, err := o.items(d, true, last)
		if err != nil {
			return err
		}
		out.WriteString(shown)
	case readable:
		o.body(out, d, o.style(), last)
	default:
		out.WriteString(visible(d.text))
	}
	return nil
}

// errorLines returns the errors of a document as lines of the header:
// "ERROR: line 7: found a tab character where indentation was expected". explained finds them again.
func (d *document) errorLines() []annotate.Note {
	var lines []annotate.Note
	for _, e := range d.errors {
		why, _ := redact.Text(e.Err.Error())
		lines = append(lines, annotate.Note{Text: fmt.Sprintf("%sline %d: %s", errorMark, d.ownLine(e.Line), why)})
	}
	return lines
}

// ownLine returns a line of the file as a line of the document's own text, from 1.
// Comments that an earlier run added do not count: otherwise the number would change
// each time the output is explained again.
func (d *document) ownLine(inFile int) int {
	lines := strings.SplitAfter(d.text, "\n")
	before := min(max(inFile-d.line, 0), len(lines))
	line := 1
	for _, text := range lines[:before] {
		ours := d.marker != "" && d.marker.Begins(strings.TrimSpace(text))
		if !ours {
			line++
		}
	}
	return line
}

// withoutOurs returns a document, and the text before it, without the
// comments that an earlier run added.
func (o *options) withoutOurs(d *document, before string) (*document, string) {
	if d.marker == "" {
		return d, before
	}
	out := *d
	if d.parsed != nil {
		out.parsed = d.parsed.Strip(d.marker)
	} else {
		out.text = yamltext.StripLines(d.text, d.marker)
	}
	return &out, yamltext.StripLines(before, d.marker)
}

// findMarker sets the marker of the comments that an earlier run added. A document
// that begins on the line of its "---" has no header of its own: it was marked like
// the document before it in the same file.
func (d *document) findMarker(before *document) {
	marker, words, ok := yamltext.FindMarker(d.before + d.text)
	if ok && explained(words) {
		d.marker = marker
	} else if d.inline() && before.file == d.file {
		d.marker = before.marker
	}
}

// inline reports whether the document begins on the line of its "---".
func (d *document) inline() bool { return d.before != "" && !strings.HasSuffix(d.before, "\n") }

// suspects are parts of words that often name a credential. The list is wide on purpose: a text
// that is hidden for nothing costs a flag, and one that is shown may cost a password.
var suspects = []string{"secret", "passw", "pwd", "token", "key", "cred", "auth", "private", "cert"}

// suspect reports whether a text may hold a credential.
func suspect(text string) bool {
	if _, n := redact.Text(text); n > 0 {
		return true
	}
	lower := strings.ToLower(text)
	for _, word := range suspects {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
