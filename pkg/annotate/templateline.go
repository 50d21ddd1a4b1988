package annotate

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// line writes the line of a field with its note.
func (k *kindWriter) line(c, inside fielddoc.Cursor, m margin, set, open bool) {
	f := Field{Note: c.Doc().Note, Description: c.Doc().Description, doc: c.Doc()}
	d := &f.doc
	value := ""
	if !open {
		value = k.value(c, set)
		k.fold(d.Path, inside)
	}
	k.template.Lines = append(k.template.Lines, m.text()+yamltext.Key(f.name(), k.options.Hidden)+":"+value)
	mark := strings.Join(f.kindMarks(k.holders[parent(d.Path).String()], set, open), ", ")
	if n := len(inside.Type().Fields()); !open && n > 0 {
		mark += fmt.Sprintf(", %d fields", n)
	}
	k.holders[d.Path.String()] = &f
	text := f.meaning(k.options.Long)
	if k.said[text] {
		text = ""
	}
	k.said[text] = true
	k.template.Notes = append(k.template.Notes, Note{Line: len(k.template.Lines) - 1, Text: text, Mark: strings.TrimPrefix(mark, ", ")})
}

// fold keeps the path of the largest field that is not shown whole.
func (k *kindWriter) fold(path fielddoc.Path, inside fielddoc.Cursor) {
	if n := len(inside.Type().Fields()); n > k.most {
		k.template.Folded, k.most = path, n
	}
}

// kindMarks returns what there is to know about a field beside its meaning: its
// type or its values, its default, what a change does.
func (f *Field) kindMarks(holder *Field, set, open bool) []string {
	d := &f.doc
	var marks []string
	switch {
	case len(d.Enum) > 0 && len(d.Enum) < 7:
		marks = append(marks, strings.Join(d.Enum, "|"))
	case !open:
		marks = append(marks, d.Type.Name())
	}
	if d.DefaultKnown && fielddoc.Telling(d.Default) {
		marks = append(marks, "default "+d.Default)
	}
	if set && len(d.Path) > 1 && d.Required {
		marks = append(marks, "required")
	}
	if mark := f.changeMark(holder); mark != "" && len(d.Path) > 1 && d.Path[0].Name != "metadata" {
		marks = append(marks, mark)
	}
	if d.Deprecated != "" {
		marks = append(marks, "deprecated")
	}
	return marks
}

// value returns what to write behind the colon: an example for a field that is
// set, else the default or an empty value.
func (k *kindWriter) value(c fielddoc.Cursor, set bool) string {
	d := c.Doc()
	apiVersion, kind := k.schema.GVK.ToAPIVersionAndKind()
	switch d.Path.String() {
	case "apiVersion":
		return " " + k.visible(apiVersion)
	case "kind":
		return " " + k.visible(kind)
	}
	if example, ok := c.Example(); ok {
		return " " + k.visible(example)
	}
	if d.DefaultKnown && d.Default != "" && !strings.Contains(d.Default, " ") {
		return " " + k.visible(d.Default)
	}
	switch d.Type.Kind {
	case fielddoc.List:
		if set {
			return " [" + k.visible(sample(d.Type.Elem, d.Enum)) + "]"
		}
		return " []"
	case fielddoc.Map, fielddoc.Object, fielddoc.Any:
		return " {}"
	default:
		return " " + k.visible(sample(d.Type, d.Enum))
	}
}

// visible returns a value as it may be written on a line: as it is, or in double
// quotes if there are characters in it that would not show.
func (k *kindWriter) visible(value string) string {
	if yamltext.Visible(value, k.options.Hidden) {
		return value
	}
	return yamltext.Quote(value, k.options.Hidden)
}

// sample returns a value of a type.
func sample(t *fielddoc.Type, enum []string) string {
	switch {
	case len(enum) > 0:
		return enum[0]
	case t.Kind == fielddoc.List:
		return "[]"
	}
	switch t.Kind {
	case fielddoc.Integer, fielddoc.Number, fielddoc.IntOrString:
		return "1"
	case fielddoc.Boolean:
		return "false"
	case fielddoc.Quantity:
		return "1Gi"
	case fielddoc.Time:
		return `"2026-01-01T00:00:00Z"`
	case fielddoc.Bytes:
		return `""`
	case fielddoc.Map, fielddoc.Object, fielddoc.Any:
		return "{}"
	default:
		return "example"
	}
}
