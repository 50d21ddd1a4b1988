package annotate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// Explain explains one object of a document by the schema of its kind: each field
// with its meaning and who set it, and the problems.
func Explain(t *yamltext.Text, s *fielddoc.Schema, o Object, options Options) *Report {
	options.FirstLine = max(options.FirstLine, 1)
	r := &Report{
		Schema: SchemaRef{s.Source, s.Version}, Object: reference(o.Value),
		Fields: []Field{}, Problems: []Problem{},
	}
	history := provenance.Read(o.Value)
	r.live = history.Live()
	r.end = end(t, o.Item)
	e := explainer{
		Options: options, report: r, secrets: secrets{options.ShowSecrets, s.GVK.Kind, o.Value},
		defaulted: map[int]bool{},
	}
	if e.Shared == nil {
		e.Shared = Shared{}
	}
	e.walk(t, o, s.Root(o.Value), history.Root())
	e.finish()
	r.dateKind(s)
	aggregate(r.Fields)
	r.main = mainLabel(r.Fields)
	if r.Object.Kind == "CustomResourceDefinition" {
		r.define(o.Value)
	}
	r.addProblems(append(fielddoc.Check(s, o.Value), e.again...), options.FirstLine)
	r.summarize()
	return r
}

// explainer makes the fields of one report.
type explainer struct {
	Options
	report  *Report
	secrets secrets
	// defaulted holds the places whose value is a default, with all that is in it.
	defaulted map[int]bool
	again     []fielddoc.Problem // fields that are set twice
}

// walk makes the fields of an object, each as soon as it is found: what leads to a field
// takes more memory than the field, and is not kept.
func (e *explainer) walk(t *yamltext.Text, o Object, cursor fielddoc.Cursor, owner provenance.Cursor) {
	node := object(t, o.Item)
	if node == nil {
		return
	}
	at := position{cursor: cursor, owner: owner, holder: -1}
	if o.Item >= 0 {
		at.element = &element{line: t.Dash(node)}
	}
	count := entries(node)
	if metadata := yamltext.Child(node, "metadata"); metadata != nil && !e.ShowManagedFields {
		if managed := yamltext.Child(metadata, "managedFields"); managed != nil {
			count -= entries(managed) // they are skipped, and often more than all others
		}
	}
	e.report.Fields = make([]Field, 0, count)
	w := walker{text: t, places: make([]place, 0, count)}
	w.explain = func(at position) int { return e.field(w.places, at) }
	w.walk(node, at)
	e.report.places = w.places
}

// finish does what needs all places: it takes credentials out of the fields, and folds
// or leaves out what is not to be shown.
func (e *explainer) finish() {
	r := e.report
	for i := range r.places {
		p := &r.places[i]
		if p.field < 0 {
			e.leaveOut(i)
			continue
		}
		f := &r.Fields[p.field]
		f.whole = p.next == i+1 || p.bare
		r.Redacted += e.redact(f)
	}
}

// leaveOut leaves the lines of a skipped place out of the output, if the options ask
// for that. A folded place gets a note instead.
func (e *explainer) leaveOut(i int) {
	r := e.report
	if !e.HideManagedFields && !e.Fold {
		return
	}
	gone := r.span(i)
	r.gone = append(r.gone, gone)
	if e.Fold {
		r.folded = append(r.folded, Note{Line: gone.from, Kind: Folded, Text: "managedFields: folded; --show-managed-fields shows them"})
	}
}

// field adds the field at the last of the places, and returns its index. managedFields is
// skipped unless it is wanted, with -1: it is often longer than the rest of the object.
func (e *explainer) field(places []place, at position) int {
	p := &places[len(places)-1]
	if !e.ShowManagedFields && managedField(p.path) {
		return -1
	}
	r := e.report
	f := documented(at.cursor, r.Fields)
	if p.again > 0 {
		e.addAgain(f.path, p.again)
	}
	f.place = len(places) - 1
	f.Line = p.key.Line + e.FirstLine - 1
	f.Column = p.key.Column
	f.holder = -1
	if p.holder >= 0 {
		f.holder = places[p.holder].field
		f.compare(r.Fields[f.holder].doc)
	}
	e.attribute(&f, p, at.owner)
	f.Documented = e.shared(f.Documented)
	r.Fields = append(r.Fields, f)
	return len(r.Fields) - 1
}

// addAgain reports a field that is set twice, as the last line of it counts.
func (e *explainer) addAgain(path fielddoc.Path, line int) {
	e.again = append(e.again, fielddoc.Problem{
		Path: path, Kind: fielddoc.WrongType,
		Message: fmt.Sprintf("is set again in line %d, which counts", line+e.FirstLine-1),
	})
}

// compare records what a change of the field has in common with one of its holder.
func (f *Field) compare(holder *fielddoc.Doc) {
	f.sameChange = f.doc.Change == holder.Change
	f.sameWords = f.doc.ChangeWords == holder.ChangeWords
}

