package rsmap

import (
	"io"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// print writes the result in the format that was asked for: --diff as text, then the formats for scripts
// of every plugin, those of this one, and last the view for people.
func (o *options) print(m *result) error {
	if o.diff != nil && (o.flags.Output == "text" || o.flags.Output == "wide") {
		return o.printDiff(m.found)
	}
	m.noteCrashes(o.flags.Output)
	if done, err := o.flags.Print(o.env, m.report(), itemName); done || err != nil {
		return err
	}
	t := o.text(o.flags.Style(o.env), m)
	switch o.flags.Output {
	case "dot":
		return writeDot(o.env.Out, m.found)
	case "mermaid":
		return writeMermaid(o.env.Out, m.found)
	case "markdown": // is pasted elsewhere, without the width and colours of this terminal
		t.style = view.Style{}
		return t.markdown(o.env.Out, m)
	case "html": // turns the colours into classes of its own sheet, with or without a terminal
		t.style = view.Style{Color: true}
		return t.page(o.env.Out, m)
	}
	if len(m.found) == 0 {
		o.printNone(m.snapshot)
		return nil
	}
	return o.write(o.env.Out, t, m)
}

// report returns the document for scripts: -o json, yaml, jsonpath and the like.
func (m *result) report() *view.Report {
	r := view.NewReport("RolloutMap", m.snapshot, m.found)
	r.Redacted = m.hidden
	r.Common = m.common
	return r
}

// write writes the workloads, of which there is at least one, as text: those that were asked
// for by name with their revisions and pods, others in one table.
func (o *options) write(out io.Writer, t text, m *result) error {
	if o.inFull() {
		return t.trees(out, m.found)
	}
	if err := view.WriteCommon(out, m.common, t.style); err != nil {
		return err
	}
	return t.list(m.found, o.namespaces(m.found)).Write(out, t.style)
}

// printNone reports on stderr, as kubectl get does, that no workload was found. Stdout stays
// empty, so that a script that counts lines counts none.
func (o *options) printNone(s *snapshot.Snapshot) {
	switch {
	case o.named() && o.list.IgnoreNotFound:
	case o.listed:
		cli.NoResourcesIn(o.env, len(s.Source.Contexts)-len(unread(s)))
	default:
		cli.NoResources(o.env, o.namespace)
	}
}

// namespaces reports whether a list needs a column of namespaces. The contexts of a fleet may
// each have a namespace of their own, so that there the answer depends on what was found.
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

// noteCrashes puts what is known of crashes among the notes of formats for scripts. The formats
// for people have a line of their own for it: see header.
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

// inFull reports whether workloads are shown with their revisions and pods. A fleet never
// is: the same name in twenty clusters would fill twenty screens.
func (o *options) inFull() bool { return o.named() && !o.listed }

// itemName returns an item as kubectl names it: deployment.apps/web.
func itemName(item any) string {
	w, ok := item.(*rollout.Workload)
	if !ok {
		return ""
	}
	return view.ItemName(w.Context, w.Ref.APIVersion, w.Ref.Kind, w.Ref.Name)
}
