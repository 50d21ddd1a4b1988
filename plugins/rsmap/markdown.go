package rsmap

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// markdown writes a summary to paste into a chat, an issue or a merge request:
// the state of each rollout, what blocks it and how to roll back; the rest is
// folded.
func (t text) markdown(w io.Writer, p *result) error {
	var m view.Markdown
	m.Head(answerWords(p.found), p.snapshot, p.common)
	if len(p.found) > 1 {
		m.Table([]string{"Workload", "Phase", "Ready", "Why"}, markdownRows(p.found))
	}
	for _, w := range p.found {
		if len(p.found) > 1 && well(w.Phase) {
			continue // its row has all that a reader of a chat needs
		}
		if err := t.markdownWorkload(&m, w); err != nil {
			return err
		}
	}
	return m.Write(w)
}

// markdownRows returns the rows of the table of all workloads, worst first as they are.
func markdownRows(found []*rollout.Workload) [][]string {
	rows := make([][]string, 0, len(found))
	for _, w := range found {
		rows = append(rows, []string{titleOf(w), phaseWord(w), ratio(w.Ready, w.Desired), why(w)})
	}
	return rows
}

// answerWords returns the answer of the whole document: "Rollouts: 1 Stalled, 12 Complete".
func answerWords(found []*rollout.Workload) string {
	if len(found) == 0 {
		return phaseCounts(found)
	}
	return "Rollouts: " + phaseCounts(found)
}

// phaseCounts returns how many workloads are in which phase, worst first: "1 Stalled, 12 Complete".
func phaseCounts(found []*rollout.Workload) string {
	if len(found) == 0 {
		return "No workload was found"
	}
	counts, order := countPhases(found)
	words := make([]string, 0, len(order))
	for _, phase := range order {
		words = append(words, fmt.Sprintf("%d %s", counts[phase], phase))
	}
	return strings.Join(words, ", ")
}

// countPhases counts the workloads by phase, and returns the phases in the order in which they come.
func countPhases(found []*rollout.Workload) (counts map[string]int, order []string) {
	counts = map[string]int{}
	for _, w := range found {
		phase := phaseWord(w)
		if counts[phase]++; counts[phase] == 1 {
			order = append(order, phase)
		}
	}
	return counts, order
}

// markdownWorkload writes one workload: what a reader must know at once, and folded below it the table,
// which may be long.
func (t text) markdownWorkload(m *view.Markdown, w *rollout.Workload) error {
	t.at = w.At
	m.Heading(3, titleOf(w)+": "+phaseWord(w)) // below the one of the document, which is of level 2
	m.Paragraph("", w.Summary)
	if words := t.crashes[w]; words != "" {
		m.Paragraph("Crash:", words)
	}
	// Of the facts only those stand open that one acts upon.
	blockers, facts := t.markdownFacts(w)
	m.List("Blocked by:", blockers)
	if w.Rollback != nil {
		m.Code("sh", []string{w.Rollback.Command}) // a block has a button to copy it
		m.Paragraph("", w.Rollback.Reason)
	}
	// A table of Markdown cannot show a tree: the text of a terminal, in a block of code, can.
	var table bytes.Buffer
	if err := t.table(w).Write(&table, view.Style{}); err != nil {
		return err
	}
	m.Fold("Revisions and pods of "+titleOf(w), func(m *view.Markdown) {
		m.List("", facts)
		m.Code("text", strings.Split(strings.TrimRight(table.String(), "\n"), "\n"))
	})
	return nil
}

// markdownFacts returns what blocks a workload, and all else that stands above and below its table,
// but for the rollback, which is written as a command.
func (t text) markdownFacts(w *rollout.Workload) (blockers, facts []string) {
	// Without the summary and the crash, the first two, which are paragraphs.
	for _, f := range append(t.header(w)[2:], t.footer(w)...) {
		switch name := strings.TrimSpace(f.name); {
		case f.words == "" || name == "" || name == factRollback: // "" is the reason of the rollback, beside it
		case name == factBlocked:
			blockers = append(blockers, f.words)
		default:
			facts = append(facts, name+": "+f.words)
		}
	}
	return blockers, facts
}
