package rsmap

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

func (o *options) print(m *picture) error {
	s, found := m.snapshot, m.found
	if o.diff != nil && (o.flags.Output == "text" || o.flags.Output == "wide") {
		return o.printDiff(found)
	}
	report := view.NewReport("RolloutMap", s, found)
	report.Redacted = m.hidden
	m.noteCrashes(o.flags.Output)
	if done, err := o.flags.Print(o.env, report, itemName); done || err != nil {
		return err
	}
	switch o.flags.Output {
	case "dot":
		return writeDot(o.env.Out, found)
	case "mermaid":
		return writeMermaid(o.env.Out, found)
	}
	t := o.text(o.flags.Style(o.env), m)
	if o.flags.Output == "html" {
		t.style = view.Style{Color: true}
		return t.page(o.env.Out, s, found)
	}
	if len(found) == 0 {
		cli.NoResources(o.env, o.namespace)
		return nil
	}
	if o.named() {
		return t.trees(o.env.Out, found)
	}
	return t.list(found, o.namespace == "").Write(o.env.Out, t.style)
}

// text returns the writer for people.
func (o *options) text(style view.Style, m *picture) text {
	return text{style: style, at: m.snapshot.At, revisions: o.revisions, pods: o.pods, crashes: m.crashes}
}

// noteCrashes puts what is known of crashes among the notes of formats for scripts.
func (m *picture) noteCrashes(format string) {
	if format == "text" || format == "wide" || format == "html" {
		return
	}
	for _, w := range m.found {
		if words := m.crashes[w]; words != "" {
			w.Notes = append(w.Notes, "crash: "+words)
		}
	}
}

// named reports whether single workloads were asked for.
func (o *options) named() bool {
	return slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name != "" })
}

// itemName returns an item as kubectl names it: deployment.apps/web.
func itemName(item any) string {
	w, ok := item.(*rollout.Workload)
	if !ok {
		return ""
	}
	name := strings.ToLower(w.Ref.Kind)
	if group, _, grouped := strings.Cut(w.Ref.APIVersion, "/"); grouped {
		name += "." + group
	}
	return name + "/" + w.Ref.Name
}
