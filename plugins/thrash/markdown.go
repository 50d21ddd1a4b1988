package thrash

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// markdown writes a summary to paste into a chat, an issue or a merge request:
// the verdict of each case, its evidence and the commands; the rest is folded.
func (t text) markdown(w io.Writer, p result, nothing string) error {
	var m view.Markdown
	groups := grouped(p.found.items, alike) // pods with the same verdict are one case
	m.Head(answerWords(p.found.items, nothing), p.snapshot, p.common)
	if len(groups) > 1 {
		m.Table([]string{"What", "Status", "Next start", "Cause"}, t.markdownRows(groups))
	}
	for _, group := range groups {
		t.markdownCase(&m, group, len(groups) == 1)
	}
	return m.Write(w)
}

// markdownRows returns the rows of the table of all cases, worst first as they are.
func (t text) markdownRows(groups [][]diagnose.Item) [][]string {
	rows := make([][]string, 0, len(groups))
	for _, group := range groups {
		i := group[0] // the worst of them
		rows = append(rows, []string{t.places(group), string(i.Status), t.next(i), string(i.Cause.Category)})
	}
	return rows
}

// answerWords returns how many containers are in which status, worst first: "2 thrashing, 1 blocked".
func answerWords(items []diagnose.Item, nothing string) string {
	if len(items) == 0 {
		return nothing
	}
	var words []string
	for _, group := range grouped(items, sameStatus) {
		words = append(words, fmt.Sprintf("%d %s", len(group), group[0].Status))
	}
	return strings.Join(words, ", ")
}

// places names a case and how many pods share it: "shop/deploy/web rev 4 (3 pods)".
func (t text) places(group []diagnose.Item) string {
	if len(group) == 1 {
		return t.place(group[0])
	}
	return fmt.Sprintf("%s (%d pods)", t.place(group[0]), len(group))
}

// markdownCase writes one case: its verdict, evidence, next start and commands, and
// the rest folded.
func (t text) markdownCase(m *view.Markdown, group []diagnose.Item, alone bool) {
	i := group[0]
	t.at = i.At
	m.Heading(3, t.places(group)+": "+string(i.Status))
	m.Paragraph(verdictWords(i.Cause)+":", t.summary(i))
	m.List("", claimLines(i.Cause.Evidence))
	if start := t.start(i); start != "" {
		m.Paragraph("Next start:", start)
	}
	m.Code("sh", i.NextSteps)
	title := "Details"
	if !alone { // of several that are folded, a reader must tell which one to open
		title = "Details of " + t.place(i)
	}
	m.Fold(title, func(m *view.Markdown) { t.markdownDetails(m, group) })
}

// verdictWords returns "out-of-memory, high confidence". That the evidence does not decide is no
// verdict that one could be confident of.
func verdictWords(c diagnose.Cause) string {
	if c.Category == diagnose.Undetermined {
		return string(c.Category)
	}
	return string(c.Category) + ", " + string(c.Confidence) + " confidence"
}

// markdownDetails writes what is folded: the pod, what contradicts the verdict, the
// other pods, the timeline and the log.
func (t text) markdownDetails(m *view.Markdown, group []diagnose.Item) {
	i := group[0]
	m.List("", nonEmpty(named("pod", i.Pod), t.about(i), named("image", i.Image), t.lastRun(i)))
	m.List("Against:", claimLines(i.Cause.Against))
	m.List("To confirm:", i.Cause.WouldSettle)
	var also []string // all of them: a file has no screen that they could fill
	for _, o := range group[1:] {
		also = append(also, t.otherPod(o))
	}
	m.List("Pods with the same verdict:", also)
	if words := t.timeline(i.Timeline); len(words) > 0 {
		m.Paragraph("Timeline", "(UTC; ~ marks what was reconstructed)")
		m.Code("text", words)
	}
	if len(i.Cause.Words) > 0 {
		m.Paragraph("Log", "of the last run")
		m.Code("text", i.Cause.Words)
	}
}

// claimLines returns claims as lines, each with its source: "the container was OOMKilled (lastState)".
// Who reads a verdict in a chat has no cluster to look for it.
func claimLines(claims []diagnose.Claim) []string {
	var out []string
	for _, c := range claims {
		out = append(out, c.Claim+" ("+c.Source+")")
	}
	return out
}

// named returns "pod web-1"; empty without a name.
func named(kind, name string) string {
	if name == "" {
		return ""
	}
	return kind + " " + name
}

// nonEmpty returns the texts without the empty ones.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}
