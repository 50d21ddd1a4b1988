package rsmap

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// page writes one page: the answer, a table of all workloads if there are
// several, then each workload with its revisions, pods, changes and times. If
// some workloads are unhealthy, the healthy ones are folded.
func (t text) page(out io.Writer, m *result) error {
	found := m.found
	alone := len(found) == 1
	title, answer := t.pageTitle(found)
	body := []view.HTML{view.Head(title, answer, view.About(m.snapshot), m.snapshot.Gaps), view.CommonHTML(m.common)}
	if len(found) > 1 {
		body = append(body, t.linkedList(found))
	}
	for i, w := range found {
		t.at = w.At // each member of a fleet was read at a time of its own
		content := t.workload(w, alone)
		class := ""
		if !alone {
			class = "part"
			content = parted(w, content)
		}
		body = append(body, view.Element("section", view.Attrs{"id", anchor(i), "class", class}, content...))
	}
	return view.Page(out, title, body...)
}

// pageTitle returns the title of a page and the answer below it: of one workload its summary, of several
// how many are in which phase.
func (t text) pageTitle(found []*rollout.Workload) (title string, answer view.HTML) {
	if len(found) != 1 {
		return "Rollouts", pageAnswer(found)
	}
	return titleOf(found[0]), phaseBadge(found[0]) + " " + view.Text(t.style.Plain(found[0].Summary))
}

// linkedList returns the table of all workloads, each name a link to its part of the page.
func (t text) linkedList(found []*rollout.Workload) view.HTML {
	namespaces := manyNamespaces(found)
	name := 0 // the column of the name, which moves right for each column that list puts before it
	if namespaces {
		name++
	}
	if found[0].Context != "" {
		name++
	}
	list := t.list(found, namespaces)
	for i, row := range list.Rows() {
		row.Link(anchor(i), name)
	}
	return list.HTML("Workloads, worst first", t.style)
}

// parted returns the content of one of several workloads under its heading, folded if it is healthy.
func parted(w *rollout.Workload, content []view.HTML) []view.HTML {
	head := view.Tag("h2", "", view.Text(titleOf(w)+" "), phaseBadge(w))
	if well(w.Phase) {
		return []view.HTML{view.Folded(head, content...)}
	}
	return append([]view.HTML{head}, content...)
}

// anchor returns the id of the section of the workload at i: "w1" for the first. A name would
// not do, because several namespaces or contexts may have the same one.
func anchor(i int) string { return fmt.Sprintf("w%d", i+1) }

// titleOf returns the title of a workload as one clean line, for headings, labels and attributes:
// a file may hold a name with any characters in it.
func titleOf(w *rollout.Workload) string { return view.CleanLine(title(w)) }

func manyNamespaces(found []*rollout.Workload) bool {
	return slices.ContainsFunc(found, func(w *rollout.Workload) bool { return w.Ref.Namespace != found[0].Ref.Namespace })
}

// well reports whether nothing needs attention, so that a long document may fold the workload.
func well(p rollout.Phase) bool { return p == rollout.Complete || p == rollout.ScaledToZero }

// pageAnswer returns how many workloads are in which phase, worst first.
func pageAnswer(found []*rollout.Workload) view.HTML {
	return view.Text(phaseCounts(found))
}

// phaseBadge returns the phase in the colour of its urgency, as a word: the colour adds nothing for those
// who see it, and takes nothing from those who do not.
func phaseBadge(w *rollout.Workload) view.HTML {
	class := "dim"
	switch w.Phase {
	case rollout.Failed, rollout.Stalled, rollout.Degraded:
		class = "bad"
	case rollout.Progressing, rollout.Paused:
		class = "warn"
	case rollout.Complete:
		class = "good"
	case rollout.ScaledToZero:
	}
	return view.Badge(class, phaseWord(w))
}

// first are the facts that stand above all others on a page: what holds the
// rollout up, and how to roll back.
var first = []string{factBlocked, factRollback}

