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

// passing matches durations, which change with time alone.
var passing = regexp.MustCompile(`\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b`)

// still returns text without the parts that change with time alone.
func still(text string) string { return passing.ReplaceAllString(text, "#") }

// lines prints one line per change: when, what, from which state to which.
type lines struct {
	*warnings
	env  *Env
	last map[string]Fact // nil before the first update
}

func (l *lines) show(p *Update, failed error) error {
	l.print(p, failed)
	var out strings.Builder
	write := func(name, words string) {
		out.WriteString(p.Snapshot.At.UTC().Format("15:04:05 ") + view.CleanLine(name+" "+words) + "\n")
	}
	now := make(map[string]Fact, len(p.Facts))
	for _, fact := range p.Facts {
		now[fact.Name] = fact
		switch before, known := l.last[fact.Name]; {
		case l.last == nil && fact.Detail:
		case !known:
			write(fact.Name, sentence(fact.State, fact.Words))
		case still(before.State) != still(fact.State):
			write(fact.Name, before.State+" → "+sentence(fact.State, fact.Words))
		case still(before.Words) != still(fact.Words):
			write(fact.Name, sentence(fact.State, fact.Words))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.last)) {
		if _, there := now[name]; !there {
			write(name, l.last[name].State+" → gone")
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

// documents prints one document for each update that differs from the one
// before in more than ages.
type documents struct {
	*warnings
	env     *Env
	printer *view.Printer
	last    string
}

func (d *documents) show(p *Update, failed error) error {
	d.print(p, failed)
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
