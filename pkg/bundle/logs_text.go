package bundle

import (
	"bytes"
	"errors"
	"io"
	"time"
)

// readTail returns the last limit bytes of r, and whether there were more. Of a file nothing else is read:
// a log may have gigabytes.
func readTail(r io.Reader, limit int64) ([]byte, bool, error) {
	file, ok := r.(io.Seeker)
	if !ok {
		return lastBytes(r, limit)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil { // a pipe
		return lastBytes(r, limit)
	}
	if _, err := file.Seek(max(size-limit, 0), io.SeekStart); err != nil {
		return nil, false, err
	}
	text, err := io.ReadAll(io.LimitReader(r, limit))
	return text, size > limit, err
}

// lastBytes is readTail for what has to be read from its start. It keeps at most three times the limit.
func lastBytes(r io.Reader, limit int64) ([]byte, bool, error) {
	var text []byte
	cut := false
	chunk := make([]byte, 32<<10)
	for {
		n, err := r.Read(chunk)
		text = append(text, chunk[:n]...)
		if int64(len(text)) > 2*limit {
			text = append(text[:0], text[int64(len(text))-limit:]...)
			cut = true
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false, err
		}
	}
	if over := int64(len(text)) - limit; over > 0 {
		return text[over:], true, nil
	}
	return text, cut, nil
}

// lastLines returns the offset at which the last n lines of text begin.
func lastLines(text []byte, n int64) int {
	at := len(text)
	for ; n > 0; n-- {
		at = bytes.LastIndexByte(text[:max(at-1, 0)], '\n') + 1
		if at == 0 {
			return 0
		}
	}
	return at
}

// timestamped reports whether the lines of a log begin with the time that
// kubectl logs --timestamps writes.
func timestamped(text []byte) bool {
	seen := false
	for line := range bytes.Lines(text) {
		word, _, found := bytes.Cut(line, []byte(" "))
		if _, err := time.Parse(time.RFC3339Nano, string(bytes.TrimSpace(word))); err != nil || (!found && len(line) > 64) {
			return false
		}
		seen = true
	}
	return seen
}
