package annotate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// Options are how objects are explained.
type Options struct {
	// FirstLine is the line of the file on which the manifest begins, counted from 1.
	FirstLine int
	// ShowSecrets shows what is redacted otherwise.
	ShowSecrets bool
	// ShowManagedFields explains the server's own record of managers, too.
	ShowManagedFields bool
}

// Explain explains one object of the manifest by the schema of its kind.
func (m *Manifest) Explain(s *fielddoc.Schema, o Object, options Options) *Report {
	r := &Report{Schema: SchemaRef{s.Source, s.Version}, Fields: make([]Field, 0, fieldCount(o.Value)), Problems: []Problem{}, Object: reference(o.Value)}
	history := provenance.Read(o.Value)
	r.live, r.hidesManaged = history.Live(), !options.ShowManagedFields
	secrets := secrets{options.ShowSecrets, s.GVK.Kind, o.Value}
	positions := map[string]place{}
	defaulted := map[string]bool{}
	first := max(options.FirstLine, 1)
	var again []fielddoc.Problem
	m.places(s, o, func(p place) {
		path := p.cursor.Path()
		if p.again > 0 {
			again = append(again, fielddoc.Problem{
				Path: path, Kind: fielddoc.WrongType,
				Message: fmt.Sprintf("is set again in line %d, which counts", p.again+first-1),
			})
		}
		text := path.String()
		positions[text] = p
		r.places = append(r.places, p)
		if !options.ShowManagedFields && managedField(path) {
			return
		}
		f := field(p, text)
		f.Line, f.Column = p.key.Line+first-1, p.key.Column
		f.raw = p.cursor.Value()
		at := history.Root()
		value := any(o.Value)
		for _, step := range path {
			at, value = follow(at, value, step)
		}
		f.Origin, f.OriginBasis = at.Origin(f.doc, f.raw)
		part := defaulted[parent(path).Pointer()] && f.OriginBasis == provenance.Deduced
		if part {
			f.Origin = provenance.Default // with what holds it
		}
		defaulted[f.Pointer] = part || f.Origin == provenance.Default && f.IsDefault != nil && *f.IsDefault
		f.Managers = at.Managers()
		if plain(f.raw) {
			var n int
			f.Value, n = secrets.hide(path, f.raw)
			f.hidden = n > 0
			r.Redacted += n
		}
		r.Fields = append(r.Fields, f)
	})
	aggregate(r.Fields)
	holders := map[string]*Field{}
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.holder = holders[parent(f.doc.Path).Pointer()]; f.holder == nil {
			f.holder = &Field{}
		}
		holders[f.Pointer] = f
	}
	r.maker = maker(r.Fields)
	r.addProblems(append(fielddoc.Check(s, o.Value), again...), positions, first)
	r.summarize()
	return r
}

// fieldCount returns how many fields an object has: they are large, and moving
// them while their list grows costs most of what explaining does.
func fieldCount(value any) int {
	n := 0
	switch v := value.(type) {
	case map[string]any:
		n = len(v)
		for name, inner := range v {
			if name != "managedFields" {
				n += fieldCount(inner)
			}
		}
	case []any:
		for _, inner := range v {
			n += fieldCount(inner)
		}
	}
	return n
}

// parent returns the path of the field that holds the one at p.
func parent(p fielddoc.Path) fielddoc.Path {
	p = p[:len(p)-1]
	for len(p) > 0 && p[len(p)-1].List {
		p = p[:len(p)-1]
	}
	return p
}

func reference(object map[string]any) Ref {
	word := func(m map[string]any, name string) string { s, _ := m[name].(string); return s }
	metadata, _ := object["metadata"].(map[string]any)
	return Ref{word(object, "apiVersion"), word(object, "kind"), word(metadata, "namespace"), word(metadata, "name")}
}

// follow takes the history and the object one step further.
func follow(at provenance.Cursor, value any, step fielddoc.Step) (provenance.Cursor, any) {
	if !step.List {
		m, _ := value.(map[string]any)
		return at.Key(step.Name), m[step.Name]
	}
	list, _ := value.([]any)
	if step.Index >= len(list) {
		return at.Item(step.Index, nil), nil
	}
	return at.Item(step.Index, list[step.Index]), list[step.Index]
}

func managedField(p fielddoc.Path) bool {
	return len(p) > 1 && p[0] == fielddoc.Key("metadata") && p[1] == fielddoc.Key("managedFields")
}

