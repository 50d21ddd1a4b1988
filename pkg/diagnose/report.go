package diagnose

import (
	corev1 "k8s.io/api/core/v1"

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
	// What an unhealthy container depends on is judged too, though nobody asks for it.
	all := Unhealthy(f, Options{Since: o.Since})
	if len(all) == 0 {
		return []Item{}
	}
	q := newInquiry(f, all)
	q.unread = o.NoLogs
	for _, unhealthy := range all {
		q.add(q.open(unhealthy))
	}
	items := []Item{}
	asked := map[identity]bool{}
	for _, unhealthy := range Unhealthy(f, o) {
		asked[unhealthy.identity()] = true
	}
	for _, c := range q.cases {
		if asked[c.identity()] && c.inTrouble() {
			items = append(items, q.item(c))
		}
	}
	order(items)
	return items
}

// newInquiry prepares what all cases share: the rollouts of their workloads, the events, and the
// back-off policies of their nodes.
func newInquiry(f *owners.Forest, all []Container) *inquiry {
	roots := map[owners.Ref]bool{}
	for _, unhealthy := range all {
		roots[unhealthy.Root] = true
	}
	s := f.Snapshot
	return &inquiry{
		s: s, forest: f, workloads: rollout.Of(f, roots), histories: newHistories(s), unhealthy: map[owners.Ref]*caseFile{},
		roots: map[Culprit]owners.Ref{}, byPod: map[podName][]*caseFile{}, killed: map[*corev1.Pod][]string{},
		borrowed: map[borrower]reading{}, busy: map[*caseFile]bool{},
		events: pod.IndexEvents(s.Events), readings: map[snapshot.LogKey]reading{}, policies: backoff.Learn(s),
	}
}

// inTrouble reports whether the evidence confirms that the container is unhealthy: one that is only
// late to start is if an event shows what keeps it.
func (f *caseFile) inTrouble() bool {
	return (!f.Suspect || setup(f) != nil) && !updated(f.c, f.end, f.happened)
}

// updated reports whether the kubelet restarted the container only because its
// image was changed in place.
func updated(c pod.Container, end termination, events podEvents) bool {
	if !events.changed || !end.known() || !c.Running() || c.Status.RestartCount > 1 {
		return false
	}
	return end.ExitCode == 0 || end.ExitCode == 137 || end.ExitCode == 143 // as a program ends that is stopped
}

// identity is the container or Job that a finding is of.
type identity struct {
	root                 owners.Ref
	namespace, pod, name string
}

func (u Container) identity() identity { return identity{u.Root, u.Namespace, u.Pod, u.Name} }

// is reports whether two findings are of the same container or Job.
func (u Container) is(other Container) bool { return u.identity() == other.identity() }
