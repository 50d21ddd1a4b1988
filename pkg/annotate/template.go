package annotate

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// TemplateOptions are how a kind is shown.
type TemplateOptions struct {
	// Path shows only what it leads to, and what holds that.
	Path fielddoc.Path
	// Depth is how many levels are shown whole, counted from the path. Deeper
	// ones show only the fields that are required, and those that are common.
	Depth int
	// Long asks for all that is known of each field instead of one sentence.
	Long bool
	// Hidden reports which characters must not be written as they are. They come
	// from schemas, which anyone who may create a CustomResourceDefinition writes.
	// nil counts only those that are not printable.
	Hidden func(rune) bool
}

// maxLevels bounds what is shown of types that hold themselves, such as JSON schemas.
const maxLevels = 14

// Template is a kind as a manifest to be edited: what is required is set, what
// can be added is commented out.
type Template struct {
	Lines []string // without line breaks
	Notes []Note
	// Folded is the path of the largest field of which something is left out,
	// nil if nothing is.
	Folded fielddoc.Path
}

// NewTemplate returns a kind as a manifest to be edited. In each object the fields that
// are required come first, then the common ones, then the others. The status is
// left out unless the path leads there, and so is what people do not write of
// metadata.
func NewTemplate(s *fielddoc.Schema, o TemplateOptions) *Template {
	k := kindWriter{options: o, schema: s, holders: map[string]*fielddoc.Doc{}, template: &Template{}, said: map[string]bool{}}
	k.fields(s.Root(nil), 0, margin{})
	return k.template
}

// TemplateReport returns the fields that NewTemplate shows as a report.
func TemplateReport(s *fielddoc.Schema, o TemplateOptions) *Report {
	apiVersion, kind := s.GVK.ToAPIVersionAndKind()
	r := &Report{
		Object: Ref{APIVersion: apiVersion, Kind: kind}, Schema: SchemaRef{s.Source, s.Version},
		Fields: []Field{}, Problems: []Problem{},
	}
	k := kindWriter{options: o, schema: s, report: r}
	k.fields(s.Root(nil), 0, margin{})
	r.summarize()
	return r
}

// kindWriter writes the fields of a kind into a template or a report.
type kindWriter struct {
	options  TemplateOptions
	schema   *fielddoc.Schema
	report   *Report
	template *Template
	holders  map[string]*fielddoc.Doc // by path, for what is known from the holder
	said     map[string]bool          // sentences of earlier notes
	most     int                      // fields in what is folded
}

// margin is the text before a field on its line.
type margin struct {
	indent  string // blanks, behind the "# " of what is commented out
	dash    bool   // the field is the first of a list element
	comment string // the blanks before "# ", and "# "; empty for fields that are set
}

// text returns the margin as it is written. The dash of a list element takes the place
// of the last two blanks.
func (m margin) text() string {
	if !m.dash {
		return m.comment + m.indent
	}
	return m.comment + strings.TrimSuffix(m.indent, "  ") + "- "
}

// fields writes the fields at c.
func (k *kindWriter) fields(c fielddoc.Cursor, level int, m margin) {
	fields := slices.DeleteFunc(c.Fields(), func(f fielddoc.Cursor) bool { return !k.wanted(f, level+1) })
	slices.SortStableFunc(fields, func(a, b fielddoc.Cursor) int { return rank(a) - rank(b) })
	for _, f := range fields {
		k.field(f, level+1, m)
		m.dash = false
	}
}

// rank orders apiVersion, kind and metadata first, then what is required, then
// what is common.
func rank(c fielddoc.Cursor) int {
	path := c.Path()
	if len(path) == 1 {
		return rankAtTop(path[0].Name)
	}
	switch {
	case path[len(path)-1].Name == "name" && path[0].Name == "metadata":
		return 0
	case starts(c):
		return 0
	case c.Common():
		return 1
	default:
		return 2
	}
}

