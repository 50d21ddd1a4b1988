package thrash

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// margin is the width of the words at the left of a case.
const margin = 11

// cases writes each case in full. Those of one workload that share a verdict
// are told once, with the windows of each pod.
func (t text) cases(w io.Writer, items []diagnose.Item) error {
	var out bytes.Buffer
	for len(items) > 0 {
		n := 1
		for n < len(items) && alike(items[n], items[0]) {
			n++
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		t.one(&out, items[0], items[1:n])
		items = items[n:]
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write cases: %w", err)
	}
	return nil
}

// alike reports whether two containers of one workload have the same verdict.
func alike(a, b diagnose.Item) bool {
	return a.Workload != nil && b.Workload != nil && *a.Workload == *b.Workload && a.Namespace == b.Namespace &&
		a.Container == b.Container && a.Status == b.Status && a.Cause.Category == b.Cause.Category && a.Cause.Summary == b.Cause.Summary
}

// one writes a case; others are those with the same verdict.
func (t text) one(out *bytes.Buffer, i diagnose.Item, others []diagnose.Item) {
	t.head(out, i)
	t.entry(out, "Cause", t.paint(i.Cause, string(i.Cause.Category)+", "+string(i.Cause.Confidence)+" confidence"))
	t.entry(out, "", view.CleanLine(i.Cause.Summary))
	t.claims(out, "For", i.Cause.Evidence)
	t.claims(out, "Against", i.Cause.Against)
	for n, words := range i.Cause.WouldSettle {
		t.entry(out, first(n, "To settle"), "- "+view.CleanLine(words))
	}
	t.entry(out, "Last run", t.lastRun(i))
	t.entry(out, "Next start", t.start(i))
	for n, other := range others {
		t.entry(out, first(n, "Also"), fmt.Sprintf("%s: %s, %s, %s", other.Pod, other.State, count(int(other.Restarts), "restart"), t.next(other)))
	}
	t.timeline(out, i.Timeline)
	for n, line := range i.Cause.Words {
		t.entry(out, first(n, "Log"), t.style.Dim("| ")+view.CleanLine(line))
	}
	for n, step := range i.NextSteps {
		t.raw(out, first(n, "Try"), view.CleanLine(step))
	}
}

func first(n int, word string) string {
	if n == 0 {
		return word
	}
	return ""
}

func (t text) head(out *bytes.Buffer, i diagnose.Item) {
	name := i.Pod
	if name == "" {
		name = t.workload(i)
	}
	fmt.Fprintf(out, "%s %s\n", t.style.Bold(view.CleanLine(name)), t.status(i.Status))
	var about []string
	if i.Pod != "" && i.Workload != nil {
		about = append(about, t.workload(i))
	}
	if i.Container != "" {
		about = append(about, "container "+container(i))
	}
	if i.Node != "" {
		about = append(about, "node "+i.Node)
	}
	if len(about) > 0 {
		t.entry(out, "Of", view.CleanLine(strings.Join(about, ", ")))
	}
	if i.Image != "" {
		t.entry(out, "Image", view.CleanLine(i.Image))
	}
}

func (t text) status(s diagnose.Status) string {
	switch s {
	case diagnose.Recovered:
		return t.style.Good(string(s))
	case diagnose.Thrashing, diagnose.Blocked, diagnose.Failed:
	}
	return t.style.Bad(string(s))
}

// entry writes a paragraph with a word at its left.
func (t text) entry(out *bytes.Buffer, word, words string) {
	if words == "" {
		return
	}
	t.raw(out, word, view.Wrap(words, t.style.Width, margin))
}

// raw writes a line that must not be wrapped: a command to copy.
func (t text) raw(out *bytes.Buffer, word, line string) {
	fmt.Fprintf(out, "%-*s%s\n", margin, word, line)
}

func (t text) claims(out *bytes.Buffer, word string, claims []diagnose.Claim) {
	for n, c := range claims {
		t.entry(out, first(n, word), "- "+view.CleanLine(c.Claim)+" "+t.style.Dim("("+view.CleanLine(c.Source)+")"))
	}
}

// lastRun says how the last run ended.
func (t text) lastRun(i diagnose.Item) string {
	last := i.LastTermination
	if last == nil {
		return ""
	}
	out := "exit " + exit(i)
	if last.Meaning != "" {
		out += ": " + last.Meaning
	}
	if last.RanFor != nil {
		out += ", after " + ran(i)
	}
	if at := t.ago(last.FinishedAt); at != "" {
		out += ", " + at
	}
	return out + fmt.Sprintf("; %s", count(int(i.Restarts), "restart"))
}

// start says when the next start is due, by what, and what comes after.
func (t text) start(i diagnose.Item) string {
	b := i.Backoff
	out := t.next(i)
	if out == "-" {
		return ""
	}
	if b.NotBefore != nil && b.ExpectedBy != nil {
		out += fmt.Sprintf(" (not before %s, expected by %s)", clock(b.NotBefore), clock(b.ExpectedBy))
	}
	if b.ResetsAt != nil && b.ResetsAt.After(t.at) {
		out += "; the series is forgotten at " + clock(b.ResetsAt)
	}
	if b.Basis != "" && b.Basis != backoff.BasisNone {
		out += "; by " + basis[b.Basis]
	}
	return out
}

var basis = map[backoff.Basis]string{
	backoff.BasisMessage: "the kubelet's own message", backoff.BasisServed: "the pause before the last start",
	backoff.BasisTerminated: "the end of the last run", backoff.BasisSimulated: "the kubelet's schedule run forward",
}

func clock(at *snapshot.Time) string { return at.UTC().Format("15:04:05Z") }

// shown is how many entries of a timeline are written.
const shown = 12

// timeline writes what happened, oldest first; deduced entries are marked ~.
func (t text) timeline(out *bytes.Buffer, entries []backoff.Entry) {
	if n := len(entries) - shown; n > 0 {
		t.entry(out, "Timeline", fmt.Sprintf("… %s before", count(n, "entry")))
		entries = entries[n:]
		for _, e := range entries {
			t.entry(out, "", t.happening(e))
		}
		return
	}
	for n, e := range entries {
		t.entry(out, first(n, "Timeline"), t.happening(e))
	}
}

func (t text) happening(e backoff.Entry) string {
	at := ""
	switch {
	case e.At != nil:
		at = clock(e.At)
	case e.From != nil && e.To != nil:
		at = clock(e.From) + "–" + clock(e.To)
	}
	if e.Basis == backoff.Reconstructed {
		at = "~" + at
	}
	words := []string{at, string(e.Event)}
	if e.Count > 1 {
		words = append(words, fmt.Sprintf("%d times", e.Count))
	}
	if e.ExitCode != nil {
		words = append(words, fmt.Sprintf("code %d", *e.ExitCode))
	}
	if e.Reason != "" && e.Reason != "Error" {
		words = append(words, e.Reason)
	}
	if e.RanFor != nil {
		words = append(words, "after "+short(e.RanFor))
	}
	if e.Wait != nil {
		words = append(words, "waits "+short(e.Wait))
	}
	if e.Message != "" && (e.Event == backoff.EventRollout || e.Event == backoff.EventConfigChanged || e.Event == backoff.EventProbeFailed) {
		words = append(words, view.CleanLine(e.Message))
	}
	return strings.Join(words, " ")
}
