// Package backoff computes what the kubelet's restart back-off means for one
// container: the wait that runs, when the next start can happen, what it would
// wait next, when the series is forgotten, and what happened so far. It is the
// kubelet's schedule as arithmetic over a pod, its node and its events at a
// given time; it reads nothing and names the basis of each figure.
package backoff

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Compute returns what is known of the named container of pod at the time
// at. node may be nil: not known. events may hold events of other objects too:
// those of the pod and of its node are picked. A container that the pod does
// not have, or of which it has no status, gives a Schedule of kind none.
func Compute(p *corev1.Pod, container string, node *corev1.Node, events []*corev1.Event, at time.Time, o Options) State {
	s, ok := find(p, container)
	if !ok {
		return State{Schedule: Schedule{Kind: KindNone, Basis: BasisNone, Policy: DefaultPolicy()}}
	}
	h := read(s, events)
	m := newModel(s, h, node, at, policyFor(s, o, cadenceOf(node).aimed))
	m.own = o.Policy.Max == 0 && m.policy.Source == PolicyDefault && tunable(node)
	last, before := s.terminations()
	out := State{
		Schedule:         m.schedule(last, before),
		LastTermination:  terminationOf(s.Last(), pod.OnWindows(p, node)),
		Lifetimes:        lifetimes(m, last, before),
		ProbeKilled:      m.killing(last) == surelyKilled || (m.killing(last) == maybeKilled && len(h.killed) > 0),
		KubeletRestarted: h.kubelet,
	}
	out.Schedule.NodeDown = !ready(node)
	out.Timeline = m.timeline(last, before, out.Schedule)
	out.Notes = m.notes(last, out.Schedule)
	return out
}

// ready reports whether nothing shows that the node is not ready.
func ready(node *corev1.Node) bool {
	return node == nil || !slices.ContainsFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status != corev1.ConditionTrue
	})
}

// policyFor returns the curve to reckon with: what the caller knows, what the
// container's own message proves, or the built-in one.
func policyFor(s subject, o Options, aimed bool) Policy {
	if o.Policy.Max > 0 {
		return o.Policy.completed()
	}
	if wait, ok := statedWait(s.Status); ok {
		st := statements{}
		st.add(wait, int(s.Status.RestartCount))
		if p, ok := st.curve(aimed); ok {
			return p
		}
	}
	return DefaultPolicy()
}

// completed fills in what a caller may leave out of a policy: the first wait and the source.
func (p Policy) completed() Policy {
	if p.Initial <= 0 {
		p.Initial = snapshot.Duration(min(initialWait, time.Duration(p.Max)))
	}
	if p.Source == "" {
		p.Source = PolicyNode
	}
	return p
}

// schedule returns which back-off applies to the container and its state.
func (m model) schedule(last, before *run) Schedule {
	switch state := m.s.Status.State; {
	case m.s.over():
	case state.Running != nil:
		return m.running(last)
	case state.Waiting != nil:
		return m.waiting(state.Waiting.Reason, last)
	case state.Terminated != nil:
		return m.terminated(state.Terminated, last, before)
	}
	return m.none()
}

// none is the schedule of a container that nothing starts again.
func (m model) none() Schedule {
	return Schedule{Kind: KindNone, Basis: BasisNone, Policy: m.policy}
}

// waiting returns the schedule of a container that waits, by its reason.
func (m model) waiting(reason string, last *run) Schedule {
	switch pod.WaitingFor(reason).Wait {
	case pod.WaitCrash:
		return m.stated(last)
	case pod.WaitPull:
		return m.pulls()
	case pod.WaitRetry:
		return m.retries(last)
	case pod.WaitStarting, pod.WaitUnknown:
	}
	return m.none() // being made, or waiting for the containers before it
}

