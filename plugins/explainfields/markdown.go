package explainfields

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// writeMarkdown writes a heading and a table for each object.
func writeMarkdown(w io.Writer, reports []*annotate.Report) error {
	var b strings.Builder
	for i, r := range reports {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "## %s\n\n", markdown(title(r)))
		if len(r.Problems) > 0 {
			for _, p := range r.Problems {
				fmt.Fprintf(&b, "- **%s** %s\n", markdown(p.Path), markdown(sentence(p)))
			}
			b.WriteByte('\n')
		}
		b.WriteString("| Field | Value | Type | Default | Origin | Meaning |\n| --- | --- | --- | --- | --- | --- |\n")
		for i := range r.Fields {
			cells := row(&r.Fields[i])
			for j, cell := range cells {
				cells[j] = markdown(cell)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sentence is a problem with what may have been meant.
func sentence(p annotate.Problem) string {
	if p.DidYouMean == "" {
		return p.Message
	}
	return p.Message + "; did you mean " + p.DidYouMean + "?"
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;")

// markdown returns text safe to stand in a cell.
func markdown(text string) string { return markdownEscapes.Replace(view.CleanLine(text)) }

// writeHTML writes one self-contained page.
func (o *options) writeHTML(reports []*annotate.Report) error {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>explainfields</title>
<style>
:root{color-scheme:light dark}body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .6em;border-bottom:1px solid #8884}
td:first-child,td:nth-child(2){font-family:ui-monospace,monospace;font-size:12px;overflow-wrap:anywhere}
.wrong{color:#c33;font-weight:600}.default{opacity:.65}
</style></head><body>
`)
	for _, r := range reports {
		fmt.Fprintf(&b, "<h2>%s</h2>\n", page(title(r)))
		for _, p := range r.Problems {
			fmt.Fprintf(&b, "<p class=\"wrong\">%s %s</p>\n", page(p.Path), page(sentence(p)))
		}
		b.WriteString("<table><thead><tr><th>Field<th>Value<th>Type<th>Default<th>Origin<th>Meaning</tr></thead><tbody>\n")
		for i := range r.Fields {
			f := &r.Fields[i]
			class := ""
			if f.IsDefault != nil && *f.IsDefault {
				class = ` class="default"`
			}
			fmt.Fprintf(&b, "<tr%s>", class)
			for _, cell := range row(f) {
				fmt.Fprintf(&b, "<td>%s", page(cell))
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</tbody></table>\n")
	}
	b.WriteString("</body></html>\n")
	_, err := io.WriteString(o.env.Out, b.String())
	return err
}

// page returns text safe to stand in a page.
func page(text string) string { return html.EscapeString(view.Clean(text)) }
