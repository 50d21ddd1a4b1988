package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// DefaultMaxInput is how many bytes are read of all files together, unpacked, if
// Options do not set another limit. It is four times a large support bundle.
const DefaultMaxInput = 4 << 30

// The other limits for DefaultMaxInput; all grow and shrink with it.
const (
	maxFile    = 256 << 20 // bytes of one file of objects; logs may be longer
	maxText    = 16 << 20  // bytes of YAML that need the full parser, which takes fifty times as many
	maxShown   = 16 << 20  // bytes of a document whose fields are all kept, which takes 150 times as many
	maxNodes   = 1_000_000 // values of a document with its aliases written out
	maxTails   = 256 << 20 // bytes of logs that are kept because their archive comes as a stream
	maxEntries = 1_000_000 // files and folders of one directory or archive
	// A compressed stream that grows by more than maxRatio beyond its first
	// freeGrowth bytes is no bundle: manifests and logs shrink to a tenth or a
	// fiftieth.
	maxRatio   = 100
	freeGrowth = 64 << 20
)

// limits is the one budget of all inputs of a command, and what was spent of it.
type limits struct {
	max   int64 // of total
	total int64 // bytes that were read, of archives those that were unpacked
	tails int64 // bytes of logs that cannot be read again

	patience time.Duration // for one address, 0 for no limit

	maxFile, maxShown, maxTails, freeGrowth, maxRatio int64
	maxEntries                                        int
	documents                                         manifest.Limits
}

// newLimits returns the limits of an input of at most that number of bytes, 0 for
// DefaultMaxInput.
func newLimits(most int64) *limits {
	if most <= 0 {
		most = DefaultMaxInput
	}
	// At least 1: a share of a very small limit would be 0.
	share := func(n int64) int64 { return max(int64(float64(n)*(float64(most)/DefaultMaxInput)), 1) }
	return &limits{
		max: most, maxFile: share(maxFile), maxShown: share(maxShown), maxTails: share(maxTails), maxEntries: int(share(maxEntries)),
		freeGrowth: share(freeGrowth), maxRatio: share(maxRatio),
		documents: manifest.Limits{
			Text: int(share(maxText)), Nodes: int(share(maxNodes)), Raise: fmt.Sprintf(raise, size(4*most)),
		},
	}
}

// limitError is what is over a limit. It is fatal if the rest of the input would
// be, too.
type limitError struct {
	what  string
	raise int64 // a value of --max-input that is higher
	fatal bool
}

// Error names the limit and how to raise it.
func (e *limitError) Error() string {
	return e.what + fmt.Sprintf(raise, size(e.raise))
}

// raise ends the errors of all limits.
const raise = ": --max-input %s raises the limits"

// size returns a number of bytes as a flag takes it: 4Gi.
func size(n int64) string { return resource.NewQuantity(n, resource.BinarySI).String() }

// over returns the error of a limit. It proposes four times the present --max-input, as one step up.
func (l *limits) over(fatal bool, format string, args ...any) error {
	return &limitError{what: fmt.Sprintf(format, args...), raise: 4 * l.max, fatal: fatal}
}

// fatal reports whether err ends the reading of all input.
func fatal(err error) bool {
	over, ok := errors.AsType[*limitError](err)
	return ok && over.fatal
}

// spending counts what is read against the limit of all input.
type spending struct {
	r io.Reader
	l *limits
}

// Read reads until the limit is reached.
func (s spending) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.l.total += int64(n); s.l.total > s.l.max {
		return n, s.l.over(true, "more than %s of input", size(s.l.max))
	}
	return n, err
}

// unknownSize is the size of what comes as a stream.
const unknownSize = -1

// text reads a file of objects of the given size, which may be wrong, within the limits.
func (l *limits) text(r io.Reader, length int64) ([]byte, error) {
	tooLong := l.over(false, "a file of objects of more than %s", size(l.maxFile))
	if length > l.maxFile {
		return nil, tooLong
	}
	data, err := readChunks(r, length, l.maxFile)
	if errors.Is(err, errTooLong) {
		return nil, tooLong
	}
	return data, err
}

