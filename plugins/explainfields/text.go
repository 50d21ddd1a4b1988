package explainfields

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// widest is how far comments go on a wide terminal: longer lines read badly.
const widest = 120

// style returns how comments look on this output.
func (o *options) style() layout.Style {
	terminal := o.flags.Style(o.env)
	style := layout.Style{Width: o.width(terminal.Width), Marker: "#:", Break: "\n"}
	if terminal.Color {
		style.Comment, style.Problem = terminal.Dim, terminal.Bad
	}
	return style
}

// subset reports whether only parts of the objects are shown.
func (o *options) subset() bool { return len(o.path) > 0 || len(o.flags.only) > 0 }

// write writes what people read.
func (o *options) write(documents []document, reports []*annotate.Report) error {
	if err := o.printProblems(documents); err != nil {
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
		texts[i], err = o.text(&documents[i], i == 0, i+1 == len(documents))
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

// text returns a document with comments, and what stands before and behind it in
// the file. A document that another one follows ends in a line break.
func (o *options) text(d *document, first, last bool) (string, error) {
	if d.some || (d.list && o.subset()) {
		return o.items(d, first, last)
	}
	before, after := visible(d.before), visible(d.after)
	if marker, words, ok := yamltext.FindMarker(d.before + d.text); ok && explained(words) {
		d.parsed = d.parsed.Strip(marker)
		before, after = yamltext.StripLines(before, marker), yamltext.StripLines(after, marker)
	}
	if o.subset() || d.parsed.JSON {
		before, after = "", ""
	}
	if d.parsed.JSON || (o.subset() && (d.parsed.Aliased() || flowRoot(d.parsed))) {
		var err error
		if d, err = o.rewritten(d); err != nil {
			return "", fmt.Errorf("print %s: %w", d.file, err)
		}
	}
	if !first && before == "" {
		before = "---\n"
	}
	var out strings.Builder
	style := o.style()
	style.Marker, style.Break = string(yamltext.NewMarker(before+d.parsed.String())), d.parsed.Break()
	if first {
		layout.Header(&out, o.header(d), style)
		out.WriteString(before)
	} else {
		out.WriteString(before)
		layout.Header(&out, o.header(d), style)
	}
	o.body(&out, d, style, last)
	out.WriteString(after)
	return out.String(), nil
}

// body writes a document's text with comments.
func (o *options) body(out *strings.Builder, d *document, style layout.Style, last bool) {
	m := layout.Manifest{
		Text: d.parsed, Subset: o.subset(), Followed: !last,
		Notes: annotate.NoteOptions{Long: o.flags.long, Wide: o.flags.Output == "wide", Repeat: o.flags.repeat, When: o.when},
	}
	for _, p := range d.parts {
		m.Reports = append(m.Reports, p.report)
		if chosen := o.chosen(p.report); chosen != nil {
			m.Chosen = append(m.Chosen, chosen)
		}
	}
	m.Write(out, style)
}

// flowRoot reports whether the whole document stands in braces, as KYAML does.
func flowRoot(t *yamltext.Text) bool { return t.Root != nil && t.Root.Style&yaml.FlowStyle != 0 }

// visible returns the markers and comments around a document as they may be shown.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if view.Hidden(r) && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, text)
}

// printProblems writes what is wrong in files to standard error, a line each,
// with its place.
func (o *options) printProblems(documents []document) error {
	for _, d := range documents {
		for _, part := range d.parts {
			for _, p := range part.report.Problems {
				where := title(part.report)
				if d.file != "" {
					where = fmt.Sprintf("%s:%d:%d", d.file, p.Line, p.Column)
				}
				if _, err := fmt.Fprintln(o.env.ErrOut, view.CleanLine("warning: "+where+": "+p.Path+" "+p.Sentence())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// items returns the objects that are asked for of a list, each as a document of
// its own.
func (o *options) items(d *document, first, last bool) (string, error) {
	var out strings.Builder
	for i, p := range d.parts {
		text, ok := d.parsed.Item(p.object.Item)
		if !ok {
			anew, err := view.YAML(p.object.Value)
			if err != nil {
				return "", err
			}
			text = string(anew)
		}
		p.object.Item = -1
		alone := &document{file: d.file, line: 1, text: text, parts: []part{{object: p.object, schema: p.schema, compared: p.compared}}}
		if err := o.explain(alone); err != nil {
			return "", err
		}
		alone.parts[0].report.Against = p.report.Against
		shown, err := o.text(alone, first && i == 0, last && i == len(d.parts)-1)
		if err != nil {
			return "", err
		}
		out.WriteString(shown)
	}
	return out.String(), nil
}

// rewritten returns a document of JSON, or one of which parts are to be left
// out, as block YAML, explained anew: fields in their order, sorted if aliases
// are written out.
func (o *options) rewritten(d *document) (*document, error) {
	var value any
	switch {
	case d.parsed.JSON:
		value = json.RawMessage(d.text)
	case d.parsed.Aliased():
		if err := sigsyaml.Unmarshal([]byte(d.text), &value); err != nil {
			return d, err
		}
	default:
		data, err := d.parsed.AsJSON()
		if err != nil {
			return d, err
		}
		value = json.RawMessage(data)
	}
	text, err := view.YAML(value)
	if err != nil {
		return d, err
	}
	out := &document{file: d.file, line: 1, text: string(text), parts: slices.Clone(d.parts), list: d.list}
	return out, o.explain(out)
}
