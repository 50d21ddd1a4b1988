package load

import (
	"bytes"
	"cmp"
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
		s.elements(func() { v.list.items = append(v.list.items, s.skip()) })
		v.list.isList = true
		v.addItems("")
		return nil
	case data[0] != '{':
		return errors.New("not an object: a document is a mapping with apiVersion and kind")
	}
	h := scanHeader(data)
	if !h.isList {
		v.items = []item{{line: v.line + blankLines(v.text), json: data, header: h}}
		return nil
	}
	v.list = h
	v.addItems(strings.TrimSuffix(h.kind, "List"))
	return nil
}

// addItems adds the items of a list. Those of a typed list need not say their
// kind: kind is the list's own without "List".
func (v *value) addItems(kind string) {
	lines := lineCounter{text: v.text, line: v.line}
	isJSON := len(v.text) > 0 && len(v.json) > 0 && &v.text[0] == &v.json[0]
	v.items = make([]item, 0, len(v.list.items))
	for i, raw := range v.list.items {
		it := item{line: v.line + blankLines(v.text), json: raw, header: scanHeader(raw)}
		switch {
		case len(v.itemLines) == len(v.list.items):
			it.line = v.line + v.itemLines[i]
		case isJSON:
			it.line = lines.of(cap(v.text) - cap(raw)) // raw is a part of text
		}
		if kind != "" {
			it.header.kind = cmp.Or(it.header.kind, kind)
			it.header.apiVersion = cmp.Or(it.header.apiVersion, v.list.apiVersion)
		}
		v.items = append(v.items, it)
	}
	v.list.items = nil
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
