package explainfields

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/provenance"
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
	for i := range documents {
		text, err := o.annotated(&documents[i])
		if err != nil {
			return err
		}
		if i > 0 {
			text = "---\n" + text
		}
		if _, err := io.WriteString(o.env.Out, text); err != nil {
			return err
		}
	}
	return nil
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
	look := o.look()
	if annotate.Rewritable(d.text) || look.Subset && d.manifest.Aliased() {
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
	look.Header = o.header(d, redacted)
	look.Footer = footer(d)
	out := d.manifest.Annotate(reports, look)
	if !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return out, nil
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

// header says what is shown: what was redacted, the object, the documentation.
func (o *options) header(d *document, redacted int) []string {
	var lines []string
	switch {
	case redacted == 1:
		lines = append(lines, "1 value is redacted; --show-secrets shows it.")
	case redacted > 1:
		lines = append(lines, strconv.Itoa(redacted)+" values are redacted; --show-secrets shows them.")
	}
	if len(d.parts) != 1 {
		return append(lines, fmt.Sprintf("%s: a list of %d objects", d.file, len(d.parts)))
	}
	p := d.parts[0]
	name := p.report.Object.Kind + " " + p.report.Object.Name
	if ns := p.report.Object.Namespace; ns != "" {
		name += " in " + ns
	}
	return append(lines, strings.TrimSpace(name)+" · "+sourceWords(p.schema))
}

// footer tells how the live object differs, and what is not set.
func footer(d *document) []string {
	var lines []string
	for _, p := range d.parts {
		for _, a := range p.report.Against {
			lines = append(lines, difference(a))
		}
	}
	for _, p := range d.parts {
		for _, u := range p.report.Unset {
			line := "not set: " + u.Path + ": " + u.Type
			if u.Default != nil && *u.Default != "" {
				line += " · default " + *u.Default
			}
			if u.Note != "" {
				line += " · " + u.Note
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// difference says how a field of the live object is not as the file has it.
func difference(a annotate.Against) string {
	line := "live: " + a.Path + ": "
	switch {
	case a.Live == nil:
		line += "not set; the file has " + valueText(a.File)
	case a.File == nil:
		line += valueText(a.Live) + "; the file has none"
	default:
		line += valueText(a.Live) + "; the file has " + valueText(a.File)
	}
	if a.Manager != "" {
		line += " · by " + a.Manager
	}
	return line
}

var originWords = []struct {
	origin provenance.Origin
	words  string
}{
	{provenance.User, "yours"},
	{provenance.Default, "defaults"},
	{provenance.Controller, "by controllers"},
	{provenance.Admission, "by admission"},
	{provenance.Server, "by the server"},
	{provenance.Unknown, "of unknown origin"},
}

// writeSummary writes the counts, a line an object.
func (o *options) writeSummary(reports []*annotate.Report) error {
	for _, r := range reports {
		var origins, facts []string
		for _, w := range originWords {
			if n := r.Summary.ByOrigin[w.origin]; n > 0 {
				origins = append(origins, fmt.Sprintf("%d %s", n, w.words))
			}
		}
		for _, fact := range []struct {
			n     int
			words string
		}{{r.Summary.Deprecated, "deprecated"}, {r.Summary.Immutable, "immutable"}, {r.Summary.Unknown, "not known"}, {len(r.Problems), "wrong"}} {
			if fact.n > 0 {
				facts = append(facts, fmt.Sprintf("%d %s", fact.n, fact.words))
			}
		}
		line := fmt.Sprintf("%s: %d fields: %s", title(r), r.Summary.Fields, strings.Join(origins, ", "))
		if len(facts) > 0 {
			line += "; " + strings.Join(facts, ", ")
		}
		if _, err := fmt.Fprintln(o.env.Out, view.CleanLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// title names the object of a report.
func title(r *annotate.Report) string {
	name := r.Object.Name
	if r.Object.Namespace != "" {
		name = r.Object.Namespace + "/" + name
	}
	return strings.TrimSpace(r.Object.Kind + " " + name)
}

// writeTable writes one line a field.
func (o *options) writeTable(reports []*annotate.Report) error {
	many := len(reports) > 1
	table := view.NewTable(
		view.Column{Head: "object", Shrink: 12}, view.Column{Head: "field", Shrink: 30}, view.Column{Head: "value", Shrink: 14, Prose: true},
		view.Column{Head: "type", Drop: 2}, view.Column{Head: "default", Drop: 1, Shrink: 10, Prose: true}, view.Column{Head: "origin"},
		view.Column{Head: "meaning", Shrink: 20, Prose: true},
	)
	if !many {
		table = view.NewTable(
			view.Column{Head: "field", Shrink: 30}, view.Column{Head: "value", Shrink: 14, Prose: true},
			view.Column{Head: "type", Drop: 2}, view.Column{Head: "default", Drop: 1, Shrink: 10, Prose: true}, view.Column{Head: "origin"},
			view.Column{Head: "meaning", Shrink: 20, Prose: true},
		)
	}
	for _, r := range reports {
		for i := range r.Fields {
			cells := row(&r.Fields[i])
			if many {
				cells = slices.Insert(cells, 0, title(r))
			}
			table.Row(cells...)
		}
	}
	return table.Write(o.env.Out, o.flags.Style(o.env))
}

// row is a field as cells: path, value, type, default, origin, meaning.
func row(f *annotate.Field) []string {
	def := ""
	if f.Default != nil {
		def = *f.Default
	}
	return []string{f.Path, valueText(f.Value), f.Type, def, string(f.Origin), f.Meaning()}
}

func valueText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(data)
	}
}
