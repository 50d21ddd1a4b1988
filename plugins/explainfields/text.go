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
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// widest is the number of columns up to which comments use a wide terminal: longer
// lines are hard to read.
const widest = 120

// style returns how comments look on this output.
func (o *options) style() layout.Style {
	terminal := o.flags.Style(o.env)
	// "#:" keeps our comments apart from the author's: they can be taken off and written anew.
	style := layout.Style{Width: o.width(terminal.Width), Marker: "#:", Break: "\n"}
	if terminal.Color {
		style.Comment = terminal.Dim
		style.Problem = terminal.Bad
	}
	return style
}

// subset reports whether only parts of the objects are shown.
func (o *options) subset() bool { return len(o.path) > 0 || len(o.flags.only) > 0 }

// readable reports whether the output is for people, not for programs.
func (o *options) readable() bool {
	return slices.Contains([]string{"text", "wide", "table", "markdown", "html"}, o.flags.Output)
}

// print writes what the formats print that need all objects.
func (r *run) print(ctx context.Context) error {
	switch {
	case r.flags.needs && r.readable():
		return r.writeNeeds()
	case r.listsFindings():
		return r.writeFindings()
	default:
		return r.collector.print(ctx)
	}
}

// text returns a document with comments, and the text before and behind it in
// the file. If another document follows, it ends in a line break.
func (o *options) text(d *document, first, last bool) (string, error) {
	if d.parsed == nil || len(d.errors) > 0 {
		return o.broken(d, first, last)
	}
	// A List of which items are left out would be another List: each item stands alone then.
	if d.some || (d.list && o.subset()) {
		return o.items(d, first, last)
	}
	before := visible(d.before)
	after := visible(d.after)
	d, before = o.withoutOurs(d, before)
	if o.subset() || d.parsed.JSON { // comments about the whole would be about a part, and JSON has none
		before = ""
		after = ""
	}
	if o.needsBlockYAML(d) {
		var err error
		if d, err = o.rewritten(d); err != nil {
			return "", fmt.Errorf("print %s: %w", d.file, err)
		}
	}
	var out strings.Builder
	style := o.styleOf(d, before, after)
	writeHead(&out, before, o.header(d), first, style)
	o.body(&out, d, style, last)
	out.WriteString(after)
	return out.String(), nil
}

// needsBlockYAML reports whether a document has to be written anew. JSON has no
// comments. A part of a document cannot be cut out if an alias in it refers to
// another part, or if the document stands in braces.
func (o *options) needsBlockYAML(d *document) bool {
	if d.parsed.JSON {
		return true
	}
	return o.subset() && (d.parsed.Aliased() || flowRoot(d.parsed))
}

// writeHead writes the text before a document, and the header. The header stands at
// the top of the output, or behind the "---" that begins the document. If the document
// begins on the line of its "---", the header stands before that line.
func writeHead(out *strings.Builder, before string, header []annotate.Note, first bool, style layout.Style) {
	switch {
	case first:
		layout.Header(out, header, style)
		out.WriteString(before)
	case before == "": // a live object, or a text whose surroundings are not shown
		out.WriteString("---\n")
		layout.Header(out, header, style)
	default:
		at := strings.LastIndexByte(before, '\n') + 1 // behind it is nothing, or the "--- " of this document
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

// visible returns the text around a document with each character that a terminal
// would not show as it is replaced. A carriage return is kept: it ends lines.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if view.Hidden(r) && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, text)
}

// items returns the chosen objects of a list, each as a document of its own.
func (o *options) items(d *document, first, last bool) (string, error) {
	var out strings.Builder
	for i, p := range d.parts {
		alone, err := o.alone(d, p)
		if err != nil {
			return "", err
		}
		shown, err := o.text(alone, first && i == 0, last && i == len(d.parts)-1)
		if err != nil {
			return "", err
		}
		out.WriteString(shown)
	}
	return out.String(), nil
}

// alone returns one object of a list as a document, explained anew because its lines
// are others. Its text is that of the file if it can be cut out of the list.
func (o *options) alone(d *document, p part) (*document, error) {
	text, ok := d.parsed.Item(p.object.Item)
	if !ok {
		anew, err := view.YAML(p.object.Value)
		if err != nil {
			return nil, err
		}
		text = string(anew)
	}
	p.object.Item = -1
	alone := &document{file: d.file, line: 1, text: text, parts: []part{{object: p.object, schema: p.schema, compared: p.compared}}}
	if o.explain(alone); alone.parsed == nil {
		return nil, alone.errors[0]
	}
	alone.parts[0].report.Against = p.report.Against
	return alone, nil
}

// rewritten returns a document as block YAML, explained anew, since its lines are others. Fields keep
// their order, except if aliases are written out: then they are sorted. The document itself is dropped
// before: with all of its fields explained twice a large one would not fit into the memory.
func (o *options) rewritten(d *document) (*document, error) {
	value, err := valueOfDocument(d)
	if err != nil {
		return d, err
	}
	out := &document{file: d.file, line: 1, parts: slices.Clone(d.parts), list: d.list}
	against := make([][]annotate.Against, len(d.parts))
	for i := range d.parts {
		against[i] = d.parts[i].report.Against
		out.parts[i].report = nil
	}
	*d = document{file: d.file, marked: d.marked}
	text, err := view.YAML(value)
	if err != nil {
		return d, err
	}
	out.text = string(text)
	if o.explain(out); out.parsed == nil {
		return d, out.errors[0]
	}
	for i := range out.parts {
		out.parts[i].report.Against = against[i]
	}
	return out, nil
}

// valueOfDocument returns a document as JSON, which keeps the order of its fields, or
// with its aliases written out.
func valueOfDocument(d *document) (any, error) {
	if d.parsed.JSON {
		return json.RawMessage(d.text), nil
	}
	if d.parsed.Aliased() {
		var value any
		err := sigsyaml.Unmarshal([]byte(d.text), &value)
		return value, err
	}
	data, err := d.parsed.AsJSON()
	return json.RawMessage(data), err
}

// styleOf returns the style with the comment marker and the line breaks of a document.
func (o *options) styleOf(d *document, before, after string) layout.Style {
	style := o.style()
	style.Marker = string(d.parsed.Marker(before, after))
	style.Break = d.parsed.Break()
	return style
}
