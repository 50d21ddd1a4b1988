package backoff

import (
	"slices"
	"time"
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
	first := []candidate{{m.policy, time.Duration(m.policy.Initial)}}
	if k := m.h.kubelet; k.After(before.finished) && !k.After(start.Add(time.Second)) {
		return first, BasisServed // the kubelet restarted in the pause and began anew
	}
	if before.end.Reason == "Unknown" { // the node was rebooted, or the runtime restarted
		return first, BasisServed
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
	if c, ok := m.steadyOf(out, before, start, n); ok {
		return []candidate{c}, BasisSimulated
	}
	return out, BasisSimulated
}

// steadyOf returns the one of several candidates that runs of always the same length
// would have led to, if there is exactly one.
func (m model) steadyOf(out []candidate, before *run, start time.Time, n int) (candidate, bool) {
	entry, ok := m.steady(m.policy, before, n)
	if !ok {
		return candidate{}, false
	}
	left := m.left(m.policy, before, entry, start)
	if len(left) != 1 {
		return candidate{}, false
	}
	c := candidate{m.policy, left[0]}
	return c, slices.Contains(out, c)
}

// explained returns the entries after those steps of the curve that explain
// the pause before start. regular reports that one of them is expected: the step of
// the n-th pause, a series that was forgotten, or a pause after a kill by a probe,
// which may be shorter.
func (m model) explained(before *run, start time.Time, n int) (out []candidate, regular bool) {
	how := m.killing(before)
	for _, entry := range m.policy.steps() {
		if entry > m.policy.Wait(n) {
			break
		}
		for _, p := range m.ends(m.policy, before, entry, nil) {
			// The API has whole seconds, so a start may seem a second too early or too late.
			if start.Before(p.due.Add(-time.Second)) || start.After(p.latest.Add(time.Second)) {
				continue
			}
			forgotten := entry == 0 && before.life() >= forgetAfter-time.Second
			regular = regular || entry == m.policy.Wait(n) || p.cut || how != notKilled || forgotten
			left := m.left(m.policy, before, entry, start)
			if n == 0 && how == surelyKilled {
				left = []time.Duration{0} // the first kill finds no terminated instance and writes nothing
			}
			out = m.withEntries(out, left)
		}
	}
	return out, regular
}

// withEntries adds the entries to the candidates, each once.
func (m model) withEntries(out []candidate, entries []time.Duration) []candidate {
	for _, entry := range entries {
		if c := (candidate{m.policy, entry}); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
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

// doubted weighs a pause that is not the n-th of the curve. There are three
// explanations. The series began anew, so the pause is a lower step of the curve
// (explained; sure if nothing contradicts that). The node has a maximum of its own.
// Or the pause was broken off, by a kubelet that restarted or a pod that was edited.
func (m model) doubted(before *run, start time.Time, n int, explained []candidate) (out []candidate, sure bool) {
	pause := start.Sub(before.finished)
	if pause > m.policy.Wait(n) && len(explained) == 0 {
		return []candidate{{m.policy, m.policy.after(m.policy.Wait(n))}}, false // held up, as by a slow pull
	}
	atStep := slices.ContainsFunc(explained, func(c candidate) bool { return c.entry > time.Duration(m.policy.Initial) })
	if capped := m.maximumInstead(before, start, n, explained, atStep); capped != nil {
		return capped, false
	}
	if atStep {
		return explained, true
	}
	return m.brokenOff(pause), len(explained) > 0
}

// maximumInstead returns the candidates if a maximum of the node's own explains a
// pause, nil if the curve explains it better. atStep reports that the pause is also a
// step of the curve beyond the first.
func (m model) maximumInstead(before *run, start time.Time, n int, explained []candidate, atStep bool) []candidate {
	own, steady := m.ownMaximum(before, start, n)
	if len(own) == 0 {
		return nil
	}
	pause := start.Sub(before.finished)
	anew := !m.h.kubelet.IsZero() && before.finished.Before(m.h.kubelet.Add(maxWait)) // by the kubelet's restart
	if anew && atStep && pause > retryPeriod*2 {
		return nil // a small maximum would give less
	}
	if pause > syncPeriod*3/2+detection {
		// The kubelet's message shows so long a wait most of the time. Without it a new
		// series is more likely, unless the pod is too young for that.
		if !atStep && steady && m.tooSoon(before, n) {
			return own
		}
		return nil
	}
	if steady {
		if atStep && before.life()+maxWait > forgetAfter {
			return append(own, explained...) // runs of this length begin the series anew now and then
		}
		return own
	}
	tooShort := pause < initialWait-detection // for any step of the curve
	common := own[0].entry == commonMaximum && before.life() < forgetAfter/4
	if !tooShort && !common {
		return nil
	}
	if len(explained) == 0 {
		explained = []candidate{{m.policy, time.Duration(m.policy.Initial)}}
	}
	return append(own, explained...)
}

// brokenOff returns what a pause may have left that ended before its time: the first
// step, or, if images are pulled, a step of the curve that a pull made longer.
func (m model) brokenOff(pause time.Duration) []candidate {
	out := []candidate{{m.policy, time.Duration(m.policy.Initial)}}
	if m.s.pull(m.h) == 0 {
		return out
	}
	steps := m.policy.steps()
	i, _ := slices.BinarySearch(steps, pause+time.Second)
	if next := m.policy.after(steps[max(i-1, 0)]); next != out[0].entry {
		out = append(out, candidate{m.policy, next})
	}
	return out
}
