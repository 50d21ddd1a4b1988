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

// entries returns the entries that may be in force at the death that ended
// last, after n restarts, and what tells so. before is the death before it,
// nil if not known.
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
		if own := m.ownMaximum(before, start, n, out); len(own) > 0 {
			return own, BasisSimulated
		}
	}
	switch len(out) {
	case 0:
		return m.irregular(before, start, n), BasisSimulated
	case 1:
		return out, BasisServed
	}
	if entry, ok := m.steady(m.policy, before, n); ok {
		for _, p := range m.ends(m.policy, before, entry, nil) {
			if c := (candidate{m.policy, p.after}); slices.Contains(out, c) {
				return []candidate{c}, BasisSimulated
			}
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
			if n == 0 && how == surelyKilled {
				p.after = 0 // the first kill finds no dead instance and writes nothing
			}
			regular = regular || entry == m.policy.Wait(n) || p.cut || how != notKilled ||
				entry == 0 && before.life() >= forgetAfter-time.Second
			if c := (candidate{m.policy, p.after}); !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out, regular
}

// counted returns the entries that n restarts allow where the pause before the
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

// irregular returns the entries after a pause that no step explains: it was
// broken off, which a new key or a kubelet without memory does, or the start
// was held up.
func (m model) irregular(before *run, start time.Time, n int) []candidate {
	pause := start.Sub(before.finished)
	held := time.Duration(0)
	for _, entry := range m.policy.steps() {
		if entry <= min(pause+time.Second, m.policy.Wait(n)) {
			held = entry
		}
	}
	if pause > m.policy.Wait(n) {
		return []candidate{{m.policy, m.policy.after(held)}}
	}
	out := []candidate{{m.policy, time.Duration(m.policy.Initial)}}
	if next := m.policy.after(held); next != out[0].entry && m.s.pull(m.h) > 0 {
		out = append(out, candidate{m.policy, next})
	}
	return out
}

// ownMaximum returns the maxima of a node's own that explain a pause which is
// not the n-th of the built-in curve, none where that is less likely than a
// series that was broken off. explained are the entries after built-in steps.
func (m model) ownMaximum(before *run, start time.Time, n int, explained []candidate) []candidate {
	pause := start.Sub(before.finished)
	if m.policy.Source != PolicyDefault || n == 0 || pause < time.Second || pause >= m.policy.Wait(n) {
		return nil
	}
	atStep := slices.ContainsFunc(explained, func(c candidate) bool { return c.entry > initialWait })
	impossible := m.tooSoon(m.policy, before, n)
	if pause > syncPeriod*3/2+detection && (atStep || !impossible) {
		return nil // so long a wait shows in the kubelet's message: likelier a new series
	}
	var fit, loose []candidate
	for limit := time.Second; limit <= min(pause+time.Second, maxWait-time.Second); limit += time.Second {
		c := candidate{capped(limit, PolicyServed), limit}
		if c.policy.Wait(n) != limit || pause > limit+m.late(limit)+time.Second {
			continue
		}
		loose = append(loose, c)
		// The time since the first start must fit as well, or leave no other way.
		_, steady := m.steady(c.policy, before, n)
		if steady && (impossible || !atStep) || impossible && !atStep {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 && pause < initialWait-detection {
		// Broken off within seconds of the death, or always that short.
		return append(loose, candidate{m.policy, time.Duration(m.policy.Initial)})
	}
	return roundest(fit)
}

// tooSoon reports whether the waits of the curve before the n-th restart take
// longer than the pod exists, so that it cannot have gone that way.
func (m model) tooSoon(p Policy, r *run, n int) bool {
	begin := m.s.acceptedAt()
	return !begin.IsZero() && p.Sum(n) > r.finished.Sub(begin)+time.Minute
}

// roundest returns the candidates whose maximum a person is most likely to
// have configured: all of a few seconds, else the roundest and, of these, the
// one in the middle.
func roundest(fit []candidate) []candidate {
	for _, unit := range []time.Duration{time.Minute, 30 * time.Second, 10 * time.Second, 5 * time.Second} {
		round := slices.DeleteFunc(slices.Clone(fit), func(c candidate) bool { return c.entry%unit != 0 })
		if len(round) > 0 {
			return round[len(round)/2 : len(round)/2+1]
		}
	}
	return fit
}

// viable keeps the prospects that what is seen at m.at does not refute: the
// container has not started yet, and said to be in back-off it was.
func (m model) viable(all []prospect, end time.Time) []prospect {
	said := latest(m.h.crashing)
	kept := slices.DeleteFunc(slices.Clone(all), func(p prospect) bool {
		return p.latest.Before(m.at.Add(-2*time.Second)) || said.After(end) && p.due.Before(said)
	})
	if len(kept) > 0 {
		return kept
	}
	// Overdue: the last to be due is the least wrong.
	return []prospect{slices.MaxFunc(all, func(a, b prospect) int { return a.latest.Compare(b.latest) })}
}

// fill writes the window that covers the prospects into out.
func (out *Schedule) fill(all []prospect) {
	slices.SortFunc(all, func(a, b prospect) int {
		return cmp.Or(a.due.Compare(b.due), a.latest.Compare(b.latest), cmp.Compare(a.entry, b.entry))
	})
	due, late := all[0].due, all[0].latest
	entry, after := all[0].entry, all[0].after
	sameEntry, sameAfter := true, true
	for _, p := range all[1:] {
		if p.latest.After(late) {
			late = p.latest
		}
		sameEntry, sameAfter = sameEntry && p.entry == entry, sameAfter && p.after == after
	}
	out.NotBefore, out.ExpectedBy = snapshot.NewTime(due), snapshot.NewTime(late)
	if sameEntry {
		out.Current = snapshot.NewDuration(entry)
	}
	if sameAfter {
		out.Next = snapshot.NewDuration(after)
	}
}
