package thrash

import (
	"fmt"
	"io"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/diagnose"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// page writes one page: the answer, a table of all cases if there are several,
// then each case with its verdict, evidence, timeline and next steps.
func (t text) page(out io.Writer, p result, nothing string) error {
	items := p.found.items
	groups := grouped(items, alike)
	// The answer stands at the top: of one case it is the verdict, of several their numbers.
	title := "What thrashes"
	answer := pageAnswer(items, nothing)
	if len(groups) == 1 {
		title = t.place(items[0])
		answer = statusBadge(items[0].Status) + view.Text(" "+t.summary(items[0]))
	}
	body := []view.HTML{view.Head(title, answer, view.About(p.snapshot), p.snapshot.Gaps), view.CommonHTML(p.common)}
	if len(groups) > 1 {
		body = append(body, t.overview(groups).HTML("What thrashes, worst first", t.style))
	}
	for n := range groups {
		body = append(body, t.section(groups, n))
	}
	return view.Page(out, title, body...)
}

// section returns case number n under its heading. The only case of a page has the
// heading of the page; containers that recovered are folded.
func (t text) section(groups [][]diagnose.Item, n int) view.HTML {
	content := t.caseOf(groups, n)
	class := ""
	if len(groups) > 1 {
		class = "part"
		content = t.headed(groups[n][0], content)
	}
	return view.Element("section", view.Attrs{"id", anchor(n), "class", class}, content...)
}

// headed returns the content of one of several cases under its heading, folded if it recovered.
func (t text) headed(i diagnose.Item, content []view.HTML) []view.HTML {
	head := view.Tag("h2", "", view.Text(view.CleanLine(t.place(i))+" "), statusBadge(i.Status))
	if i.Status == diagnose.Recovered {
		return []view.HTML{view.Folded(head, content...)}
	}
	return append([]view.HTML{head}, content...)
}

// anchor returns the id of the section of case n, counting from 0: c1. Names may be there twice, in
// two contexts.
func anchor(n int) string { return fmt.Sprintf("c%d", n+1) }

// pageAnswer returns how many containers are in which status, worst first.
func pageAnswer(items []diagnose.Item, nothing string) view.HTML {
	if len(items) == 0 {
		return view.Tag("span", "good", view.Text(nothing))
	}
	return view.Text(answerWords(items, nothing))
}

// sameStatus reports whether two containers have the same status.
func sameStatus(a, b diagnose.Item) bool { return a.Status == b.Status }

// statusBadge returns a status as a badge in its color.
func statusBadge(s diagnose.Status) view.HTML {
	if s == diagnose.Recovered {
		return view.Badge("good", string(s))
	}
	return view.Badge("bad", string(s))
}

// overview returns a table with one row for each case, which links to it. Empty columns, such as that of
// contexts, are left out of a page.
func (t text) overview(groups [][]diagnose.Item) *view.Table {
	table := view.NewTable(
		view.Column{Head: "what"}, view.Column{Head: "context"}, view.Column{Head: "status"}, view.Column{Head: "restarts", Right: true},
		view.Column{Head: "next start"}, view.Column{Head: "cause", Prose: true},
	)
	for n, group := range groups {
		table.Row(t.overviewCells(group)...).Link(anchor(n), 0)
	}
	return table
}

// overviewCells returns the row of one case. Its restarts are those of the pod with the most.
func (t text) overviewCells(group []diagnose.Item) []string {
	i := group[0]
	what := t.workload(i)
	if len(group) > 1 {
		what += fmt.Sprintf(" (%d pods)", len(group))
	}
	return []string{what, i.Context, t.status(i), fmt.Sprint(mostRestarts(group)), t.next(i), t.cause(i)}
}

// mostRestarts returns the restarts of the container that restarted most.
func mostRestarts(group []diagnose.Item) int32 {
	most := int32(0)
	for _, i := range group {
		most = max(most, i.Restarts)
	}
	return most
}

// bullets returns lines as a list.
func bullets(lines []string) view.HTML {
	var items []view.HTML
	for _, line := range cleaned(lines) {
		items = append(items, view.Tag("li", "", view.Text(line)))
	}
	return view.Tag("ul", "", items...)
}

// cleaned returns lines without control characters; lines is not changed.
func cleaned(lines []string) []string {
	out := slices.Clone(lines)
	for n := range out {
		out[n] = view.CleanLine(out[n])
	}
	return out
}
