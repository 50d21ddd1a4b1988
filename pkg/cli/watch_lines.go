package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// passing matches durations, which change with time alone.
var passing = regexp.MustCompile(`\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b`)

// still returns text without the parts that change with time alone.
func still(text string) string { return passing.ReplaceAllString(text, "#") }

// alike reports whether two texts differ in what changes with time alone, if at all.
func alike(a, b string) bool { return a == b || still(a) == still(b) }

// lines prints one line per change: when, what, from which state to which.
type lines struct {
	*warnings
	env   *Env
	last  map[string]*printed // the last fact about each object; nil before the first update
	round int                 // counts the updates
}

// printed is the last fact about an object, and the update that had it.
type printed struct {
	fact  Fact
	round int
}

// show prints one line for each object that changed.
func (l *lines) show(p *Update, failed error) error {
	l.print(p, failed)
	var out strings.Builder
	l.changes(p, func(name, words string) {
		out.WriteString(p.Snapshot.At.UTC().Format("15:04:05 ") + view.CleanLine(name+" "+words) + "\n")
	})
	if out.Len() == 0 {
		return nil
	}
	if _, err := io.WriteString(l.env.Out, out.String()); err != nil {
		return fmt.Errorf("write change: %w", err)
	}
	return nil
}

// changes calls write for each object that changed since the update before, and keeps the facts of
// this one for the next.
func (l *lines) changes(p *Update, write func(name, words string)) {
	first := l.last == nil // then all is new: details of it would fill the screen
	if first {
		l.last = make(map[string]*printed, len(p.Facts))
	}
	l.round++
	came := 0
	for _, fact := range p.Facts {
		before, known := l.last[fact.Name]
		if !known {
			before = &printed{}
			l.last[fact.Name] = before
		}
		if words := change(before.fact, fact, known); words != "" && !(first && fact.Detail) {
			write(fact.Name, words)
		}
		if before.round != l.round {
			came++
		}
		before.fact = fact
		before.round = l.round
	}
	for _, gone := range l.gone(came) {
		write(gone.Name, gone.State+" → gone")
	}
}

// gone returns the last facts about the objects that this update lacks, sorted by name, and
// forgets them. came is the number of objects in the update.
func (l *lines) gone(came int) []Fact {
	if len(l.last) == came {
		return nil // the usual case, without a walk through all of them
	}
	var out []Fact
	for name, s := range l.last {
		if s.round != l.round {
			out = append(out, s.fact)
			delete(l.last, name)
		}
	}
	slices.SortFunc(out, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// change returns how an object changed since the fact before, empty if it did not.
func change(before, fact Fact, known bool) string {
	switch {
	case !known:
		return sentence(fact.State, fact.Words)
	case !alike(before.State, fact.State):
		return before.State + " → " + sentence(fact.State, fact.Words)
	case !alike(before.Words, fact.Words):
		return sentence(fact.State, fact.Words)
	default:
		return ""
	}
}

// close has nothing to restore.
func (l *lines) close() error { return nil }

// sentence returns a state with its words behind it.
func sentence(state, words string) string {
	if words == "" {
		return state
	}
	return state + ": " + words
}

// documents prints one document for each update that differs from the one
// before in more than ages.
type documents struct {
	*warnings
	env     *Env
	printer *view.Printer
	last    string // the items and gaps of the last document, without durations
}

// show prints the whole report as one document.
func (d *documents) show(p *Update, failed error) error {
	d.print(p, failed)
	// Without the time of observation, which differs each time.
	data, err := json.Marshal([]any{p.Report.Items, p.Report.Gaps})
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	if key := still(string(data)); key != d.last {
		d.last = key
		d.printer.Name = p.Name
		return d.printer.Print(d.env.Out, p.Report)
	}
	return nil
}

// close has nothing to restore.
func (d *documents) close() error { return nil }
