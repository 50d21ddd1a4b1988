package thrash

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// follow refreshes the view until --until is decided or --timeout has passed.
func (o *options) follow(ctx context.Context) error {
	return o.watch.Follow(ctx, o.env, o.flags, o.title(), func(ctx context.Context, source cli.Source) (*cli.Update, error) {
		o.source = source
		m, err := o.look(ctx)
		if err != nil {
			return nil, err
		}
		p := &cli.Update{
			Snapshot: m.snapshot, Report: view.NewReport("ThrashReport", m.snapshot, m.found.items), Name: itemName,
			Draw: func(w io.Writer, style view.Style) error { return o.write(w, style, m) }, Facts: o.facts(m.found),
		}
		p.Report.Redacted = m.hidden
		p.Waiting, p.Done, p.Err = o.until(m.found)
		return p, nil
	})
}

// title describes what is watched.
func (o *options) title() string {
	words := []string{"kubectl", "thrash"}
	for _, t := range o.targets {
		words = append(words, strings.Trim(t.Type+"/"+t.Name, "/"))
	}
	if o.flags.Selector != "" {
		words = append(words, "-l", o.flags.Selector)
	}
	if o.namespace == "" {
		return command.Join(append(words, "-A")...)
	}
	return command.Join(append(words, "-n", o.namespace)...)
}

// until judges what was found by --until stable: nothing thrashes and nothing is
// blocked. What gave up never starts by waiting: that is an error, and so is
// nothing to wait for.
func (o *options) until(f findingsOf) (waiting string, done bool, err error) {
	var waits []string
	for _, i := range f.items {
		switch i.Status {
		case diagnose.Failed:
			return "", true, &cli.ExitError{Code: cli.ExitFound, Err: fmt.Errorf("%s failed: %s", o.factName(i), i.Cause.Summary)}
		case diagnose.Thrashing, diagnose.Blocked:
			waits = append(waits, o.factName(i)+" is "+string(i.Status))
		case diagnose.Recovered:
		}
	}
	switch {
	case f.pods == 0 && len(f.items) == 0:
		return "", true, fmt.Errorf("wait until %s: no pod was found", o.watch.Until)
	case len(waits) == 0:
		return "", true, o.verdict(f)
	}
	const most = 3
	if more := len(waits) - most; more > 0 {
		waits = append(waits[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(waits, ", "), false, nil
}

// facts are what a line is told of: how many were looked at, and each container
// that is in trouble or was.
func (o *options) facts(f findingsOf) []cli.Fact {
	var out []cli.Fact
	if len(f.items) == 0 {
		out = append(out, cli.Fact{Name: "all", State: "well", Words: wording.Count(f.pods, "pod") + " looked at"})
	}
	seen := map[string]bool{}
	for _, i := range f.items {
		name := o.factName(i)
		if seen[name] {
			continue
		}
		seen[name] = true
		state := string(i.Status)
		if i.State != "" {
			state += " " + i.State
		}
		words := string(i.Cause.Category) + ", " + i.Cause.Summary
		if i.Restarts > 0 {
			words = wording.Count(int(i.Restarts), "restart") + "; " + words
		}
		out = append(out, cli.Fact{Name: name, State: state, Words: words})
	}
	return out
}

// factName names a container, with its namespace where there are several.
func (o *options) factName(i diagnose.Item) string {
	name := itemName(i)
	if i.Container != "" {
		name += "/" + i.Container
	}
	if o.namespace == "" {
		return i.Namespace + "/" + name
	}
	return name
}
