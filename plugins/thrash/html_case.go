package thrash

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// caseOf returns case number n: its first container, and how the others with the
// same verdict differ. If it is the only case, its summary is the answer of the
// page.
func (t text) caseOf(groups [][]diagnose.Item, n int) []view.HTML {
	group := groups[n]
	i := group[0]
	alone := len(groups) == 1
	var out []view.HTML
	if !alone {
		out = append(out, view.Tag("p", "lead", view.Text(view.CleanLine(i.Cause.Summary))))
	}
	// In the order in which one asks: what is it, why, since when, who else, and what to do.
	out = append(out, t.figures(i), t.subject(i, culprit(groups, n)))
	out = append(out, t.reasons(i.Cause, alone)...)
	out = append(out, t.timelineParts(i, alone)...)
	if len(group) > 1 {
		out = append(out, view.Minor(alone, "Pods"), t.samePods(group))
	}
	out = append(out, logParts(i.Cause.Words, alone)...)
	return append(out, nextParts(i.NextSteps, alone)...)
}

// subject returns what a case is about, and the object that its verdict names if it is another one.
func (t text) subject(i diagnose.Item, culprit view.HTML) view.HTML {
	return view.Pairs([]view.Pair{
		{Name: "culprit", Words: culprit},
		{Name: "pod", Words: view.Text(view.CleanLine(i.Pod))},
		{Name: "of", Words: view.Text(t.about(i))},
		{Name: "image", Words: view.Text(view.CleanLine(i.Image))},
	})
}

// nextParts returns the suggested commands, each in a box to copy.
func nextParts(steps []string, alone bool) []view.HTML {
	if len(steps) == 0 {
		return nil
	}
	out := []view.HTML{view.Minor(alone, "Try next")}
	for _, step := range steps {
		out = append(out, view.Command(step))
	}
	return out
}

// timelineParts returns the drawn timeline of a container, and the same as a list for
// those who cannot see the drawing.
func (t text) timelineParts(i diagnose.Item, alone bool) []view.HTML {
	var out []view.HTML
	if drawing := t.happened(i); drawing != "" {
		out = append(out, view.Minor(alone, "Timeline (UTC)"), drawing)
	}
	if words := t.timeline(i.Timeline); len(words) > 0 {
		out = append(out, view.Folded("As a list; ~ marks what was reconstructed", bullets(words)))
	}
	return out
}

// logParts returns the last lines of a log, if there are any.
func logParts(lines []string, alone bool) []view.HTML {
	if len(lines) == 0 {
		return nil
	}
	text := view.Tag("code", "", view.Text(strings.Join(cleaned(lines), "\n")))
	// Without tabindex a keyboard could not scroll long lines.
	return []view.HTML{view.Minor(alone, "Last log lines"), view.Element("pre", view.Attrs{"tabindex", "0"}, text)}
}

// podColumns are the columns in which pods with one verdict differ.
var podColumns = []view.Column{
	{Head: "pods with the same verdict"},
	{Head: "state"},
	{Head: "exit"},
	{Head: "restarts", Right: true},
	{Head: "next start"},
	{Head: "node"}, // all on one would be a sign of it
}

// samePods returns the table of the pods with one verdict.
func (t text) samePods(group []diagnose.Item) view.HTML {
	// The first one, too, although the case is about it: the table is read by itself.
	table := view.NewTable(podColumns...)
	for _, o := range group {
		table.Row(o.Pod, o.State, exit(o), fmt.Sprint(o.Restarts), t.next(o), o.Node)
	}
	return table.HTML("Pods with the same verdict as "+t.place(group[0])+" "+container(group[0]), t.style)
}

// culprit returns the object that a verdict names, as a link if it is a case of
// the same page.
func culprit(groups [][]diagnose.Item, n int) view.HTML {
	c := groups[n][0].Cause.Culprit
	if c == nil {
		return ""
	}
	// A database that thrashes is a case of its own, and the one to look at first.
	name := view.Text(view.CleanLine(c.Kind + " " + c.Name))
	for other, group := range groups {
		if other != n && isOf(group[0], c) {
			return view.Link(anchor(other), name)
		}
	}
	return name
}

// isOf reports whether a case is of the workload that another case's verdict names.
func isOf(i diagnose.Item, c *diagnose.Culprit) bool {
	w := i.Workload
	return w != nil && w.Kind == c.Kind && w.Name == c.Name && i.Namespace == c.Namespace
}

// figures returns the verdict, the next start and the last exit, as large boxes.
func (t text) figures(i diagnose.Item) view.HTML {
	boxes := []view.HTML{causeBox(i.Cause)}
	if t.next(i) != "-" {
		boxes = append(boxes, t.nextBox(i))
	}
	if i.LastTermination != nil {
		boxes = append(boxes, t.exitBox(i))
	}
	return view.Tag("dl", "figures", boxes...)
}

// exitBox returns how the last run ended, large, and below it how long it took and when that was.
func (t text) exitBox(i diagnose.Item) view.HTML {
	words := nonEmpty(after(i), t.sinceLastRun(i))
	return box("Last exit", view.Text(view.CleanLine(exitOf(i))), view.CleanLine(strings.Join(words, ", ")))
}

// box returns one large figure, with its name above it and an explanation below it.
func box(name string, big view.HTML, small string) view.HTML {
	return view.Tag("div", "",
		view.Tag("dt", "", view.Text(name)),
		view.Tag("dd", "", big),
		view.Tag("dd", "", view.Text(small)))
}

// causeBox returns the category of a cause, in a color that shows the confidence.
func causeBox(c diagnose.Cause) view.HTML {
	class := "bad"
	sure := string(c.Confidence) + " confidence"
	if c.Category == diagnose.Undetermined { // no cause, so that there is no confidence in one
		class = "dim"
		sure = "the evidence does not decide"
	} else if c.Confidence == diagnose.Low { // a guess must not look like a finding
		class = "warn"
	}
	return box("Cause", view.Tag("span", class, view.Text(string(c.Category))), sure)
}

// nextBox returns when the next start is due, large, and the rest below it.
func (t text) nextBox(i diagnose.Item) view.HTML {
	next := t.nextWords(i)
	if i.Status != diagnose.Failed && i.State == "Running" {
		next.when = "it runs now"
	}
	return box("Next start", view.Text(next.when), strings.TrimSpace(next.after+t.aboutStart(i)))
}

// reasons returns what supports and contradicts a verdict, and what would confirm it.
func (t text) reasons(c diagnose.Cause, alone bool) []view.HTML {
	out := claimParts("What supports it", c.Evidence, alone)
	out = append(out, claimParts("What contradicts it, or was ruled out", c.Against, alone)...)
	if len(c.WouldSettle) > 0 {
		out = append(out, view.Minor(alone, "What would confirm it"), bullets(c.WouldSettle))
	}
	return out
}

// claimParts returns claims, each with its source, under a heading.
func claimParts(head string, claims []diagnose.Claim, alone bool) []view.HTML {
	if len(claims) == 0 {
		return nil
	}
	var items []view.HTML
	for _, claim := range claims {
		items = append(items, claimItem(claim))
	}
	return []view.HTML{view.Minor(alone, head), view.Tag("ul", "", items...)}
}

// claimItem returns a claim with where it can be checked, in small letters: "(event BackOff, 3m ago)".
func claimItem(claim diagnose.Claim) view.HTML {
	source := view.Tag("small", "", view.Text("("+view.CleanLine(claim.Source)+")"))
	return view.Tag("li", "", view.Text(view.CleanLine(claim.Claim)+" "), source)
}
