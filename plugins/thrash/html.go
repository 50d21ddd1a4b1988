package thrash

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// page writes one page: the answer, a table of all cases if there are several,
// then each case with its verdict, evidence, timeline and next steps.
func (t text) page(out io.Writer, s *snapshot.Snapshot, items []diagnose.Item, nothing string, shared []view.Common) error {
	groups := grouped(items, alike)
	title := "What thrashes"
	answer := pageAnswer(items, nothing)
	if len(groups) == 1 {
		title, answer = t.place(items[0]), statusBadge(items[0].Status)+view.Text(" "+t.summary(items[0]))
	}
	body := []view.HTML{view.Head(title, answer, view.About(s), s.Gaps), view.CommonHTML(shared)}
	if len(groups) > 1 {
		body = append(body, t.overview(groups).HTML("What thrashes, worst first", t.style))
	}
	for n, group := range groups {
		content := t.caseOf(groups, n)
		class := ""
		if len(groups) > 1 {
			class = "part"
			head := view.Tag("h2", "", view.Text(view.CleanLine(t.place(group[0]))+" "), statusBadge(group[0].Status))
			if group[0].Status == diagnose.Recovered {
				content = []view.HTML{view.Folded(head, content...)}
			} else {
				content = append([]view.HTML{head}, content...)
			}
		}
		body = append(body, view.Element("section", view.Attrs{"id", anchor(n), "class", class}, content...))
	}
	return view.Page(out, title, body...)
}

func anchor(n int) string { return fmt.Sprintf("c%d", n+1) }

// pageAnswer returns how many containers are in which status, worst first.
func pageAnswer(items []diagnose.Item, nothing string) view.HTML {
	if len(items) == 0 {
		return view.Tag("span", "good", view.Text(nothing))
	}
	return view.Text(answerWords(items, nothing))
}

func sameStatus(a, b diagnose.Item) bool { return a.Status == b.Status }

func statusBadge(s diagnose.Status) view.HTML {
	if s == diagnose.Recovered {
		return view.Badge("good", string(s))
	}
	return view.Badge("bad", string(s))
}

// overview is one row a case.
func (t text) overview(groups [][]diagnose.Item) *view.Table {
	table := view.NewTable(
		view.Column{Head: "what"}, view.Column{Head: "context"}, view.Column{Head: "status"}, view.Column{Head: "restarts", Right: true},
		view.Column{Head: "next start"}, view.Column{Head: "cause", Prose: true},
	)
	for n, group := range groups {
		i := group[0]
		what := t.workload(i)
		if len(group) > 1 {
			what += fmt.Sprintf(" (%d pods)", len(group))
		}
		restarts := int32(0)
		for _, other := range group {
			restarts = max(restarts, other.Restarts)
		}
		status := t.style.Bad(string(i.Status))
		if i.Status == diagnose.Recovered {
			status = t.style.Good(string(i.Status))
		}
		table.Row(what, i.Context, status, fmt.Sprint(restarts), t.next(i), t.cause(i)).Link(anchor(n), 0)
	}
	return table
}

// caseOf writes case number n: its first container, and how the others with the
// same verdict differ. If it is the only case, its summary is the answer of the
// page.
func (t text) caseOf(groups [][]diagnose.Item, n int) []view.HTML {
	group := groups[n]
	i := group[0]
	c := i.Cause
	var out []view.HTML
	if len(groups) > 1 {
		out = append(out, view.Tag("p", "lead", view.Text(view.CleanLine(c.Summary))))
	}
	out = append(out, t.figures(i), view.Pairs([]view.Pair{
		{Name: "culprit", Words: culprit(groups, n)},
		{Name: "pod", Words: view.Text(view.CleanLine(i.Pod))},
		{Name: "of", Words: view.Text(t.about(i))},
		{Name: "image", Words: view.Text(view.CleanLine(i.Image))},
	}))
	out = append(out, t.reasons(c)...)
	if picture := t.happened(i); picture != "" {
		out = append(out, view.Tag("h3", "", "Timeline (UTC)"), picture)
	}
	if words := t.timeline(i.Timeline); len(words) > 0 {
		out = append(out, view.Folded("The same in words; ~ marks what was reconstructed", bullets(words)))
	}
	if len(group) > 1 {
		table := view.NewTable(
			view.Column{Head: "pods with the same verdict"},
			view.Column{Head: "state"},
			view.Column{Head: "exit"},
			view.Column{Head: "restarts", Right: true},
			view.Column{Head: "next start"},
			view.Column{Head: "node"},
		)
		for _, o := range group {
			table.Row(o.Pod, o.State, exit(o), fmt.Sprint(o.Restarts), t.next(o), o.Node)
		}
		out = append(out, view.Tag("h3", "", "Pods"), table.HTML("Pods with the same verdict", t.style))
	}
	if len(c.Words) > 0 {
		out = append(
			out,
			view.Tag("h3", "", "Last words"),
			view.Element("pre", view.Attrs{"tabindex", "0"}, view.Tag("code", "", view.Text(strings.Join(cleaned(c.Words), "\n")))),
		)
	}
	if len(i.NextSteps) > 0 {
		out = append(out, view.Tag("h3", "", "Try next"))
		for _, step := range i.NextSteps {
			out = append(out, view.Command(step))
		}
	}
	return out
}

