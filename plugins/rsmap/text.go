package rsmap

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// notRead and unknown take the place of the phase of an owner that was not
// read, and of an object whose status reports nothing.
const (
	notRead = "not read"
	unknown = "unknown"
)

// phaseWord returns the phase of a workload, "not read" or "unknown" if it has none.
func phaseWord(w *rollout.Workload) string {
	if w.Phase == "" && w.NotRead {
		return notRead
	}
	return cmp.Or(string(w.Phase), unknown)
}

// text writes workloads for people.
type text struct {
	style     view.Style
	at        time.Time
	revisions int // older revisions without pods to show, -1 for all
	pods      int // pods to show of each revision, or everyPod, or chosenPods
	crashes   map[*rollout.Workload]string
	labels    cli.ListFlags // which labels a list shows
}

// phase returns the phase of a workload in the colour of its urgency. An unknown one may be any, so that
// it is one to look at.
func (t text) phase(w *rollout.Workload) string {
	word := phaseWord(w)
	switch w.Phase {
	case rollout.Failed, rollout.Stalled, rollout.Degraded:
		return t.style.Bad(word)
	case rollout.Progressing, rollout.Paused, "":
		return t.style.Warn(word)
	case rollout.Complete:
		return t.style.Good(word)
	case rollout.ScaledToZero:
		return t.style.Dim(word)
	}
	return word
}

// list returns a table with one line a workload, and why it is in its phase, below the line if there is no
// room in it. found has at least one.
func (t text) list(found []*rollout.Workload, namespaces bool) *view.Table {
	contexts := found[0].Context != "" // of a fleet, in which all have one
	table := view.NewTable(t.columns(namespaces, contexts)...)
	for _, w := range found {
		var place []string
		if contexts {
			place = append(place, w.Context)
		}
		if namespaces {
			place = append(place, w.Ref.Namespace)
		}
		table.Row(slices.Concat(place, t.cells(w), []string{why(w)})...)
	}
	return table
}

// columns returns the columns of a list, with those of the namespace and the context if it
// shows several.
func (t text) columns(namespaces, contexts bool) []view.Column {
	var place []view.Column
	if contexts {
		place = append(place, view.Column{Head: "context", Shrink: 10})
	}
	if namespaces {
		place = append(place, view.Column{Head: "namespace", Shrink: 10})
	}
	why := view.Column{Head: "why", Below: true, Prose: true}
	return slices.Concat(place, listColumns, t.labels.Columns(), []view.Column{why})
}

// listColumns are the columns that cells fills. Before a narrow terminal cuts a name, it drops the number
// of updated pods, then the revision, then the age: the phase and the readiness are what a list is read for.
var listColumns = []view.Column{
	{Head: "name", Shrink: 20},
	{Head: "phase"},
	{Head: "ready"},
	{Head: "updated", Right: true, Drop: 3},
	{Head: "revision", Drop: 2},
	{Head: "age", Drop: 1},
	{Head: "images", WideOnly: true},
}

// cells returns a workload's cells from its name to its labels.
func (t text) cells(w *rollout.Workload) []string {
	ready := ratio(w.Ready, w.Desired)
	revision := ""
	images := ""
	if now, ok := w.Current(); ok {
		revision = numberOf(now)
		images = imageList(now)
		if now.Kind == "Job" { // counts the pods that are done
			ready = revisionReady(now)
		}
	}
	// "updated" is empty for kinds that do not report it, such as Jobs.
	cells := []string{itemShort(w), t.phase(w), ready, optional(w.Updated), revision, age(w.At, w.CreatedAt), images}
	return append(cells, t.labels.Cells(w.Labels)...)
}

// itemShort names a workload as an argument of this command, to be copied: deployment/web.
func itemShort(w *rollout.Workload) string { return strings.ToLower(w.Ref.Kind) + "/" + w.Ref.Name }

// why returns the cause alone if there is one: the other columns show the rest.
func why(w *rollout.Workload) string {
	switch {
	case w.Cause != "" && w.Phase != "" && w.Phase != rollout.Paused:
		return w.Cause
	case w.Phase == rollout.Complete || w.Phase == rollout.ScaledToZero:
		return ""
	default:
		return w.Summary
	}
}

// trees writes the workloads one after the other with their revisions and pods.
func (t text) trees(out io.Writer, found []*rollout.Workload) error {
	for i, w := range found {
		between := "" // written with the title: an error leaves no empty line at the end
		if i > 0 {
			between = "\n"
		}
		if err := t.tree(out, between, w); err != nil {
			return err
		}
	}
	return nil
}

// tree writes one workload: its title, the facts about it, its revisions with their pods, and last
// what blocks it and what to do, because a terminal still shows the end of a long output.
func (t text) tree(out io.Writer, between string, w *rollout.Workload) error {
	t.at = w.At
	var head, foot strings.Builder
	head.WriteString(between + t.style.Bold(title(w)) + "   " + t.phase(w) + "\n")
	t.facts(&head, t.header(w))
	head.WriteString("\n")
	if facts := t.footer(w); len(facts) > 0 {
		foot.WriteString("\n")
		t.facts(&foot, facts)
	}
	if _, err := io.WriteString(out, head.String()); err != nil {
		return fmt.Errorf("write rollout: %w", err)
	}
	if err := t.table(w).Write(out, t.style); err != nil {
		return err
	}
	if _, err := io.WriteString(out, foot.String()); err != nil {
		return fmt.Errorf("write rollout: %w", err)
	}
	return nil
}

