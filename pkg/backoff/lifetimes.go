package backoff

import (
	"slices"
	"time"
)

// lifetimes sums up the runs that the status and the events tell of. A run
// under way counts where it is already longer than the others.
func lifetimes(m model, last, before *run) Lifetimes {
	var out Lifetimes
	never := last != nil
	for _, r := range []*run{before, last} {
		if r != nil {
			out.Runs = append(out.Runs, r.life())
			never = never && r.never
		}
	}
	if never {
		out.Pattern = PatternNeverStarted
		return out
	}
	if running := m.s.status.State.Running; running != nil && len(out.Runs) > 0 {
		if lived := m.at.Sub(running.StartedAt.Time).Truncate(time.Second); lived > out.Runs[len(out.Runs)-1] {
			out.Runs = append(out.Runs, lived)
		}
	}
	out.Pattern = patternOf(out.Runs)
	if out.Pattern == PatternUnknown && last != nil && m.s.status.RestartCount > 0 {
		// A single run is known: do lives like it add up to the pod's history?
		if _, ok := m.steady(m.policy, last, m.deathsBefore()); ok && last.life() > time.Second {
			out.Pattern = PatternConstant
		}
	}
	return out
}

// deathsBefore returns how many restarts lie before the last death's run.
func (m model) deathsBefore() int {
	n := int(m.s.status.RestartCount)
	if m.s.status.State.Running != nil {
		n--
	}
	return n
}

// patternOf names what lifetimes, oldest first, have in common. Lives that
// differ by a tenth, or by two seconds, are alike.
func patternOf(lives []time.Duration) Pattern {
	if len(lives) == 0 {
		return PatternUnknown
	}
	least, most := slices.Min(lives), slices.Max(lives)
	switch {
	case most <= time.Second:
		return PatternInstant
	case len(lives) == 1:
		return PatternUnknown
	case most-least <= max(2*time.Second, most/10):
		return PatternConstant
	case slices.IsSorted(lives):
		return PatternGrowing
	}
	return PatternVaries
}
