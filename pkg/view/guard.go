package view

import (
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Guard is the last door before a stream that may be a terminal. Every format
// cleans the text that it writes, in the way that fits it; what one of them
// forgets cannot pass here. Text passes, with newlines (also as CR LF), tabs
// and the control sequences of our own; each other character that a terminal
// would not show, or would act on, is written as U+FFFD. A byte order mark
// passes through WriteByteOrderMark only: in text it is as hidden as any other.
type Guard struct {
	to  io.Writer
	own []string // control sequences that may pass

	mu sync.Mutex
	// held is the incomplete end of the last write: the beginning of a character,
	// of a sequence of our own or of CR LF.
	held string
}

const byteOrderMark = "\ufeff"

// WriteByteOrderMark writes to w, a Guard or not, the mark that a file which is
// shown begins with. It fails as w does.
func WriteByteOrderMark(w io.Writer) error {
	_, err := io.WriteString(Unguarded(w), byteOrderMark)
	return err
}

// NewGuard returns a guard of w. own are control sequences that the caller
// writes, beside the colours of a Style.
func NewGuard(w io.Writer, own ...string) *Guard {
	return &Guard{to: w, own: append(append(own, "\r\n"), ownCodes[:]...)}
}

// Unguarded returns the stream that w guards, w itself if it is no Guard: to
// ask whether it is a terminal.
func Unguarded(w io.Writer) io.Writer {
	if g, ok := w.(*Guard); ok {
		return g.to
	}
	return w
}

// Write writes p as it may pass. It fails as the guarded stream does.
func (g *Guard) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	text := string(p)
	if g.held != "" {
		text = g.held + text
		g.held = ""
	}
	if !plain(text) {
		text = g.passing(text)
	}
	if _, err := io.WriteString(g.to, text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// passing returns what may pass of text, and holds back its end if what
// follows decides on it.
func (g *Guard) passing(text string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		size, passes := g.next(rest)
		if size == 0 {
			g.held = rest
			break
		}
		if passes {
			out.WriteString(rest[:size])
		} else {
			out.WriteRune(hiddenMark)
		}
		rest = rest[size:]
	}
	return out.String()
}

// next returns the length of the character or sequence that s begins with, and
// whether it may pass; 0 if the next write has to decide.
func (g *Guard) next(s string) (size int, passes bool) {
	if s[0] == '\x1b' || s[0] == '\r' {
		return g.sequence(s)
	}
	if !utf8.FullRuneInString(s) {
		return 0, false
	}
	r, size := utf8.DecodeRuneInString(s)
	return size, !Hidden(r) && (r != utf8.RuneError || size > 1)
}

// sequence is next for what begins with ESC or CR.
func (g *Guard) sequence(s string) (size int, passes bool) {
	size = 1
	for _, own := range g.own {
		if strings.HasPrefix(s, own) {
			return len(own), true
		}
		if strings.HasPrefix(own, s) {
			size = 0
		}
	}
	return size, false
}

// Close writes what is held back: the stream ends with it. The guarded stream
// stays open.
func (g *Guard) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == "" {
		return nil
	}
	g.held = ""
	_, err := io.WriteString(g.to, string(hiddenMark))
	return err
}
