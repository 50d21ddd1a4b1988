package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// readItems finds the objects in a document: the document itself, or the items
// of a list. A document that holds nothing is left with none.
func (v *Document) readItems() error {
	data := bytes.TrimSpace(v.json)
	switch {
	case len(data) == 0 || string(data) == "null":
		return nil
	case data[0] == '[':
		s := &scan{data: data}
		var items [][]byte
		s.elements(func() { items = append(items, s.skip()) })
		v.List.IsList = true
		v.addItems(items, "")
		return nil
	case data[0] != '{':
		return errors.New("not an object: a document is a mapping with apiVersion and kind")
	}
	h, items := scanHeader(data)
	if !h.IsList {
		v.Items = []Item{{Line: v.Line + blankLines(v.Text), JSON: data, Header: h}}
		return nil
	}
	v.List = h
	if h.noItems {
		return fmt.Errorf("items of %s is not a list", h.Kind)
	}
	v.addItems(items, strings.TrimSuffix(h.Kind, "List"))
	return nil
}

// addItems adds the items of a list. Items of a typed list may omit their
// kind: kind is the list's own without "List".
func (v *Document) addItems(items [][]byte, kind string) {
	lines := lineCounter{text: v.Text, line: v.Line}
	first := v.Line + blankLines(v.Text)
	isJSON := len(v.Text) > 0 && len(v.json) > 0 && &v.Text[0] == &v.json[0]
	v.Items = make([]Item, len(items))
	for i, raw := range items {
		it := &v.Items[i]
		it.Line = first
		it.JSON = raw
		it.Header, _ = scanHeader(raw)
		if i > 0 {
			it.Header.share(&v.Items[i-1].Header)
		}
		if len(v.itemLines) == len(items) {
			it.Line = v.Line + v.itemLines[i]
		} else if isJSON {
			it.Line = lines.of(cap(v.Text) - cap(raw)) // raw is a part of text
		}
	}
	v.fill(v.Items, kind)
}

// fill gives items without a type the one of their list.
func (v *Document) fill(items []Item, kind string) {
	if kind == "" {
		return
	}
	for i := range items {
		h := &items[i].Header
		h.Kind = cmp.Or(h.Kind, kind)
		h.APIVersion = cmp.Or(h.APIVersion, v.List.APIVersion)
	}
}

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
		return nil, fmt.Errorf("items of %s is not a list", it.Header.Kind)
	case depth == deepestList:
		return nil, fmt.Errorf("more than %d lists in each other", deepestList)
	}
	inner := Document{Line: it.Line, List: it.Header}
	_, items := scanHeader(it.JSON)
	inner.addItems(items, strings.TrimSuffix(it.Header.Kind, "List"))
	var objects []Item
	for i := range inner.Items {
		more, err := inner.Items[i].objects(depth + 1)
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	return objects, nil
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
