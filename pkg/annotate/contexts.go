package annotate

import (
	"maps"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// InContext is the object as one of several clusters or bundles has it.
type InContext struct {
	Context string
	Object  map[string]any
}

// Divergence is a field that is not the same in all contexts.
type Divergence struct {
	Path string `json:"path"`
	// Variants are the values, first that of the context which is shown.
	Variants []Variant `json:"variants"`

	// item reports that the field is an item of a list that some contexts do not have.
	item bool
	// texts are the values in words, as the notes have them.
	texts []string
}

// IsOf reports whether the field has another value in a context than in the one which
// is shown.
func (d Divergence) IsOf(context string) bool {
	return slices.ContainsFunc(d.Variants[1:], func(v Variant) bool { return slices.Contains(v.Contexts, context) })
}

// Variant is the value that a field has in some of the contexts.
type Variant struct {
	Contexts []string `json:"contexts"`
	Value    any      `json:"value,omitempty"` // absent if the field is not set there
	// Manager names who owns the value there, absent if no manager does.
	Manager string `json:"manager,omitempty"`
}

// CompareContexts adds the fields in which the object of own, which is shown, differs
// from the same object of the others. What each cluster sets for itself does not
// count: the status, what the server allocates, and values that are defaults or come
// from controllers in all of them.
func (r *Report) CompareContexts(s *fielddoc.Schema, own InContext, others []InContext, showSecrets bool) {
	all := acrossContexts{
		names: []string{own.Context}, own: secrets{showSecrets, s.GVK.Kind, own.Object},
		fields: map[string]*acrossField{}, lone: map[string]*acrossField{},
	}
	for _, other := range others {
		all.names = append(all.names, other.Context)
		all.other = other.Context
		all.secrets = secrets{showSecrets, s.GVK.Kind, other.Object}
		c := comparison{kind: s.GVK.Kind, leaf: all.leaf, lone: all.item}
		c.both(sideOf(s, own.Object), sideOf(s, other.Object))
	}
	r.Context = own.Context
	r.Divergences = all.divergences()
}

// acrossContexts collects what differs between one object and others.
type acrossContexts struct {
	names []string // of all contexts, first the own one
	own   secrets
	// fields are those that differ, by their paths; lone those of them that are items
	// of lists.
	fields, lone map[string]*acrossField

	other   string // the context that is compared
	secrets secrets
}

// acrossField is a field that differs.
type acrossField struct {
	kind   fielddoc.Kind // of its values
	item   bool          // an item of a list that some do not have
	own    found
	others map[string]found // by context
}

// found is the value of a field in one context.
type found struct {
	raw     any // nil if it is not set
	shown   any // without credentials
	manager string
	// wish reports whether somebody asked for the value: it is not one that the cluster sets
	// for itself.
	wish bool
}

// leaf records a field whose values differ.
func (x *acrossContexts) leaf(a, b side) {
	if same(b.at.Type().Kind, a.at.Value(), b.at.Value()) || ofCluster(a.at.Path()) {
		return
	}
	x.add(a.at.Path().String(), a, b)
}

// item records an item of a list that only one of the objects has, by its index
// in the shown object's list, or by its key if only the other object has it.
func (x *acrossContexts) item(a, b side, key string) {
	there := a
	if a.at.Value() == nil {
		there = b
	}
	value, _ := there.at.Value().(map[string]any)
	if name, _ := value["name"].(string); strings.HasPrefix(name, provenance.TokenVolume) {
		return // each pod has one of its own name
	}
	path := there.at.Path().String()
	if a.at.Value() == nil {
		path = keyed(there.at, key)
	}
	f := x.add(path, a, b)
	f.item = true
	x.lone[path] = f
}

// add records the values of a field in the own context and in the one that is compared.
func (x *acrossContexts) add(path string, a, b side) *acrossField {
	f := x.fields[path]
	if f == nil {
		f = &acrossField{kind: b.at.Type().Kind, own: foundAt(a, x.own), others: map[string]found{}}
		x.fields[path] = f
	}
	f.others[x.other] = foundAt(b, x.secrets)
	return f
}

// foundAt returns the value of one side, with who set it.
func foundAt(s side, hidden secrets) found {
	value := s.at.Value()
	return found{raw: value, shown: hidden.hideAll(s.at.Path(), value), manager: s.managers(), wish: wished(s)}
}

// ofCluster reports whether the value at a path identifies an object of one cluster: a
// UID or version in a reference, which is another one in each cluster.
func ofCluster(path fielddoc.Path) bool {
	last := path[len(path)-1].Name
	if last != "uid" && last != "resourceVersion" {
		return false
	}
	return slices.ContainsFunc(path, func(s fielddoc.Step) bool { return s.Name == "ownerReferences" || s.Name == "claimRef" })
}

// wished reports whether somebody asked for a value, or for something in it.
func wished(s side) bool {
	value := s.at.Value()
	if value == nil {
		return false
	}
	if m, ok := value.(map[string]any); ok && len(m) > 0 {
		return slices.ContainsFunc(slices.Collect(maps.Keys(m)), func(name string) bool { return wished(s.key(name)) })
	}
	if items, ok := objects(value); ok && len(items) > 0 {
		for i := range items {
			if wished(s.item(i, items)) {
				return true
			}
		}
		return false
	}
	origin, _ := s.owner.Origin(s.at.Doc(), value)
	return origin == provenance.User || origin == provenance.Admission || origin == provenance.Unknown
}

// divergences returns the fields of which at least one context has a value that
// somebody asked for, sorted by path.
func (x *acrossContexts) divergences() []Divergence {
	out := []Divergence{}
	for _, path := range slices.Sorted(maps.Keys(x.fields)) {
		if f := x.fields[path]; f.wish() {
			out = append(out, x.divergence(path, f))
		}
	}
	return out
}

// wish reports whether somebody asked for the value that a context has.
func (f *acrossField) wish() bool {
	for _, other := range f.others {
		if other.wish {
			return true
		}
	}
	return f.own.wish
}

// divergence groups the contexts by the value that they have.
func (x *acrossContexts) divergence(path string, f *acrossField) Divergence {
	d := Divergence{Path: path, item: f.item}
	var raws []any
	managers := make([][]string, 0, len(x.names))
	for i, name := range x.names {
		value, differs := f.others[name]
		if i == 0 || !differs {
			if i > 0 && (x.lacks(name, path) || (f.item && f.own.raw != nil)) {
				continue // the item that holds the field, or the fields of the item, are differences of their own
			}
			value = f.own // it is shown, or was compared and is the same
		}
		at := slices.IndexFunc(raws, func(raw any) bool { return same(f.kind, raw, value.raw) })
		if at < 0 {
			at = len(raws)
			raws = append(raws, value.raw)
			managers = append(managers, nil)
			d.Variants = append(d.Variants, Variant{Value: value.shown})
		}
		d.Variants[at].Contexts = append(d.Variants[at].Contexts, name)
		if differs || i == 0 { // of the same value the managers are not compared
			managers[at] = append(managers[at], value.manager)
		}
	}
	d.describe(raws, managers)
	return d
}

// describe sets of each variant who set it, and the words for its value. A value that is not shown may
// be set: raws have the values themselves.
func (d *Divergence) describe(raws []any, managers [][]string) {
	for i := range d.Variants {
		v := &d.Variants[i]
		v.Manager = namesOnce(managers[i])
		d.texts = append(d.texts, variantText(d.Variants[0].Value, v.Value, raws[i] != nil))
	}
}

// namesOnce returns the names of managers, each once; an unknown one has none.
func namesOnce(managers []string) string {
	names := slices.Compact(slices.Sorted(slices.Values(managers)))
	return strings.TrimPrefix(strings.Join(names, ", "), ", ")
}

// lacks reports whether a context does not have the item of a list that holds
// the field at path.
func (x *acrossContexts) lacks(name, path string) bool {
	for item, f := range x.lone {
		other, compared := f.others[name]
		if compared && other.raw == nil && strings.HasPrefix(path, item+".") {
			return true
		}
	}
	return false
}
