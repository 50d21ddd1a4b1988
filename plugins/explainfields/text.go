package explainfields

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/redact"
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

// readable reports whether the output is for people, not for programs.
func (o *options) readable() bool {
	return slices.Contains([]string{"text", "wide", "table", "markdown", "html"}, o.flags.Output)
}

// print writes the reports in a format that needs all of them.
func (r *run) print(ctx context.Context) error {
	switch {
	case r.flags.needs && r.readable():
		return r.writeNeeds()
	case r.flags.summary && r.readable():
		return r.writeSummary(r.reports)
	case r.listsFindings():
		return r.writeFindings()
	case r.flags.Output == "table":
		return r.writeTable(r.reports)
	case r.flags.Output == "markdown":
		return r.writeMarkdown(r.reports)
	case r.flags.Output == "html":
		return r.writeHTML(r.reports)
	}
	if err := r.stamp(ctx, r.snapshot); err != nil {
		return err
	}
	for _, g := range r.lost {
		r.snapshot.AddGap(g)
	}
	report := view.NewReport("FieldReport", redact.Gaps(r.snapshot), r.reports)
	report.Redacted = r.redacted
	_, err := r.flags.Print(r.env, report, itemName)
	return err
}

// text returns a document with comments, and what stands before and behind it in
// the file. A document that another one follows ends in a line break.
func (o *options) text(d *document, first, last bool) (string, error) {
	if d.parsed == nil || len(d.errors) > 0 {
		return o.broken(d, first, last)
	}
	if d.some || (d.list && o.subset()) {
		return o.items(d, first, last)
	}
	before, after := visible(d.before), visible(d.after)
	d, before = o.withoutOurs(d, before)
	if o.subset() || d.parsed.JSON {
		before, after = "", ""
	}
	if d.parsed.JSON || (o.subset() && (d.parsed.Aliased() || flowRoot(d.parsed))) {
		var err error
		if d, err = o.rewritten(d); err != nil {
			return "", fmt.Errorf("print %s: %w", d.file, err)
		}
	}
	var out strings.Builder
	style := o.style()
	style.Marker, style.Break = string(d.parsed.Marker(before, after)), d.parsed.Break()
	writeHead(&out, before, o.header(d), first, style)
	o.body(&out, d, style, last)
	out.WriteString(after)
	return out.String(), nil
}

// writeHead writes what stands before a document, and the header: at the top of
// the output, else behind the marker that begins the document, or before a
// marker on whose line the document begins.
func writeHead(out *strings.Builder, before string, header []string, first bool, style layout.Style) {
	switch {
	case first:
		layout.Header(out, header, style)
		out.WriteString(before)
	case before == "":
		out.WriteString("---\n")
		layout.Header(out, header, style)
	case strings.HasSuffix(before, "\n"):
		out.WriteString(before)
		layout.Header(out, header, style)
	default:
		at := strings.LastIndexByte(before, '\n') + 1
		out.WriteString(before[:at])
		layout.Header(out, header, style)
		out.WriteString(before[at:])
	}
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
		if o.explain(alone); alone.parsed == nil {
			return "", alone.errors[0]
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
	if o.explain(out); out.parsed == nil {
		return d, out.errors[0]
	}
	return out, nil
}
