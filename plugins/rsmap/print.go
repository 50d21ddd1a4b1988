package rsmap

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// print writes the result in the format that was asked for.
func (o *options) print(m *result) error {
	found := m.found
	if o.diff != nil && (o.flags.Output == "text" || o.flags.Output == "wide") {
		return o.printDiff(found)
	}
	report := view.NewReport("RolloutMap", m.snapshot, found)
	report.Redacted = m.hidden
	report.Common = m.common
	m.noteCrashes(o.flags.Output)
	if done, err := o.flags.Print(o.env, report, itemName); done || err != nil {
		return err
	}
	t := o.text(o.flags.Style(o.env), m)
	switch o.flags.Output {
	case "dot":
		return writeDot(o.env.Out, found)
	case "mermaid":
		return writeMermaid(o.env.Out, found)
	case "markdown":
		t.style = view.Style{}
		return t.markdown(o.env.Out, m)
	case "html":
		t.style = view.Style{Color: true}
		return t.page(o.env.Out, m.snapshot, found, m.common)
	}
	if len(found) == 0 {
		o.printNone(m.snapshot)
		return nil
	}
	if o.inFull() {
		return t.trees(o.env.Out, found)
	}
	if err := view.WriteCommon(o.env.Out, m.common, t.style); err != nil {
		return err
	}
	return t.list(found, o.namespaces(found)).Write(o.env.Out, t.style)
}

// printNone reports on stderr, as kubectl get does, that no workload was found.
func (o *options) printNone(s *snapshot.Snapshot) {
	switch {
	case o.named() && o.list.IgnoreNotFound:
	case o.listed:
		cli.NoResourcesIn(o.env, len(s.Source.Contexts)-len(unread(s)))
	default:
		cli.NoResources(o.env, o.namespace)
	}
}

// namespaces reports whether a list needs a column of namespaces.
func (o *options) namespaces(found []*rollout.Workload) bool {
	if o.listed {
		return o.flags.AllNamespaces || manyNamespaces(found)
	}
	return o.namespace == ""
}

// text returns the writer for people.
func (o *options) text(style view.Style, m *result) text {
	return text{style: style, at: m.snapshot.At, revisions: o.revisions, pods: o.pods, crashes: m.crashes, labels: o.list}
}

// noteCrashes puts what is known of crashes among the notes of formats for scripts.
func (m *result) noteCrashes(format string) {
	if format == "text" || format == "wide" || format == "html" || format == "markdown" {
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

// inFull reports whether workloads are shown with their revisions and pods.
func (o *options) inFull() bool { return o.named() && !o.listed }

// itemName returns an item as kubectl names it: deployment.apps/web.
func itemName(item any) string {
	w, ok := item.(*rollout.Workload)
	if !ok {
		return ""
	}
	return view.ItemName(w.Context, w.Ref.APIVersion, w.Ref.Kind, w.Ref.Name)
}
