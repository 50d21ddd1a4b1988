package thrash

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// follow refreshes the view until --until is decided or --timeout has passed.
func (o *options) follow(ctx context.Context) error {
	title := o.flags.Title(o.targets, o.scope)
	if o.members != nil {
		return cli.FollowFleet(ctx, o.env, o.flags, &o.watch, title, o.members, o.readMember, o.updateFleet)
	}
	return o.watch.Follow(ctx, o.env, o.flags, title, func(ctx context.Context, source cli.Source) (*cli.Update, error) {
		// Each reading is judged anew, by what the watch has received until then.
		o.source = source // not the one of the options: this one keeps its answers current
		p, err := o.look(ctx)
		if err != nil {
			return nil, err
		}
		return o.update(p), nil
	})
}

// updateFleet returns the output of a watch for the last readings of all members.
func (o *options) updateFleet(answers []cli.Answer[result]) (*cli.Update, error) {
	p, fleet, err := o.combine(answers)
	if err != nil {
		return nil, err
	}
	u := o.update(p)
	u.Missing = fleet.Missing // shown above the list: what is there may be thrashing
	return u, nil
}

// update returns the output of a watch for one reading.
func (o *options) update(p result) *cli.Update {
	u := &cli.Update{
		Snapshot: p.snapshot, Report: p.report(), Name: itemName,
		Draw: func(w io.Writer, style view.Style) error { return o.write(w, style, p) }, Facts: o.facts(p.found),
	}
	u.Waiting, u.Done, u.Err = o.until(p)
	return u
}

// until judges what was found by --until stable: nothing thrashes and nothing is
// blocked. It returns what is still waited for, or that the watch is done. A container
// that gave up never starts by waiting: that is an error, and so is nothing to wait
// for.
func (o *options) until(p result) (waiting string, done bool, err error) {
	f := p.found
	waits := slices.Clone(p.waiting) // a context that was not read may hold anything
	for _, i := range f.items {
		switch i.Status {
		case diagnose.Failed:
			return "", true, &cli.ExitError{Code: cli.ExitFound, Err: fmt.Errorf("%s failed: %s", o.factName(i), i.Cause.Summary)}
		case diagnose.Thrashing, diagnose.Blocked:
			waits = append(waits, o.factName(i)+" is "+string(i.Status))
		case diagnose.Recovered:
		}
	}
	// A selector with a typing error must not pass for a stable namespace.
	if f.pods == 0 && len(f.items) == 0 && len(waits) == 0 {
		return "", true, fmt.Errorf("wait until %s: no pod was found", o.watch.Until)
	}
	if len(waits) == 0 {
		return "", true, o.verdict(p)
	}
	return strings.Join(wording.First(waits, 3, "and %d more"), ", "), false, nil
}

// facts returns the objects whose changes a watch prints as a line: each container
// that is or was unhealthy, or how many pods were looked at if there is none.
func (o *options) facts(f findingsOf) []cli.Fact {
	if len(f.items) == 0 { // silence could as well be a watch that does not work
		return []cli.Fact{{Name: "all", State: "well", Words: wording.Count(f.pods, "pod") + " looked at"}}
	}
	var out []cli.Fact
	seen := map[string]bool{}
	for _, i := range f.items {
		name := o.factName(i)
		if !seen[name] { // names of facts are unique: of two items the first, which is the worse one
			seen[name] = true
			out = append(out, factOf(name, i))
		}
	}
	return out
}

// factOf returns the state of one container, "thrashing CrashLoopBackOff", and its cause in words.
func factOf(name string, i diagnose.Item) cli.Fact {
	// A change of either is a line: a container may crash while it is still called thrashing.
	state := string(i.Status)
	if i.State != "" {
		state += " " + i.State
	}
	return cli.Fact{Name: name, State: state, Words: factWords(i)}
}

// factWords returns the restarts and the cause of a container, so that a further restart is a change:
// "4 restarts; app-config, the program reports a missing variable".
func factWords(i diagnose.Item) string {
	words := string(i.Cause.Category) + ", " + i.Cause.Summary
	if i.Restarts > 0 {
		return wording.Count(int(i.Restarts), "restart") + "; " + words
	}
	return words
}

// factName names a container, with its context and namespace if there are several:
// "prod-eu shop/pod/web-1/app".
func (o *options) factName(i diagnose.Item) string {
	name := plainName(i)
	if i.Container != "" {
		name += "/" + i.Container
	}
	if o.namespace == "" && (o.members == nil || o.flags.AllNamespaces) {
		name = i.Namespace + "/" + name
	}
	return view.InContext(i.Context, name)
}
