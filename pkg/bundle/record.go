package bundle

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
)

// record is one object.
type record struct {
	*manifest.Item
	file  *textFile
	doc   int // 1-based
	index int // from 0, of the items of the document; -1 if it is in a list in a list

	once sync.Once
}

// object decodes the object once, when it is first asked for: of a large bundle most are not.
func (r *record) object() (runtime.Object, error) {
	r.once.Do(r.decode)
	return r.Object, r.Err
}

// decode decodes the object, unless a digest did so while the bundle was read. An error names the line of the
// field if it can be found, or else that of the object.
func (r *record) decode() {
	if r.Object != nil || r.Err != nil {
		return
	}
	obj, err := manifest.Decode(&r.Header, r.JSON)
	if err == nil {
		r.Object = obj
		r.letGo()
		return
	}
	line := r.Line
	if r.index >= 0 {
		line = r.file.documents[r.doc-1].LineOf(r.index, err)
	}
	r.Err = r.file.bad(r.doc, line, err)
}

// letGo drops the JSON of an object that was decoded, if it is a copy of its own.
func (r *record) letGo() {
	if r.file.entry.digested != nil {
		r.JSON = nil
	}
}

// tidyRecords sorts objects and drops the older ones of those that come more than once: collectors
// write some objects into several files.
func tidyRecords(list []*record) []*record {
	slices.SortStableFunc(list, func(a, b *record) int { return a.Header.Compare(&b.Header) })
	kept := list[:0]
	for i, r := range list {
		if i+1 < len(list) && r.Header.Same(&list[i+1].Header) { // the next one is at least as new
			continue
		}
		kept = append(kept, r)
	}
	return kept
}
