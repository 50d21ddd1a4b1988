package annotate

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// line writes the line of a field with its note. open reports that the lines of the
// fields in it follow; otherwise the line ends in a value.
func (k *kindWriter) line(c, inside fielddoc.Cursor, m margin, set, open bool) {
	d := c.Doc()
	path := d.Path
	f := Field{Documented: &Documented{Note: d.Note, Description: d.Description, doc: &d}, path: path}
	if holder := k.holders[parent(path).String()]; holder != nil {
		f.compare(holder)
	}
	value := ""
	if !open {
		value = k.value(c, set)
		k.fold(path, inside)
	}
	k.template.Lines = append(k.template.Lines, m.text()+yamltext.Key(f.name(), k.options.Hidden)+":"+value)

	marks := f.kindMarks(set, open)
	if n := len(inside.Type().Fields()); !open && n > 0 {
		marks = append(marks, fmt.Sprintf("%d fields", n))
	}
	k.holders[path.String()] = &d
	note := Note{Line: len(k.template.Lines) - 1, Text: k.once(f.meaning(k.options.Long)), Mark: strings.Join(marks, ", ")}
	k.template.Notes = append(k.template.Notes, note)
}

// once returns a sentence the first time, and nothing after that: many kinds have the same
// structures in several places.
func (k *kindWriter) once(text string) string {
	if k.said[text] {
		return ""
	}
	k.said[text] = true
	return text
}

// fold keeps the path of the largest object whose fields are left out: the hint below
// the template names it.
func (k *kindWriter) fold(path fielddoc.Path, inside fielddoc.Cursor) {
	if n := len(inside.Type().Fields()); n > k.most {
		k.template.Folded = path
		k.most = n
	}
}

// kindMarks returns the short facts about a field: its type or its values, its
// default, whether it is required, and what a change does.
func (f *Field) kindMarks(set, open bool) []string {
	d := f.doc
	var marks []string
	if len(d.Enum) > 0 && len(d.Enum) <= mostValues {
		marks = append(marks, strings.Join(d.Enum, "|"))
	} else if !open {
		marks = append(marks, d.Type.Name())
	}
	if d.DefaultKnown && fielddoc.Telling(d.Default) {
		marks = append(marks, "default "+d.Default)
	}
	if set && len(d.Path) > 1 && d.Required {
		marks = append(marks, "required")
	}
	if mark := f.changeMark(); mark != "" && len(d.Path) > 1 && d.Path[0].Name != "metadata" {
		marks = append(marks, mark)
	}
	if d.Deprecated != "" {
		marks = append(marks, "deprecated")
	}
	return marks
}

// mostValues is the number of allowed values up to which a line lists them.
const mostValues = 6

// value returns what stands behind the colon: an example if there is one, or else the
// default or a sample of the type. A default with a blank in it is prose, not a value.
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
	return " " + k.typeValue(d.Type, d.Enum, set)
}

// typeValue returns a value of a type. A list that is set has an element: an empty one is, for the
// API server, as good as none.
func (k *kindWriter) typeValue(t *fielddoc.Type, enum []string, set bool) string {
	switch t.Kind {
	case fielddoc.List:
		if set {
			return "[" + k.visible(sample(t.Elem, enum)) + "]"
		}
		return "[]"
	case fielddoc.Map, fielddoc.Object, fielddoc.Any:
		return "{}"
	default:
		return k.visible(sample(t, enum))
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

// sample returns a value of a type, which a person replaces.
func sample(t *fielddoc.Type, enum []string) string {
	if len(enum) > 0 {
		return enum[0]
	}
	switch t.Kind {
	case fielddoc.List:
		return "[]"
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
