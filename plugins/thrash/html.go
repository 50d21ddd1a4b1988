package thrash

import (
	"io"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// page writes one page: what was found as tables, then each case in full.
func (t text) page(out io.Writer, s *snapshot.Snapshot, items []diagnose.Item, nothing string) error {
	body := []view.HTML{
		view.Tag("h1", "", view.Text("What thrashes")),
		view.Tag("p", "", view.Text("As of "+s.At.UTC().Format("2006-01-02 15:04:05 UTC")+", by "+string(s.AtSource)+".")),
	}
	for _, g := range s.Gaps {
		body = append(body, view.Tag("p", "warn", view.Text(g.Resource+" "+g.Namespace+" not read: "+g.Reason+"; "+g.Effect)))
	}
	if len(items) == 0 {
		body = append(body, view.Tag("p", "good", view.Text(nothing)))
	}
	for _, group := range grouped(items, sameStatus) {
		body = append(body, t.table(group).HTML(t.style))
	}
	for _, group := range grouped(items, alike) {
		body = append(body, view.Tag("h2", "", view.Text(t.title(group[0]))), htmlFacts(t.facts(group[0], group[1:])))
	}
	return view.Page(out, "What thrashes", body...)
}

func sameStatus(a, b diagnose.Item) bool { return a.Status == b.Status }

func htmlFacts(facts []fact) view.HTML {
	var rows []view.HTML
	for _, f := range facts {
		text := view.Text(f.mark + f.text)
		if f.whole || f.mark == "| " {
			text = view.Tag("code", "", view.Text(f.text))
		}
		rows = append(rows, view.Tag("dt", "", view.Text(f.word)), view.Tag("dd", "", text))
	}
	return view.Tag("dl", "", rows...)
}
