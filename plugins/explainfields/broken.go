package explainfields

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// broken returns a document of which something cannot be read: what is wrong in
// comments, and the text. A text in which credentials cannot be found, because
// it is not YAML, is shown only if it does not look as if it had some.
func (o *options) broken(d *document, first, last bool) (string, error) {
	style := o.style()
	header := d.errorLines()
	before, after := visible(d.before), visible(d.after)
	d, before = o.withoutOurs(d, before)
	readable := d.parsed != nil && len(d.parts) > 0 && !d.opaque
	hidden := !readable && !o.flags.ShowSecrets && suspect(d.text)
	if hidden {
		header = append(header, "The document is not shown, because it may hold credentials; --show-secrets shows it.")
	}
	var out strings.Builder
	writeHead(&out, before, header, first, style)
	switch {
	case hidden:
	case readable && d.some:
		shown, err := o.items(d, true, last)
		if err != nil {
			return "", err
		}
		out.WriteString(shown)
	case readable:
		o.body(&out, d, style, last)
	default:
		out.WriteString(visible(d.text))
	}
	text := out.String()
	if !last && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + after, nil
}

// errorLines returns what is wrong with a document, with the line of its own
// text: the comments of ours that may stand in it do not count.
func (d *document) errorLines() []string {
	lines := strings.SplitAfter(d.text, "\n")
	var words []string
	for _, e := range d.errors {
		line := 1
		for at := range min(max(e.Line-d.line, 0), len(lines)) {
			if d.marker == "" || !d.marker.Begins(strings.TrimSpace(lines[at])) {
				line++
			}
		}
		why, _ := redact.Text(e.Err.Error())
		words = append(words, fmt.Sprintf("%sline %d: %s", errorMark, line, why))
	}
	return words
}

// withoutOurs returns a document, and what stands before it, without the
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

// findMarker sets the marker of the comments that an earlier run added. What
// begins on the line of its marker has no header: its comments are as those of
// the document before it.
func (d *document) findMarker(before *document) {
	marker, words, ok := yamltext.FindMarker(d.before + d.text)
	switch {
	case ok && explained(words):
		d.marker = marker
	case d.inline() && before.file == d.file:
		d.marker = before.marker
	}
}

// inline reports whether the document begins on the line of its marker.
func (d *document) inline() bool { return d.before != "" && !strings.HasSuffix(d.before, "\n") }

// suspects are parts of names that credentials go by.
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
