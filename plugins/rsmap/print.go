package rsmap

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

func (o *options) print(s *snapshot.Snapshot, found []*rollout.Workload, hidden int) error {
	if o.diff != nil && (o.flags.Output == "text" || o.flags.Output == "wide") {
		return o.printDiff(found)
	}
	report := view.NewReport("RolloutMap", s, found)
	report.Redacted = hidden
	if done, err := o.flags.Print(o.env, report, itemName); done || err != nil {
		return err
	}
	switch o.flags.Output {
	case "dot":
		return writeDot(o.env.Out, found)
	case "mermaid":
		return writeMermaid(o.env.Out, found)
	}
	t := text{style: o.flags.Style(o.env), at: s.At, revisions: o.revisions, pods: o.pods}
	if o.flags.Output == "html" {
		t.style = view.Style{Color: true, Wide: true}
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
