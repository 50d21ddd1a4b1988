package provenance

import (
	"fmt"
	"slices"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// Cursor is at one field of the object.
type Cursor struct {
	history *History
	// held are the entries that know of this field or of something in it.
	held []held
	// applied is what kubectl apply last sent here.
	applied    any
	wasApplied bool
}

// held is what one entry records about a field.
type held struct {
	entry *entry
	// owned reports that the entry owns this very field, or as a whole what holds it.
	owned bool
	// brought reports that the entry owns the very thing that holds the field:
	// who brought that may have left the field to the defaults.
	brought bool
	// within reports that a manager owns a field above this one as a whole, and
	// so this one too.
	within bool
	// hollow reports that typed clients send the field even if it is empty:
	// whoever owns it does not therefore own its fields.
	hollow bool
	below  *fieldpath.Set // what the entry owns in the field
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
		next.applied = m[name]
		next.wasApplied = has(m, name)
	}
	return next
}

// has reports whether a map has a key, also with the value null.
func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// Item returns the cursor at the item of a list that has an index and a value. Managers
// name items by their keys or by their values, which shows whether the list is a map or a set.
func (c Cursor) Item(index int, item any) Cursor {
	var keys []string
	next := c.step(func(s *fieldpath.Set) (fieldpath.PathElement, bool) {
		pe, ok := c.history.elementsOf(s).find(index, item)
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
			h.brought = true
			h.within = true
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
			next.held = append(
				next.held,
				held{entry: h.entry, owned: owned, brought: h.owned, hollow: pe.FieldName != nil && hollow[*pe.FieldName], below: below},
			)
		}
	}
	return next
}

// hollow are the names of the structures that typed clients send although they are empty. Their fields
// are owned one by one, other than those of a selector, which is one value.
var hollow = map[string]bool{
	"resources": true, "securityContext": true, "loadBalancer": true, "metadata": true, "strategy": true, "updateStrategy": true,
	"emptyDir": true, "status": true, "labels": true, "annotations": true,
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
	if len(managers) > 0 && slices.Equal(managers, c.history.managers) { // most fields have those of the field before
		return c.history.managers
	}
	c.history.managers = managers
	return managers
}

// hasValues reports whether a set names items of a list by their values, as it does for lists that
// are sets, such as finalizers.
func hasValues(s *fieldpath.Set) bool {
	found := false
	s.Members.Iterate(func(pe fieldpath.PathElement) { found = found || pe.Value != nil })
	return found
}
