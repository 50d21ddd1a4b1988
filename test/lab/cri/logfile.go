package cri

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// logFile writes the log of a container in the format of the CRI, one line as
//
//	2026-01-02T15:04:05.000000001Z stdout F text
//
// If the kubelet named no path, it drops what it is given.
type logFile struct {
	path string
	now  func() time.Time

	mu sync.Mutex
	f  *os.File
}

// openLog opens the log at path. It appends to a file that exists. An empty path drops all.
func openLog(path string) (*logFile, error) {
	l := &logFile{path: path, now: time.Now}
	return l, l.reopen()
}

// reopen makes the next line go to a new file: the kubelet has moved the old one away.
func (l *logFile) reopen() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(l.path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	old := l.f
	l.f = f
	if old != nil {
		return old.Close()
	}
	return nil
}

// write adds the lines of text to a stream.
func (l *logFile) write(stream, text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return nil
	}
	var b strings.Builder
	for row := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(&b, "%s %s F %s\n", l.now().UTC().Format(time.RFC3339Nano), stream, row)
	}
	_, err := l.f.WriteString(b.String())
	return err
}

// close closes the file. What is written later is lost, as the log of a container that was removed.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return nil
	}
	err := l.f.Close()
	l.f = nil
	return err
}
