package thrash

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// verdict returns the error that sets the exit code for --fail-on: 3 if something that
// was found is in its list. If nothing is, but not all pods were read, the check could
// not be made: that is a failure, not a success.
func (o *options) verdict(p result) error {
	for _, i := range p.found.items {
		if slices.Contains(o.flags.FailOn, string(i.Status)) || slices.Contains(o.flags.FailOn, string(i.Cause.Category)) {
			return &cli.ExitError{Code: cli.ExitFound} // without a message: the report was printed
		}
	}
	// Contexts that could not be read are judged by cli.Fleet.FailOn.
	findings := slices.DeleteFunc(slices.Clone(o.flags.FailOn), func(f string) bool { return f == cli.Unreachable })
	if len(findings) > 0 && podsUnread(p.snapshot) {
		return fmt.Errorf("--fail-on %s is not decided: not all pods were read", strings.Join(findings, ","))
	}
	return nil
}

// podsUnread reports whether some pods could not be read.
func podsUnread(s *snapshot.Snapshot) bool {
	return slices.ContainsFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Resource == "pods" })
}

// print writes a reading in the format of --output.
func (o *options) print(p result) error {
	if done, err := o.flags.Print(o.env, p.report(), itemName); done || err != nil {
		return err
	}
	return o.write(o.env.Out, o.flags.Style(o.env), p)
}

// report returns the document for scripts: -o json, yaml, jsonpath and the like. Its items are
// those that the text shows, in the same order.
func (p result) report() *view.Report {
	r := view.NewReport("ThrashReport", p.snapshot, p.found.items)
	r.Redacted = p.hidden
	r.Common = p.common
	return r
}

// result is what one read of the cluster or files gave.
type result struct {
	snapshot *snapshot.Snapshot
	found    findingsOf
	hidden   int           // credentials that are not shown
	common   []view.Common // images that fail in several contexts of a fleet
	waiting  []string      // contexts of a fleet whose present state is not known
}

// look reads and judges once.
func (o *options) look(ctx context.Context) (result, error) {
	p := result{snapshot: &snapshot.Snapshot{}}
	// What is found holds log lines and messages, in which credentials can be.
	var err error
	if p.found, err = o.read(ctx, p.snapshot); err != nil {
		return p, err
	}
	if !o.flags.ShowSecrets {
		p.hide()
	}
	o.complete(p)
	return p, nil
}

// complete adds to what was found what only a plugin needs: the labels for columns, the time that
// its words count from, and the context that the suggested commands are sent to.
func (o *options) complete(p result) {
	labels := map[string]map[string]string{} // by namespace/name of the pod
	for _, pod := range p.snapshot.Pods {
		labels[pod.Namespace+"/"+pod.Name] = pod.Labels
	}
	for n := range p.found.items {
		i := &p.found.items[n]
		i.Labels = labels[i.Namespace+"/"+i.Pod]
		i.At = p.snapshot.At
		i.NextSteps = inContext(i.NextSteps, o.context)
	}
}

// write writes a reading as text.
func (o *options) write(w io.Writer, style view.Style, p result) error {
	t := text{style: style, at: p.snapshot.At, everywhere: o.everywhere(p.found.items), labels: o.labels, unfolded: o.timeline}
	switch {
	case o.flags.Output == "markdown":
		return t.markdown(w, p, nothing(o, p))
	case o.flags.Output == "html": // turns the colors into classes of its own sheet
		t.style = view.Style{Color: true}
		return t.page(w, p, nothing(o, p))
	case len(p.found.items) == 0:
		return writeLine(w, nothing(o, p))
	case o.named() && o.members == nil: // in a fleet one name can be many pods: they are listed
		return t.cases(w, p.found.items)
	}
	// An image that fails in several contexts comes first: it is one problem, and many rows.
	if err := view.WriteCommon(w, p.common, style); err != nil {
		return err
	}
	return t.list(w, p.found.items)
}

// everywhere reports whether names need their namespaces. The contexts of a fleet may each have one of
// their own, so that there the answer depends on what was found.
func (o *options) everywhere(items []diagnose.Item) bool {
	if o.members == nil {
		return o.namespace == ""
	}
	return o.flags.AllNamespaces || slices.ContainsFunc(items, func(i diagnose.Item) bool { return i.Namespace != items[0].Namespace })
}

// named reports whether single pods or workloads were asked for.
func (o *options) named() bool {
	return slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Name != "" })
}

// itemName returns an item as kubectl names it: pod/web-1, or job.batch/backup
// if the pod is gone.
func itemName(item any) string {
	i, ok := item.(diagnose.Item)
	if !ok {
		return ""
	}
	return view.InContext(i.Context, plainName(i))
}

// plainName is itemName without the context.
func plainName(i diagnose.Item) string {
	if i.Pod != "" { // kubectl describe and logs take it as it is
		return "pod/" + i.Pod
	}
	return view.ItemName("", i.Workload.APIVersion, i.Workload.Kind, i.Workload.Name)
}

// writeLine writes a result that is one sentence.
func writeLine(w io.Writer, line string) error {
	if _, err := fmt.Fprintln(w, line); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
