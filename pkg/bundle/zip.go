package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// readZip reads a zip archive, which needs to be read from its end: of one that
// comes as a stream all is held in memory, within MaxFileSize.
func (in *input) readZip(ctx context.Context, r io.Reader, again bool) error {
	in.kind = inputZip
	if !again {
		data, err := in.limits.text(r)
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
		return fmt.Errorf("read %s: more than %d files", in.arg, MaxEntries)
	}
	for _, f := range archive.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := in.readZipped(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

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

func (in *input) readZipped(ctx context.Context, f *zip.File) error {
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
	r, err := openZipped(f)
	if err != nil {
		in.entries = append(in.entries, &entry{in: in, path: name, gap: err})
		return nil
	}
	defer r.Close()
	return in.readArchived(name, int64(min(f.UncompressedSize64, 1<<62)), contextReader{ctx, r})
}

// checkZipLink returns an error for a symbolic link that leads out of the archive;
// its target is the content of its entry.
func (in *input) checkZipLink(f *zip.File, name string) error {
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("read %s: %s: %w", in.arg, name, err)
	}
	defer r.Close()
	target, err := io.ReadAll(io.LimitReader(r, 4<<10))
	if err != nil {
		return fmt.Errorf("read %s: %s: %w", in.arg, name, err)
	}
	if path.IsAbs(string(target)) || !filepath.IsLocal(path.Join(path.Dir(name), string(target))) {
		return fmt.Errorf("read %s: refuse symbolic link %s to %s: it leads out of the archive", in.arg, name, target)
	}
	return nil
}

type zipped struct {
	inflated
	io.Closer
}

func openZipped(f *zip.File) (*zipped, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	packed := int64(min(f.CompressedSize64, 1<<62/maxRatio))
	return &zipped{inflated{out: counter{r: r}, packed: func() int64 { return packed }}, r}, nil
}
