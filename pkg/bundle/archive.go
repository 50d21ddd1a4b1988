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

// growth is how many bytes were read of the packed form of an archive, and how many they became.
type growth struct{ packed, unpacked int64 }

// packedReader counts the bytes of the packed form.
type packedReader struct {
	r io.Reader
	g *growth
}

// Read reads the packed form.
func (p packedReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.g.packed += int64(n)
	return n, err
}

// inflated ends the reading of an archive that grows too much.
type inflated struct {
	r io.Reader
	g *growth
	l *limits
}

// Read reads the unpacked form.
func (i inflated) Read(b []byte) (int, error) {
	n, err := i.r.Read(b)
	i.g.unpacked += int64(n)
	if i.g.unpacked > i.l.freeGrowth+i.l.maxRatio*i.g.packed {
		return n, i.l.over(true, "refused: it unpacks to more than %d times its size", i.l.maxRatio)
	}
	return n, err
}

// gunzip unpacks a stream, and counts what it reads and returns: a small archive may unpack to more
// than the disk holds.
func (in *input) gunzip(r io.Reader) (*bufio.Reader, error) {
	g := &growth{}
	unpacked, err := gzip.NewReader(packedReader{r, g})
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(spending{inflated{unpacked, g, in.limits}, in.limits}, 64<<10), nil
}

// readGzip reads what was compressed: an archive, or one file. The magic number of tar is looked
// for, because names say little: .gz may be either.
func (in *input) readGzip(ctx context.Context, r io.Reader, again bool) error {
	unpacked, err := in.gunzip(r)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	first, err := unpacked.Peek(tarMagicEnd)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	if err != nil && !errors.Is(err, io.EOF) { // a file shorter than a tar header is text
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	if isTar(first) {
		return in.readTar(ctx, unpacked, again)
	}
	return in.readText(ctx, unpacked, unknownSize)
}

// readTar reads the files of an archive in their order. again reports whether it can be read a
// second time: logs then stay where they are until they are asked for. A stream cannot, and its
// logs are kept.
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
			return in.tooManyFiles()
		}
		if err := in.readTarEntry(ctx, head, archive); err != nil {
			return err
		}
	}
}

// readTarEntry reads one entry of an archive if it is a file. The names of folders and links are checked too.
func (in *input) readTarEntry(ctx context.Context, head *tar.Header, r io.Reader) error {
	name, err := tarName(head)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	if head.Typeflag != tar.TypeReg {
		return nil
	}
	return in.readArchived(ctx, name, head.Size, r)
}

// tooManyFiles is the error of a folder or archive of more files than the limits allow.
func (in *input) tooManyFiles() error {
	return fmt.Errorf("read %s: %w", in.arg, in.limits.over(true, "more than %d files", in.limits.maxEntries))
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
	if tail == n { // nothing but zeros: they follow those of the read before
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
	if interrupted(err) || fatal(err) || len(in.entries) == 0 { // without an entry there is nothing to show
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
		err = checkLink(name, head.Linkname)
	}
	return name, err
}

// checkLink returns an error for a symbolic link of an archive that leads out of it. No link is followed, but
// an archive that has such a one was made to be harmful, or of more than is in it.
func checkLink(name, target string) error {
	if path.IsAbs(target) || !filepath.IsLocal(path.Join(path.Dir(name), target)) {
		return fmt.Errorf("refuse symbolic link %s to %s: it leads out of the archive", name, target)
	}
	return nil
}

// longestName is PATH_MAX of Linux (include/uapi/linux/limits.h). The header of an entry of tar can have a name of a megabyte.
const longestName = 4096

// innerName returns the cleaned path of an entry. Archives made on Windows may have backslashes.
func innerName(name string) (string, error) {
	if len(name) > longestName {
		return "", fmt.Errorf("refuse entry %.40q…: its name has more than %d bytes, which no system unpacks", name, longestName)
	}
	slashed := strings.ReplaceAll(name, `\`, "/")
	if clean := path.Clean(slashed); !path.IsAbs(slashed) && filepath.IsLocal(clean) {
		return clean, nil
	}
	return "", fmt.Errorf("refuse entry %q: it leads out of the archive", name)
}

// readArchived records one file of an archive: with its text if it may hold
// objects, with its end if it is a log that cannot be read again, and otherwise
// only its path.
func (in *input) readArchived(ctx context.Context, name string, size int64, r io.Reader) error {
	objects := holdsObjects(name)
	if !objects && !isLog(name) {
		return nil
	}
	e := &entry{in: in, path: name, size: size}
	in.entries = append(in.entries, e)
	var err error
	if objects {
		err = in.readObjects(ctx, e, r)
	} else if in.kind == inputStream {
		e.logs, e.gap = in.limits.logs(name, r)
		err = e.gap
	}
	if fatal(err) || interrupted(err) {
		return fmt.Errorf("read %s: %w", e.name(), err)
	}
	return nil
}

// readObjects reads the text of a file that may hold objects, as soon as there is room for it, and gives it to be
// decoded. The error is also the gap of the file, unless the wait for room was interrupted.
func (in *input) readObjects(ctx context.Context, e *entry, r io.Reader) error {
	if err := in.digest.admit(ctx, e); err != nil {
		return err
	}
	e.data, e.gap = in.limits.objects(r, e.size)
	in.digest.take(e)
	return e.gap
}

// interrupted reports whether an error is that of a context that has ended. It is never a gap: the
// user has asked for the end.
func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