// rankAtTop orders the fields at the top of an object as people write them, the status last.
func rankAtTop(name string) int {
	if at := slices.Index([]string{"apiVersion", "kind", "metadata", "spec"}, name); at >= 0 {
		return at
	}
	if name == "status" {
		return 20
	}
	return 10
}

// starts reports whether a field is set in the template.
func starts(c fielddoc.Cursor) bool {
	if c.Required() {
		return true
	}
	path := c.Path()
	_, example := c.Example()
	switch {
	case example || c.HoldsExample():
		return true
	case len(path) == 1:
		return slices.Contains([]string{"apiVersion", "kind", "metadata"}, path[0].Name)
	case len(path) == 2 && path[0].Name == "metadata":
		return path[1].Name == "name"
	default:
		return false
	}
}

// metadataWritten are the fields of metadata that people write.
var metadataWritten = []string{"name", "namespace", "labels", "annotations"}

// wanted reports whether a field is shown.
func (k *kindWriter) wanted(c fielddoc.Cursor, level int) bool {
	p := c.Path()
	want := k.options.Path
	switch {
	case len(want) > 0 && !want.Covers(p):
		return heads(p, want)
	case len(want) == 0 && p[0].Name == "status":
		return false
	case len(p) == 2 && p[0].Name == "metadata":
		return slices.Contains(metadataWritten, p[1].Name)
	default:
		return level <= k.whole() || starts(c) || c.Common()
	}
}

// whole returns how many levels are shown whole.
func (k *kindWriter) whole() int {
	base := 0
	for _, s := range k.options.Path {
		if !s.List {
			base++
		}
	}
	return base + k.options.Depth
}

// heads reports whether p is on the way to what want covers.
func heads(p, want fielddoc.Path) bool {
	have := p.Names()
	all := want.Names()
	return have == all || strings.HasPrefix(all, have+".")
}

// field writes one field and what is in it. A field that is not set is commented out,
// with all that is in it.
func (k *kindWriter) field(c fielddoc.Cursor, level int, m margin) {
	inside, isList := insideOf(c)
	led := heads(c.Path(), k.options.Path) && !k.options.Path.Covers(c.Path())
	set := m.comment == "" && (starts(c) || led)
	if !set && m.comment == "" {
		m = margin{comment: m.text() + "# "}
	}
	open := k.isOpen(inside, level, set, led)
	if k.report != nil {
		k.report.Fields = append(k.report.Fields, bare(c))
	} else {
		k.line(c, inside, m, set, open)
	}
	if open {
		m.indent += "  "
		m.dash = isList
		k.fields(inside, level, m)
	}
}

// insideOf returns the object in a list of objects, or c itself if it is no list.
func insideOf(c fielddoc.Cursor) (inside fielddoc.Cursor, isList bool) {
	inside = c
	for inside.Type().Kind == fielddoc.List && inside.Type().Elem.Kind == fielddoc.Object {
		inside = inside.Step(fielddoc.Item(-1))
		isList = true
	}
	return inside, isList
}

// isOpen reports whether the fields in a field are shown: those on the way to the path
// (led), of the levels that are shown whole, and deeper ones that must not be missed.
func (k *kindWriter) isOpen(inside fielddoc.Cursor, level int, set, led bool) bool {
	if len(inside.Type().Fields()) == 0 || level >= maxLevels+len(k.options.Path) {
		return false
	}
	return led || level < k.whole() || k.opens(inside, set)
}

// opens reports whether what is in a field is shown although it is deep: if
// something there must be set, or is common.
func (k *kindWriter) opens(inside fielddoc.Cursor, set bool) bool {
	return slices.ContainsFunc(inside.Fields(), func(f fielddoc.Cursor) bool {
		return (set && starts(f)) || f.Common()
	})
}

// bare returns a field of a kind, without an object.
func bare(c fielddoc.Cursor) Field {
	f := documented(c, nil)
	f.Pointer = ""
	f.Origin = provenance.Unknown
	f.OriginBasis = provenance.Deduced
	f.Managers = []provenance.Manager{}
	f.IsDefault = nil
	return f
}
