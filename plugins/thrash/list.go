package thrash

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// list writes what was found as one table for each status, grouped by workload.
func (t text) list(w io.Writer, items []diagnose.Item) error {
	var out bytes.Buffer
	for n, group := range grouped(items, sameStatus) {
		if n > 0 {
			out.WriteByte('\n')
		}
		if err := t.table(group).Write(&out, t.style); err != nil {
			return err
		}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

// table returns the table of one status. On a narrow terminal it drops the
// least important columns first.
func (t text) table(items []diagnose.Item) *view.Table {
	table := view.NewTable(t.columns(items[0].Status, items[0].Context != "")...)
	for _, group := range grouped(items, t.sameWorkload) {
		t.group(table, group)
	}
	return table
}

// columns returns the columns of the table of one status.
func (t text) columns(status diagnose.Status, contexts bool) []view.Column {
	restarts := view.Column{Head: "restarts", Right: true}
	if contexts {
		restarts.Drop = 4 // rather than cut when the next start is due
	}
	// A narrow terminal drops the state first, then how long the last run took, then the container: most
	// pods have one.
	columns := []view.Column{
		{Head: string(status), Shrink: 22}, // the status heads the table: all of its rows have it
		{Head: "container", Shrink: 10, Drop: 1},
		{Head: "state", Drop: 3},
		{Head: "exit", Shrink: 8},
		restarts,
		{Head: "ran for", Right: true, Drop: 2},
		startColumn(status),
		{Head: "node", WideOnly: true},
		{Head: "image", WideOnly: true},
	}
	columns = append(columns, t.labels.Columns()...)
	if contexts {
		columns = slices.Insert(columns, 1, view.Column{Head: "context", Shrink: 10})
	}
	return columns
}

// startColumn returns the column of the next start, or of a recovered container of the last one.
// What matters of a start comes first, so that it may be cut at its end: "in 1m1s–1m34s, then 5m".
func startColumn(status diagnose.Status) view.Column {
	column := view.Column{Head: "next start", Shrink: 16, Prose: true}
	if status == diagnose.Recovered {
		column.Head = "restarted"
	}
	return column
}

// sameWorkload reports whether two containers are of the same revision of a workload.
func (t text) sameWorkload(a, b diagnose.Item) bool {
	return a.Context == b.Context && a.Namespace == b.Namespace && t.workload(a) == t.workload(b)
}

// shownPods is how many pods with one verdict a terminal shows; the rest are counted.
// With -o wide, and in a pipe, all are listed.
const shownPods = 4

// group writes the containers of one workload under it. Containers that share a
// verdict stand together, and the verdict is written once.
func (t text) group(table *view.Table, items []diagnose.Item) {
	name := t.style.Bold(t.workload(items[0]))
	// A bare pod is its own heading, and so is a Job whose pods are gone.
	if len(items) == 1 && (items[0].Workload == nil || items[0].Pod == "") {
		row := table.Row(append([]string{name}, t.cells(items[0])...)...)
		row.Note(t.cause(items[0]))
		return
	}
	head := table.Row(name)
	verdicts := together(items, agree)
	for _, alike := range verdicts {
		t.rows(head, alike, len(verdicts) > 1)
	}
	if len(verdicts) == 1 {
		head.Note(t.cause(items[0]))
	}
}

// rows writes the pods with one verdict under their workload: the first shownPods on a
// terminal, and how many more there are. A single one more takes no more room than
// its count, so it is shown. noted adds the verdict to the first pod.
func (t text) rows(head *view.Row, alike []diagnose.Item, noted bool) {
	shown := len(alike)
	if shown > shownPods+1 && t.style.Width > 0 && !t.style.Wide {
		shown = shownPods
	}
	for n, i := range alike[:shown] {
		row := head.Row(append([]string{i.Pod}, t.cells(i)...)...)
		if n == 0 && noted {
			row.Note(t.cause(i))
		}
	}
	if rest := alike[shown:]; len(rest) > 0 {
		head.Row(t.folded(rest)...)
	}
}

// agree reports whether two containers of one workload have the same verdict. The summary counts, too: two
// containers may lack different keys of a ConfigMap.
func agree(a, b diagnose.Item) bool {
	return a.Container == b.Container && a.Cause.Category == b.Cause.Category && a.Cause.Summary == b.Cause.Summary
}

// folded returns the row for pods that are not listed: how many, how often they
// restarted, and when the first of them starts next.
func (t text) folded(items []diagnose.Item) []string {
	cells := []string{fmt.Sprintf("%d more (-o wide)", len(items)), "", "", "", restartsOf(items), "", t.firstStart(items)}
	if items[0].Context != "" {
		return slices.Insert(cells, 1, items[0].Context)
	}
	return cells
}

// firstStart returns when the first of several containers starts next, empty if that is not known or if
// they recovered.
func (t text) firstStart(items []diagnose.Item) string {
	if first := soonest(items); first != nil && items[0].Status != diagnose.Recovered {
		return "first " + t.next(*first)
	}
	return ""
}

// restartsOf returns the restarts of containers, as a range if they differ.
func restartsOf(items []diagnose.Item) string {
	most := mostRestarts(items)
	least := most
	for _, i := range items {
		least = min(least, i.Restarts)
	}
	if least < most {
		return fmt.Sprintf("%d–%d", least, most)
	}
	return fmt.Sprint(most)
}

// soonest returns the container that starts first, or nil if no start is known.
func soonest(items []diagnose.Item) *diagnose.Item {
	var first *diagnose.Item
	for n, i := range items {
		if i.Backoff.NotBefore == nil {
			continue
		}
		if first == nil || i.Backoff.NotBefore.Before(first.Backoff.NotBefore.Time) {
			first = &items[n]
		}
	}
	return first
}

// cells returns the columns after the name.
func (t text) cells(i diagnose.Item) []string {
	t.at = i.At
	restarts := fmt.Sprint(i.Restarts)
	if i.Pod == "" { // a Job whose pods are gone, and their restarts with them
		restarts = "-"
	}
	cells := []string{container(i), i.State, exit(i), restarts, ran(i), t.startCell(i), i.Node, i.Image}
	cells = append(cells, t.labels.Cells(i.Labels)...)
	if i.Context != "" {
		return append([]string{i.Context}, cells...)
	}
	return cells
}

// startCell returns when a container starts next, or when a recovered one restarted last.
func (t text) startCell(i diagnose.Item) string {
	if i.Status != diagnose.Recovered {
		return t.next(i)
	}
	if i.LastTermination == nil || i.LastTermination.FinishedAt == nil {
		return "-"
	}
	return t.ago(i.LastTermination.FinishedAt)
}
