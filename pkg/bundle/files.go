// Package bundle reads files: YAML and JSON documents, directories, archives, and
// the bundles that support tools write, with their container logs. What it reads
// becomes part of a snapshot.Snapshot; what it cannot read becomes a gap there.
package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/internal/await"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Options are the circumstances of reading files.
type Options struct {
	// Stdin is what the path "-" reads; nil if there is none.
	Stdin io.Reader
	// MaxInput is how many bytes are read of all files together, unpacked; 0 for
	// DefaultMaxInput. The limits of single files and documents are shares of it.
	MaxInput int64
	// At is the time to evaluate as of; zero for the time of the files.
	At time.Time
	// Timeout is how long reading one address may take; 0 for no limit, as long as
	// its server keeps sending.
	Timeout time.Duration
	// Trim leaves out of pods what snapshot.Trim removes, and packs the healthy ones.
	Trim bool
}

// DocumentError is the error of a document that cannot be read, with its position.
type DocumentError = manifest.DocumentError

// Files reads from files: YAML and JSON documents, directories, archives, and
// the bundles that support tools write. It implements cli.Source. All input is
// read and checked at the first use; objects are decoded and logs are read on
// demand.
//
// Damage in a file that the user names, or in a plain directory, is an error, a
// *DocumentError if it has a position. In a bundle it is a gap.
//
// Absence proves something in bundles only (Snapshot.Complete): in a must-gather
// for the kinds that the inspection of a namespace collects, if the namespace was
// inspected; in a cluster-info dump and a support bundle for the kinds that have
// a file of that namespace. A file that is damaged or was cut off by the server
// proves nothing. Empty logs do not count as logs, because collectors leave empty
// files when the server has none.
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

// Load adds what q asks for to s, with the same meaning of each Read as for a
// cluster. Whether an absent object does not exist depends on the layout: a
// bundle collects some kinds of a namespace completely, plain files prove nothing.
func (f *Files) Load(ctx context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
	index, err := f.open(ctx)
	if err != nil {
		return err
	}
	if first := s.Source.Type == ""; first { // a report may load several times into one snapshot
		if err := f.begin(index, s, q.Reads); err != nil {
			return err
		}
	}
	for _, r := range q.Reads {
		if err := index.load(ctx, s, r, f.options.Trim); err != nil {
			return err
		}
	}
	s.Sort()
	noteAuthors(s)
	return index.loadLogs(ctx, s, q.Logs)
}

// begin notes in a new snapshot what the files are and what of them could not be read. The error is that of
// files that hold nothing of what the first query asks for.
func (f *Files) begin(index *fileIndex, s *snapshot.Snapshot, reads []snapshot.Read) error {
	s.At, s.AtSource = index.captureTime(f.options.At)
	s.Source = snapshot.Source{Type: "files", Files: f.given(), Layout: index.layout.id}
	for _, g := range index.gaps() {
		s.AddGap(g)
	}
	return cmp.Or(index.holdsNamespace(reads), index.holdsAny(reads))
}

// Source returns the source of documents that are shown without a snapshot.
func (f *Files) Source(ctx context.Context) (snapshot.Source, error) {
	index, err := f.open(ctx)
	if err != nil {
		return snapshot.Source{}, err
	}
	return snapshot.Source{Type: "files", Files: f.given(), Layout: index.layout.id}, nil
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
		f.read = ctx.Err() == nil // a reading that was interrupted is not the result for the next caller
	}
	return f.index, f.err
}

// readAll reads all inputs. That they hold nothing is an error that distinguishes what people do:
// a wrong folder, files in another format, and objects that could not be read.
func (f *Files) readAll(ctx context.Context) (*fileIndex, error) {
	inputs, err := f.inputs(ctx)
	if err != nil {
		return nil, err
	}
	index, err := newFileIndex(ctx, inputs)
	if err != nil {
		return nil, err
	}
	switch {
	case len(index.records)+len(index.others) > 0 || index.anyList:
		return index, nil
	case len(index.unread) > 0:
		return nil, nothingRead(index.unread)
	case len(index.texts) == 0:
		return nil, fmt.Errorf("read %s: no YAML or JSON files", index.inputNames())
	}
	return nil, fmt.Errorf("read %s: no Kubernetes objects", index.inputNames())
}

// nothingRead is the error of files of which nothing could be read.
func nothingRead(list []unread) error {
	more := ""
	if n := len(list) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more that cannot be read)", n)
	}
	first := list[0].gap
	return fmt.Errorf("read %s: %s%s: no object could be read", first.Resource, first.Reason, more)
}

// checkPaths returns an error if there is nothing to read, or standard input is to be read twice: the second time
// it would be empty.
func (f *Files) checkPaths() error {
	if len(f.paths) == 0 {
		return errors.New("read files: none is named")
	}
	if stdins := slices.DeleteFunc(f.given(), func(p string) bool { return p != "-" }); len(stdins) > 1 {
		return errors.New("read standard input: it is named twice")
	}
	return nil
}

// inputs opens what the paths name.
func (f *Files) inputs(ctx context.Context) ([]*input, error) {
	if err := f.checkPaths(); err != nil {
		return nil, err
	}
	var inputs []*input
	l := newLimits(f.options.MaxInput)
	l.patience = f.options.Timeout
	var d *digest
	if f.options.Trim {
		d = newDigest()
		defer d.wait() // in case of an error too: no file is decoded after the return
	}
	for _, p := range f.paths {
		in, err := openInput(ctx, p, f.options.Stdin, l, d)
		if err != nil {
			return nil, err
		}
		in.layout = detectLayout(in)
		inputs = append(inputs, in)
	}
	return inputs, nil
}
