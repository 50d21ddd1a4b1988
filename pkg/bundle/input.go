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
	"strings"
)

// entry is one file of the input.
type entry struct {
	in   *input
	path string // slash-separated and inside of its directory or archive; the base name of a single file
	size int64
	data []byte // the text of a file that may hold objects
	gap  error  // why the text is not there
	// digested is what the text held, if that was decoded while it was read.
	digested *textFile
	logs     []dumpSection // the ends of logs that cannot be read again; without a key if the path is the key
}

// name is how the entry is shown to the user.
func (e *entry) name() string {
	if e.in.single() || e.path == "" {
		return e.in.arg
	}
	return strings.TrimSuffix(e.in.arg, "/") + "/" + e.path
}

// inputKind is the form of an input, which decides how its logs are read.
type inputKind int

const (
	inputFile   inputKind = iota // one file of documents
	inputDir                     // a directory
	inputTar                     // a tar archive, compressed or not
	inputZip                     // a zip archive
	inputStream                  // a tar archive that can be read once only
)

// input is one argument of --filename.
type input struct {
	arg     string // as given, "stdin" for -
	kind    inputKind
	entries []*entry
	size    int64  // of a file; unknownSize of a stream
	growth  growth // of a zip archive
	data    []byte // of a zip archive that came from standard input
	layout  *layout
	limits  *limits
	digest  *digest // nil: the text of its files is kept
}

// single reports whether the input is one file, which the user knows by its own name.
func (in *input) single() bool { return in.kind == inputFile }

// openInput reads what arg names: its list of files, and the text of those
// that may hold objects.
func openInput(ctx context.Context, arg string, stdin io.Reader, l *limits, d *digest) (*input, error) {
	in := &input{size: unknownSize, arg: arg, limits: l, digest: d}
	if arg == "-" {
		return in, in.readStdin(ctx, stdin)
	}
	if address, ok := webAddress(arg); ok {
		in.arg = address.Redacted()
		return in, in.readWeb(ctx, address, l.patience)
	}
	if looksLikeWeb(arg) {
		return nil, errNoAddress
	}
	return in, in.readPath(ctx)
}

// readStdin reads standard input, which is nil if the command has none.
func (in *input) readStdin(ctx context.Context, stdin io.Reader) error {
	if stdin == nil {
		return errors.New("read standard input: there is none")
	}
	in.arg = "stdin"
	return in.readStream(ctx, contextReader{ctx, stdin}, false)
}

// readPath reads the folder or file that the argument names. What is not a regular file, like the pipe of
// "-f <(kubectl get …)", can be read only once.
func (in *input) readPath(ctx context.Context) error {
	info, err := os.Stat(in.arg)
	if err != nil {
		return err
	}
	if info.IsDir() {
		in.kind = inputDir
		return in.readDir(ctx)
	}
	f, err := os.Open(in.arg)
	if err != nil {
		return err
	}
	defer f.Close()
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return in.readStream(ctx, contextReader{ctx, f}, info.Mode().IsRegular())
}

// readStream detects by its first bytes what r is, and reads it. If the file can
// be read again, its logs are read later, on demand.
func (in *input) readStream(ctx context.Context, r io.Reader, again bool) error {
	buffered := bufio.NewReaderSize(spending{r, in.limits}, 64<<10)
	first, err := buffered.Peek(tarMagicEnd)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	switch {
	case isGzip(first):
		return in.readGzip(ctx, buffered, again)
	case isTar(first):
		return in.readTar(ctx, buffered, again)
	case isZip(first):
		return in.readZip(ctx, buffered, again)
	case in.isOldTar(first):
		return in.readTar(ctx, buffered, again)
	}
	if format := otherFormat(first); format != "" {
		return fmt.Errorf("read %s: unpack it first: %s", in.arg, format)
	}
	return in.readDocuments(ctx, buffered, again)
}

// readDocuments reads an input that is one file of documents, in pieces if it is large.
func (in *input) readDocuments(ctx context.Context, r io.Reader, again bool) error {
	if again {
		if done, err := in.readPieces(ctx); done {
			return err
		}
	}
	return in.readText(ctx, r, in.size)
}

// readText reads an input that is one file of text.
func (in *input) readText(ctx context.Context, r io.Reader, length int64) error {
	data, err := in.limits.objects(r, length)
	if err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	in.kind = inputFile
	in.entries = []*entry{{in: in, path: filepath.Base(in.arg), size: int64(len(data)), data: data}}
	return in.digest.takeAlone(ctx, in.entries[0])
}

// holdsObjects reports whether a file of that name in a directory or archive
// may hold objects, by the extensions that kubectl reads, or is a file with
// the capture time of a bundle.
func holdsObjects(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return isTimestamp(path)
}

// contextReader is an io.Reader that ends with its context.
type contextReader struct {
	ctx context.Context // the reader is used only during the call
	r   io.Reader
}

// Read reads unless the context is done.
func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// isGzip reports whether a file is compressed with gzip, by its magic number (RFC 1952, 2.3.1).
func isGzip(first []byte) bool { return bytes.HasPrefix(first, []byte("\x1f\x8b")) }

// isZip reports whether a file begins as a zip archive does: with its first entry, or, without entries, with the
// end of its index.
func isZip(first []byte) bool {
	return bytes.HasPrefix(first, []byte("PK\x03\x04")) || bytes.HasPrefix(first, []byte("PK\x05\x06"))
}

// otherFormats are compressed formats that are recognized to print a helpful error.
var otherFormats = map[string]string{
	"\xfd7zXZ\x00":     "it is compressed with xz",
	"\x28\xb5\x2f\xfd": "it is compressed with zstd",
	"BZh":              "it is compressed with bzip2",
	"7z\xbc\xaf":       "it is a 7z archive",
}

// otherFormat returns which of the other formats a file is in, by its first bytes; "" if none.
func otherFormat(first []byte) string {
	for magic, format := range otherFormats {
		if bytes.HasPrefix(first, []byte(magic)) {
			return format
		}
	}
	return ""
}

// isOldTar recognises by its name an archive without the mark of newer ones,
// and an empty one.
func (in *input) isOldTar(first []byte) bool {
	return strings.HasSuffix(in.arg, ".tar") && bytes.IndexByte(first, 0) >= 0
}

// tarMagicEnd is the offset behind the magic number of a tar header (POSIX.1-1988 ustar: 257, 5 bytes).
const tarMagicEnd = 262

// isTar reports whether a file begins with the header of a tar archive.
func isTar(first []byte) bool {
	return len(first) >= tarMagicEnd && string(first[257:tarMagicEnd]) == "ustar"
}
