package explainfields

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// markdownText collects a heading, the problems and a table for each object. Unlike a page it
// folds nothing: it is documentation to be kept.
type markdownText struct {
	*run
	text strings.Builder
}

func (m *markdownText) add(report *annotate.Report) error {
	if m.text.Len() > 0 {
		m.text.WriteByte('\n')
	}
	m.markdownObject(&m.text, report)
	return nil
}

func (m *markdownText) print(context.Context) error {
	_, err := io.WriteString(m.env.Out, m.text.String())
	return err
}

// markdownObject writes one object: what is wrong stands above the table, which may be long.
func (r *run) markdownObject(b *strings.Builder, report *annotate.Report) {
	fmt.Fprintf(b, "## %s\n\n", markdown(title(report)))
	if r.fleet != nil {
		fmt.Fprintf(b, "%s\n\n", markdown(r.fleet.header))
	}
	markdownProblems(b, report)
	markdownFields(b, report)
}

// markdownProblems writes the problems of an object as a list, and then the fields
// that have other values in other contexts.
func markdownProblems(b *strings.Builder, report *annotate.Report) {
	for _, p := range report.Problems {
		fmt.Fprintf(b, "- **%s** %s\n", markdown(p.Path), markdown(p.Sentence()))
	}
	for i := range report.Divergences {
		d := &report.Divergences[i]
		fmt.Fprintf(b, "- **%s** differs: %s\n", markdown(d.Path), markdown(d.Words()))
	}
	if len(report.Problems)+len(report.Divergences) > 0 {
		b.WriteByte('\n')
	}
}

// markdownFields writes the fields as a table.
func markdownFields(b *strings.Builder, report *annotate.Report) {
	b.WriteString("| Field | Value | Type | Default | Origin | Meaning |\n| --- | --- | --- | --- | --- | --- |\n")
	for i := range report.Fields {
		cells := row(&report.Fields[i])
		for j, cell := range cells {
			cells[j] = markdown(cell)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

// markdownEscapes are the characters that Markdown, or HTML in it, would interpret.
var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", "&lt;",
	">", "&gt;", "&", "&amp;")

// markdown returns text safe to stand in a cell: in one line, and with nothing that is read as
// anything but itself.
func markdown(text string) string { return markdownEscapes.Replace(view.CleanLine(text)) }
