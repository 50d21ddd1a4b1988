package bundle

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// readZip reads a zip archive, which needs to be read from its end: of one that
// comes as a stream all is held in memory, within the limit of a file.
func (in *input) readZip(ctx context.Context, r io.Reader, again bool) error {
	in.kind = inputZip
	if !again {
		data, err := in.limits.text(r, in.size)
		if err != nil {
			return fmt.Errorf("read %s: %w", in.arg, err)
		}
		in.data = data
	}
	archive, done, err := in.openZip()
	if err != nil {
		return err
	}
	defer done()
	if len(archive.File) > in.limits.maxEntries {
		return in.tooManyFiles()
	}
	shared := overlaps(archive.File)
	for _, f := range archive.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := in.readZipped(ctx, f, shared[f]); err != nil {
			return err
		}
	}
	return nil
}

// openZip opens the archive, from memory if it was read from a stream: the index of a zip is at
// its end.
func (in *input) openZip() (*zip.Reader, func(), error) {
	if in.data != nil {
		archive, err := zip.NewReader(bytes.NewReader(in.data), int64(len(in.data)))
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", in.arg, err)
		}
		return archive, func() {}, nil
	}
	archive, err := zip.OpenReader(in.arg)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", in.arg, err)
	}
	return &archive.Reader, func() { archive.Close() }, nil
}

// overlaps returns the entries whose packed data is also that of another entry,
// with the reason: no program writes such archives but to make a small file large.
func overlaps(files []*zip.File) map[*zip.File]error {
	var refused map[*zip.File]error
	var before extent // the one that ends last
	for _, e := range extents(files) {
		if before.file != nil && e.from < before.to {
			put(&refused, e.file, fmt.Errorf("refused: its data overlaps that of %s", before.file.Name))
			put(&refused, before.file, fmt.Errorf("refused: its data overlaps that of %s", e.file.Name))
		}
		if e.to > before.to { // an entry within another one does not end it
			before = e
		}
	}
	return refused
}

// extent is where the packed data of an entry is in its archive.
type extent struct {
	file     *zip.File
	from, to int64
}

// extents returns where the entries are, in the order of the archive.
func extents(files []*zip.File) []extent {
	list := make([]extent, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil || f.CompressedSize64 == 0 {
			continue // reading it fails, or there is nothing to read
		}
		list = append(list, extent{f, from, from + int64(min(f.CompressedSize64, 1<<62))})
	}
	slices.SortFunc(list, func(a, b extent) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return list
}

// readZipped reads one file of a zip. A file that cannot be unpacked is a gap; a path that leads
// out of the archive ends the reading.
func (in *input) readZipped(ctx context.Context, f *zip.File, refused error) error {
	name, err := innerName(f.Name)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	if f.Mode()&os.ModeSymlink != 0 {
		return in.checkZipLink(f, name)
	}
	if !f.Mode().IsRegular() || (!holdsObjects(name) && !isLog(name)) {
		return nil
	}
	var r *zipped
	if err = refused; err == nil {
		r, err = in.openZipped(f)
	}
	if err != nil {
		in.entries = append(in.entries, &entry{in: in, path: name, gap: err})
		return nil
	}
	defer r.Close()
	return in.readArchived(ctx, name, int64(min(f.UncompressedSize64, 1<<62)), contextReader{ctx, spending{r, in.limits}})
}

// checkZipLink returns an error for a symbolic link that leads out of the archive;
// its target is the content of its entry.
func (in *input) checkZipLink(f *zip.File, name string) error {
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("read %s: %s: %w", in.arg, name, err)
	}
	defer r.Close()
	target, err := io.ReadAll(io.LimitReader(r, 4<<10)) // PATH_MAX of Linux: no link is longer
	if err != nil {
		return fmt.Errorf("read %s: %s: %w", in.arg, name, err)
	}
	if err := checkLink(name, string(target)); err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	return nil
}

// encrypted is the flag of an entry that needs a password (APPNOTE.TXT 6.3.10, 4.4.4).
const encrypted = 1

// zipped is the unpacked content of one entry, whose growth counts against the limit of the archive.
type zipped struct {
	io.Reader
	io.Closer
}

// openZipped opens a file of a zip. Its packed size counts for the limit on how much an archive may
// grow when it is unpacked.
func (in *input) openZipped(f *zip.File) (*zipped, error) {
	if f.Flags&encrypted != 0 {
		return nil, errors.New("it is encrypted: unpack the archive with its password and name the folder")
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("it is compressed by a method (number %d) that is not supported: unpack the archive and name the folder", f.Method)
	}
	if err != nil {
		return nil, err
	}
	in.growth.packed += int64(min(f.CompressedSize64, 1<<32))
	return &zipped{inflated{r, &in.growth, in.limits}, r}, nil
}
