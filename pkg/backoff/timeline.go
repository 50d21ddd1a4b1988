package backoff

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Order sorts timeline entries by the time at which they begin, then by their
// contents: a total order, the same for the same entries.
func Order(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(
			a.begin().Compare(b.begin()),
			cmp.Compare(rank[a.Event], rank[b.Event]),
			a.end().Compare(b.end()),
			cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Source, b.Source),
		)
	})
}

// rank orders what happened in the same second.
var rank = map[Event]int{
	EventConfigChanged: 0, EventRollout: 1, EventStarted: 2, EventProbeFailed: 3, EventExited: 4, EventWaiting: 5,
}

// begin returns when an entry was, or began.
func (e Entry) begin() time.Time {
	if e.At != nil {
		return e.At.Time
	}
	if e.From != nil {
		return e.From.Time
	}
	return time.Time{}
}

// end returns when an entry ended; for a single time, that time.
func (e Entry) end() time.Time {
	if e.To != nil {
		return e.To.Time
	}
	return e.begin()
}

// timeline returns what is known of the container's past, oldest first: what the
// API shows as observed, what follows from the count of restarts as
// reconstructed.
func (m model) timeline(last, before *run, now Schedule) []Entry {
	out := m.startOfRun(last)
	source := "lastState"
	if m.s.Status.State.Terminated != nil {
		source = "state"
	}
	out = append(out, last.entries(source, before)...)
	out = append(out, before.entries("lastState", nil)...)
	out = append(out, m.startsOfEvents(out)...)
	out = append(out, m.h.entries()...)
	out = append(out, m.missing(out, last)...)
	if w := m.s.Status.State.Waiting; w != nil && last != nil && now.Kind == KindCrash {
		out = append(out, Entry{
			At: snapshot.NewTime(last.finished), Event: EventWaiting, Basis: Observed,
			Reason: w.Reason, Wait: now.Current, Message: w.Message, Source: "state",
		})
	}
	Order(out)
	return out
}

// entries returns what events report beside starts, which the status may report as well.
func (h history) entries() []Entry {
	return slices.Concat(
		marksAs(EventProbeFailed, "Unhealthy", h.unhealthy),
		marksAs(EventProbeFailed, "Killing", h.killed),
		marksAs(EventWaiting, "BackOff", h.crashing),
		marksAs(EventWaiting, "Failed", h.pullFailed),
		marksAs(EventWaiting, "Failed", h.failed),
	)
}

// startOfRun returns the start of the run that is under way, with the pause before it, none if the
// container does not run.
func (m model) startOfRun(last *run) []Entry {
	running := m.s.Status.State.Running
	if running == nil || running.StartedAt.IsZero() {
		return nil
	}
	e := Entry{At: snapshot.NewTime(running.StartedAt.Time), Event: EventStarted, Basis: Observed, Source: "state"}
	if last != nil {
		e.Wait = snapshot.NewDuration(running.StartedAt.Sub(last.finished))
	}
	return []Entry{e}
}

// entries returns a run as its start and its end.
func (r *run) entries(source string, before *run) []Entry {
	if r == nil {
		return nil
	}
	code := r.end.ExitCode
	exited := Entry{
		At: snapshot.NewTime(r.finished), Event: EventExited, Basis: Observed,
		Reason: r.end.Reason, ExitCode: &code, Source: source,
	}
	if r.never {
		return []Entry{exited}
	}
	exited.RanFor = snapshot.NewDuration(r.life())
	started := Entry{At: snapshot.NewTime(r.started), Event: EventStarted, Basis: Observed, Source: source}
	if before != nil {
		started.Wait = snapshot.NewDuration(r.started.Sub(before.finished))
	}
	return []Entry{started, exited}
}

