package explainfields

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// broken returns a document of which something cannot be read: what is wrong in
// comments, and the text. A text in which credentials cannot be found, because
// it is not YAML, is shown only if it does not look as if it had some.
func (o *options) broken(d *document, first, last bool) (string, error) {
	style := o.style()
	var header []string
	for _, e := range d.errors {
		header = append(header, errorMark+position(d.file, e.Line, e.Column)+": "+e.Err.Error())
	}
	before, after := visible(d.before), visible(d.after)
	d, before = o.withoutOurs(d, before)
	readable := d.parsed != nil && len(d.parts) > 0 && !d.opaque
	hidden := !readable && !o.flags.ShowSecrets && suspect(d.text)
	if hidden {
		header = append(header, fmt.Sprintf("%s not shown: it may hold credentials, which cannot be told from the rest; --show-secrets shows it.",
			span(d.line, strings.Count(strings.TrimRight(d.text, "\n"), "\n"))))
	}
	if !first && before == "" {
		before = "---\n"
	}
	var out strings.Builder
	if first {
		layout.Header(&out, header, style)
	}
	out.WriteString(before)
	if !first {
		layout.Header(&out, header, style)
	}
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

// withoutOurs returns a document, and what stands before it, without the
// comments that an earlier run added.
func (o *options) withoutOurs(d *document, before string) (*document, string) {
	marker, words, ok := yamltext.FindMarker(d.before + d.text)
	if !ok || !explained(words) {
		return d, before
	}
	out := *d
	if d.parsed != nil {
		out.parsed = d.parsed.Strip(marker)
	} else {
		out.text = yamltext.StripLines(d.text, marker)
	}
	return &out, yamltext.StripLines(before, marker)
}

// span names the lines from first to the one that is more lines behind it.
func span(first, more int) string {
	if more == 0 {
		return fmt.Sprintf("Line %d is", first)
	}
	return fmt.Sprintf("Lines %d to %d are", first, first+more)
}

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
