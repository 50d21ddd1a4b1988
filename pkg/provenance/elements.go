package provenance

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// elements are the path elements of a set by what they name, so that an item of a
// long list is found without a look at all of them.
type elements struct {
	byIndex map[int]fieldpath.PathElement
	byValue map[string]fieldpath.PathElement
	byKey   []keyed
}

// keyed are the path elements whose keys have the same fields.
type keyed struct {
	fields []string
	named  map[string]fieldpath.PathElement // by the values of the fields
}

// elementsOf returns the path elements of a set, which are sorted once.
func (h *History) elementsOf(s *fieldpath.Set) *elements {
	if known, ok := h.elements[s]; ok {
		return known
	}
	e := &elements{byIndex: map[int]fieldpath.PathElement{}, byValue: map[string]fieldpath.PathElement{}}
	s.Members.Iterate(e.add)
	s.Children.Iterate(e.add)
	if h.elements == nil {
		h.elements = map[*fieldpath.Set]*elements{}
	}
	h.elements[s] = e
	return e
}

// add indexes an element of a list by what identifies it in managedFields: its position, its value,
// or the fields that are its merge key.
func (e *elements) add(pe fieldpath.PathElement) {
	switch {
	case pe.Index != nil:
		e.byIndex[*pe.Index] = pe
	case pe.Value != nil:
		e.byValue[fmt.Sprint((*pe.Value).Unstructured())] = pe
	case pe.Key != nil:
		e.addKeyed(pe)
	}
}

// addKeyed indexes an element by its merge key, with those whose keys have the same fields: they need
// not be the same for all of a list.
func (e *elements) addKeyed(pe fieldpath.PathElement) {
	fields := make([]string, len(*pe.Key))
	values := make([]any, len(*pe.Key))
	for i, f := range *pe.Key {
		values[i] = f.Value.Unstructured()
		fields[i] = f.Name
	}
	at := slices.IndexFunc(e.byKey, func(k keyed) bool { return slices.Equal(k.fields, fields) })
	if at < 0 {
		at = len(e.byKey)
		e.byKey = append(e.byKey, keyed{fields, map[string]fieldpath.PathElement{}})
	}
	e.byKey[at].named[joined(values)] = pe
}

// find returns the path element that names the item of a list.
func (e *elements) find(index int, item any) (fieldpath.PathElement, bool) {
	if m, ok := item.(map[string]any); ok {
		for _, k := range e.byKey {
			if pe, ok := k.find(m); ok {
				return pe, true
			}
		}
	}
	if len(e.byValue) > 0 {
		if pe, ok := e.byValue[fmt.Sprint(item)]; ok {
			return pe, true
		}
	}
	pe, ok := e.byIndex[index]
	return pe, ok
}

// find returns the path element whose key has the values that an item has.
func (k keyed) find(item map[string]any) (fieldpath.PathElement, bool) {
	values := make([]any, len(k.fields))
	for i, name := range k.fields {
		values[i] = item[name]
	}
	pe, ok := k.named[joined(values)]
	return pe, ok
}

// joined returns the values of a key as one text. Scalars of different decoders
// are the same: 80 is 80.0.
func joined(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, "\x00")
}
