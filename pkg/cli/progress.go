package cli

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// progressAfter is how long reading may take before progress is shown: a line that appears and vanishes
// at once only flickers.
const progressAfter = 500 * time.Millisecond

// progress shows on a terminal, in one line of standard error, how far long
// lists have been read: "reading pods 35,000/100,000". The line is erased when
// the reads end.
type progress struct {
	env   *Env
	began time.Time

	mu    sync.Mutex
	lists []listProgress // in the order in which their first page came
	shown bool
}

// listProgress is how far one list has been read.
type listProgress struct {
	resource    string
	read, total int64 // total 0 if unknown
}

// newProgress returns nil if standard error is no terminal that can erase a line.
func newProgress(env *Env) cluster.Progress {
	if env.ErrWidth == nil || env.ErrWidth() == 0 || env.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{env: env, began: env.Now()}
}

// Page shows how much of a list was read.
func (p *progress) Page(resource string, read, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := -1
	for i, l := range p.lists {
		if l.resource == resource {
			at = i
		}
	}
	if at < 0 {
		at = len(p.lists)
		p.lists = append(p.lists, listProgress{resource: resource})
	}
	p.lists[at].read = read
	p.lists[at].total = total
	if p.env.Now().Sub(p.began) >= progressAfter {
		p.draw()
	}
}

// Done erases the line.
func (p *progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		p.write(eraseLine, "")
	}
	p.shown = false
	p.lists = nil
}

// draw writes the line over itself. It is cut to the terminal's width: a line that wraps could not be
// erased.
func (p *progress) draw() {
	words := make([]string, len(p.lists))
	for i, l := range p.lists {
		words[i] = view.CleanLine(l.resource) + " " + thousands(l.read)
		if l.total > 0 {
			words[i] += "/" + thousands(l.total)
		}
	}
	line := "reading " + strings.Join(words, ", ")
	p.shown = true
	p.write(eraseLine+view.Rows(line, p.env.ErrWidth()-1)[0], eraseLine)
}

// write writes to standard error. A failure cannot be reported anywhere.
func (p *progress) write(text, undone string) { _ = p.env.errUndo.write(p.env.ErrOut, text, undone) }

// thousands returns n with a comma between groups of three digits.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
