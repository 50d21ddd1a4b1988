package explainfields

import (
	"fmt"
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
		for _, p := range r.Problems {
			fmt.Fprintf(&b, "- **%s** %s\n", markdown(p.Path), markdown(p.Sentence()))
		}
		for i := range r.Divergences {
			fmt.Fprintf(&b, "- **%s** differs: %s\n", markdown(r.Divergences[i].Path), markdown(r.Divergences[i].Words()))
		}
		if len(r.Problems)+len(r.Divergences) > 0 {
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

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;")

// markdown returns text safe to stand in a cell.
func markdown(text string) string { return markdownEscapes.Replace(view.CleanLine(text)) }
