package annotate

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

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
	options.FirstLine = max(options.FirstLine, 1)
	count := fieldCount(o.Value)
	r := &Report{
		Schema: SchemaRef{s.Source, s.Version}, Object: reference(o.Value),
		Fields: make([]Field, 0, count), Problems: []Problem{}, places: make([]place, 0, count),
	}
	e := explainer{
		Options: options, report: r, object: o.Value, history: provenance.Read(o.Value),
		secrets: secrets{options.ShowSecrets, s.GVK.Kind, o.Value}, defaulted: map[string]bool{},
	}
	r.live, r.hidesManaged = e.history.Live(), !options.ShowManagedFields
	m.places(s, o, e.add)
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
	r.addProblems(append(fielddoc.Check(s, o.Value), e.again...), options.FirstLine)
	r.summarize()
	return r
}

// explainer explains the fields of one object, in the order of the manifest.
type explainer struct {
	Options
	report    *Report
	object    map[string]any
	history   *provenance.History
	secrets   secrets
	defaulted map[string]bool    // by pointer: the default, with all that is in it
	again     []fielddoc.Problem // fields that are set twice
}

// add explains the field at a place.
func (e *explainer) add(p place) {
	path := p.cursor.Path()
	if p.again > 0 {
		e.again = append(e.again, fielddoc.Problem{
			Path: path, Kind: fielddoc.WrongType,
			Message: fmt.Sprintf("is set again in line %d, which counts", p.again+e.FirstLine-1),
		})
	}
	e.report.places = append(e.report.places, p)
	if !e.ShowManagedFields && managedField(path) {
		return
	}
	f := field(p, path.String())
	f.Line, f.Column = p.key.Line+e.FirstLine-1, p.key.Column
	f.raw = p.cursor.Value()
	e.attribute(&f)
	if plain(f.raw) {
		var n int
		f.Value, n = e.secrets.hide(path, f.raw)
		f.hidden = n > 0
		e.report.Redacted += n
	}
	e.report.Fields = append(e.report.Fields, f)
}

// attribute says who set a field.
func (e *explainer) attribute(f *Field) {
	at, value := e.history.Root(), any(e.object)
	for _, step := range f.doc.Path {
		at, value = follow(at, value, step)
	}
	f.Origin, f.OriginBasis = at.Origin(f.doc, f.raw)
	part := e.defaulted[parent(f.doc.Path).Pointer()] && f.OriginBasis == provenance.Deduced
	if part {
		f.Origin = provenance.Default // with what holds it
	}
	e.defaulted[f.Pointer] = part || (f.Origin == provenance.Default && f.IsDefault != nil && *f.IsDefault)
	f.Managers = at.Managers()
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

// addProblems adds what is wrong, each where it is written, or where what
// lacks it is.
func (r *Report) addProblems(problems []fielddoc.Problem, first int) {
	if len(problems) == 0 {
		return
	}
	keys := map[string]*yaml.Node{}
	for _, p := range r.places {
		keys[p.cursor.Path().String()] = p.key
	}
	fields := map[string]*Field{}
	for i := range r.Fields {
		fields[r.Fields[i].Path] = &r.Fields[i]
	}
	for _, p := range problems {
		out := Problem{Path: p.Path.String(), Kind: p.Kind, Message: p.Message, DidYouMean: p.DidYouMean}
		for path := p.Path; len(path) > 0; path = path[:len(path)-1] {
			if key := keys[path.String()]; key != nil {
				out.Line, out.Column = key.Line+first-1, key.Column
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
