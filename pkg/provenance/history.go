package provenance

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/value"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Manager is someone who owns a field.
type Manager struct {
	Manager     string `json:"manager"`
	Operation   string `json:"operation"` // Apply or Update
	Subresource string `json:"subresource,omitempty"`
	// Time is the manager's last write of any field, not of this one.
	Time *snapshot.Time `json:"time,omitempty"`
}

// History is what an object tells about who wrote it.
type History struct {
	object  map[string]any
	entries []entry
	// applied is what kubectl apply last sent, nil where it did not or where that is not readable.
	applied map[string]any
	// live objects come from a server; others are files that someone wrote.
	live bool
	// owned objects are made by a controller.
	owned bool
	// mixed tells that a manager wrote another version of the API, in which
	// fields may have other names.
	mixed bool
	// maker is the entry that looks like that of the object's creator: it has
	// the most fields. nil where there is none.
	maker *entry
}

// entry is one manager's set of fields.
type entry struct {
	manager    Manager
	fields     *fieldpath.Set
	apiVersion string
}

// LastApplied is the annotation in which kubectl apply keeps what it sent
// (k8s.io/api/core/v1/annotation_key_constants.go).
const LastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Read reads the history of an object, which is not changed. Managed fields
// that cannot be read are left out.
func Read(object map[string]any) *History {
	h := &History{object: object}
	metadata, _ := object["metadata"].(map[string]any)
	_, h.live = metadata["uid"].(string)
	annotations, _ := metadata["annotations"].(map[string]any)
	text, _ := annotations[LastApplied].(string)
	h.applied = readApplied(text)
	owners, _ := metadata["ownerReferences"].([]any)
	for _, o := range owners {
		owner, _ := o.(map[string]any)
		if owner["controller"] == true {
			h.owned = true
		}
	}
	managed, _ := metadata["managedFields"].([]any)
	for _, m := range managed {
		if e, ok := readEntry(m); ok {
			h.entries = append(h.entries, e)
		}
	}
	slices.SortStableFunc(h.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.manager.Manager, b.manager.Manager), cmp.Compare(a.manager.Operation, b.manager.Operation),
			cmp.Compare(a.manager.Subresource, b.manager.Subresource))
	})
	h.survey()
	return h
}

