package diagnose

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Report judges the unhealthy containers of f: worst first, by status,
// the time of the last termination (latest first), and name.
// Containers of one workload are listed together, at the place of the worst of them.
func Report(f *owners.Forest, o Options) []Item {
	s := f.Snapshot
	// What an unhealthy container depends on is judged too, though nobody asks for it.
	all := Unhealthy(f, Options{Since: o.Since})
	if len(all) == 0 {
		return []Item{}
	}
	roots := map[owners.Ref]bool{}
	for _, unhealthy := range all {
		roots[unhealthy.Root] = true
	}
	q := &inquiry{
		s: s, forest: f, workloads: rollout.Of(f, roots), busy: map[*caseFile]bool{}, unread: o.NoLogs,
		events: pod.IndexEvents(s.Events), readings: map[snapshot.LogKey]reading{}, policies: backoff.Learn(s),
	}
	for _, unhealthy := range all {
		q.cases = append(q.cases, q.open(unhealthy))
	}
	items := []Item{}
	asked := Unhealthy(f, o)
	for _, c := range q.cases {
		if (c.Suspect && setup(c) == nil) || c.updated() || !slices.ContainsFunc(asked, c.is) {
			continue
		}
		items = append(items, q.item(c))
	}
	order(items)
	return items
}

// updated reports whether the kubelet restarted the container only because its
// image was changed in place.
func (f *caseFile) updated() bool {
	if !f.happened.changed || !f.end.known() || !f.c.Running() || f.c.Status.RestartCount > 1 {
		return false
	}
	return f.end.ExitCode == 0 || f.end.ExitCode == 137 || f.end.ExitCode == 143
}

// is reports whether two findings are of the same container or Job.
func (c Container) is(other Container) bool {
	return c.Namespace == other.Namespace && c.Root == other.Root && c.Pod == other.Pod && c.Name == other.Name
}
