package backoff

import (
	"time"
)

// maybeCapped widens a pause to also cover its end on a node with the most
// common custom maximum. It does so only at the first step beyond that maximum,
// and only while nothing shows whether the node has it: from there on the
// built-in curve and the capped one differ, and the kubelet does not report
// which one it follows. The window stays narrow.
func (m model) maybeCapped(c candidate, p prospect, last *run) prospect {
	if due := last.finished.Add(commonMaximum); m.unproven(c) && due.Before(p.due) {
		p.due = due
	}
	return p
}

// unproven reports whether a candidate is the first step of the built-in curve
// beyond the common maximum, on a node whose maximum is not known.
func (m model) unproven(c candidate) bool {
	return m.own && c.policy.Source == PolicyDefault && c.entry > commonMaximum && c.entry/2 <= commonMaximum
}

// commonMaximum is the maximum of the gate ReduceDefaultCrashLoopBackOffDecay,
// and the one that people set first.
const commonMaximum = 60 * time.Second

// ownMaximum returns the maximum of a node's own that would give the pause
// before start, none if there is none; steady reports that it fits the time since
// the first start too, with lives like the last.
func (m model) ownMaximum(before *run, start time.Time, n int) (own []candidate, steady bool) {
	pause := start.Sub(before.finished)
	if !m.own || n == 0 || pause < time.Second || pause >= m.policy.Wait(n) {
		return nil, false
	}
	var fit, loose []candidate
	for limit := time.Second; limit <= min(pause, maxWait-time.Second); limit += time.Second {
		c := candidate{capped(limit, PolicyServed), limit}
		if c.policy.Wait(n) != limit || pause > limit+m.late(limit)+time.Second {
			continue
		}
		loose = append(loose, c)
		if _, ok := m.steady(c.policy, before, n); ok {
			fit = append(fit, c)
		}
	}
	if len(fit) > 0 {
		return roundest(fit, m.usualWait(pause)), true
	}
	return roundest(loose, m.usualWait(pause)), false
}

// usualWait returns the wait that a pause is on average: the kubelet comes late.
func (m model) usualWait(pause time.Duration) time.Duration {
	if m.cadence.fixed && !m.cadence.aimed {
		return pause - retryPeriod/2
	}
	return pause*4/5 - time.Second // a quarter of the wait comes on top on average, and the start
}

// tooSoon reports whether the waits before the n-th restart take longer than
// the pod exists, so that the series cannot have gone on all the time.
func (m model) tooSoon(r *run, n int) bool {
	begin := m.s.acceptedAt()
	return !begin.IsZero() && m.policy.Sum(n) > r.finished.Sub(begin)+time.Minute
}

// roundest returns the candidate whose maximum a person is most likely to have
// configured: a whole minute, or the roundest near what is usual for the pause.
func roundest(fit []candidate, usual time.Duration) []candidate {
	for _, unit := range []time.Duration{time.Minute, 30 * time.Second, 10 * time.Second, 5 * time.Second, time.Second} {
		// Half minutes and the like count only near the usual maximum; a whole minute
		// always does, and so does a second, which is the last resort.
		anywhere := unit == time.Minute || unit == time.Second
		if i := nearest(fit, usual, func(entry, away time.Duration) bool {
			return entry%unit == 0 && (anywhere || away < entry/5)
		}); i >= 0 {
			return fit[i : i+1]
		}
	}
	return nil
}

// nearest returns the index of the candidate nearest to a wait, of those that may be taken by their entry
// and how far it is away; -1 if none may.
func nearest(fit []candidate, wait time.Duration, may func(entry, away time.Duration) bool) int {
	best := -1
	off := maxWait
	for i, c := range fit {
		if away := (c.entry - wait).Abs(); away < off && may(c.entry, away) {
			best = i
			off = away
		}
	}
	return best
}