// readApplied reads what kubectl apply sent. stringData is where the API
// server put it: base64, in data.
func readApplied(text string) map[string]any {
	var applied map[string]any
	if json.Unmarshal([]byte(text), &applied) != nil {
		return nil
	}
	plain, ok := applied["stringData"].(map[string]any)
	if applied["kind"] != "Secret" || !ok {
		return applied
	}
	data, ok := applied["data"].(map[string]any)
	if !ok {
		data = map[string]any{}
		applied["data"] = data
	}
	for name, value := range plain {
		if text, ok := value.(string); ok {
			data[name] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
	return applied
}

// survey looks at all entries together.
func (h *History) survey() {
	most := 0
	for i := range h.entries {
		e := &h.entries[i]
		if e.apiVersion != "" && e.apiVersion != h.object["apiVersion"] && e.manager.Subresource != "scale" {
			h.mixed = true
		}
		if size := e.fields.Size(); e.manager.Subresource == "" && size > most {
			h.maker, most = e, size
		}
	}
}

func readEntry(raw any) (entry, bool) {
	m, ok := raw.(map[string]any)
	if !ok || m["fieldsV1"] == nil {
		return entry{}, false
	}
	data, err := json.Marshal(m["fieldsV1"])
	if err != nil {
		return entry{}, false
	}
	e := entry{fields: &fieldpath.Set{}}
	if e.fields.FromJSON(bytes.NewReader(data)) != nil {
		return entry{}, false
	}
	e.apiVersion, _ = m["apiVersion"].(string)
	e.manager.Manager, _ = m["manager"].(string)
	e.manager.Operation, _ = m["operation"].(string)
	e.manager.Subresource, _ = m["subresource"].(string)
	if text, ok := m["time"].(string); ok {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			e.manager.Time = snapshot.NewTime(at)
		}
	}
	return e, true
}

// Managed reports whether the object has managed fields that could be read.
func (h *History) Managed() bool { return len(h.entries) > 0 }

// Live reports whether the object comes from a server; others are files that
// someone wrote.
func (h *History) Live() bool { return h.live || h.Managed() }

// Cursor stands at one field of the object.
type Cursor struct {
	history *History
	// held are the entries that know of this field or of something in it.
	held []held
	// applied is what kubectl apply last sent here.
	applied    any
	wasApplied bool
}

// held is what one entry says of a field.
type held struct {
	entry *entry
	// owned tells that the entry owns this very field, or as a whole what holds it.
	owned bool
	// brought tells that the entry owns the very thing that holds the field:
	// who brought that may have left the field to the defaults.
	brought bool
	// within tells that what it owns as a whole holds the field.
	within bool
	// hollow tells that what it owns was empty, and is no whole: others fill it.
	hollow bool
	below  *fieldpath.Set
}

// Root returns the cursor at the object itself.
func (h *History) Root() Cursor {
	c := Cursor{history: h, applied: h.applied, wasApplied: h.applied != nil}
	for i := range h.entries {
		c.held = append(c.held, held{entry: &h.entries[i], below: h.entries[i].fields})
	}
	return c
}

// Key returns the cursor at the field or map key name.
func (c Cursor) Key(name string) Cursor {
	next := c.step(func(*fieldpath.Set) (fieldpath.PathElement, bool) { return fieldpath.FieldNameElement(name), true })
	if m, ok := c.applied.(map[string]any); ok {
		next.applied, next.wasApplied = m[name], has(m, name)
	}
	return next
}

func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// Item returns the cursor at an item of a list, at index and of that value.
// Lists with keys and sets are told apart by how the managers name their items.
func (c Cursor) Item(index int, item any) Cursor {
	var keys []string
	next := c.step(func(s *fieldpath.Set) (fieldpath.PathElement, bool) {
		pe, ok := element(s, index, item)
		if pe.Key != nil {
			for _, f := range *pe.Key {
				keys = append(keys, f.Name)
			}
		}
		return pe, ok
	})
	if list, ok := c.applied.([]any); ok {
		next.applied, next.wasApplied = counterpart(list, index, item, keys)
	}
	return next
}

// step goes one step in all entries. An entry that owns something as a whole
// owns what is in it.
func (c Cursor) step(find func(*fieldpath.Set) (fieldpath.PathElement, bool)) Cursor {
	next := Cursor{history: c.history}
	for _, h := range c.held {
		if h.owned && h.below.Empty() {
			if h.hollow {
				continue
			}
			h.brought, h.within = true, true
			next.held = append(next.held, h)
			continue
		}
		pe, ok := find(h.below)
		if !ok {
			continue
		}
		below := h.below.WithPrefix(pe)
		owned := h.below.Members.Has(pe)
		if owned || !below.Empty() {
			next.held = append(next.held, held{entry: h.entry, owned: owned, brought: h.owned, hollow: pe.FieldName != nil && hollow[*pe.FieldName], below: below})
		}
	}
	return next
}

// hollow are the structures that typed clients send empty, by name. Their fields
// are owned one by one, other than those of a selector, which is one value.
var hollow = map[string]bool{
	"resources": true, "securityContext": true, "loadBalancer": true, "metadata": true, "strategy": true, "updateStrategy": true,
	"emptyDir": true, "status": true, "labels": true, "annotations": true,
}

// element returns how a set names the item of a list.
func element(s *fieldpath.Set, index int, item any) (fieldpath.PathElement, bool) {
	var found fieldpath.PathElement
	ok := false
	try := func(pe fieldpath.PathElement) {
		if !ok && names(pe, index, item) {
			found, ok = pe, true
		}
	}
	s.Members.Iterate(try)
	s.Children.Iterate(try)
	return found, ok
}

// names reports whether a path element means the item.
func names(pe fieldpath.PathElement, index int, item any) bool {
	switch {
	case pe.Index != nil:
		return *pe.Index == index
	case pe.Value != nil:
		return same((*pe.Value).Unstructured(), item)
	case pe.Key != nil:
		m, ok := item.(map[string]any)
		return ok && !slices.ContainsFunc(*pe.Key, func(f value.Field) bool { return !same(f.Value.Unstructured(), m[f.Name]) })
	default:
		return false
	}
}

// same compares scalars of different decoders: 80 is 80.0.
func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// Managers returns who owns the field, by name; of a set of values, who owns any.
func (c Cursor) Managers() []Manager {
	managers := []Manager{}
	for _, h := range c.held {
		if h.owned || hasValues(h.below) {
			managers = append(managers, h.entry.manager)
		}
	}
	return managers
}

func hasValues(s *fieldpath.Set) bool {
	found := false
	s.Members.Iterate(func(pe fieldpath.PathElement) { found = found || pe.Value != nil })
	return found
}
