package load

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
)

// record is one object.
type record struct {
	header *header
	file   *textFile
	doc    int // 1-based
	item   int // from 0, of the document

	once sync.Once
	obj  runtime.Object
	err  error
}

func (r *record) object() (runtime.Object, error) {
	r.once.Do(func() {
		var err error
		v := &r.file.values[r.doc-1]
		if r.obj, err = decode(r.header, v.items[r.item].json); err != nil {
			r.err = &DocumentError{File: r.file.entry.name(), Document: r.doc, Line: v.lineOf(r.item, err), Err: err}
		}
	})
	return r.obj, r.err
}

// lineOf returns the line of the field that err names, else of the item.
func (v *value) lineOf(i int, err error) int {
	field := (*fieldError)(nil)
	if !errors.As(err, &field) {
		return v.items[i].line
	}
	path := field.path
	if len(v.text) > 1<<20 {
		return v.items[i].line // the search is not worth its time
	}
	if v.list.isList {
		path = append([]string{"items", "[" + strconv.Itoa(i) + "]"}, path...)
	}
	return max(v.line+lineOf(v.text, path), v.items[i].line)
}

func tidyRecords(list []*record) []*record {
	slices.SortStableFunc(list, func(a, b *record) int { return a.header.compare(b.header) })
	kept := list[:0]
	for i, r := range list {
		if i+1 < len(list) && r.header.same(list[i+1].header) {
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

func (h *header) compare(o *header) int {
	return cmp.Or(
		cmp.Compare(h.apiVersion, o.apiVersion), cmp.Compare(h.kind, o.kind),
		cmp.Compare(h.namespace, o.namespace), cmp.Compare(h.name, o.name), cmp.Compare(h.uid, o.uid),
		cmp.Compare(len(h.resourceVersion), len(o.resourceVersion)), cmp.Compare(h.resourceVersion, o.resourceVersion),
	)
}

func (h *header) same(o *header) bool {
	return h.name != "" && h.apiVersion == o.apiVersion && h.kind == o.kind && h.namespace == o.namespace && h.name == o.name && h.uid == o.uid
}