// workload writes one workload. If it is the only one, its summary is the
// answer of the page.
func (t text) workload(w *rollout.Workload, alone bool) []view.HTML {
	var out []view.HTML
	facts := append(t.header(w), t.footer(w)...)
	for _, f := range facts {
		if f.name == "" && !alone {
			out = append(out, view.Tag("p", "lead", view.Text(t.style.Plain(f.words))))
		}
	}
	above, below := urgent(facts)
	out = append(out, htmlFacts(above), htmlFacts(below))
	out = append(out, minor(alone, "Revisions and their pods, newest first", t.table(w).HTML("Revisions and pods of "+titleOf(w), t.style))...)
	out = append(out, changes(w, alone)...)
	return append(out, minor(alone, "Timeline (UTC)", t.happened(w).HTML())...)
}

// minor returns a part of a workload under its heading, and no heading for a part that is empty.
func minor(alone bool, head string, part view.HTML) []view.HTML {
	if part == "" {
		return nil
	}
	return []view.HTML{view.Minor(alone, head), part}
}

// urgent divides the facts that have a name into the first ones and all others. A blank name
// continues the fact before it, as the reason under the rollback does, and stays with it.
func urgent(facts []fact) (above, below []fact) {
	top := false
	for _, f := range facts {
		if strings.TrimSpace(f.name) != "" {
			top = slices.Contains(first, f.name)
		}
		switch {
		case f.name == "":
		case top:
			above = append(above, f)
		default:
			below = append(below, f)
		}
	}
	return above, below
}

// htmlFacts writes facts as pairs of a name and words, commands in a box to copy. A fact without words is
// left out by view.Pairs.
func htmlFacts(facts []fact) view.HTML {
	var pairs []view.Pair
	for _, f := range facts {
		words := view.Text(f.words)
		if f.whole {
			words = view.Command(f.words)
		}
		pairs = append(pairs, view.Pair{Name: strings.TrimSpace(f.name), Words: words})
	}
	return view.Pairs(pairs)
}

// changes returns what each revision changed, the newest one open.
func changes(w *rollout.Workload, alone bool) []view.HTML {
	var out []view.HTML
	for _, r := range w.Revisions {
		if r.Change == nil || len(r.Change.Items) == 0 {
			continue
		}
		name := "What changed in " + r.Title()
		if r.Change.From != nil {
			name += fmt.Sprintf(", against revision %d", *r.Change.From)
		}
		// A wide table scrolls in a region of its own, which the keyboard reaches by its tabindex.
		table := view.Element(
			"div",
			view.Attrs{"class", "scroll", "tabindex", "0", "role", "region", "aria-label", titleOf(w) + ": " + name},
			view.Tag("table", "", changed(r.Change.Items)...),
		)
		if len(out) == 0 {
			out = append(out, view.Minor(alone, name), table)
			continue
		}
		out = append(out, view.Folded(view.Text(name), table))
	}
	return out
}

// changed returns the head and the rows of a table of changes.
func changed(items []rollout.Item) []view.HTML {
	rows := make([]view.HTML, 0, len(items))
	for _, i := range items {
		rows = append(rows, changedRow(i))
	}
	return []view.HTML{changedHead(), view.Tag("tbody", "", rows...)}
}

// changedHead returns the head of a table of changes.
func changedHead() view.HTML {
	var heads []view.HTML
	for _, head := range []view.HTML{"Field", "Before", "After"} {
		heads = append(heads, view.Element("th", view.Attrs{"scope", "col"}, head))
	}
	return view.Tag("thead", "", view.Tag("tr", "", heads...))
}

// changedRow returns the row of one changed field. An added field has no value before, a removed
// one none after: these cells stay empty.
func changedRow(i rollout.Item) view.HTML {
	before := view.HTML("")
	after := view.HTML("")
	if i.Kind != rollout.ItemAdded {
		before = view.Tag("del", "before", view.Text(i.Old))
	}
	if i.Kind != rollout.ItemRemoved {
		after = view.Tag("ins", "after", view.Text(i.New))
	}
	// A narrow screen puts the cells below each other, without the head: data-head labels them there.
	return view.Tag("tr", "row",
		view.Element("th", view.Attrs{"scope", "row"}, view.Text(i.Path)),
		view.Element("td", view.Attrs{"class", "value", "data-head", "before"}, before),
		view.Element("td", view.Attrs{"class", "value", "data-head", "after"}, after))
}