// objects reads a file that is to be one of manifests, as text does.
func (l *limits) objects(r io.Reader, length int64) ([]byte, error) {
	first := smallChunk
	if length > 0 {
		first = int(min(length, 64<<10)) // of thousands of small files
	}
	buffered := bufio.NewReaderSize(&textReader{r: r}, first)
	if _, err := buffered.Peek(first); errors.Is(err, errBinary) {
		return nil, errBinary // before there is memory for all of it
	}
	return l.text(buffered, length)
}

// textReader ends with errBinary as soon as it reads what is no text.
type textReader struct {
	r     io.Reader
	began bool
	utf16 bool
}

// Read reads text.
func (t *textReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p[:min(len(p), 1<<20)]) // a binary file is refused before more of it is read
	if !t.began && n > 0 {
		t.began = true
		t.utf16 = manifest.IsUTF16(p[:n])
	}
	if at := bytes.IndexByte(p[:n], 0); at >= 0 && !t.utf16 {
		return at, errBinary
	}
	return n, err
}

// errBinary is the error of a file that is to be one of manifests and is none. Its
// content is not kept.
var errBinary = errors.New("not text: it has NUL characters")

// smallChunk is how many bytes of a file of unknown length are read first. An archive may have a million empty ones.
const smallChunk = 4 << 10

// readChunks reads r to its end; its error is errTooLong if that is more than most bytes.
// It copies once if the length is not known or wrong, and never holds more than twice the
// text; io.ReadAll takes more of a long one.
func readChunks(r io.Reader, length, most int64) ([]byte, error) {
	var chunks [][]byte
	size := int(length) + 1                   // one more shows that the length is right
	if length == 0 || length == unknownSize { // devices and pipes have no length
		size = smallChunk
	}
	for read := int64(0); ; {
		chunk := make([]byte, size)
		n, err := fill(r, chunk)
		read += int64(n)
		chunks = append(chunks, chunk[:n])
		size = min(2*size, 16<<20) // of the next chunk, if there is one
		ended := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errCut
		case err != nil && !ended:
			return nil, err
		case read > most:
			return nil, errTooLong
		case ended && len(chunks) == 1 && len(chunks[0]) > 0 && int64(len(chunks[0])) == length:
			return chunks[0], nil
		case ended:
			return bytes.Join(chunks, nil), nil // no longer than the text: there may be a million short ones
		}
	}
}

// fill reads until the chunk is full. Its error is that of r: io.ReadFull hides the end
// of a file that was cut.
func fill(r io.Reader, chunk []byte) (n int, err error) {
	for n < len(chunk) && err == nil {
		var more int
		more, err = r.Read(chunk[n:])
		n += more
	}
	return n, err
}

// errTooLong is the error of a text that is longer than it may be.
var errTooLong = errors.New("too long")

// errCut is the error of a compressed file without its end.
var errCut = errors.New("it is damaged (cut off, or followed by other data): get it again")

// keepEnd keeps no more of a log than a report reads.
func (d *dumpSection) keepEnd() {
	if over := len(d.text) - snapshot.DefaultLogBytes; over > 0 {
		d.text = d.text[over:]
		d.cut = true
	}
	d.text = bytes.Clone(d.text) // lets the whole of the text go
}

// logs reads the ends of the logs in the file at path.
func (l *limits) logs(path string, r io.Reader) ([]dumpSection, error) {
	sections := []dumpSection{{}}
	var err error
	if isDumpLogs(path) {
		data, tooLong := l.text(r, unknownSize)
		_, sections = cutDump(data)
		err = tooLong
	} else {
		sections[0].text, sections[0].cut, err = readTail(r, snapshot.DefaultLogBytes)
	}
	for i := range sections {
		sections[i].keepEnd()
		l.tails += int64(len(sections[i].text))
	}
	if l.tails > l.maxTails && err == nil {
		return nil, l.over(false, "more than %s of logs in one stream: give the archive as a file", size(l.maxTails))
	}
	return sections, err
}