// field says what is documented at a place.
func field(p place, path string) Field {
	d := p.cursor.Doc()
	f := Field{
		Path: path, Pointer: d.Path.Pointer(), Type: d.Type.Name(), Description: d.Description, Note: strings.TrimSpace(d.Note + " " + d.ChangeWords),
		Required: d.Required, Enum: d.Enum, Immutable: d.Immutable, Deprecated: d.Deprecated,
		Constraints: d.Constraints, Section: section(d.Path), Known: d.Known, at: p, doc: d,
	}
	if d.DefaultKnown {
		f.Default = &d.Default
		is, _ := d.IsDefault(p.cursor.Value())
		f.IsDefault = &is
	}
	return f
}

func section(p fielddoc.Path) Section {
	switch p[0].Name {
	case "apiVersion", "kind":
		return Identity
	case "metadata":
		if len(p) == 2 && (p[1].Name == "name" || p[1].Name == "namespace" || p[1].Name == "generateName" || p[1].Name == "uid") {
			return Identity
		}
		return Metadata
	case "spec":
		return Spec
	case "status":
		return Status
	default:
		return Data
	}
}

// plain tells scalars and lists of them, whose values fit into a report.
func plain(value any) bool {
	switch v := value.(type) {
	case nil, map[string]any:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !plain(item) })
	default:
		return true
	}
}

// maker returns the mark of the controller that made the object: nearly all of
// its fields have it, so it is said once. Empty for what people made.
func maker(fields []Field) string {
	count, most := map[string]int{}, ""
	for i := range fields {
		mark := fields[i].whose()
		if mark == yours {
			return ""
		}
		if fields[i].Origin == provenance.Controller && len(fields[i].Managers) > 0 && mark != "" {
			if count[mark]++; count[mark] > count[most] {
				most = mark
			}
		}
	}
	return most
}

// precedence orders origins by how much they say of what holds such fields.
var precedence = []provenance.Origin{provenance.User, provenance.Controller, provenance.Admission, provenance.Default, provenance.Server}

// aggregate gives fields that hold others, and have no origin of their own,
// that of the fields in them: user where any is the user's, and so on.
func aggregate(fields []Field) {
	for i := len(fields) - 1; i >= 0; i-- {
		f := &fields[i]
		if f.Origin != provenance.Unknown {
			continue
		}
		best := len(precedence)
		for _, g := range fields[i+1:] {
			if !strings.HasPrefix(g.Pointer, f.Pointer+"/") {
				break
			}
			if at := slices.Index(precedence, g.Origin); at >= 0 {
				best = min(best, at)
			}
		}
		if best < len(precedence) {
			f.Origin = precedence[best]
		}
	}
}

// addProblems adds what is wrong, each where it is written, or where what
// lacks it is.
func (r *Report) addProblems(problems []fielddoc.Problem, positions map[string]place, first int) {
	fields := map[string]*Field{}
	for i := range r.Fields {
		fields[r.Fields[i].Path] = &r.Fields[i]
	}
	for _, p := range problems {
		out := Problem{Path: p.Path.String(), Kind: p.Kind, Message: p.Message, DidYouMean: p.DidYouMean}
		for path := p.Path; len(path) > 0; path = path[:len(path)-1] {
			if at, ok := positions[path.String()]; ok {
				out.Line, out.Column = at.key.Line+first-1, at.key.Column
				break
			}
		}
		if out.Line == 0 && len(r.places) > 0 { // nothing of it is written but the object
			out.Line, out.Column = r.places[0].key.Line+first-1, r.places[0].key.Column
		}
		if f := fields[out.Path]; f != nil {
			f.DidYouMean = p.DidYouMean
			if f.hidden && p.Kind != fielddoc.DeprecatedField && p.Kind != fielddoc.UnknownField {
				out.Message, out.DidYouMean = "is no "+f.Type+" (its value is redacted)", ""
			}
		}
		r.Problems = append(r.Problems, out)
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Line - b.Line })
}

func (r *Report) summarize() {
	r.Summary.ByOrigin = map[provenance.Origin]int{}
	for _, f := range r.Fields {
		r.Summary.Fields++
		r.Summary.ByOrigin[f.Origin]++
		if f.Deprecated != "" {
			r.Summary.Deprecated++
		}
		if f.Immutable == fielddoc.Always {
			r.Summary.Immutable++
		}
		if !f.Known {
			r.Summary.Unknown++
		}
	}
}
