package backoff

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// model is the kubelet's algorithm for one container: doBackOff of
// pkg/kubelet/kuberuntime/kuberuntime_manager.go on client-go's
// util/flowcontrol.Backoff, with the bounds of its lateness.
type model struct {
	s       subject
	h       history
	cadence cadence
	quiet   bool
	policy  Policy
	own     bool // the node may have a maximum of its own, which nothing has shown yet
	at      time.Time
	slack   time.Duration // from the restart attempt to the start: image and creation
}

// prospect is one way in which a pause may end.
type prospect struct {
	entry       time.Duration // the wait in force, 0 for none
	due, latest time.Time     // bounds of the next start
	after       time.Duration // the entry that this start leaves
	cut         bool          // the entry is forgotten before its time
}

// killing reports whether a probe ended a run, which the kubelet times differently.
type killing int

const (
	notKilled killing = iota
	maybeKilled
	surelyKilled
)

// killing reports whether a probe ended a run. An event proves it. Without one an exit
// by SIGKILL or SIGTERM may be a probe's: events are dropped when there are many.
func (m model) killing(r *run) killing {
	if r == nil || !m.s.probed() || r.never {
		return notKilled
	}
	if m.h.probeKilled(r) {
		return surelyKilled
	}
	if r.end.Reason == "OOMKilled" {
		return notKilled
	}
	switch r.end.ExitCode {
	case 128 + 9, 128 + 15:
		return maybeKilled
	case 0: // a program that handles SIGTERM
		if len(m.h.killed) > 0 {
			return maybeKilled
		}
	}
	return notKilled
}

// pause returns how the pause after the run r ends if entry is in force: a
// wait from its end, unless the entry is forgotten first.
func (m model) pause(p Policy, r *run, entry time.Duration) prospect {
	end := r.finished
	if entry == 0 || end.After(r.forgotten()) {
		return prospect{due: end, latest: end.Add(m.late(0)), after: time.Duration(p.Initial)}
	}
	out := prospect{
		entry:  entry,
		due:    end.Add(m.cadence.earliest(entry, m.quiet)),
		latest: end.Add(entry + m.late(entry)),
		after:  p.after(entry),
	}
	if forgotten := r.forgotten(); forgotten.Before(out.due) {
		// Noticed at the next look, which was planned for the whole wait.
		out.due = forgotten.Add(-m.slack)
		out.after = time.Duration(p.Initial)
		out.cut = true
		if noticed := forgotten.Add(collectLag + m.cadence.round() + m.slack); noticed.Before(out.latest) {
			out.latest = noticed
		}
	}
	return out
}

// ends returns every way in which the pause after r can end if entry is in
// force. After a probe kill the start is part of the same sync as the kill, and
// the kubelet measures its back-off from before, the termination before it.
func (m model) ends(p Policy, r *run, entry time.Duration, before *run) []prospect {
	plain := m.pause(p, r, entry)
	how := m.killing(r)
	if how == notKilled || entry == 0 {
		return []prospect{plain}
	}
	atOnce := prospect{entry: entry, due: r.finished, latest: r.finished.Add(m.late(0)), after: p.after(entry)}
	switch {
	case how == surelyKilled && entry < r.life():
		return []prospect{atOnce} // the termination before it precedes the whole run
	case before != nil && r.finished.Sub(before.finished) < entry-time.Second:
		return []prospect{plain}
	case before != nil && how == surelyKilled && r.finished.Sub(before.finished) > entry+time.Second:
		return []prospect{atOnce}
	}
	return []prospect{atOnce, plain}
}

// late returns the upper bound of a start's lateness, with the second that the
// API's whole seconds hide.
func (m model) late(wait time.Duration) time.Duration {
	return m.cadence.lateness(wait, m.quiet) + m.slack + time.Second
}

// span is a stretch of simulated time.
type span struct{ from, to time.Time }

// simulate runs the algorithm forward from the first start with runs of equal
// length. It returns the entry in force at the termination after n restarts,
// and the earliest and latest time of that termination.
func (m model) simulate(p Policy, first time.Time, life time.Duration, n int, kind killing) (entry time.Duration, exit span) {
	r := &run{started: first, finished: first.Add(life)}
	before := time.Time{}
	spread := time.Duration(0) // how far the real time may be from the simulated one
	for i := range n {
		next := m.pause(p, r, entry)
		if kind == surelyKilled {
			next = m.afterKill(next, p, r, before, entry)
		}
		half := next.latest.Sub(next.due) / 2
		start := next.due.Add(half)
		left := next.after
		if start.After(r.forgotten()) && left != 0 {
			left = time.Duration(p.Initial)
		}
		spread += half
		if left == entry && kind != surelyKilled {
			// From here on every round is like this one.
			more := time.Duration(n - 1 - i)
			start = start.Add(more * start.Sub(r.started))
			spread += more * half
			return entry, span{start.Add(life - spread), start.Add(life + spread)}
		}
		before = r.finished
		entry = left
		r = &run{started: start, finished: start.Add(life)}
	}
	return entry, span{r.finished.Add(-spread), r.finished.Add(spread)}
}

// afterKill returns how the pause after a kill by a probe ends; otherwise is how it
// would end after an exit. The kubelet measures the back-off from before, the
// termination before this one. The first kill (before is zero) finds no terminated
// instance: the container starts at once, and no entry is written.
func (m model) afterKill(otherwise prospect, p Policy, r *run, before time.Time, entry time.Duration) prospect {
	atOnce := prospect{due: r.finished, latest: r.finished.Add(m.late(0))}
	if before.IsZero() {
		return atOnce
	}
	if entry > r.finished.Sub(before) {
		return otherwise
	}
	atOnce.after = p.after(entry)
	return atOnce
}

// steady reports whether runs of equal length from the first start would end
// when r ended, after n restarts, and returns the entry that is then in force.
func (m model) steady(p Policy, r *run, n int) (entry time.Duration, ok bool) {
	first, seen := m.s.firstStart(m.h)
	if first.IsZero() {
		return 0, false
	}
	entry, exit := m.simulate(p, first, r.life(), n, m.killing(r))
	give := 2*time.Second + time.Duration(n)*time.Second
	if !seen {
		give += 5 * time.Second // pull and creation of the first
	}
	return entry, !r.finished.Before(exit.from.Add(-give)) && !r.finished.After(exit.to.Add(give))
}

// left returns the entries that the start at that time may have left behind, if
// entry was in force since the start of r: the next of the curve, or the first
// if the series was forgotten before. In the seconds between the two it returns
// both.
func (m model) left(p Policy, r *run, entry time.Duration, start time.Time) []time.Duration {
	first := time.Duration(p.Initial)
	next := p.after(entry)
	over := start.Sub(r.forgotten())
	if entry == 0 || first == next || over > collectLag+m.slack+time.Second {
		return []time.Duration{first}
	}
	if over < -m.slack-time.Second {
		return []time.Duration{next}
	}
	return []time.Duration{next, first}
}

// newModel returns the model of one container at a time, on a node (nil if it is not
// known) with the curve p.
func newModel(s subject, h history, node *corev1.Node, at time.Time, p Policy) model {
	return model{s: s, h: h, cadence: cadenceOf(node), quiet: s.quiet(), policy: p, at: at, slack: time.Second + s.pull(h)}
}
