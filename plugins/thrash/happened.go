package thrash

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// lastRun returns how the last run ended, when, and how often the container restarted:
// "exit 137 OOMKilled after 42s, 3m ago, 7 restarts: killed by the kernel, out of memory".
func (t text) lastRun(i diagnose.Item) string {
	if i.LastTermination == nil {
		return ""
	}
	out := exitOf(i)
	if took := after(i); took != "" {
		out += " " + took
	}
	return view.CleanLine(out + ", " + t.sinceLastRun(i))
}

// exitOf returns how the last run ended: "exit 137 OOMKilled".
func exitOf(i diagnose.Item) string { return "exit " + exit(i) }

// after returns how long the last run took, "after 42s"; empty if that is not known.
func after(i diagnose.Item) string {
	if i.LastTermination.RanFor == nil {
		return ""
	}
	return "after " + ran(i)
}

// sinceLastRun returns when the last run ended, how often the container restarted, and what the exit means:
// "3m ago, 7 restarts: killed by the kernel, out of memory".
func (t text) sinceLastRun(i diagnose.Item) string {
	t.at = i.At
	out := wording.Count(int(i.Restarts), "restart")
	if at := t.ago(i.LastTermination.FinishedAt); at != "" {
		out = at + ", " + out
	}
	if meaning := i.LastTermination.Meaning; meaning != "" {
		out += ": " + meaning
	}
	if i.Lives != "" {
		out += "; " + i.Lives
	}
	return out
}

// start returns when the next start is due, how that is known, and what comes after.
func (t text) start(i diagnose.Item) string {
	out := t.next(i)
	if out == "-" { // of a table; a sentence without content is left out
		return ""
	}
	if isScheduled(i) {
		out = "the next " + out
	}
	return out + t.aboutStart(i)
}

// isScheduled reports whether the next start is a run that the CronJob of a Job makes: the Job itself, which
// failed, does not start again.
func isScheduled(i diagnose.Item) bool { return i.Status == diagnose.Failed && i.NextRun != nil }

// aboutStart returns what start adds to the words of next: the times of day, how they are known, and the notes.
func (t text) aboutStart(i diagnose.Item) string {
	t.at = i.At
	out := ""
	if isScheduled(i) {
		out = " at " + i.NextRun.Format("2006-01-02 15:04 MST") + ", by the schedule of the CronJob"
	}
	out += t.startDetails(i.Backoff)
	return strings.Join(append([]string{out}, i.Notes...), "; ")
}

// startDetails returns the window of the next start as times of day, when the kubelet forgets the
// series, and how the window is known.
func (t text) startDetails(b backoff.Schedule) string {
	out := ""
	if b.NotBefore != nil && b.ExpectedBy != nil {
		out += fmt.Sprintf(" (not before %s, expected by %s)", clock(b.NotBefore), clock(b.ExpectedBy))
	}
	if b.ResetsAt != nil && b.ResetsAt.After(t.at) {
		out += "; the series is forgotten at " + clock(b.ResetsAt)
	}
	// How much to trust the times: a window that was computed may be off.
	if b.Basis != "" && b.Basis != backoff.BasisNone {
		out += "; by " + basis[b.Basis]
	}
	return out
}

// basis explains how the time of the next start is known, the most reliable first.
var basis = map[backoff.Basis]string{
	backoff.BasisMessage:    "the kubelet's own message",
	backoff.BasisServed:     "the pause before the last start",
	backoff.BasisTerminated: "the end of the last run",
	backoff.BasisSimulated:  "the kubelet's schedule run forward",
}

// clock returns the time of day in UTC.
func clock(at *snapshot.Time) string { return at.UTC().Format("15:04:05Z") }

// shown is how many entries of a timeline are listed.
const shown = 12

// timeline returns what happened, oldest first. A long list is shortened to the
// number shown: deduced entries go before observed ones, and older before newer.
func (t text) timeline(entries []backoff.Entry) []string {
	deduced := func(e backoff.Entry) bool { return e.Basis == backoff.Reconstructed }
	observed := func(e backoff.Entry) bool { return !deduced(e) }
	// In two steps: all that was deduced may go before one that was observed does.
	kept := shortenedTo(shown, slices.Clone(entries), deduced) // a clone: the drawing needs all of them
	kept = shortenedTo(shown, kept, observed)
	var out []string
	for _, e := range kept {
		out = append(out, t.happening(e))
	}
	if left := len(entries) - len(kept); left > 0 {
		out = append(out, fmt.Sprintf("(%d more in -o json)", left))
	}
	return out
}

// shortenedTo drops entries for which drop is true, oldest first, until there are no
// more than most. Entries that are always listed stay.
func shortenedTo(most int, entries []backoff.Entry, drop func(backoff.Entry) bool) []backoff.Entry {
	surplus := len(entries) - most
	return slices.DeleteFunc(entries, func(e backoff.Entry) bool {
		if surplus <= 0 || always(e.Event) || !drop(e) {
			return false
		}
		surplus--
		return true
	})
}

// always reports whether an event is listed in any case: it is a change that a
// person made.
func always(e backoff.Event) bool {
	return e == backoff.EventRollout || e == backoff.EventConfigChanged
}

// happening returns one entry as text; ~ marks a deduced one:
// "10:02:11Z exited with code 1 after 3s", "~10:01:20Z–10:02:08Z started".
func (t text) happening(e backoff.Entry) string {
	words := []string{timeOf(e), strings.ReplaceAll(string(e.Event), "-", " ")}
	if e.ExitCode != nil {
		words = append(words, fmt.Sprintf("with code %d", *e.ExitCode))
	}
	if e.Reason != "" && e.Reason != "Error" { // which the code already shows
		words = append(words, e.Reason)
	}
	words = append(words, lasted(e)...)
	if e.Count > 1 {
		words = append(words, fmt.Sprintf("(%d times)", e.Count))
	}
	// Other messages repeat the words before.
	if always(e.Event) || e.Event == backoff.EventProbeFailed {
		words = append(words, e.Message)
	}
	return strings.Join(words, " ")
}

// lasted returns how long the run lasted that an entry ends, or the pause that it begins or ends.
func lasted(e backoff.Entry) []string {
	var words []string
	if e.RanFor != nil {
		words = append(words, "after "+short(e.RanFor))
	}
	if e.Wait != nil && e.Event == backoff.EventStarted {
		words = append(words, "after a pause of "+short(e.Wait))
	} else if e.Wait != nil {
		words = append(words, "for "+short(e.Wait))
	}
	return words
}

// timeOf returns when an entry was: a time, or a span for one that is not known exactly or for
// several alike.
func timeOf(e backoff.Entry) string {
	at := ""
	if e.At != nil {
		at = clock(e.At)
	} else if e.From != nil && e.To != nil {
		at = clock(e.From) + "–" + clock(e.To)
	}
	if e.Basis == backoff.Reconstructed {
		return "~" + at
	}
	return at
}