// culprit returns the object that a verdict names, as a link if it is a case of
// the same page.
func culprit(groups [][]diagnose.Item, n int) view.HTML {
	c := groups[n][0].Cause.Culprit
	if c == nil {
		return ""
	}
	name := view.Text(view.CleanLine(c.Kind + " " + c.Name))
	for other, group := range groups {
		w := group[0].Workload
		if other != n && w != nil && w.Kind == c.Kind && w.Name == c.Name && group[0].Namespace == c.Namespace {
			return view.Link(anchor(other), name)
		}
	}
	return name
}

// figures are what is asked first: the verdict, the next start, the last end.
func (t text) figures(i diagnose.Item) view.HTML {
	class := "bad"
	sure := string(i.Cause.Confidence) + " confidence"
	if i.Cause.Category == diagnose.Undetermined {
		class = "dim"
		sure = "what can be seen carries no verdict"
	} else if i.Cause.Confidence == diagnose.Low {
		class = "warn"
	}
	box := func(name string, big view.HTML, small string) view.HTML {
		return view.Tag("div", "", view.Tag("dt", "", view.Text(name)), view.Tag("dd", "", big), view.Tag("dd", "", view.Text(small)))
	}
	boxes := []view.HTML{box("Cause", view.Tag("span", class, view.Text(string(i.Cause.Category))), sure)}
	if next := t.next(i); next != "-" {
		big, then, _ := strings.Cut(next, ", then ")
		big, wait, _ := strings.Cut(big, "; ")
		_, rest, _ := strings.Cut(t.start(i), next)
		if big == "runs" {
			big = "it runs now"
		}
		if then != "" {
			then = "then " + then
		}
		boxes = append(boxes, box("Next start", view.Text(big), strings.TrimSpace(cmp.Or(then, wait)+rest)))
	}
	if i.LastTermination != nil {
		words := strings.TrimPrefix(t.lastRun(i), "exit "+exit(i))
		boxes = append(boxes, box("Last end", view.Text("exit "+exit(i)), strings.TrimLeft(words, ", ")))
	}
	return view.Tag("dl", "figures", boxes...)
}

// reasons returns what speaks for and against a verdict, and what would settle it.
func (t text) reasons(c diagnose.Cause) []view.HTML {
	var out []view.HTML
	add := func(head string, claims []diagnose.Claim) {
		var items []view.HTML
		for _, claim := range claims {
			items = append(
				items,
				view.Tag("li", "", view.Text(view.CleanLine(claim.Claim)+" "), view.Tag("small", "", view.Text("("+view.CleanLine(claim.Source)+")"))),
			)
		}
		if len(items) > 0 {
			out = append(out, view.Tag("h3", "", view.Text(head)), view.Tag("ul", "", items...))
		}
	}
	add("What speaks for it", c.Evidence)
	add("What speaks against it, or was refused", c.Against)
	if len(c.WouldSettle) > 0 {
		out = append(out, view.Tag("h3", "", "What would settle it"), bullets(c.WouldSettle))
	}
	return out
}

func bullets(lines []string) view.HTML {
	var items []view.HTML
	for _, line := range cleaned(lines) {
		items = append(items, view.Tag("li", "", view.Text(line)))
	}
	return view.Tag("ul", "", items...)
}

func cleaned(lines []string) []string {
	out := slices.Clone(lines)
	for n := range out {
		out[n] = view.CleanLine(out[n])
	}
	return out
}
