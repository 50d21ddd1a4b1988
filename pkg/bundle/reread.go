package bundle

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// logReads are the logs to read from one input, by the path of their file. What was read is deleted from it.
type logReads map[string][]snapshot.LogRead

// readFile reads the file at a path, which is wanted.
type readFile func(path string, r io.Reader) error

// again reads the files that wanted names once more: of a directory each, of an
// archive in one pass.
func (in *input) again(ctx context.Context, wanted logReads, read readFile) error {
	in.limits.total = 0 // the limit is that of one pass
	switch in.kind {
	case inputDir:
		return in.againDir(ctx, wanted, read)
	case inputZip:
		return in.againZip(ctx, wanted, read)
	case inputTar:
		return in.againTar(ctx, wanted, read)
	case inputFile, inputStream:
	}
	return nil // their logs are in memory
}

// againDir reads the wanted logs from a folder. A file that is gone since is an error at the end,
// so that the others are read.
func (in *input) againDir(ctx context.Context, wanted logReads, read readFile) error {
	root, err := os.OpenRoot(in.arg)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, path := range slices.Sorted(maps.Keys(wanted)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, openErr := root.Open(path)
		if openErr != nil {
			err = openErr
			continue
		}
		readErr := read(path, f)
		if err := errors.Join(readErr, f.Close()); err != nil {
			return err
		}
	}
	return err
}

// againTar reads the wanted logs from an archive, which has no index: it is read from its start
// until all are found.
func (in *input) againTar(ctx context.Context, wanted logReads, read readFile) error {
	f, err := os.Open(in.arg)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := in.unpack(ctx, f)
	if err != nil {
		return err
	}
	archive := tar.NewReader(unpacked)
	for len(wanted) > 0 { // read deletes what was found
		head, err := archive.Next()
		if err != nil {
			return err
		}
		name, err := tarName(head)
		if err != nil {
			return err
		}
		if _, ok := wanted[name]; ok && head.Typeflag == tar.TypeReg {
			if err := read(name, contextReader{ctx, archive}); err != nil {
				return err
			}
		}
	}
	return nil
}

// unpack returns a reader of the archive in f, which may be compressed.
func (in *input) unpack(ctx context.Context, f *os.File) (io.Reader, error) {
	first := make([]byte, 2)
	if _, err := f.ReadAt(first, 0); err != nil || !isGzip(first) {
		return f, nil //nolint:nilerr // the next read has it too
	}
	return in.gunzip(bufio.NewReader(contextReader{ctx, f}))
}

// againZip reads the wanted logs from a zip, whose index has their places.
func (in *input) againZip(ctx context.Context, wanted logReads, read readFile) error {
	archive, done, err := in.openZip()
	if err != nil {
		return err
	}
	defer done()
	for _, f := range archive.File {
		name, err := innerName(f.Name)
		if err != nil {
			return err
		}
		if _, ok := wanted[name]; !ok {
			continue
		}
		unpacked, err := in.openZipped(f)
		if err != nil {
			return err
		}
		readErr := read(name, contextReader{ctx, unpacked})
		if err := errors.Join(readErr, unpacked.Close()); err != nil {
			return err
		}
	}
	return nil
}
