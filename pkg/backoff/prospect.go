package backoff

import (
	"cmp"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// viable keeps the prospects that the observations at m.at do not refute: the
// container has not started yet, and if the kubelet reported a back-off, it was
// in one.
func (m model) viable(all []prospect, end time.Time) []prospect {
	said := latest(m.h.crashing)
	return slices.DeleteFunc(slices.Clone(all), func(p prospect) bool {
		return p.latest.Before(m.at.Add(-2*time.Second)) || (said.After(end) && p.due.Add(m.slack).Before(said))
	})
}

// overdue returns the prospects if each that was deduced has been refuted:
// the next step of the curve that is still to come, else the last that was due.
func (m model) overdue(refuted []prospect, last *run) []prospect {
	most := m.policy.Wait(int(m.s.Status.RestartCount))
	for _, entry := range m.policy.steps() {
		if p := m.viable([]prospect{m.pause(m.policy, last, entry)}, last.finished); len(p) > 0 && entry <= most {
			return p
		}
	}
	return []prospect{slices.MaxFunc(refuted, func(a, b prospect) int { return a.latest.Compare(b.latest) })}
}

// fill writes the window that covers the prospects into out.
func (out *Schedule) fill(all []prospect) {
	slices.SortFunc(all, func(a, b prospect) int {
		return cmp.Or(a.due.Compare(b.due), a.latest.Compare(b.latest), cmp.Compare(a.entry, b.entry))
	})
	first := all[0]
	late := slices.MaxFunc(all, func(a, b prospect) int { return a.latest.Compare(b.latest) }).latest
	out.NotBefore = snapshot.NewTime(first.due)
	out.ExpectedBy = snapshot.NewTime(late)
	// A figure in which the prospects differ is not known.
	if !slices.ContainsFunc(all, func(p prospect) bool { return p.entry != first.entry }) {
		out.Current = snapshot.NewDuration(first.entry)
	}
	if !slices.ContainsFunc(all, func(p prospect) bool { return p.after != first.after }) {
		out.Next = snapshot.NewDuration(first.after)
	}
}