// startsOfEvents returns the starts that Started events report and known does not have.
func (m model) startsOfEvents(known []Entry) []Entry {
	var out []Entry
	for _, s := range m.h.started {
		for _, at := range []time.Time{s.first, s.last} {
			if !startedAt(known, at) && !startedAt(out, at) {
				out = append(out, Entry{At: snapshot.NewTime(at), Event: EventStarted, Basis: Observed, Source: "event Started"})
			}
		}
	}
	return out
}

// startedAt reports whether the entries hold a start at that second or beside it.
func startedAt(entries []Entry, at time.Time) bool {
	return slices.ContainsFunc(entries, func(e Entry) bool {
		return e.Event == EventStarted && e.At != nil && e.At.Sub(at).Abs() <= time.Second
	})
}

// marksAs returns the entries of events of one reason: a single one by its time, several by
// the first and the last.
func marksAs(event Event, reason string, marks []mark) []Entry {
	var out []Entry
	for _, m := range marks {
		e := Entry{Event: event, Basis: Observed, Reason: reason, Message: m.message, Source: "event " + reason}
		e.setTimes(m)
		out = append(out, e)
	}
	return out
}

// setTimes takes over when a mark happened. Of an event that stands for several the times between the
// first and the last are not known.
func (e *Entry) setTimes(m mark) {
	if m.count <= 1 || !m.last.After(m.first) {
		e.At = snapshot.NewTime(m.first)
		return
	}
	e.From = snapshot.NewTime(m.first)
	e.To = snapshot.NewTime(m.last)
	e.Count = m.count
}

// missing accounts for the starts that the count of restarts proves and nothing
// shows. If all runs were about equally long, it returns each of these starts with its
// bounds; otherwise it returns all of them as one entry.
func (m model) missing(known []Entry, last *run) []Entry {
	starts := int(m.s.Status.RestartCount) + 1
	first, seen := m.s.firstStart(m.h)
	if first.IsZero() || last == nil || starts < 2 {
		return nil
	}
	shown := startTimes(known)
	if last.never {
		shown = append(shown, last.finished)
	}
	slices.SortFunc(shown, time.Time.Compare)
	if len(shown) == 0 || starts <= len(shown) {
		return nil
	}
	lost := Entry{
		From: snapshot.NewTime(first), To: snapshot.NewTime(shown[len(shown)-1]), Event: EventStarted,
		Basis: Reconstructed, Count: int32(starts - len(shown)), Source: "restartCount",
	}
	if _, ok := m.steady(m.policy, last, m.deathsBefore()); !ok || !seen {
		return []Entry{lost}
	}
	return m.reconstruct(first, last.life(), shown, lost)
}

// startTimes returns the times of the starts that are known to the second.
func startTimes(known []Entry) []time.Time {
	var out []time.Time
	for _, e := range known {
		if e.Event == EventStarted && e.At != nil {
			out = append(out, e.At.Time)
		}
	}
	return out
}

// reconstructAtMost bounds the starts that are reconstructed one by one: the
// error grows with each.
const reconstructAtMost = 8

// reconstruct runs the algorithm forward from the first start and returns the
// starts that lie clear of those shown, and the rest of lost as one entry.
func (m model) reconstruct(first time.Time, life time.Duration, shown []time.Time, lost Entry) []Entry {
	var out []Entry
	shown = shown[1:] // the first start itself
	for n := 1; n <= reconstructAtMost && lost.Count > 0; n++ {
		_, exit := m.simulate(m.policy, first, life, n, notKilled)
		from := exit.from.Add(-life)
		to := exit.to.Add(-life)
		if len(shown) > 0 && !shown[0].After(to.Add(detection)) {
			shown = shown[1:] // this one, or one before it, was seen
			continue
		}
		out = append(out, Entry{
			From: snapshot.NewTime(from), To: snapshot.NewTime(to), Event: EventStarted, Basis: Reconstructed,
			Source: fmt.Sprintf("restartCount and runs of about %s", life),
		})
		lost.Count--
		lost.From = snapshot.NewTime(to)
	}
	if lost.Count > 0 && lost.To.After(lost.From.Time) {
		out = append(out, lost)
	}
	return out
}
