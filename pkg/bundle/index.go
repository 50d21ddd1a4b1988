package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// fileIndex is all that the inputs hold, parsed but not decoded.
type fileIndex struct {
	inputs  []*input
	layout  *layout
	texts   []*textFile
	records map[string][]*record // by resource, ordered by namespace and name
	others  []*record            // of kinds without a list in the snapshot
	anyList bool                 // there is a list, maybe an empty one: files without any object are then no error
	// emptyLists are the resources of typed lists without items; openList reports
	// that there is an empty list of any kind, as kubectl get prints of nothing.
	emptyLists map[string]bool
	openList   bool
	unread     []unread
	logs       map[snapshot.LogKey]logPlace

	newest   time.Time // of all objects
	recorded time.Time // the capture time that a bundle records
	coverage coverage
}

// newFileIndex reads the inputs and indexes what they hold. All files are placed before any is
// parsed: what a file means may depend on the layout that the others show.
func newFileIndex(ctx context.Context, inputs []*input) (*fileIndex, error) {
	x := &fileIndex{inputs: inputs, records: map[string][]*record{}, logs: map[snapshot.LogKey]logPlace{}}
	for _, in := range inputs {
		x.place(in)
	}
	if err := x.parse(ctx); err != nil {
		return nil, err
	}
	for _, t := range x.texts {
		if err := x.add(t); err != nil {
			return nil, err
		}
	}
	x.finish()
	return x, nil
}

// place sorts the entries of in by the roles of their paths.
func (x *fileIndex) place(in *input) {
	for _, e := range in.entries {
		p := in.placeOf(e.path)
		switch p.role {
		case roleObjects:
			x.texts = append(x.texts, e.text(p))
		case roleLog:
			x.addLog(p, e)
		case roleTimestamp:
			if at := captureEnd(e.data); at.After(x.recorded) { // of several gatherings the last one counts
				x.recorded = at
			}
		case roleErrors:
			x.coverage.collectorErrors(p.resource, e.data)
		case roleNone:
			if e.path == "" && e.gap != nil { // of the archive itself
				x.gap(e, place{}, e.gap)
			}
			e.data = nil
		}
	}
}

// text returns the file that is at a place. A digest has parsed it, or it is parsed later.
func (e *entry) text(at place) *textFile {
	t := e.digested
	if t == nil {
		t = &textFile{entry: e}
	}
	t.place = at
	return t
}

// add takes the objects of t into the index. The error is that of a file the
// user named; a damaged file of a bundle becomes a gap.
func (x *fileIndex) add(t *textFile) error {
	for _, err := range []error{t.err, x.addValues(t)} {
		switch bad := (*manifest.DocumentError)(nil); {
		case err == nil:
		case !t.entry.in.strict():
			x.gap(t.entry, t.place, err)
		case errors.As(err, &bad):
			return err
		default:
			return fmt.Errorf("read %s: %w", t.entry.name(), err)
		}
	}
	return nil
}

// gap records why a file could not be read, and that the lists which it may belong to are not whole.
func (x *fileIndex) gap(e *entry, p place, err error) {
	x.unread = append(x.unread, unreadFile(e, p.namespace, err))
	x.coverage.damage(p)
}

// gaps returns what could not be read of the inputs.
func (x *fileIndex) gaps() []snapshot.Gap { return gaps(x.unread) }

// addValues indexes the objects and logs of a text, and returns the first error: the others are
// indexed nevertheless.
func (x *fileIndex) addValues(t *textFile) error {
	var first error
	for i := range t.documents {
		v := &t.documents[i]
		for j := range v.Items {
			first = cmp.Or(first, x.addItem(t, i+1, j))
		}
		x.seeList(v)
		x.coverage.seeValue(t, v)
	}
	for _, l := range t.logs {
		x.logs[l.key] = logPlace{entry: t.entry, section: l.text, inMemory: true}
	}
	return first
}

// seeList records that a document is a list, and of what it could hold objects.
func (x *fileIndex) seeList(v *manifest.Document) {
	if !v.List.IsList {
		return
	}
	x.anyList = true
	kind, _ := strings.CutSuffix(v.List.Kind, "List")
	switch listed := snapshot.ListedKind(v.List.APIVersion, kind); {
	case len(v.Items) > 0:
	case kind == "":
		x.openList = true
	case listed != nil:
		put(&x.emptyLists, listed.Resource(), true)
	}
}

// addItem takes an item of a document into the index: one object, or those of a
// list in a list. It returns the first error of them.
func (x *fileIndex) addItem(t *textFile, doc, item int) error {
	objects := t.documents[doc-1].Items[item : item+1]
	if it := &objects[0]; it.Header.IsList {
		inner, err := it.Objects()
		if err != nil {
			return t.bad(doc, it.Line, err)
		}
		objects = inner
		x.anyList = true
		item = -1 // the path to an object in it is not known, for the line of a field
	}
	var first error
	for i := range objects {
		o := &objects[i]
		t.place.fill(&o.Header)
		if err := missing(&o.Header); err != nil {
			first = cmp.Or[error](first, t.bad(doc, o.Line, err))
			continue
		}
		x.addRecord(&record{Item: o, file: t, doc: doc, index: item})
	}
	return first
}

// missing returns an error that names the fields without which an object is none, kind and apiVersion, if it
// lacks one of them.
func missing(h *manifest.Header) error {
	switch {
	case h.Kind != "" && h.APIVersion != "":
		return nil
	case h.Kind != "":
		return fmt.Errorf("apiVersion of %s is missing", h.Kind)
	case h.APIVersion != "":
		return errors.New("kind is missing")
	}
	return errors.New("apiVersion and kind are missing: not a Kubernetes object")
}

// addRecord indexes an object by its resource. Kinds without a list of their own are kept together.
func (x *fileIndex) addRecord(r *record) {
	if r.Header.Newest.After(x.newest) {
		x.newest = r.Header.Newest
	}
	if kind := snapshot.ListedKind(r.Header.APIVersion, r.Header.Kind); kind != nil {
		resource := kind.Resource()
		x.records[resource] = append(x.records[resource], r)
		return
	}
	x.others = append(x.others, r)
}

// finish orders the records, drops those that were read twice, and names the layout.
func (x *fileIndex) finish() {
	for resource, list := range x.records {
		x.records[resource] = tidyRecords(list)
	}
	x.others = tidyRecords(x.others)
	x.chooseLayout()
	x.coverage.finish(x)
}

// chooseLayout takes the layout of the first input that a support tool wrote. A report has one layout, though
// each input keeps its own.
func (x *fileIndex) chooseLayout() {
	x.layout = plain
	for _, in := range x.inputs {
		if in.layout != plain {
			x.layout = in.layout
			return
		}
	}
}

// inputNames returns the inputs for an error: "pods.yaml, must-gather.tar".
func (x *fileIndex) inputNames() string {
	var names []string
	for _, in := range x.inputs {
		names = append(names, in.arg)
	}
	return strings.Join(names, ", ")
}
