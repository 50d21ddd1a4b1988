package cli

import (
	"io"
	"sync"
	"time"
)

// undoTime is how long writing to a terminal that does not take it may delay the
// end of the process.
const undoTime = 50 * time.Millisecond

// undo restores a stream if the command is interrupted and does not do it itself.
// The zero value has nothing to undo.
type undo struct {
	mu   sync.Mutex
	text string // what restores the stream, empty if nothing is to be restored
	to   io.Writer
	over bool // restored for good: nothing may be written any more
}

// write writes text to w, after which restoring writes what undoes it, and nothing
// if that is empty. After restore it writes nothing.
func (u *undo) write(w io.Writer, text, undone string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.over {
		return nil
	}
	u.to = w
	u.text = undone
	_, err := io.WriteString(w, text)
	return err
}

// pending reports whether there is something to restore.
func (u *undo) pending() bool {
	if !u.mu.TryLock() {
		return true // it is being written
	}
	defer u.mu.Unlock()
	return u.text != ""
}

// restore writes what undoes the last write. A stream that takes nothing does not
// keep it for long.
func (u *undo) restore() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.text != "" {
			_, _ = io.WriteString(u.to, u.text) // the program is ending: an error can no longer be reported
		}
		u.text = ""
		u.over = true
	}()
	select {
	case <-done:
	case <-time.After(undoTime):
	}
}
