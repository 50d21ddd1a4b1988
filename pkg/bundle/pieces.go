package bundle

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// readPieces reads a large file of YAML document by document, and a long list in YAML or
// JSON item by item, so that its text is never in memory as a whole. It reports false for
// what has to be read as a whole: UTF-16, the output of a cluster-info dump, several
// values in JSON, and a long document that is no list.
func (in *input) readPieces(ctx context.Context) (done bool, err error) {
	if in.digest == nil || in.size <= hugePart || in.size > in.limits.maxFile {
		return false, nil
	}
	f, err := os.Open(in.arg)
	if err != nil {
		return true, err
	}
	defer f.Close()
	inJSON, ok, err := canBeCut(contextReader{ctx, f})
	if !ok || err != nil {
		return err != nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return true, err
	}
	return in.readCut(contextReader{ctx, f}, inJSON)
}

// readCut reads the input piece by piece. It reports false if that turns out to be impossible: the file is then
// read from its start again, and what was read of it does not count against the limit.
func (in *input) readCut(r io.Reader, inJSON bool) (done bool, err error) {
	spent := in.limits.total
	e := &entry{in: in, path: filepath.Base(in.arg), size: in.size}
	t := &textFile{entry: e}
	err = t.parsePieces(spending{r, in.limits}, inJSON)
	if errors.Is(err, manifest.ErrNoList) {
		in.limits.total = spent
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("read %s: %w", in.arg, err)
	}
	in.kind = inputFile
	in.entries = []*entry{e}
	e.digested = t
	return true, nil
}

// canBeCut reports whether r, as far as can be seen without parsing, is JSON, or YAML
// without the logs of a cluster-info dump, in UTF-8.
func canBeCut(r io.Reader) (inJSON, ok bool, err error) {
	lines := bufio.NewReaderSize(r, 1<<20)
	first, err := lines.Peek(64 << 10)
	if err != nil {
		return false, false, err
	}
	text := bytes.TrimSpace(manifest.UTF8(first))
	if manifest.IsUTF16(first) || len(text) == 0 || text[0] == '[' {
		return false, false, nil
	}
	if text[0] == '{' {
		return true, true, nil
	}
	ok, err = isTextWithoutLogs(lines)
	return false, ok, err
}

// isTextWithoutLogs reads all lines, and reports whether none has a NUL or begins a log of a cluster-info dump.
func isTextWithoutLogs(lines *bufio.Reader) (bool, error) {
	begins := true // the piece that is read begins a line; the buffer may be shorter than a line
	for {
		line, err := lines.ReadSlice('\n')
		if bytes.IndexByte(line, 0) >= 0 || (begins && bytes.HasPrefix(line, []byte(dumpStart))) {
			return false, nil
		}
		begins = err == nil
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return false, err
		}
	}
}

// pieceReader returns the pieces of a file one after the other, and io.EOF after the last one.
type pieceReader interface {
	Next() (manifest.Piece, error)
}

// newPieces returns the pieces of text. YAML that the full parser could still take is read as a whole document:
// a list in pieces has to be in block form.
func newPieces(text io.Reader, inJSON bool, limits manifest.Limits) pieceReader {
	if inJSON {
		return manifest.NewJSONPieces(text, hugePart)
	}
	return manifest.NewPieces(text, max(hugePart, limits.Text))
}

// parsePieces reads the documents of a file and decodes their objects as they come.
func (t *textFile) parsePieces(r io.Reader, inJSON bool) error {
	limits := t.entry.in.limits.documents
	text, err := withoutMark(r)
	if err != nil {
		return err
	}
	pieces := newPieces(text, inJSON, limits)
	decoder := t.entry.in.digest.decoder()
	list := longList{file: t, decoder: decoder}
	for {
		piece, err := pieces.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case piece.Items:
			list.add(piece.Part, limits)
		case piece.Around:
			list.end(piece.Part, limits)
			list = longList{file: t, decoder: decoder}
		default:
			first := len(t.documents)
			t.parsePart(piece.Part)
			t.decode(first, decoder)
		}
	}
}

// withoutMark returns a reader of the text behind a byte order mark of UTF-8, if it begins with one.
func withoutMark(r io.Reader) (io.Reader, error) {
	text := bufio.NewReader(r)
	first, err := text.Peek(len(byteOrderMark))
	if err != nil || !bytes.Equal(first, byteOrderMark) {
		return text, nil //nolint:nilerr // the next read has it too
	}
	_, err = text.Discard(len(byteOrderMark))
	return text, err
}

// longList is a list that is read in pieces. It becomes one document, as it would if it were read as a whole.
type longList struct {
	file    *textFile
	decoder *snapshot.Decoder
	items   []manifest.Item
	err     error // of the first piece that cannot be read
}

// add reads some items. After an error nothing more of the list is kept: a list is read as a whole or not at all.
func (l *longList) add(part manifest.Part, limits manifest.Limits) {
	if l.err != nil {
		return
	}
	some, err := manifest.ParseItems(part, limits)
	if l.err = err; err != nil {
		l.items = nil
		return
	}
	l.file.decodeItems(&some, len(l.file.documents)+1, l.decoder)
	l.items = append(l.items, some.Items...)
}

// end adds the document to its file: around is the list without its items.
func (l *longList) end(around manifest.Part, limits manifest.Limits) {
	var list manifest.Document
	if l.err == nil {
		list, l.err = manifest.Join(around, l.items, limits)
	}
	first := len(l.file.documents)
	l.file.addDocuments(around, []manifest.Document{list}, l.err)
	l.file.decode(first, l.decoder)
}
