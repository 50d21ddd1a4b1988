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
	doc    int    // 1-based
	item   int    // from 0, of the document; -1 if it is in a list in a list
	line   int    // on which it begins
	json   []byte // as JSON

	once sync.Once
	obj  runtime.Object
	err  error
}

// object decodes the object once, when it is first asked for: of a large bundle most are not.
func (r *record) object() (runtime.Object, error) {
	r.once.Do(r.decode)
	return r.obj, r.err
}

// decode decodes the object, unless a digest did so while the bundle was read. An error names the line of the
// field if it can be found, or else that of the object.
func (r *record) decode() {
	if r.obj != nil || r.err != nil {
		return
	}
	obj, err := manifest.Decode(r.header, r.json)
	if err == nil {
		r.obj = obj
		return
	}
	line := r.line
	if r.item >= 0 {
		line = r.file.documents[r.doc-1].LineOf(r.item, err)
	}
	r.err = r.file.bad(r.doc, line, err)
}

// tidyRecords sorts objects and drops the older ones of those that come more than once: collectors
// write some objects into several files.
func tidyRecords(list []*record) []*record {
	slices.SortStableFunc(list, func(a, b *record) int { return a.header.Compare(b.header) })
	kept := list[:0]
	for i, r := range list {
		if i+1 < len(list) && r.header.Same(list[i+1].header) { // the next one is at least as new
			continue
		}
		kept = append(kept, r)
	}
	return kept
}