// attribute sets who wrote a field. A value in an object that is a default was
// deduced together with it: the server filled in all of it at once.
func (e *explainer) attribute(f *Field, p *place, owner provenance.Cursor) {
	f.Origin, f.OriginBasis = owner.Origin(*f.doc, f.raw)
	part := p.holder >= 0 && e.defaulted[p.holder] && f.OriginBasis == provenance.Deduced
	if part {
		f.Origin = provenance.Default
	}
	isDefault := f.IsDefault != nil && *f.IsDefault
	if part || (f.Origin == provenance.Default && isDefault) {
		e.defaulted[f.place] = true
	}
	f.Managers = owner.Managers()
}

// redact sets the value of a field without credentials, and returns how many were
// taken out of it. A folded value is not shown, so nothing of it counts.
func (e *explainer) redact(f *Field) int {
	if !plain(f.raw) {
		return 0
	}
	var n int
	f.Value, n = e.secrets.hide(f.path, f.raw)
	f.hidden = n > 0
	if f.folded = e.Fold && foldable(f); f.folded {
		e.report.gone = append(e.report.gone, e.report.span(f.place))
		return 0
	}
	return n
}

// documented returns a field with the documentation at a cursor.
func documented(c fielddoc.Cursor, before []Field) Field {
	d := c.Doc()
	return Field{
		Path: d.Path.String(), Pointer: d.Path.Pointer(), Documented: describe(&d, c.Value(), before),
		Known: d.Known, path: d.Path, raw: c.Value(),
	}
}

// describe returns what the documentation has of a field with a value.
func describe(d *fielddoc.Doc, value any, before []Field) *Documented {
	f := &Documented{
		Section: section(d.Path), Type: d.Type.Name(), Description: d.Description, Note: noteOf(d, before),
		Required: d.Required, Enum: d.Enum, Immutable: d.Immutable, Deprecated: d.Deprecated, Constraints: d.Constraints,
		Since: fielddoc.Version(d.Life.Since), Until: fielddoc.Version(d.Life.Until), Gate: d.Life.Gate, doc: d,
	}
	if d.DefaultKnown {
		text := d.Default // of its own: a pointer into d would keep all of it
		f.Default = &text
		is, _ := d.IsDefault(value)
		f.IsDefault = &is
	}
	return f
}

// shared returns d, or the documentation of a field before if the two are equal but for
// the path: those of all keys of a map are, and of one field in the elements of a list
// or in objects of one kind.
func (e *explainer) shared(d *Documented) *Documented {
	names := d.doc.Path.Names()
	if d.doc.Free || !d.doc.Known {
		names = parent(d.doc.Path).Names() + ".*" // its own name is one of many
	}
	names = e.report.Object.APIVersion + " " + e.report.Object.Kind + " " + names
	if have := e.Shared[names]; have != nil && equalBools(have.IsDefault, d.IsDefault) {
		there := *have.doc
		there.Path = d.doc.Path
		if reflect.DeepEqual(&there, d.doc) {
			return have
		}
	}
	e.Shared[names] = d
	return d
}

// equalBools reports whether both are absent or the same.
func equalBools(a, b *bool) bool { return (a == nil && b == nil) || (a != nil && b != nil && *a == *b) }

// noteOf returns the note of a field with what a change does. It reuses the text of
// the field before it if that is the same, as for the keys of a long map, because
// joining the texts costs time and memory.
func noteOf(d *fielddoc.Doc, before []Field) string {
	if last := len(before) - 1; last >= 0 {
		have := &before[last]
		if have.doc.Note == d.Note && have.doc.ChangeWords == d.ChangeWords {
			return have.Note
		}
	}
	return joined(d.Note, d.ChangeWords)
}

// reference names an object. What is not text, as in a wrong manifest, is left empty.
func reference(object map[string]any) Ref {
	word := func(m map[string]any, name string) string { s, _ := m[name].(string); return s }
	metadata, _ := object["metadata"].(map[string]any)
	return Ref{word(object, "apiVersion"), word(object, "kind"), word(metadata, "namespace"), word(metadata, "name")}
}

// managedField reports whether a path is metadata.managedFields or in it.
func managedField(p fielddoc.Path) bool {
	return len(p) > 1 && p[0] == fielddoc.Key("metadata") && p[1] == fielddoc.Key("managedFields")
}

// section returns the part of the object to which a path belongs, by its first name.
func section(p fielddoc.Path) Section {
	switch p[0].Name {
	case "apiVersion", "kind":
		return Identity
	case "metadata":
		if len(p) == 2 && slices.Contains([]string{"name", "namespace", "generateName", "uid"}, p[1].Name) {
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

// plain reports whether a value is a scalar or a list of scalars, which fit
// into a report.
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

// parent returns the path of the field that holds the one at p.
func parent(p fielddoc.Path) fielddoc.Path {
	p = p[:len(p)-1]
	for len(p) > 0 && p[len(p)-1].List {
		p = p[:len(p)-1]
	}
	return p
}
