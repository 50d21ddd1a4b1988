package bundle

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
)

// record is one object.
type record struct {
	header *manifest.Header
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
		v := &r.file.documents[r.doc-1]
		if r.obj, err = manifest.Decode(r.header, v.Items[r.item].JSON); err != nil {
			r.err = &manifest.DocumentError{File: r.file.entry.name(), Document: r.doc, Line: v.LineOf(r.item, err), Err: err}
		}
	})
	return r.obj, r.err
}

func tidyRecords(list []*record) []*record {
	slices.SortStableFunc(list, func(a, b *record) int { return a.header.Compare(b.header) })
	kept := list[:0]
	for i, r := range list {
		if i+1 < len(list) && r.header.Same(list[i+1].header) {
			continue
		}
		kept = append(kept, r)
	}
	return kept
}
