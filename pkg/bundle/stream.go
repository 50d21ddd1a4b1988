package bundle

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/internal/await"
	"github.com/thrashkit/thrashkit/pkg/memory"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Stream reads documents one after the other and keeps none of them.
type Stream struct {
	files  *Files
	index  *fileIndex // only its inputs and their roles, no documents
	newest time.Time  // of the objects read so far
}

// Stream opens the files to read their documents one by one. It fails if a file
// cannot be opened, or if none of them can hold documents.
func (f *Files) Stream(ctx context.Context) (*Stream, error) {
	// Standard input may never end: the context ends the wait for it.
	index, err := await.Func(ctx, func() (*fileIndex, error) { return f.placeAll(ctx) })
	if err != nil {
		return nil, err
	}
	return &Stream{files: f, index: index}, nil
}

// placeAll reads all inputs and finds the roles of their files, but parses none. Files that cannot be read are
// not an error: Each and Gaps report them.
func (f *Files) placeAll(ctx context.Context) (*fileIndex, error) {
	memory.Hold(roomToRead)
	inputs, err := f.inputs(ctx)
	if err != nil {
		return nil, err
	}
	x := &fileIndex{inputs: inputs, logs: map[snapshot.LogKey]logPlace{}}
	for _, in := range inputs {
		x.place(in)
	}
	x.chooseLayout()
	if len(x.texts)+len(x.unread) == 0 {
		return nil, fmt.Errorf("read %s: no YAML or JSON files", x.inputNames())
	}
	return x, nil
}

// Each calls use for each document in the order of the files. What cannot be
// read of a document is among its Errors; no error hides another document. If
// words are given, documents whose text has none of them are not read. Each can
// be called more than once. The error is that of use, or of the context.
func (s *Stream) Each(ctx context.Context, use func(*Document) error, words ...string) error {
	for _, t := range s.index.texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.entry.gap != nil {
			if err := use(t.absent()); err != nil {
				return err
			}
			continue
		}
		if err := s.file(t, use, words); err != nil {
			return err
		}
	}
	return nil
}

// absent returns the one document of a file that could not be read: the error.
func (t *textFile) absent() *Document {
	name := t.entry.name()
	return &Document{File: name, Errors: []*DocumentError{{File: name, Err: t.entry.gap}}}
}

// byteOrderMark begins files of some editors.
var byteOrderMark = []byte("\xef\xbb\xbf")

// file reads the documents of one file. The first one has the byte order mark in
// its Before.
func (s *Stream) file(t *textFile, use func(*Document) error, words []string) error {
	n := 0
	for _, part := range t.split() {
		if !mentions(part.Text, words) {
			continue
		}
		if l := t.entry.in.limits; int64(len(part.Text)) > l.maxShown {
			n++
			if err := use(t.tooLong(part, n)); err != nil {
				return err
			}
			continue
		}
		documents, _ := manifest.Parse(part, t.entry.in.limits.documents) // each document has its own error
		documents[0].Before = part.Before
		documents[len(documents)-1].After = part.After
		if n == 0 && bytes.HasPrefix(t.entry.data, byteOrderMark) {
			documents[0].Before = slices.Concat(byteOrderMark, part.Before)
		}
		for i := range documents {
			n++
			if err := use(s.parsed(t, n, &documents[i])); err != nil {
				return err
			}
		}
	}
	return nil
}

// mentions reports whether a text has any of the words, or none is given. It is far faster than to parse the text
// to find out that it is about something else.
func mentions(text []byte, words []string) bool {
	return len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
}

// parsed returns document number n of a file, with what is wrong with it.
func (s *Stream) parsed(t *textFile, n int, from *manifest.Document) *Document {
	d := s.document(t, n, from)
	if bad := from.Err; bad != nil {
		d.Errors = append(d.Errors, &DocumentError{File: d.File, Document: n, Line: bad.Line, Column: bad.Column, Err: bad.Err})
	}
	return d
}

// tooLong returns a document that only has the error that it is too long to be shown.
func (t *textFile) tooLong(part manifest.Part, n int) *Document {
	l := t.entry.in.limits
	bad := &DocumentError{
		File: t.entry.name(), Document: n, Line: part.Line, Err: l.over(false, "a document of more than %s", size(l.maxShown)),
	}
	return &Document{File: bad.File, Index: n, Line: part.Line, Errors: []*DocumentError{bad}}
}

// document returns one document with its objects, and an error for each of them
// that has no kind or no API version.
func (s *Stream) document(t *textFile, n int, from *manifest.Document) *Document {
	d := newDocument(t, n, from)
	for i := range from.Items {
		item := &from.Items[i]
		t.place.fill(&item.Header)
		if err := missing(&item.Header); err != nil {
			d.Errors = append(d.Errors, &DocumentError{File: d.File, Document: n, Line: item.Line, Column: 1, Err: err})
		}
		if item.Header.Newest.After(s.newest) {
			s.newest = item.Header.Newest
		}
		d.Objects = append(d.Objects, newObject(item, i))
	}
	return &d
}

// Source returns what is read.
func (s *Stream) Source() snapshot.Source {
	return snapshot.Source{Type: "files", Files: s.files.given(), Layout: s.index.layout.id}
}

// JudgedAt returns the time to evaluate as of, and how it is known, as far as the
// documents were read.
func (s *Stream) JudgedAt() (time.Time, snapshot.AtSource) {
	x := *s.index // a copy: the index knows nothing of the objects that Each has passed on
	x.newest = s.newest
	return x.captureTime(s.files.options.At)
}

// Gaps returns what could not be read of the bundles themselves.
func (s *Stream) Gaps() []snapshot.Gap { return s.index.gaps() }
