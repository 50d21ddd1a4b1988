package thrash

import (
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// The symbols in the drawn timeline of a container, with their words in the legend. Dashed ones are not
// observed: expected, or reconstructed.
var (
	signRun     = view.Sign{Shape: view.Solid, Class: "accent", Words: "runs"}
	signWait    = view.Sign{Shape: view.Thin, Class: "dim", Words: "waits"}
	signDue     = view.Sign{Shape: view.Dashed, Class: "good", Words: "next start expected"}
	signGuess   = view.Sign{Shape: view.Dashed, Class: "dim", Words: "a start, reconstructed"}
	signLost    = view.Sign{Shape: view.Thin, Class: "accent", Words: "starts that nothing shows singly"}
	signExit    = view.Sign{Shape: view.Cross, Class: "bad", Words: "exits"}
	signStart   = view.Sign{Shape: view.Play, Class: "accent", Words: "starts"}
	signRefused = view.Sign{Shape: view.Thin, Class: "warn", Words: "the kubelet reports waiting"}
	signProbe   = view.Sign{Shape: view.Triangle, Class: "warn", Words: "probe fails"}
	signRollout = view.Sign{Shape: view.Diamond, Class: "accent", Words: "rollout"}
	signConfig  = view.Sign{Shape: view.Square, Class: "accent", Words: "configuration changed"}
)

// happened draws the timeline of a container. If its last part is too small in the
// whole to be seen, that part is drawn again below it.
func (t text) happened(i diagnose.Item) view.HTML {
	t.at = i.At
	whole := t.drawing(i)
	if whole.From.IsZero() {
		return "" // nothing in it has a time
	}
	since := detailed(i.Timeline)
	if since.IsZero() || !tiny(whole, since) {
		return whole.HTML()
	}
	near := whole
	near.From = since.Add(-whole.To.Sub(since) / 20) // with a margin at its left
	return view.Tag("p", "dim", view.Text("Since "+whole.From.UTC().Format("2006-01-02 15:04:05"))) + whole.HTML() +
		view.Tag("p", "dim", view.Text("The last "+wording.Exact(t.at.Sub(near.From).Round(time.Second)))) + near.HTML()
}

// tiny reports whether what happened from since on takes less than a sixth of a timeline: of a pod
// that is a month old, the runs of the last hour are one line.
func tiny(whole view.Timeline, since time.Time) bool {
	return whole.To.Sub(since)*6 <= whole.To.Sub(whole.From)
}

// detailed returns the time from which on each run is known: the begin of the first
// run with a known end, or zero if there is none.
func detailed(entries []backoff.Entry) time.Time {
	for _, e := range entries {
		if e.Event != backoff.EventExited || e.At == nil {
			continue
		}
		if e.RanFor != nil {
			return e.At.Add(-time.Duration(*e.RanFor))
		}
		return e.At.Time
	}
	return time.Time{}
}

// drawing returns the timeline with its entries sorted into lanes. Lanes without
// entries are left out.
func (t text) drawing(i diagnose.Item) view.Timeline {
	l := lanes{
		changes: view.Lane{Label: "changes"},
		runs:    view.Lane{Label: "container " + i.Container},
		probes:  view.Lane{Label: "probes"},
		reports: view.Lane{Label: "events of the kubelet"},
	}
	for n := range i.Timeline {
		t.draw(&l, i.Timeline[n:])
	}
	t.due(&l.runs, i.Backoff)
	line := view.Timeline{Name: "What happened to container " + i.Container + " of pod " + i.Pod, Now: t.at}
	// Causes above effects: a rollout, the runs after it, and what was observed of them.
	for _, lane := range []view.Lane{l.changes, l.runs, l.probes, l.reports} {
		if len(lane.Bars)+len(lane.Marks) > 0 {
			line.Lanes = append(line.Lanes, lane)
		}
	}
	return line.Fit()
}

// lanes are the rows of a drawn timeline.
type lanes struct{ changes, runs, probes, reports view.Lane }

// draw draws the first of the entries in its lane. The others show how a run that it starts went on.
func (t text) draw(l *lanes, rest []backoff.Entry) {
	e := rest[0]
	switch e.Event {
	case backoff.EventStarted:
		t.started(&l.runs, rest)
	case backoff.EventExited:
		t.exited(&l.runs, e)
	case backoff.EventWaiting:
		add(&l.reports, signRefused, e, t.happening(e))
	case backoff.EventProbeFailed:
		add(&l.probes, signProbe, e, t.happening(e))
	case backoff.EventRollout:
		t.changed(&l.changes, signRollout, e, e.Label)
	case backoff.EventConfigChanged:
		t.changed(&l.changes, signConfig, e, e.Source)
	}
}

// changed draws a change that a person made, with a guide through all lanes: what crashes since is to be
// seen at a glance.
func (t text) changed(changes *view.Lane, sign view.Sign, e backoff.Entry, label string) {
	changes.Marks = append(changes.Marks, view.Mark{At: e.At.Time, Sign: sign, Label: label, Words: t.happening(e), Guide: true})
}

// started draws the first of the entries, a start: the pause before it, if that is
// known, and the run if the container still runs. A run that ended is drawn with its
// end.
func (t text) started(runs *view.Lane, rest []backoff.Entry) {
	e := rest[0]
	if e.At == nil {
		t.deducedStart(runs, e)
		return
	}
	at := e.At.Time
	if e.Wait != nil {
		runs.Bars = append(runs.Bars, waitBefore(at, e.Wait))
	}
	if !slices.ContainsFunc(rest[1:], startsOrExits) {
		runs.Bars = append(runs.Bars, view.Bar{From: at, To: t.at, Sign: signRun, Words: "runs since " + clock(e.At)})
		return
	}
	// The bar of a run shows its start. Without a bar that begins here the start needs a mark.
	if !slices.ContainsFunc(rest, func(end backoff.Entry) bool { return endsRunOf(end, at) }) {
		runs.Marks = append(runs.Marks, view.Mark{At: at, Sign: signStart, Words: t.happening(e)})
	}
}

// waitBefore returns the bar of the pause that a start ended.
func waitBefore(start time.Time, wait *snapshot.Duration) view.Bar {
	return view.Bar{From: start.Add(-time.Duration(*wait)), To: start, Sign: signWait, Words: "waited " + short(wait)}
}

// deducedStart draws a start whose time is not known: one as the span in which it
// was, several as a bar.
func (t text) deducedStart(runs *view.Lane, e backoff.Entry) {
	if e.Count > 1 {
		add(runs, signLost, e, t.happening(e))
		return
	}
	runs.Bars = append(runs.Bars, view.Bar{From: e.From.Time, To: e.To.Time, Sign: signGuess, Words: t.happening(e)})
}

// startsOrExits reports whether an entry is a start or an end of a run.
func startsOrExits(e backoff.Entry) bool {
	return e.Event == backoff.EventStarted || e.Event == backoff.EventExited
}

// endsRunOf reports whether an entry is the end of the run that began at a time. The
// API has whole seconds, so the two may differ by one.
func endsRunOf(end backoff.Entry, at time.Time) bool {
	if end.Event != backoff.EventExited || end.RanFor == nil {
		return false
	}
	began := end.At.Add(-time.Duration(*end.RanFor))
	return began.Sub(at).Abs() <= time.Second
}

// exited draws an end, and the run before it.
func (t text) exited(runs *view.Lane, e backoff.Entry) {
	at := e.At.Time
	if e.RanFor != nil {
		began := at.Add(-time.Duration(*e.RanFor))
		runs.Bars = append(runs.Bars, view.Bar{From: began, To: at, Sign: signRun, Words: "ran for " + short(e.RanFor)})
	}
	runs.Marks = append(runs.Marks, view.Mark{At: at, Sign: signExit, Label: exitLabel(e), Words: t.happening(e)})
}

// exitLabel returns what stands beside the mark of an exit, "exit 137"; empty if the code is not recorded.
func exitLabel(e backoff.Entry) string {
	if e.ExitCode == nil {
		return ""
	}
	return fmt.Sprintf("exit %d", *e.ExitCode)
}

// due draws the pause since the last exit and the window of the next start.
func (t text) due(runs *view.Lane, b backoff.Schedule) {
	if b.NotBefore == nil || b.ExpectedBy == nil {
		return
	}
	ended := lastExit(runs)
	if !ended.IsZero() && b.NotBefore.After(ended) {
		runs.Bars = append(runs.Bars, view.Bar{From: ended, To: b.NotBefore.Time, Sign: signWait, Words: "waits until " + clock(b.NotBefore)})
	}
	runs.Bars = append(runs.Bars, dueBar(b))
}

// dueBar returns the window of the next start. Both of its ends must be known.
func dueBar(b backoff.Schedule) view.Bar {
	return view.Bar{
		From: b.NotBefore.Time, To: b.ExpectedBy.Time, Sign: signDue,
		Words: "next start, not before " + clock(b.NotBefore) + ", expected by " + clock(b.ExpectedBy),
	}
}

// lastExit returns the time of the last exit that was drawn, or zero. Entries are drawn oldest first.
func lastExit(runs *view.Lane) time.Time {
	ended := time.Time{}
	for _, m := range runs.Marks {
		if m.Sign == signExit {
			ended = m.At
		}
	}
	return ended
}

// add draws a single event as a mark, and repeated events as a bar from the
// first to the last, with a mark at each end.
func add(lane *view.Lane, sign view.Sign, e backoff.Entry, words string) {
	label := ""
	if e.Count > 1 {
		label = fmt.Sprintf("%d×", e.Count)
	}
	if e.At != nil {
		lane.Marks = append(lane.Marks, view.Mark{At: e.At.Time, Sign: asMark(sign), Label: label, Words: words})
		return
	}
	if e.From != nil && e.To != nil {
		addSpan(lane, sign, e, view.Mark{At: e.To.Time, Sign: asMark(sign), Label: label, Words: words})
	}
}

// addSpan draws repeated events. end is the mark at the last of them; the first has the same one
// without its label, so that their number is written once.
func addSpan(lane *view.Lane, sign view.Sign, e backoff.Entry, end view.Mark) {
	bar := sign
	bar.Shape = view.Thin
	lane.Bars = append(lane.Bars, view.Bar{From: e.From.Time, To: e.To.Time, Sign: bar, Words: end.Words})
	if sign == signLost {
		return // nothing is known at the ends
	}
	lane.Marks = append(lane.Marks, view.Mark{At: e.From.Time, Sign: end.Sign, Words: end.Words}, end)
}

// asMark returns the sign of a mark: a thin line is none.
func asMark(sign view.Sign) view.Sign {
	if sign.Shape == view.Thin {
		sign.Shape = view.Square
	}
	return sign
}
