package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// passing matches durations: what moves on though nothing changes.
var passing = regexp.MustCompile(`\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b`)

// still returns text without what time alone changes in it.
func still(text string) string { return passing.ReplaceAllString(text, "#") }

// lines tells of changes in a line each: when, what, from what to what.
type lines struct {
	*warnings
	env  *Env
	last map[string]Fact // nil before the first picture
}

func (l *lines) show(p *Picture, failed error) error {
	l.tell(p, failed)
	var out strings.Builder
	tell := func(name, words string) {
		out.WriteString(p.Snapshot.At.UTC().Format("15:04:05 ") + view.CleanLine(name+" "+words) + "\n")
	}
	now := make(map[string]Fact, len(p.Facts))
	for _, fact := range p.Facts {
		now[fact.Name] = fact
		switch before, known := l.last[fact.Name]; {
		case l.last == nil && fact.Detail:
		case !known:
			tell(fact.Name, sentence(fact.State, fact.Words))
		case still(before.State) != still(fact.State):
			tell(fact.Name, before.State+" → "+sentence(fact.State, fact.Words))
		case still(before.Words) != still(fact.Words):
			tell(fact.Name, sentence(fact.State, fact.Words))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.last)) {
		if _, there := now[name]; !there {
			tell(name, l.last[name].State+" → gone")
		}
	}
	l.last = now
	if out.Len() == 0 {
		return nil
	}
	if _, err := io.WriteString(l.env.Out, out.String()); err != nil {
		return fmt.Errorf("write change: %w", err)
	}
	return nil
}

func (l *lines) close() error { return nil }

func sentence(state, words string) string {
	if words == "" {
		return state
	}
	return state + ": " + words
}

// documents prints a document for each picture that is not as the one before,
// its ages aside.
type documents struct {
	*warnings
	env     *Env
	printer *view.Printer
	last    string
}

func (d *documents) show(p *Picture, failed error) error {
	d.tell(p, failed)
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

func (d *documents) close() error { return nil }
