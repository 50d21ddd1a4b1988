package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/internal/await"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Options are the circumstances of reading files.
type Options struct {
	// Stdin is what the path "-" reads; nil where there is none.
	Stdin io.Reader
	// At is the moment to judge from; zero for the one that the files tell.
	At time.Time
}

// DocumentError is a document of a file that cannot be read, and where it stands.
type DocumentError = manifest.DocumentError

// Files reads from files: YAML and JSON documents, directories, archives, and
// the bundles that support tools write. It implements Source. All input is read
// and checked at the first use, objects are decoded as they are asked for, logs
// are read as they are asked for.
//
// What is damaged in a file that is named by the user, or in a plain directory,
// is an error, a *DocumentError where it has a place. In a bundle it is a gap.
//
// What is not there proves something in bundles only (Snapshot.Complete): in a
// must-gather, of the kinds that the inspection of a namespace collects, where
// the namespace was inspected; in a cluster-info dump and a support bundle, of
// the kinds that have a file of that namespace. A file that is damaged or was
// cut off by the server proves nothing. Empty logs are no logs: collectors leave
// empty files where the server had none.
type Files struct {
	paths   []string
	options Options

	mu    sync.Mutex
	read  bool
	index *fileIndex
	err   error
}

// New returns a source that reads paths: files, directories, archives
// (.tar, .tar.gz, .zip, known by their content), and "-" for standard input.
func New(paths []string, o Options) *Files {
	return &Files{paths: slices.Clone(paths), options: o}
}

// Load adds what q names to s. The fields of each Read mean what they mean for
// a cluster. Whether a kind that is not there does not exist depends on the
// layout: a bundle collects some kinds of a namespace whole, plain files prove
// nothing by what they do not hold.
func (f *Files) Load(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
	index, err := f.open(ctx)
	if err != nil {
		return err
	}
	if s.Source.Type == "" {
		s.At, s.AtSource = index.moment(f.options.At)
		s.Source = snapshot.Source{Type: "files", Files: f.given(), Layout: index.layout.id}
		for _, g := range index.gaps {
			s.AddGap(g)
		}
	}
	for _, r := range q.Reads {
		if err := index.load(ctx, s, r); err != nil {
			return err
		}
	}
	s.Sort()
	noteAuthors(s)
	return index.loadLogs(ctx, s, q.Logs)
}

// Document is one YAML or JSON document of a file.
type Document struct {
	File  string // as the user knows it; "stdin" for standard input
	Index int    // 1-based, of the documents of File that have content
	Line  int    // 1-based line of Text in File
	Text  []byte // as written
	// Before and After are what stands between it and the document before, and
	// behind the last one of the file: markers, directives and comments.
	Before, After []byte
	Objects       []Object
	List          bool // the document is a list, and Objects are its items
}

// Object is one object of a document.
type Object struct {
	APIVersion, Kind, Namespace, Name string

	raw    []byte
	header *manifest.Header
}

// Unstructured returns the object as a generic map, a new one each time, so
// that fields which this program does not know stay.
func (o *Object) Unstructured() (*unstructured.Unstructured, error) {
	return manifest.DecodeUnstructured(o.header, o.raw)
}

// Documents returns the documents of all files in order, with what could not be
// read of bundles.
func (f *Files) Documents(ctx context.Context) ([]Document, []snapshot.Gap, error) {
	index, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return index.documents(), slices.Clone(index.gaps), nil
}

// Source says what is read, for documents that are shown without a snapshot.
func (f *Files) Source(ctx context.Context) (snapshot.Source, error) {
	index, err := f.open(ctx)
	if err != nil {
		return snapshot.Source{}, err
	}
	return snapshot.Source{Type: "files", Files: f.given(), Layout: index.layout.id}, nil
}

// Moment returns the moment to judge from, and where it comes from.
func (f *Files) Moment(ctx context.Context) (time.Time, snapshot.AtSource, error) {
	index, err := f.open(ctx)
	if err != nil {
		return time.Time{}, "", err
	}
	at, source := index.moment(f.options.At)
	return at, source, nil
}

// given returns the paths without the passwords that a URL may hold.
func (f *Files) given() []string {
	given := slices.Clone(f.paths)
	for i, p := range given {
		if u, ok := webAddress(p); ok {
			given[i] = u.Redacted()
		}
	}
	return given
}

// open reads the input once.
func (f *Files) open(ctx context.Context) (*fileIndex, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.read {
		// Standard input may never end: the context ends the wait for it.
		f.index, f.err = await.Func(ctx, func() (*fileIndex, error) { return f.readAll(ctx) })
		f.read = ctx.Err() == nil
	}
	return f.index, f.err
}

func (f *Files) readAll(ctx context.Context) (*fileIndex, error) {
	if len(f.paths) == 0 {
		return nil, errors.New("read files: none is named")
	}
	if stdins := slices.DeleteFunc(f.given(), func(p string) bool { return p != "-" }); len(stdins) > 1 {
		return nil, errors.New("read standard input: it is named twice")
	}
	var inputs []*input
	l := newLimits()
	for _, p := range f.paths {
		in, err := openInput(ctx, p, f.options.Stdin, l)
		if err != nil {
			return nil, err
		}
		in.layout = detectLayout(in)
		inputs = append(inputs, in)
	}
	index, err := newFileIndex(ctx, inputs)
	if err != nil {
		return nil, err
	}
	switch {
	case len(index.records)+len(index.others)+len(index.gaps) > 0 || index.anyList:
		return index, nil
	case len(index.texts) == 0:
		return nil, fmt.Errorf("read %s: no YAML or JSON files", index.inputNames())
	}
	return nil, fmt.Errorf("read %s: no Kubernetes objects", index.inputNames())
}
