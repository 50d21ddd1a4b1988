package rsmap

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
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
		o.source = source // not the one of the options: this one keeps its answers current
		m, err := o.read(ctx)
		if err != nil {
			return nil, err
		}
		return o.update(m), nil
	})
}

// updateFleet returns the output of a watch of a fleet for the last reading of each member.
func (o *options) updateFleet(answers []cli.Answer[*result]) (*cli.Update, error) {
	m, fleet, err := o.combine(answers)
	if err != nil {
		return nil, err
	}
	u := o.update(m)
	u.Missing = fleet.Missing
	return u, nil
}

// update returns the output of a watch for one reading.
func (o *options) update(m *result) *cli.Update {
	p := &cli.Update{
		Snapshot: m.snapshot, Report: m.report(), Name: itemName,
		Draw: func(w io.Writer, style view.Style) error { return o.draw(w, style, m) }, Facts: o.facts(m.found),
	}
	p.Waiting, p.Done, p.Err = o.until(m) // also without --until, which then decides nothing
	return p
}

// until judges the workloads by --until. complete is met when all are Complete
// or scaled to zero; stable when none is under way, so that Paused and Degraded
// ones end it as well. A rollout that stalled or failed does not get there by
// waiting: that is an error, and so is nothing to wait for.
func (o *options) until(m *result) (waiting string, done bool, err error) {
	waits := slices.Clone(m.waiting) // a context that was not read may hold anything
	for _, w := range m.found {
		if err := hopeless(w); err != nil {
			return "", true, err
		}
		if o.waitsFor(w.Phase) {
			waits = append(waits, view.InContext(w.Context, itemShort(w))+" is "+phaseWord(w))
		}
	}
	if len(m.found) == 0 && len(waits) == 0 {
		return "", true, fmt.Errorf("wait until %s: no workload was found", o.watch.Until)
	}
	if len(waits) == 0 {
		return "", true, o.verdict(m.snapshot, m.found)
	}
	return strings.Join(wording.First(waits, 3, "and %d more"), ", "), false, nil
}

// hopeless returns the error for a rollout that waiting does not complete, nil for others. A pipeline
// learns of it at once, not when its time limit has passed.
func hopeless(w *rollout.Workload) error {
	if w.Phase != rollout.Stalled && w.Phase != rollout.Failed {
		return nil
	}
	name := view.InContext(w.Context, itemShort(w))
	return &cli.ExitError{Code: cli.ExitFound, Err: fmt.Errorf("%s is %s: %s", name, w.Phase, w.Summary)}
}

// waitsFor reports whether --until goes on while a workload is in a phase. Failed and Stalled do
// not come here: until ends the watch for them.
func (o *options) waitsFor(p rollout.Phase) bool {
	switch p {
	case rollout.Degraded, rollout.Paused:
		return o.watch.Until == "complete"
	case rollout.Complete, rollout.ScaledToZero:
		return false
	default: // under way, or unknown because its status was not written yet
		return true
	}
}

// draw writes a reading as text, as without --watch. That nothing was found is part of the view
// here, not a message on stderr: a later change may bring a workload.
func (o *options) draw(w io.Writer, style view.Style, m *result) error {
	if len(m.found) > 0 {
		return o.write(w, o.text(style, m), m)
	}
	if _, err := io.WriteString(w, "No resources found.\n"); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// facts returns the objects whose changes a watch prints as a line: workloads,
// their revisions that have or want pods, and pods.
func (o *options) facts(found []*rollout.Workload) []cli.Fact {
	count := len(found) // of all facts at most
	for _, w := range found {
		for _, r := range w.Revisions {
			count += 1 + len(r.Pods) + len(r.Packed())
		}
	}
	list := factList{facts: make([]cli.Fact, 0, count), states: map[*corev1.Pod]string{}} // a large cluster has many
	for _, w := range found {
		in := view.InContext(w.Context, "")
		if o.everywhere() {
			in += w.Ref.Namespace + "/"
		}
		list.add(cli.Fact{Name: in + itemShort(w), State: phaseWord(w), Words: w.Summary})
		for i := range w.Revisions {
			list.revision(in, w, &w.Revisions[i])
		}
	}
	return list.facts
}

// factList collects the facts of a reading.
type factList struct {
	facts  []cli.Fact
	states map[*corev1.Pod]string // of packed pods, by what they have in common; see packedFact
}

func (l *factList) add(f cli.Fact) { l.facts = append(l.facts, f) }

// revision adds a revision that has or wants pods, and its pods. in is what stands before every
// name: "prod-eu shop/", empty for one namespace of one cluster.
func (l *factList) revision(in string, w *rollout.Workload, r *rollout.Revision) {
	if r.Current || deref(r.Replicas) > 0 {
		l.add(cli.Fact{
			Name: in + itemShort(w) + " " + r.Title(), State: revisionReady(*r) + " ready", Words: r.StateWords, Detail: true,
		})
	}
	for _, p := range r.Pods {
		l.add(podFact(in, p))
	}
	for _, p := range r.Packed() {
		l.add(packedFact(in, p, l.states))
	}
}

// everywhere reports whether names need their namespaces.
func (o *options) everywhere() bool {
	if o.members != nil {
		return o.flags.AllNamespaces
	}
	return o.namespace == ""
}

// podFact returns the state of a pod: "CrashLoopBackOff 0/1", and as its words "3 restarts, " and
// the problem, each if there is one.
func podFact(in string, p rollout.Pod) cli.Fact {
	words := p.Problem
	if p.Restarts > 0 {
		words = strings.TrimSuffix(wording.Count(int(p.Restarts), "restart")+", "+words, ", ")
	}
	return cli.Fact{Name: in + "pod/" + p.Name, State: p.Status + " " + p.Ready, Words: words, Detail: true}
}

// packedFact returns the same of a pod in which nothing is wrong. Its state depends
// on what it has in common with others alone, for which states remembers it.
func packedFact(in string, p *snapshot.PackedPod, states map[*corev1.Pod]string) cli.Fact {
	common := p.Common()
	state, known := states[common]
	if !known {
		ready, status, _, _ := rollout.PodStatus(common)
		state = status + " " + ready
		states[common] = state
	}
	return cli.Fact{Name: in + "pod/" + p.GetName(), State: state, Detail: true}
}
