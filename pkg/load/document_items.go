package load

import (
	"bytes"
	"errors"
	"strings"
)

// readItems finds the objects in docs: the document itself, or the items of a
// list. Documents that hold nothing are left with none.
func readItems(docs []value) error {
	for i := range docs {
		if err := docs[i].readItems(); err != nil {
			return &DocumentError{Document: i + 1, Line: docs[i].line, Err: err}
		}
	}
	return nil
}

func (v *value) readItems() error {
	data := bytes.TrimSpace(v.json)
	switch {
	case len(data) == 0 || string(data) == "null":
		return nil
	case data[0] == '[':
		s := &scan{data: data}
		s.elements(func() { v.addItem(s.skip(), "") })
		v.list.isList = true
		return nil
	case data[0] != '{':
		return errors.New("not an object: a document is a mapping with apiVersion and kind")
	}
	h := scanHeader(data)
	if !h.isList {
		v.items = []item{{line: v.line, json: data, header: h}}
		return nil
	}
	v.list = h
	kind := strings.TrimSuffix(h.kind, "List")
	for _, raw := range h.items {
		v.addItem(raw, kind)
	}
	v.list.items = nil
	return nil
}

// addItem adds one item of a list. Those of a typed list need not say their
// kind: kind is the list's own without "List".
func (v *value) addItem(raw []byte, kind string) {
	h := scanHeader(raw)
	if kind != "" {
		if h.kind == "" {
			h.kind = kind
		}
		if h.apiVersion == "" {
			h.apiVersion = v.list.apiVersion
		}
	}
	v.items = append(v.items, item{line: v.line, json: raw, header: h})
}
