package rsmap

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// runFleet reads several clusters or bundles and shows them as one list.
func (o *options) runFleet(ctx context.Context) error {
	answers, err := cli.ReadFleet(ctx, o.env, o.members, o.readMember)
	if err != nil {
		return err
	}
	m, fleet, err := o.combine(answers)
	if err != nil {
		return err
	}
	cli.Warn(o.env, m.snapshot)
	fleet.WarnMissing(o.env)
	if err := o.print(m); err != nil {
		return err
	}
	return cmp.Or(fleet.FailOn(o.flags), o.verdict(m.snapshot, m.found)) // unreachable members first
}

// combine merges the findings of several clusters or bundles. It fails only if none could be read: a
// cluster that could not is a gap, and what the others hold is shown.
func (o *options) combine(answers []cli.Answer[*result]) (*result, *cli.Fleet[*result], error) {
	fleet, err := cli.Combine(o.flags, answers, func(m *result) *snapshot.Snapshot { return m.snapshot })
	if err != nil {
		return nil, nil, err
	}
	m := &result{snapshot: fleet.Snapshot, waiting: fleet.Waiting}
	// The verdicts are those of each cluster by its own clock; nothing is judged again.
	for _, a := range fleet.Answers {
		m.found = append(m.found, a.Value.found...)
		m.hidden += a.Value.hidden
	}
	rollout.Sort(m.found) // worst first across all members, not member by member
	m.common = common(m.found, len(fleet.Answers), len(fleet.Unread))
	return m, fleet, o.sort(m.found)
}

// readMember reads one cluster or bundle. Its snapshot keeps no objects beyond
// those of the workloads that are shown: a fleet may be large.
func (o *options) readMember(ctx context.Context, member *cli.Member) (*result, error) {
	one := *o // members are read at the same time, each with options of its own
	one.source = member.Source
	one.namespace = member.Namespace
	one.sortBy = ""          // combine sorts the whole
	if member.Server != "" { // a bundle is no context that a command could be sent to
		one.context = member.Name
	}
	m, err := one.read(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range m.found {
		w.Context = member.Name
	}
	m.snapshot = m.snapshot.WithoutObjects()
	return m, nil
}

// inContext makes the commands of a workload go to a context of the kubeconfig.
func inContext(w *rollout.Workload, name string) {
	if w.Rollback != nil {
		w.Rollback.Command = command.InContext(w.Rollback.Command, name)
	}
	if w.Argo != nil {
		for i := range w.Argo.Commands {
			w.Argo.Commands[i].Command = command.InContext(w.Argo.Commands[i].Command, name)
		}
	}
}

// unread returns the contexts that could not be read, which cli.Combine records as gaps.
func unread(s *snapshot.Snapshot) []snapshot.Gap {
	return slices.DeleteFunc(slices.Clone(s.Gaps), func(g snapshot.Gap) bool { return g.Resource != "cluster" })
}

// common returns the revisions, by their images, that hang or fail in several
// contexts, and the ones of the same workload that are complete in others. found
// is sorted worst first; total is how many contexts were read, and unread how many
// could not be.
func common(found []*rollout.Workload, total, unread int) []view.Common {
	type workload struct{ namespace, kind, name string } // the same in all contexts
	groups := map[workload][]*rollout.Workload{}
	var order []workload
	for _, w := range found {
		key := workload{w.Ref.Namespace, w.Ref.Kind, w.Ref.Name}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], w)
	}
	var out []view.Common
	for _, key := range order {
		out = append(out, commonOf(groups[key], total, unread)...)
	}
	return out
}

// commonOf is common for one workload in all its contexts.
func commonOf(same []*rollout.Workload, total, unread int) []view.Common {
	byImage := sortImages(same)
	var out []view.Common
	for _, image := range byImage.order {
		if len(byImage.crashing[image]) < 2 { // one alone is no pattern
			continue
		}
		c := view.Common{Image: image, Contexts: slices.Sorted(slices.Values(byImage.crashing[image]))}
		c.Elsewhere = byImage.elsewhere()
		// It may be Stalled in one context and Degraded in another.
		words := slices.Compact(slices.Sorted(slices.Values(byImage.phases[image])))
		c.Summarize("of "+itemShort(same[0])+" is "+strings.Join(words, " or "), "is Complete", total, unread)
		out = append(out, c)
	}
	return out
}

// imageStates are the contexts of one workload by the images that it runs there.
type imageStates struct {
	crashing, well map[string][]string // contexts by image
	phases         map[string][]string // of those that crash
	order          []string            // the images that crash, as found
}

// elsewhere returns the images with which the workload is complete in other contexts. Their order
// is the one of a map: Summarize sorts them.
func (st imageStates) elsewhere() []view.Elsewhere {
	var out []view.Elsewhere
	for image, contexts := range st.well {
		if image != "" {
			out = append(out, view.Elsewhere{Image: image, Contexts: slices.Sorted(slices.Values(contexts))})
		}
	}
	return out
}

// sortImages sorts the contexts of a workload by their images and by how it does there.
func sortImages(same []*rollout.Workload) imageStates {
	st := imageStates{crashing: map[string][]string{}, well: map[string][]string{}, phases: map[string][]string{}}
	for _, w := range same {
		image := imagesOf(w)
		switch w.Phase {
		case rollout.Failed, rollout.Stalled, rollout.Degraded:
			st.fails(image, w)
		case rollout.Complete:
			st.well[image] = append(st.well[image], w.Context)
		case rollout.Progressing, rollout.Paused, rollout.ScaledToZero: // neither shows what the image does
		}
	}
	return st
}

// fails notes that an image fails in the context of w. Unknown images are not compared.
func (st *imageStates) fails(image string, w *rollout.Workload) {
	if image != "" && st.crashing[image] == nil {
		st.order = append(st.order, image)
	}
	st.crashing[image] = append(st.crashing[image], w.Context)
	st.phases[image] = append(st.phases[image], string(w.Phase))
}

// imagesOf returns the images of the revision that a workload asks for, empty if
// they are not known.
func imagesOf(w *rollout.Workload) string {
	now, ok := w.Current()
	if !ok { // its revisions were not read
		return ""
	}
	var images []string // of all containers: a sidecar may be what fails
	for _, i := range now.Images {
		images = append(images, i.Image)
	}
	return strings.Join(slices.Compact(images), ", ")
}
