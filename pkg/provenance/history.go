package provenance

import (
	"bytes"
	"cmp"
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
}

// entry is one manager's set of fields.
type entry struct {
	manager Manager
	fields  *fieldpath.Set
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
	if text, ok := annotations[LastApplied].(string); ok {
		if json.Unmarshal([]byte(text), &h.applied) != nil {
			h.applied = nil
		}
	}
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
	return h
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
	below *fieldpath.Set
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
			next.held = append(next.held, held{h.entry, owned, below})
		}
	}
	return next
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

// counterpart finds the item in what was applied: by the same keys, or at the
// same index where none are known. A key that was not applied was defaulted.
func counterpart(list []any, index int, item any, keys []string) (any, bool) {
	if len(keys) == 0 {
		keys = []string{"name"}
	}
	m, isMap := item.(map[string]any)
	if !isMap {
		return item, slices.ContainsFunc(list, func(other any) bool { return same(other, item) })
	}
	keyed := false
	for _, other := range list {
		o, ok := other.(map[string]any)
		if !ok || !slices.ContainsFunc(keys, func(k string) bool { return has(o, k) }) {
			continue
		}
		keyed = true
		if !slices.ContainsFunc(keys, func(k string) bool { return has(o, k) && !same(o[k], m[k]) }) {
			return other, true
		}
	}
	if keyed || index >= len(list) {
		return nil, false
	}
	return list[index], true
}

// Managers returns who owns the field, by name.
func (c Cursor) Managers() []Manager {
	managers := []Manager{}
	for _, h := range c.held {
		if h.owned {
			managers = append(managers, h.entry.manager)
		}
	}
	return managers
}
