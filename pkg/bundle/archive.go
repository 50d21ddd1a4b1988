package bundle

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// A compressed stream that grows by more than maxRatio beyond its first
// freeGrowth bytes is no bundle: manifests and logs shrink to a tenth or a
// hundredth at the most.
const (
	maxRatio   = 200
	freeGrowth = 64 << 20
)

var errBomb = fmt.Errorf("refused: it unpacks to more than %d times its size", maxRatio)

// counter counts the bytes that were read of r.
type counter struct {
	r io.Reader
	n int64
}

// Read reads of r.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// inflated ends the reading of a compressed stream that grows too much.
type inflated struct {
	out    counter
	packed func() int64 // the bytes read of the compressed form
}

// Read reads the uncompressed form.
func (i *inflated) Read(p []byte) (int, error) {
	n, err := i.out.Read(p)
	if i.out.n > freeGrowth && i.out.n > maxRatio*i.packed() {
		return n, errBomb
	}
	return n, err
}

func gunzip(r io.Reader) (*bufio.Reader, error) {
	packed := &counter{r: r}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(&inflated{out: counter{r: unpacked}, packed: func() int64 { return packed.n }}, 64<<10), nil
}

func (in *input) readGzip(ctx context.Context, r io.Reader, again bool) error {
	unpacked, err := gunzip(r)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	first, err := unpacked.Peek(tarMagicEnd)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	if isTar(first) {
		return in.readTar(ctx, unpacked, again)
	}
	return in.readText(unpacked)
}

func (in *input) readTar(ctx context.Context, r io.Reader, again bool) error {
	in.kind = inputTar
	if !again {
		in.kind = inputStream
	}
	marks := &endMarks{r: r}
	archive := tar.NewReader(marks)
	for seen := 0; ; seen++ {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return in.ended(marks, r)
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return in.broken(err)
		}
		if seen >= in.limits.maxEntries {
			return fmt.Errorf("read %s: more than %d files", in.arg, MaxEntries)
		}
		name, err := tarName(head)
		if err != nil {
			return fmt.Errorf("read %s: %w", in.arg, err)
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if err := in.readArchived(name, head.Size, archive); err != nil {
			return err
		}
	}
}

// endMarks counts the zero bytes at the end of what was read of an archive.
type endMarks struct {
	r     io.Reader
	zeros int
}

// Read reads the archive.
func (m *endMarks) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	tail := len(p[:n]) - len(bytes.TrimRight(p[:n], "\x00"))
	if tail == n {
		m.zeros = min(m.zeros+n, tarBlock)
	} else {
		m.zeros = tail
	}
	return n, err
}

// tarBlock is the length of a block of zeros, two of which end an archive.
const tarBlock = 512

// ended checks that an archive was read to its end: that it has its end marks,
// and, of a compressed one, that the rest is whole and has the right checksum.
func (in *input) ended(marks *endMarks, r io.Reader) error {
	if marks.zeros < tarBlock && len(in.entries) > 0 {
		return in.broken(errors.New("it ends without the marks of its end: it was cut off, get it again"))
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(r, freeGrowth)); err != nil {
		return in.broken(err)
	}
	return nil
}

// broken is the error of an archive that cannot be read on. What was read of
// one that was cut off is kept, and the rest is a gap.
func (in *input) broken(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errBomb) || len(in.entries) == 0 {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	in.entries = append(in.entries, &entry{in: in, gap: fmt.Errorf("the archive is damaged: %w", err)})
	return nil
}

// tarName returns the cleaned name of an entry, and refuses names and links
// that lead out of the archive.
func tarName(head *tar.Header) (string, error) {
	name, err := innerName(head.Name)
	if err != nil {
		return "", err
	}
	switch head.Typeflag {
	case tar.TypeLink:
		_, err = innerName(head.Linkname)
	case tar.TypeSymlink:
		if path.IsAbs(head.Linkname) || !filepath.IsLocal(path.Join(path.Dir(name), head.Linkname)) {
			err = fmt.Errorf("refuse symbolic link %s to %s: it leads out of the archive", name, head.Linkname)
		}
	}
	return name, err
}

func innerName(name string) (string, error) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	if clean := path.Clean(slashed); !path.IsAbs(slashed) && filepath.IsLocal(clean) {
		return clean, nil
	}
	return "", fmt.Errorf("refuse entry %q: it leads out of the archive", name)
}

// readArchived records one file of an archive: with its text if it may hold
// objects, with its end if it is a log that cannot be read again, and otherwise
// only its path.
func (in *input) readArchived(name string, size int64, r io.Reader) error {
	objects := holdsObjects(name)
	if !objects && !isLog(name) {
		return nil
	}
	e := &entry{in: in, path: name, size: size}
	in.entries = append(in.entries, e)
	var err error
	switch {
	case objects:
		e.data, e.gap = in.limits.text(r)
		err = e.gap
	case in.kind == inputStream:
		e.logs, e.gap = in.limits.logs(name, r)
		err = e.gap
	}
	if errors.Is(err, errTotal) || errors.Is(err, errBomb) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	return nil
}
