package backoff

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// pause is the last one that a container served: after the run before it, the
// n-th (from 0), until start.
type pause struct {
	m      model
	before *run
	start  time.Time
	n      int
}

// pauseOf returns the last pause of a container, if that shows something of its node:
// pulls, probes and lives that begin the series anew explain a pause as well.
func pauseOf(p *corev1.Pod, container string, node *corev1.Node, at time.Time) (pause, bool) {
	s, ok := find(p, container)
	if !ok || s.Status.RestartCount < 2 || !tunable(node) {
		return pause{}, false
	}
	last, before := s.terminations()
	out := pause{m: newModel(s, history{}, node, at, DefaultPolicy()), before: before, n: int(s.Status.RestartCount) - 1}
	if s.Status.State.Running != nil {
		out.before = last
		out.start = s.Status.State.Running.StartedAt.Time
	} else if last != nil {
		out.start = last.started
	}
	if !out.telling() {
		return pause{}, false
	}
	return out, true
}

// telling reports whether nothing but the curve of the node can explain a pause.
func (p pause) telling() bool {
	if p.before == nil || p.start.IsZero() || p.m.killing(p.before) != notKilled || p.m.s.pull(history{}) > 0 {
		return false
	}
	return p.before.end.Reason != "Unknown" && p.before.life()+maxWait <= forgetAfter
}

// started returns when the series of restarts began, as far as it is known.
func (p pause) started() time.Time {
	first, _ := p.m.s.firstStart(history{})
	return first
}

// fits reports whether the pause is the n-th of a curve.
func (p pause) fits(curve Policy) bool {
	end := p.m.pause(curve, p.before, curve.Wait(p.n))
	return !p.start.Before(end.due.Add(-time.Second)) && !p.start.After(end.latest.Add(time.Second))
}

// grown reports whether a series on that curve, with lives like the last, takes
// the time that the container is there: else it began anew somewhere.
func (p pause) grown(curve Policy) bool {
	_, ok := p.m.steady(curve, p.before, p.n)
	return ok
}

// suggested returns the curve that explains the pauses of several containers of
// one node which the built-in one does not, and contradicts none.
func suggested(pauses []pause) (Policy, bool) {
	odd := slices.DeleteFunc(slices.Clone(pauses), func(p pause) bool { return p.fits(DefaultPolicy()) })
	if len(odd) < 2 {
		return Policy{}, false
	}
	reduced := reducedPolicy(odd[0].m.cadence)
	best := explains(odd, pauses, reduced)
	fit, best := explaining(odd, pauses, best)
	if best < 2 {
		return Policy{}, false
	}
	if len(fit) == 0 {
		return reduced, true
	}
	middle := fit[len(fit)/2]
	if round := roundest(fit, middle.entry); len(round) > 0 {
		return round[0].policy, true
	}
	return middle.policy, true
}

// reducedPolicy returns the curve of the gate ReduceDefaultCrashLoopBackOffDecay, which has a maximum of a
// minute up to 1.34; later kubelets fill in the built-in one (see statements.curve).
func reducedPolicy(c cadence) Policy {
	limit := maxWait
	if c.fixed {
		limit = reducedMaxWait
	}
	return Policy{Initial: snapshot.Duration(reducedInitialWait), Max: snapshot.Duration(limit), Source: PolicyServed}
}

// explaining returns the maxima, to the second, that explain the most pauses, and how
// many these are. It returns no maximum if none explains as many as least.
func explaining(odd, pauses []pause, least int) (fit []candidate, best int) {
	best = least
	for limit := time.Second; limit < maxWait; limit += time.Second {
		c := candidate{capped(limit, PolicyServed), limit}
		count := explains(odd, pauses, c.policy)
		if count == 0 || count < best {
			continue
		}
		if count > best {
			best = count
			fit = nil
		}
		fit = append(fit, c)
	}
	return fit, best
}

// explains returns how many of the odd pauses a curve explains, none if it
// contradicts more than one in four of all.
func explains(odd, all []pause, curve Policy) int {
	against := countPauses(all, func(p pause) bool { return !p.fits(curve) })
	if against*4 > len(all) {
		return 0
	}
	return countPauses(odd, func(p pause) bool { return p.fits(curve) && p.grown(curve) })
}

// countPauses counts the pauses for which is reports true.
func countPauses(pauses []pause, is func(pause) bool) int {
	n := 0
	for _, p := range pauses {
		if is(p) {
			n++
		}
	}
	return n
}
