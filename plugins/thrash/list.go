package thrash

import (
	"bytes"
	"fmt"
	"io"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// list writes what was found as one table a status, grouped by workload.
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

// table makes the table of one status. The columns that matter least go first
// where the terminal is narrow.
func (t text) table(items []diagnose.Item) *view.Table {
	last := view.Column{Head: "next start", Shrink: 12}
	if items[0].Status == diagnose.Recovered {
		last.Head = "restarted"
	}
	table := view.NewTable(
		view.Column{Head: string(items[0].Status), Shrink: 22},
		view.Column{Head: "container", Shrink: 10, Drop: 1},
		view.Column{Head: "state", Drop: 3},
		view.Column{Head: "exit", Shrink: 8},
		view.Column{Head: "restarts", Right: true},
		view.Column{Head: "ran for", Right: true, Drop: 2},
		last,
		view.Column{Head: "node", WideOnly: true},
		view.Column{Head: "image", WideOnly: true},
	)
	for _, group := range grouped(items, func(a, b diagnose.Item) bool { return a.Namespace == b.Namespace && t.workload(a) == t.workload(b) }) {
		t.group(table, group)
	}
	return table
}

// group writes the containers of one workload under it. A verdict that they
// share is told once.
func (t text) group(table *view.Table, items []diagnose.Item) {
	if len(items) == 1 && (items[0].Workload == nil || items[0].Pod == "") {
		row := table.Row(append([]string{t.style.Bold(t.workload(items[0]))}, t.cells(items[0])...)...)
		row.Note(t.cause(items[0]))
		return
	}
	head := table.Row(t.style.Bold(t.workload(items[0])))
	shared := true
	for _, i := range items {
		shared = shared && i.Container == items[0].Container && i.Cause.Category == items[0].Cause.Category && i.Cause.Summary == items[0].Cause.Summary
	}
	if shared {
		head.Note(t.cause(items[0]))
	}
	for _, i := range items {
		row := head.Row(append([]string{i.Pod}, t.cells(i)...)...)
		if !shared {
			row.Note(t.cause(i))
		}
	}
}

// cells are the columns behind the name.
func (t text) cells(i diagnose.Item) []string {
	last := t.next(i)
	if i.Status == diagnose.Recovered {
		last = "-"
		if i.LastTermination != nil && i.LastTermination.FinishedAt != nil {
			last = t.ago(i.LastTermination.FinishedAt)
		}
	}
	restarts := fmt.Sprint(i.Restarts)
	if i.Pod == "" {
		restarts = "-"
	}
	return []string{container(i), i.State, exit(i), restarts, ran(i), last, i.Node, i.Image}
}
