package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Report judges the unhealthy containers of f: worst first,
// by status, the time of the last death (latest first), and name. Containers of
// one workload stand together, at the place of the worst of them.
func Report(f *owners.Forest, o Options) []Item {
	s := f.Snapshot
	r := &report{
		s: s, forest: f, workloads: map[owners.Ref]*rollout.Workload{}, busy: map[*facts]bool{}, unread: o.NoLogs,
		events: pod.IndexEvents(s.Events), readings: map[snapshot.LogKey]reading{}, policies: backoff.Learn(s),
	}
	// The peers of a sick container are judged too, though nobody asks for them.
	all := Sick(f, Options{Since: o.Since})
	if len(all) == 0 {
		return []Item{}
	}
	for _, w := range rollout.Build(f) {
		r.workloads[w.Ref] = w
	}
	for _, sick := range all {
		r.cases = append(r.cases, r.newFacts(sick))
	}
	items := []Item{}
	asked := Sick(f, o)
	for _, c := range r.cases {
		if (c.Suspect && setup(c) == nil) || c.updated() || !slices.ContainsFunc(asked, c.is) {
			continue
		}
		items = append(items, r.item(c))
	}
	order(items)
	return items
}

// updated reports whether the kubelet restarted the container only because its
// image was changed in place.
func (f *facts) updated() bool {
	if !f.happened.changed || f.death == nil || f.c.Status.State.Running == nil || f.c.Status.RestartCount > 1 {
		return false
	}
	return f.death.ExitCode == 0 || f.death.ExitCode == 137 || f.death.ExitCode == 143
}

// is reports whether two findings are of the same container or Job.
func (c Container) is(other Container) bool {
	return c.Namespace == other.Namespace && c.Root == other.Root && c.Pod == other.Pod && c.Name == other.Name
}

// item writes a case down.
func (r *report) item(f *facts) Item {
	cause := *r.verdict(f)
	item := Item{
		Namespace: f.Namespace, Pod: f.Pod, Container: f.Name, ContainerType: f.Type, Status: f.Status, Cause: cause,
		Backoff: backoff.Schedule{Kind: backoff.KindNone, Basis: backoff.BasisNone}, Timeline: []backoff.Entry{}, NextSteps: f.nextSteps(&cause),
	}
	if f.Root.Kind != "Pod" {
		item.Workload = &Workload{APIVersion: f.Root.APIVersion, Kind: f.Root.Kind, Name: f.Root.Name}
	}
	if f.Pod == "" {
		item.State = "Failed"
		return item
	}
	item.Node, item.Image, item.ImageID = f.c.Pod.Spec.NodeName, f.c.Spec.Image, f.c.Status.ImageID
	item.State, item.Restarts = f.c.State(), f.c.Status.RestartCount
	item.LastTermination, item.Backoff, item.Notes = f.state.LastTermination, f.state.Schedule, f.state.Notes
	item.Lives = f.state.Lifetimes.Words()
	item.Timeline = f.timeline()
	if f.history.now != nil && item.Workload != nil {
		item.Workload.Revision = f.history.now.Name
		if n := f.history.now.Number; n != nil {
			item.Workload.Revision = fmt.Sprint(*n)
		}
	}
	return item
}

// timeline adds to what happened to the container what was changed around it.
func (f *facts) timeline() []backoff.Entry {
	entries := slices.Clone(f.state.Timeline)
	if h := f.history; h.now != nil && h.former != nil && !h.at.IsZero() {
		words := h.change.Words()
		entries = append(entries, backoff.Entry{
			At: snapshot.NewTime(h.at), Event: backoff.EventRollout, Basis: backoff.Observed,
			Message: fmt.Sprintf("%s: %s", revision(h.now), wording.List(words)), Source: f.Root.String(),
		})
	}
	for _, o := range objects(f.c.Pod, f.c.Spec) {
		if at, by, ok := f.edited(o); ok && !slices.ContainsFunc(entries, func(e backoff.Entry) bool { return e.Source == o.kind+" "+o.name }) {
			entries = append(entries, backoff.Entry{
				At: snapshot.NewTime(at), Event: backoff.EventConfigChanged, Basis: backoff.Observed,
				Message: fmt.Sprintf("%s %s edited by %s", o.kind, o.name, by), Source: o.kind + " " + o.name,
			})
		}
	}
	slices.SortStableFunc(entries, func(a, b backoff.Entry) int { return begin(a).Compare(begin(b)) })
	if entries == nil {
		return []backoff.Entry{}
	}
	return entries
}

// begin returns when an entry happened at the earliest.
func begin(e backoff.Entry) time.Time {
	for _, t := range []*snapshot.Time{e.At, e.From, e.To} {
		if t != nil {
			return t.Time
		}
	}
	return time.Time{}
}

// rankOf orders statuses, worst first.
func rankOf(s Status) int { return slices.Index([]Status{Thrashing, Blocked, Failed, Recovered}, s) }

// lastDeath returns when the container last ended, as far as it is known.
func (i Item) lastDeath() time.Time {
	if i.LastTermination == nil || i.LastTermination.FinishedAt == nil {
		return time.Time{}
	}
	return i.LastTermination.FinishedAt.Time
}

func (i Item) group() string {
	if i.Workload == nil {
		return i.Namespace + "/Pod/" + i.Pod
	}
	return i.Namespace + "/" + i.Workload.Kind + "/" + i.Workload.Name
}

// order sorts items: the worst status first, in it the workloads that others
// fail on, and then what died last. What belongs to one workload stands together.
func order(items []Item) {
	worse := func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(rankOf(a.Status), rankOf(b.Status)),
			b.lastDeath().Compare(a.lastDeath()),
			cmp.Compare(a.group(), b.group()), cmp.Compare(a.Pod, b.Pod), cmp.Compare(a.Container, b.Container),
		)
	}
	slices.SortStableFunc(items, worse)
	type place struct {
		status Status
		group  string
	}
	first := map[place]int{}
	for n, i := range items {
		if _, seen := first[place{i.Status, i.group()}]; !seen {
			first[place{i.Status, i.group()}] = n
		}
	}
	fail := blamed(items)
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(rankOf(a.Status), rankOf(b.Status)), cmp.Compare(fail[b.group()], fail[a.group()]),
			cmp.Compare(first[place{a.Status, a.group()}], first[place{b.Status, b.group()}]),
		)
	})
}

// blamed returns how many other workloads fail on each, by its group.
func blamed(items []Item) map[string]int {
	counted := map[[2]string]bool{}
	out := map[string]int{}
	for _, i := range items {
		c := i.Cause.Culprit
		if c == nil || i.Cause.Category != Dependency {
			continue
		}
		pair := [2]string{c.Namespace + "/" + c.Kind + "/" + c.Name, i.group()}
		if pair[0] != pair[1] && !counted[pair] {
			counted[pair] = true
			out[pair[0]]++
		}
	}
	return out
}
