package backoff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// lifetimes sums up the runs that the status and the events report. A run
// under way counts if it is already longer than the last one.
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
	m.addRunning(&out)
	out.Pattern = patternOf(out.Runs)
	if out.Pattern != PatternInstant && before != nil && last != nil && onTheClock(before.finished, last.finished) {
		out.Pattern = PatternClock
		out.Ends = []time.Time{before.finished, last.finished}
		return out
	}
	if out.Pattern == PatternUnknown && m.wouldAddUp(last) {
		out.Pattern = PatternConstant
		out.Deduced = true
	}
	return out
}

// wouldAddUp reports whether runs like the last one, the only one that is known, add up to the history
// of the pod.
func (m model) wouldAddUp(last *run) bool {
	if last == nil || m.s.Status.RestartCount == 0 || last.life() <= time.Second {
		return false
	}
	_, ok := m.steady(m.policy, last, m.deathsBefore())
	return ok
}

// addRunning adds the run under way, if it is already longer than the last one.
func (m model) addRunning(out *Lifetimes) {
	running := m.s.Status.State.Running
	if running == nil || running.StartedAt.IsZero() || len(out.Runs) == 0 {
		return
	}
	lived := m.at.Sub(running.StartedAt.Time).Truncate(time.Second)
	if lived > out.Runs[len(out.Runs)-1] {
		out.Runs = append(out.Runs, lived)
		out.Going = true
	}
}

// deathsBefore returns how many restarts there were before the last run that
// ended.
func (m model) deathsBefore() int {
	n := int(m.s.Status.RestartCount)
	if m.s.Status.State.Running != nil {
		n--
	}
	return n
}

// patternOf returns what lifetimes, oldest first, have in common. Lives that
// differ by a tenth, or by two seconds, count as equal.
func patternOf(lives []time.Duration) Pattern {
	if len(lives) == 0 {
		return PatternUnknown
	}
	least := slices.Min(lives)
	most := slices.Max(lives)
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

// onTheClock reports whether all ends were at full five minutes of the clock, up to
// three seconds late, as after a shutdown. Other causes give such a pair about once in
// 5,000 times: four seconds of 300, twice.
func onTheClock(ends ...time.Time) bool {
	return !slices.ContainsFunc(ends, func(end time.Time) bool {
		return end.Sub(end.Truncate(5*time.Minute)) > 3*time.Second
	})
}

// Words returns the pattern as a sentence without its full stop, empty if
// there is none. A deduction is marked as one.
func (l Lifetimes) Words() string {
	switch l.Pattern {
	case PatternNeverStarted:
		return "no known attempt got as far as running"
	case PatternInstant:
		if len(l.Runs) == 1 {
			return "" // which its length shows
		}
		return fmt.Sprintf("the last %d runs each ended within a second", len(l.Runs))
	case PatternConstant:
		if l.Deduced {
			return "runs of about " + wording.Exact(l.Runs[0]) + " each would explain its restarts"
		}
		return "runs last about as long each time: " + l.lasted()
	case PatternGrowing:
		return "each run lasts longer: " + l.lasted()
	case PatternVaries:
		return "runs last differently: " + l.lasted()
	case PatternClock:
		return fmt.Sprintf("it ends with the clock: at %s and %s", l.Ends[0].UTC().Format(time.TimeOnly), l.Ends[1].UTC().Format(time.TimeOnly))
	case PatternUnknown:
	}
	return ""
}

// lasted lists the known runs, oldest first.
func (l Lifetimes) lasted() string {
	var out []string
	for _, r := range l.Runs {
		out = append(out, wording.Exact(r))
	}
	if l.Going {
		out[len(out)-1] += " so far"
	}
	return strings.Join(out, ", ")
}
