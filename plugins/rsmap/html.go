package rsmap

import (
	"io"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// page writes one page: all workloads in a table, then each with its revisions
// and pods.
func (t text) page(out io.Writer, s *snapshot.Snapshot, found []*rollout.Workload) error {
	body := []view.HTML{
		view.Tag("h1", "", view.Text("Rollouts")),
		view.Tag("p", "", view.Text("As of "+s.At.UTC().Format("2006-01-02 15:04:05 UTC")+", by "+string(s.AtSource)+".")),
	}
	for _, g := range s.Gaps {
		body = append(body, view.Tag("p", "warn", view.Text(g.Resource+" "+g.Namespace+" not read: "+g.Reason+"; "+g.Effect)))
	}
	if len(found) != 1 {
		body = append(body, t.list(found, true).HTML(t.style))
	}
	for _, w := range found {
		body = append(body, view.Tag("h2", "", view.Text(title(w)+"   "+t.phase(w.Phase))), htmlFacts(t.header(w)), t.table(w).HTML(t.style), htmlFacts(t.footer(w)))
	}
	return view.Page(out, "Rollouts", body...)
}

func htmlFacts(facts []fact) view.HTML {
	var rows []view.HTML
	for _, f := range facts {
		switch {
		case f.words == "":
		case f.whole:
			rows = append(rows, view.Tag("dt", "", view.Text(f.name)), view.Tag("dd", "", view.Tag("code", "", view.Text(f.words))))
		default:
			rows = append(rows, view.Tag("dt", "", view.Text(f.name)), view.Tag("dd", "", view.Text(f.words)))
		}
	}
	return view.Tag("dl", "", rows...)
}
