package explainfields

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// widest is how far comments go on a wide terminal: longer lines read badly.
const widest = 120

// look is how annotated text looks on this output.
func (o *options) look() annotate.Look {
	style := o.flags.Style(o.env)
	look := annotate.Look{
		Width: 80, Long: o.flags.long, Hidden: view.Hidden,
		Subset: len(o.path) > 0 || len(o.flags.only) > 0,
	}
	if style.Width > 0 {
		look.Width = min(style.Width, widest)
	}
	if style.Color {
		look.Comment, look.Problem = style.Dim, style.Bad
	}
	return look
}

// write writes what people read.
func (o *options) write(documents []document, reports []*annotate.Report) error {
	if err := o.tellProblems(documents); err != nil {
		return err
	}
	switch {
	case o.flags.summary:
		return o.writeSummary(reports)
	case o.flags.Output == "table":
		return o.writeTable(reports)
	case o.flags.Output == "markdown":
		return writeMarkdown(o.env.Out, reports)
	case o.flags.Output == "html":
		return o.writeHTML(reports)
	}
	if !slices.ContainsFunc(reports, func(r *annotate.Report) bool { return len(r.Fields) > 0 }) {
		_, err := fmt.Fprintln(o.env.ErrOut, "No fields match.")
		return err
	}
	texts := make([]string, len(documents))
	err := each(documents, func(i int) (err error) {
		texts[i], err = o.annotatedBetween(&documents[i], i == 0)
		return err
	})
	if err != nil {
		return err
	}
	for _, text := range texts {
		if _, err := io.WriteString(o.env.Out, text); err != nil {
			return err
		}
	}
	return nil
}

// annotatedBetween returns a document's text with comments, and what stands
// before and behind it in the file.
func (o *options) annotatedBetween(d *document, first bool) (string, error) {
	before, after := around(d.before), around(d.after)
	if o.look().Subset || d.chosen || annotate.Rewritable(d.text) {
		before, after = "", ""
	}
	// What begins the file goes behind the header, what separates documents before.
	if first {
		d.intro, before = before, ""
	} else if before == "" {
		before = "---\n"
	}
	text, err := o.annotated(d)
	return before + text + after, err
}

// around returns the markers and comments around a document as they may be shown.
func around(text []byte) string {
	shown := strings.Map(func(r rune) rune {
		if view.Hidden(r) && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, string(text))
	if shown != "" && !strings.HasSuffix(shown, "\n") {
		shown += "\n"
	}
	return shown
}

// tellProblems writes what is wrong in files to standard error, a line each,
// with its place.
func (o *options) tellProblems(documents []document) error {
	for _, d := range documents {
		for _, part := range d.parts {
			for _, p := range part.report.Problems {
				where := title(part.report)
				if d.file != "" {
					where = fmt.Sprintf("%s:%d:%d", d.file, p.Line, p.Column)
				}
				if _, err := fmt.Fprintln(o.env.ErrOut, view.CleanLine("warning: "+where+": "+p.Path+" "+sentence(p))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// annotated returns a document's text with comments.
func (o *options) annotated(d *document) (string, error) {
	if d.chosen {
		return o.annotatedItems(d)
	}
	look := o.look()
	if annotate.Rewritable(d.text) || (look.Subset && d.manifest.Aliased()) {
		var err error
		if d, err = o.rewritten(d); err != nil {
			return "", fmt.Errorf("print %s: %w", d.file, err)
		}
	}
	reports := make([]*annotate.Report, len(d.parts))
	redacted := 0
	for i, p := range d.parts {
		reports[i] = p.report
		redacted += p.report.Redacted
	}
	chosen := map[*annotate.Field]bool{}
	for _, r := range reports {
		show := o.chosen(r)
		for i := range r.Fields {
			chosen[&r.Fields[i]] = show(&r.Fields[i])
		}
	}
	look.Show = func(f *annotate.Field) bool { return chosen[f] }
	look.Header, look.Before = o.header(d, redacted), d.intro
	look.Footer = footer(d)
	out := d.manifest.Annotate(reports, look)
	if !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return out, nil
}

// annotatedItems returns the objects that are asked for of a list, each as a
// document of its own.
func (o *options) annotatedItems(d *document) (string, error) {
	var texts []string
	for _, p := range d.parts {
		text, ok := d.manifest.Item(p.object.Item)
		if !ok {
			anew, err := view.YAML(p.object.Value)
			if err != nil {
				return "", err
			}
			text = string(anew)
		}
		p.object.Item = -1
		alone := &document{file: d.file, line: 1, text: []byte(text), parts: []part{{object: p.object, schema: p.schema, compared: p.compared}}}
		if err := o.explain(alone); err != nil {
			return "", err
		}
		alone.parts[0].report.Against = p.report.Against
		out, err := o.annotated(alone)
		if err != nil {
			return "", err
		}
		texts = append(texts, out)
	}
	return strings.Join(texts, "---\n"), nil
}

// rewritten returns a document of JSON or odd YAML as one of block YAML,
// explained anew: fields in their order, sorted where aliases are written out.
func (o *options) rewritten(d *document) (*document, error) {
	var value any
	if d.manifest.Aliased() {
		if err := yaml.Unmarshal(d.text, &value); err != nil {
			return d, err
		}
	} else {
		data, err := annotate.JSON(d.text)
		if err != nil {
			return d, err
		}
		value = json.RawMessage(data)
	}
	text, err := view.YAML(value)
	if err != nil {
		return d, err
	}
	out := &document{file: d.file, line: 1, text: text, parts: slices.Clone(d.parts)}
	return out, o.explain(out)
}
