package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
)

// readItems finds the objects in a document: the document itself, or the items
// of a list. A document that holds nothing is left with none.
func (v *Document) readItems() error {
	data := bytes.TrimSpace(v.json)
	switch {
	case len(data) == 0 || string(data) == "null": // "null" and "~" are documents without an object
		return nil
	case data[0] == '[':
		v.readArray(data)
		return nil
	case data[0] != '{':
		return errors.New("not an object: a document is a mapping with apiVersion and kind")
	}
	h, items := scanHeader(data)
	if !h.IsList {
		v.Items = []Item{{Line: v.Line + blankLines(v.Text), JSON: data, Header: h}}
		return nil
	}
	v.List = h.list()
	if h.noItems {
		return h.badItems()
	}
	v.addItems(items)
	return nil
}

// readArray reads an array of objects without a list around it, as older support bundles hold them.
func (v *Document) readArray(data []byte) {
	s := &scan{data: data}
	var items [][]byte
	s.elements(func() { items = append(items, s.skip()) })
	v.List.IsList = true
	v.addItems(items)
}

// addItems adds the items of a list: their JSON, headers and lines.
func (v *Document) addItems(items [][]byte) {
	v.Items = make([]Item, len(items))
	for i, raw := range items {
		it := &v.Items[i]
		it.JSON = raw
		it.Header, _ = scanHeader(raw)
		if i > 0 {
			it.Header.share(&v.Items[i-1].Header)
		}
	}
	v.placeItems()
	v.fill(v.Items)
}

// placeItems sets the lines of the items. If neither the converter of block YAML recorded them nor the text is
// JSON, each item has the line of the list: the parser of other YAML reports none.
func (v *Document) placeItems() {
	lines := lineCounter{text: v.Text, line: v.Line}
	first := v.Line + blankLines(v.Text)
	isJSON := v.isJSON()
	for i := range v.Items {
		it := &v.Items[i]
		switch {
		case len(v.itemLines) == len(v.Items):
			it.Line = v.Line + v.itemLines[i]
		case isJSON:
			// The item is a part of the text. Both reach to the end of one array: the difference is its offset.
			it.Line = lines.of(cap(v.Text) - cap(it.JSON))
		default:
			it.Line = first
		}
	}
}

// isJSON reports whether the document was written as JSON, which is then its text and no copy of it.
func (v *Document) isJSON() bool {
	return len(v.Text) > 0 && len(v.json) > 0 && &v.Text[0] == &v.json[0]
}

// fill gives items without a type the one of their list: the server leaves it out in the items of a typed list.
func (v *Document) fill(items []Item) {
	kind := v.List.itemKind()
	if kind == "" {
		return
	}
	for i := range items {
		h := &items[i].Header
		h.Kind = cmp.Or(h.Kind, kind)
		h.APIVersion = cmp.Or(h.APIVersion, v.List.APIVersion)
	}
}

// badItems returns the error of a list whose items are something else, like a mapping.
func (h *Header) badItems() error { return fmt.Errorf("items of %s is not a list", h.Kind) }

// deepestList is how deep lists may be nested in lists; nothing writes such files
// but by mistake.
const deepestList = 10

// Objects returns the object that an item is; if it is a list, the objects in that.
// It returns an error for a list whose items cannot be read.
func (it *Item) Objects() ([]Item, error) { return it.objects(0) }

// objects returns an item, or if it is a list itself the items of that. The depth is bounded for
// files that are made to exhaust it.
func (it *Item) objects(depth int) ([]Item, error) {
	switch {
	case !it.Header.IsList:
		return []Item{*it}, nil
	case it.Header.noItems:
		return nil, it.Header.badItems()
	case depth == deepestList:
		return nil, fmt.Errorf("more than %d lists in each other", deepestList)
	}
	list := it.asList()
	var objects []Item
	for i := range list.Items {
		more, err := list.Items[i].objects(depth + 1)
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	return objects, nil
}

// asList returns the list that an item is. Without a text of its own, all its items have the line of the list.
func (it *Item) asList() Document {
	list := Document{Source: &forgotten, Line: it.Line, List: it.Header.list()}
	_, items := scanHeader(it.JSON)
	list.addItems(items)
	return list
}

// blankLines counts the lines before the first one with content.
func blankLines(text []byte) int {
	n := 0
	for line := range bytes.Lines(text) {
		if hasContent(line) {
			return n
		}
		n++
	}
	return 0
}