// title names a workload in full: "prod-eu Deployment shop/web".
func title(w *rollout.Workload) string {
	name := w.Ref.Name
	if w.Ref.Namespace != "" {
		name = w.Ref.Namespace + "/" + name
	}
	return view.InContext(w.Context, w.Ref.Kind+" "+name)
}

// fact is a line above or below the table.
type fact struct {
	name  string // empty: the sentence stands alone
	words string // without any there is no line
	whole bool   // a command to be copied: never broken
}

// The names of the facts that stand first on a page and apart in Markdown.
const (
	factBlocked  = "blocked by"
	factRollback = "go back"
)

// deadlineWords returns when the progress deadline passes. The controller marks the Deployment
// when it looks at it again, which may be a while after the deadline.
func deadlineWords(d *rollout.Deadline) string {
	if d == nil {
		return ""
	}
	remaining := time.Duration(d.Remaining)
	if remaining < 0 {
		return "passed " + wording.Age(-remaining) + " ago; the controller will report it at its next sync"
	}
	return "in " + wording.Age(remaining) + " without progress"
}

// header returns why the workload is in its phase, and the arithmetic. The summary and the crash
// are always the first two, even if there is nothing to report: markdownFacts cuts them off.
func (t text) header(w *rollout.Workload) []fact {
	facts := []fact{{words: w.Summary}, {name: "crash", words: t.crashes[w]}}
	// Of what runs no pods, and of an owner that was not read, a strategy explains nothing.
	if w.Phase != rollout.ScaledToZero && w.Phase != "" {
		facts = append(facts, fact{name: "strategy", words: strategyWords(w)})
	}
	facts = append(facts, t.schedule(w)...)
	facts = append(facts, t.argo(w)...)
	facts = append(facts, fact{name: "next", words: nextWords(w)})
	facts = append(facts, fact{name: "deadline", words: deadlineWords(w.Deadline)})
	if w.ScaledBy != nil {
		facts = append(facts, fact{name: "scaled by", words: w.ScaledBy.Kind + " " + w.ScaledBy.Name})
	}
	return append(facts, fact{name: "leaving", words: leavingWords(w.Terminating)})
}

// leavingWords returns how many pods are terminating. nil means that the controller does not report them,
// not that there are none.
func leavingWords(terminating *int32) string {
	if deref(terminating) == 0 {
		return ""
	}
	return wording.Count(int(*terminating), "pod") + " terminating (not included in the counts above)"
}

// facts writes the lines, wrapped to the width.
func (t text) facts(b *strings.Builder, facts []fact) {
	for _, f := range facts {
		if f.words != "" {
			b.WriteString(t.fact(f) + "\n")
		}
	}
}

// fact returns one line, or several if it is longer than the width: "  next        may create 1".
func (t text) fact(f fact) string {
	const (
		indent = 2
		column = 14 // the words of all facts begin here
	)
	width := t.style.Width
	if f.whole { // a line break would be pasted, too
		width = 0
	}
	if f.name == "" {
		return strings.Repeat(" ", indent) + view.Wrap(t.style.Plain(f.words), width, indent)
	}
	label := fmt.Sprintf("%*s%-*s", indent, "", column-indent, f.name)
	return t.style.Dim(label) + view.Wrap(t.style.Plain(f.words), width, column)
}

// blockerWords returns what holds a rollout up:
// "Unschedulable, Pod web-1 and 2 more, since 5m: 0/3 nodes are available".
func (t text) blockerWords(k rollout.Blocker) string {
	// Of several pods in the same trouble one is named.
	words := k.Reason + ", " + k.Kind + " " + k.Name
	if k.Count > 1 {
		words += fmt.Sprintf(" and %d more", k.Count-1)
	}
	if k.Since != nil {
		words += ", since " + wording.Age(t.at.Sub(k.Since.Time))
	}
	return words + ": " + strings.TrimSpace(k.Message)
}

// footer returns what else blocks, what is tied to the workload, what to know, and
// the rollback, which stands last: it is the command that a reader in a hurry looks for.
func (t text) footer(w *rollout.Workload) []fact {
	var facts []fact
	for _, k := range w.BlockedBy {
		if k.Kind == "Pod" && k.Message == k.Words() {
			continue // the pod's line shows as much
		}
		facts = append(facts, fact{name: factBlocked, words: t.blockerWords(k)})
	}
	for _, o := range w.Orphans {
		facts = append(facts, fact{name: "orphan", words: o.Kind + " " + o.Name + " " + o.Reason})
	}
	for _, n := range w.Notes {
		facts = append(facts, fact{name: "note", words: n})
	}
	return append(facts, t.rollback(w)...)
}

// rollback returns the command that rolls back, and under it why it names that revision.
func (t text) rollback(w *rollout.Workload) []fact {
	if w.Rollback == nil {
		return nil
	}
	return []fact{
		{name: factRollback, words: t.style.Accent(w.Rollback.Command), whole: true},
		{name: " ", words: w.Rollback.Reason}, // blank, not empty: under the command, not a sentence of its own
	}
}
