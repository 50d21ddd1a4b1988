package bundle

import (
	"bytes"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/memory"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// digest decodes the files of a bundle while it is still being read, and keeps
// their objects, trimmed, in place of their text: a bundle may be larger than
// the memory. As many files as there are processors are in memory at a time,
// and no two large ones.
type digest struct {
	group errgroup.Group
	room  *semaphore.Weighted

	templates snapshot.Templates // of all files
}

// atOnce is how many bytes of files are in memory at a time, unless one alone has more.
const atOnce = 64 << 20

// roomToRead is the memory limit while large files are read. It has room for the texts of those that are
// in memory at a time, and what becomes of a bundle of 1 GB.
const roomToRead = 200 << 20

// newDigest returns a digest that decodes as many files at a time as there are processors. From now on the process
// takes little more memory than it keeps.
func newDigest() *digest {
	memory.Hold(roomToRead)
	d := &digest{room: semaphore.NewWeighted(atOnce)}
	d.group.SetLimit(runtime.GOMAXPROCS(0))
	return d
}

// decoder returns a decoder for one file.
func (d *digest) decoder() *snapshot.Decoder { return &snapshot.Decoder{Templates: &d.templates} }

// admit waits until there is room for the text of e, which is to be read next. Without a digest the texts are
// kept, and there is nothing to wait for.
func (d *digest) admit(ctx context.Context, e *entry) error {
	if d == nil {
		return nil
	}
	err := d.room.Acquire(ctx, e.weight())
	if e.weight() == atOnce {
		runtime.GC() // lets the text of another large file go first
	}
	return err
}

// weight is how many of the bytes that may be in memory the entry takes.
func (e *entry) weight() int64 { return min(max(e.size, 1), atOnce) }

// take decodes e, which was admitted, unless it could not be read. It returns at once, or as soon as a processor
// is free; the room is given back when the objects have replaced the text.
func (d *digest) take(e *entry) {
	if d == nil {
		return
	}
	if e.gap != nil {
		d.room.Release(e.weight())
		return
	}
	d.group.Go(func() error {
		defer d.room.Release(e.weight())
		e.digestText()
		return nil
	})
}

// digestText puts the objects of a file in the place of its text. A small file without objects stays as it is.
func (e *entry) digestText() {
	t := &textFile{entry: e}
	if len(e.data) > smallFile {
		t.parseLarge()
		e.digested = t
		return
	}
	t.parse()
	if !t.holdsObject() {
		return // it may be something else that a collector wrote
	}
	t.decode(0, e.in.digest.decoder())
	e.digested = t
	e.data = nil
}

// takeAlone decodes the only file of an input, whose text was read, if it is large.
// The output of a cluster-info dump has logs between its documents and stays.
func (d *digest) takeAlone(ctx context.Context, e *entry) error {
	if d == nil || len(e.data) <= smallFile || holdsDumpLogs(e.data) {
		return nil
	}
	if err := d.room.Acquire(ctx, e.weight()); err != nil {
		return err
	}
	d.take(e)
	return nil
}

// parseLarge parses and decodes a file part by part. The text of a part goes as soon
// as it is JSON, and the JSON as soon as it is decoded.
func (t *textFile) parseLarge() {
	decoder := t.entry.in.digest.decoder()
	parts := t.split()
	t.entry.data = nil // the parts are now all that keeps it in memory
	for i := range parts {
		part := parts[i]
		parts[i] = manifest.Part{}
		first := len(t.documents)
		t.parsePart(part)
		if length := len(part.Text); length > hugePart {
			part = manifest.Part{}
			for n := first; n < len(t.documents); n++ {
				t.documents[n].Text = nil // in which no line is looked for
			}
			runtime.GC() // lets the YAML go before there are objects
		}
		t.decode(first, decoder)
	}
}

// hugePart is the length of a part from which its text is collected at once.
const hugePart = 16 << 20

// wait returns when all files are decoded.
func (d *digest) wait() {
	if d == nil {
		return
	}
	_ = d.group.Wait() // what cannot be read is an error of its file
}

// smallFile is the length up to which a file without objects is kept as it is.
const smallFile = 1 << 20

// parse reads the documents of the file.
func (t *textFile) parse() {
	for _, part := range t.split() {
		t.parsePart(part)
	}
}

// parsePart adds the documents of one part of the file, or its error.
func (t *textFile) parsePart(part manifest.Part) {
	documents, err := manifest.Parse(part, t.entry.in.limits.documents)
	t.addDocuments(part, documents, err)
}

// holdsObject reports whether any document is an object, or a list of them. In
// bare arrays of older bundles they have no kind.
func (t *textFile) holdsObject() bool {
	return slices.ContainsFunc(t.documents, func(v manifest.Document) bool {
		return v.List.Kind != "" || slices.ContainsFunc(v.Items, func(it manifest.Item) bool {
			return it.Header.Kind != "" || it.Header.Name != ""
		})
	})
}

// decode puts the objects of the documents from first on in the place of their text.
// Objects of kinds that a snapshot has no list for stay in JSON.
func (t *textFile) decode(first int, decoder *snapshot.Decoder) {
	for n := first; n < len(t.documents); n++ {
		t.decodeItems(&t.documents[n], n+1, decoder)
		t.documents[n].Forget()
	}
}

// decodeItems puts the objects of one document, of the given number, in the place of
// their JSON.
func (t *textFile) decodeItems(v *manifest.Document, number int, decoder *snapshot.Decoder) {
	for i := range v.Items {
		it := &v.Items[i]
		if it.JSON == nil { // decoded before
			continue
		}
		if err := decodeItem(it, decoder); err != nil {
			it.Err = t.bad(number, v.LineOf(i, err), err)
		}
	}
}

// decodeItem puts the object of an item in the place of its JSON. A list in a list, an object of another kind and
// evidence, most of which nothing asks for, keep theirs, as a copy: the original would hold the text of the whole
// document in memory. The JSON of a small ConfigMap is a quarter of its object.
func decodeItem(it *manifest.Item, decoder *snapshot.Decoder) error {
	kind := snapshot.ListedKind(it.Header.APIVersion, it.Header.Kind)
	if it.Header.IsList || kind == nil {
		it.JSON = bytes.Clone(it.JSON)
		return nil
	}
	object, err := manifest.Decode(&it.Header, it.JSON)
	if err == nil && kind.Role == snapshot.Evidence {
		it.JSON = bytes.Clone(it.JSON)
		return nil
	}
	if pod, ok := object.(*corev1.Pod); ok {
		object = decoder.Pack(pod)
	} else {
		decoder.Share(object)
	}
	it.JSON = nil
	it.Object = object
	return err
}

// bad returns err with the position of a document of the file.
func (t *textFile) bad(document, line int, err error) *manifest.DocumentError {
	return &manifest.DocumentError{File: t.entry.name(), Document: document, Line: line, Err: err}
}
