package backoff

import (
	"cmp"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// candidate is an entry that may be in force, on a curve.
type candidate struct {
	policy Policy
	entry  time.Duration
}

// entries returns the back-off entries that may have been in force at the last
// termination, after n restarts, and the evidence for them. before is the
// termination before it, nil if not known.
func (m model) entries(last, before *run, n int) ([]candidate, Basis) {
	none := []candidate{{m.policy, 0}}
	switch {
	case n == 0:
		return none, BasisTerminated
	case m.h.kubelet.After(last.started):
		return none, BasisTerminated // the kubelet forgot everything while it ran
	case before != nil:
		return m.served(before, last.started, n-1)
	}
	return m.counted(last, n)
}

// served returns the entries that the restart at start may have left, judged by
// the pause between the run before, the n-th (from 0), and start.
func (m model) served(before *run, start time.Time, n int) ([]candidate, Basis) {
	if k := m.h.kubelet; k.After(before.finished) && !k.After(start.Add(time.Second)) {
		return []candidate{{m.policy, time.Duration(m.policy.Initial)}}, BasisServed
	}
	if before.end.Reason == "Unknown" { // the node was rebooted, or the runtime restarted
		return []candidate{{m.policy, time.Duration(m.policy.Initial)}}, BasisServed
	}
	out, regular := m.explained(before, start, n)
	if !regular {
		var sure bool
		if out, sure = m.doubted(before, start, n, out); !sure {
			return out, BasisSimulated
		}
	}
	if len(out) == 1 {
		return out, BasisServed
	}
	if entry, ok := m.steady(m.policy, before, n); ok {
		left := m.left(m.policy, before, entry, start)
		if c := (candidate{m.policy, left[0]}); len(left) == 1 && slices.Contains(out, c) {
			return []candidate{c}, BasisSimulated
		}
	}
	return out, BasisSimulated
}

// explained returns the entries after those steps of the curve that explain
// the pause before start, and whether one of them is what the n-th pause or a
// forgotten series would be.
func (m model) explained(before *run, start time.Time, n int) (out []candidate, regular bool) {
	how := m.killing(before)
	for _, entry := range m.policy.steps() {
		if entry > m.policy.Wait(n) {
			break
		}
		for _, p := range m.ends(m.policy, before, entry, nil) {
			if start.Before(p.due.Add(-time.Second)) || start.After(p.latest.Add(time.Second)) {
				continue
			}
			regular = regular || entry == m.policy.Wait(n) || p.cut || how != notKilled ||
				(entry == 0 && before.life() >= forgetAfter-time.Second)
			left := m.left(m.policy, before, entry, start)
			if n == 0 && how == surelyKilled {
				left = []time.Duration{0} // the first kill finds no dead instance and writes nothing
			}
			for _, next := range left {
				if c := (candidate{m.policy, next}); !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}
	}
	return out, regular
}

// counted returns the entries that n restarts allow if the pause before the
// last run is not known.
func (m model) counted(last *run, n int) ([]candidate, Basis) {
	if entry, ok := m.steady(m.policy, last, n); ok {
		return []candidate{{m.policy, entry}}, BasisSimulated
	}
	var out []candidate
	for _, entry := range m.policy.steps() {
		if entry <= m.policy.Wait(n) {
			out = append(out, candidate{m.policy, entry})
		}
	}
	return out, BasisSimulated
}

// doubted weighs a pause that is not the n-th of the curve. It may be a lower
// step, since the series began anew (explained; sure if nothing speaks
// against that); the node may have a maximum of its own; the pause may have
// been broken off, by a kubelet that restarted or a pod that was edited.
func (m model) doubted(before *run, start time.Time, n int, explained []candidate) (out []candidate, sure bool) {
	pause := start.Sub(before.finished)
	if pause > m.policy.Wait(n) && len(explained) == 0 {
		return []candidate{{m.policy, m.policy.after(m.policy.Wait(n))}}, false // held up, as by a slow pull
	}
	own, steady := m.ownMaximum(before, start, n)
	atStep := slices.ContainsFunc(explained, func(c candidate) bool { return c.entry > time.Duration(m.policy.Initial) })
	anew := !m.h.kubelet.IsZero() && before.finished.Before(m.h.kubelet.Add(maxWait)) // by the kubelet's restart
	switch {
	case len(own) == 0:
		// No maximum would give such a pause.
	case anew && atStep && pause > retryPeriod*2:
		// A small maximum would give less.
	case pause > syncPeriod*3/2+detection:
		// So long a wait shows in the kubelet's message at most times: likelier a new series.
		if !atStep && steady && m.tooSoon(before, n) {
			return own, false
		}
	case steady:
		if atStep && before.life()+maxWait > forgetAfter {
			return append(own, explained...), false // such lives begin the series anew now and then
		}
		return own, false
	case pause < initialWait-detection, own[0].entry == commonMaximum && before.life() < forgetAfter/4:
		if len(explained) == 0 {
			explained = []candidate{{m.policy, time.Duration(m.policy.Initial)}}
		}
		return append(own, explained...), false
	}
	if atStep {
		return explained, true
	}
	out = []candidate{{m.policy, time.Duration(m.policy.Initial)}}
	if m.s.pull(m.h) > 0 { // or a lower step, with a pull on top
		steps := m.policy.steps()
		i, _ := slices.BinarySearch(steps, pause+time.Second)
		if next := m.policy.after(steps[max(i-1, 0)]); next != out[0].entry {
			out = append(out, candidate{m.policy, next})
		}
	}
	return out, len(explained) > 0
}

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
	usual := pause*4/5 - time.Second // a quarter of the wait comes on top on average, and the start
	if m.cadence.fixed && !m.cadence.aimed {
		usual = pause - retryPeriod/2
	}
	if len(fit) > 0 {
		return roundest(fit, usual), true
	}
	return roundest(loose, usual), false
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
		best := -1
		off := maxWait
		for i, c := range fit {
			away := (c.entry - usual).Abs()
			if c.entry%unit == 0 && away < off && (away < c.entry/5 || unit == time.Minute || unit == time.Second) {
				best = i
				off = away
			}
		}
		if best >= 0 {
			return fit[best : best+1]
		}
	}
	return nil
}

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
	for _, entry := range m.policy.steps() {
		if p := m.viable([]prospect{m.pause(m.policy, last, entry)}, last.finished); len(p) > 0 &&
			entry <= m.policy.Wait(int(m.s.Status.RestartCount)) {
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
	due := all[0].due
	late := all[0].latest
	entry := all[0].entry
	after := all[0].after
	sameEntry := true
	sameAfter := true
	for _, p := range all[1:] {
		if p.latest.After(late) {
			late = p.latest
		}
		sameEntry = sameEntry && p.entry == entry
		sameAfter = sameAfter && p.after == after
	}
	out.NotBefore, out.ExpectedBy = snapshot.NewTime(due), snapshot.NewTime(late)
	if sameEntry {
		out.Current = snapshot.NewDuration(entry)
	}
	if sameAfter {
		out.Next = snapshot.NewDuration(after)
	}
}