// terminated returns the schedule of a container that has ended and does not wait yet.
func (m model) terminated(end *corev1.ContainerStateTerminated, last, before *run) Schedule {
	again, all := m.s.goesOn(end, m.killing(last) == surelyKilled)
	if !again {
		return m.none()
	}
	if all && last != nil {
		out := Schedule{Kind: KindCrash, Basis: BasisTerminated, Policy: m.policy}
		out.fill([]prospect{{due: last.finished, latest: last.finished.Add(m.late(0) + m.cadence.round())}})
		return out
	}
	return m.ended(last, before)
}

// stated reckons with the wait that the kubelet's message states.
func (m model) stated(last *run) Schedule {
	out := Schedule{Kind: KindCrash, Basis: BasisMessage, Policy: m.policy}
	wait, ok := ParseMessage(m.s.Status.State.Waiting.Message)
	if !ok {
		return m.ended(last, nil)
	}
	out.Current = snapshot.NewDuration(wait)
	out.Next = snapshot.NewDuration(m.policy.after(wait))
	switch {
	case last == nil:
	case m.forgot(last):
		out.fill(m.fresh())
		out.Basis = BasisSimulated
	default:
		p := m.pause(m.policy, last, wait)
		out.fill([]prospect{p})
		if p.cut {
			out.ResetsAt = snapshot.NewTime(last.forgotten())
		}
	}
	return out
}

// ended reckons from the end of the last run if no message states the wait.
func (m model) ended(last, before *run) Schedule {
	out := Schedule{Kind: KindCrash, Basis: BasisNone, Policy: m.policy}
	if last == nil {
		return out // the runtime lost the container: no time to count from
	}
	if m.forgot(last) {
		out.fill(m.fresh())
		out.Basis = BasisSimulated
		return out
	}
	found, basis := m.entries(last, before, int(m.s.Status.RestartCount))
	var all []prospect
	for _, c := range found {
		for _, p := range m.ends(c.policy, last, c.entry, before) {
			all = append(all, m.maybeCapped(c, p, last))
		}
	}
	if viable := m.viable(all, last.finished); len(viable) > 0 {
		all = viable
	} else {
		all = m.overdue(all, last)
		basis = BasisSimulated
	}
	out.Basis = basis
	out.Policy = found[0].policy
	out.fill(all)
	if slices.ContainsFunc(all, func(p prospect) bool { return p.cut }) {
		out.ResetsAt = snapshot.NewTime(last.forgotten())
	}
	return out
}

// running returns what a container that runs would wait if it exited now.
func (m model) running(last *run) Schedule {
	out := Schedule{Kind: KindNone, Basis: BasisNone, Policy: m.policy}
	n := int(m.s.Status.RestartCount)
	started := m.s.Status.State.Running.StartedAt.Time
	if n == 0 || started.IsZero() {
		return out
	}
	out.Kind = KindCrash
	resets := started.Add(forgetAfter)
	out.ResetsAt = snapshot.NewTime(resets)
	if !m.at.Before(resets) || m.h.kubelet.After(started) {
		out.Next = snapshot.NewDuration(0)
		out.Basis = BasisTerminated
		return out
	}
	if last == nil {
		return out
	}
	found, basis := m.served(last, started, n-1)
	out.Basis = basis
	out.Policy = found[0].policy
	if slices.ContainsFunc(found, func(c candidate) bool { return c.entry != found[0].entry }) {
		return out
	}
	next := min(found[0].entry, resets.Sub(m.at))
	if m.killing(last) == surelyKilled && m.at.Sub(last.finished) >= next {
		next = 0 // killed once more it starts in the same breath
	}
	out.Next = snapshot.NewDuration(next)
	return out
}

// forgot reports whether the kubelet restarted while the container waited: it
// starts every such container at its next look.
func (m model) forgot(last *run) bool {
	return m.h.kubelet.After(last.finished) && !m.h.kubelet.After(m.at)
}

// fresh returns the prospect of a container whose kubelet has just restarted.
func (m model) fresh() []prospect {
	return []prospect{{due: m.h.kubelet, latest: m.h.kubelet.Add(retryPeriod*3 + m.slack), after: time.Duration(m.policy.Initial)}}
}
