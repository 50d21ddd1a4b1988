package thrash

import (
	"cmp"
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// runFleet reads several clusters or bundles and shows them as one list.
func (o *options) runFleet(ctx context.Context) error {
	answers, err := cli.ReadFleet(ctx, o.env, o.members, o.readMember)
	if err != nil {
		return err
	}
	p, fleet, err := o.combine(answers)
	if err != nil {
		return err
	}
	cli.Warn(o.env, p.snapshot)
	fleet.WarnMissing(o.env)
	if err := o.print(p); err != nil {
		return err
	}
	return cmp.Or(fleet.FailOn(o.flags), o.verdict(p)) // unreachable members first
}

// combine merges the findings of several clusters or bundles.
func (o *options) combine(answers []cli.Answer[result]) (result, *cli.Fleet[result], error) {
	fleet, err := cli.Combine(o.flags, answers, func(p result) *snapshot.Snapshot { return p.snapshot })
	if err != nil {
		return result{}, nil, err
	}
	p := result{
		snapshot: fleet.Snapshot, waiting: fleet.Waiting, found: findingsOf{items: []diagnose.Item{}, read: len(fleet.Answers)},
	}
	running := map[string][]runningImage{}
	for _, a := range fleet.Answers {
		p.found.items = append(p.found.items, a.Value.found.items...)
		p.found.pods += a.Value.found.pods
		p.found.containers += a.Value.found.containers
		p.hidden += a.Value.hidden
		running[a.Member.Name] = a.Value.found.running // also if nothing runs: it was read
	}
	diagnose.Sort(p.found.items) // worst first across all members, not member by member
	p.common = common(p.found.items, running, len(fleet.Unread))
	return p, fleet, nil
}

// readMember reads one cluster or bundle. Of its snapshot only time, source and
// gaps are kept: a fleet may be large.
func (o *options) readMember(ctx context.Context, member *cli.Member) (result, error) {
	one := *o // members are read at the same time, each with options of its own
	one.source = member.Source
	one.namespace = member.Namespace
	one.members = nil
	if member.Server != "" { // a bundle is no context that a command could be sent to
		one.context = member.Name
	}
	p, err := one.look(ctx)
	if err != nil {
		return p, err
	}
	for n := range p.found.items {
		p.found.items[n].Context = member.Name
	}
	p.snapshot = p.snapshot.WithoutObjects()
	// Most pods of a cluster share a few images.
	p.found.running = slices.Compact(slices.SortedFunc(slices.Values(p.found.running), runningImage.compare))
	return p, nil
}

// inContext makes commands go to a context of the kubeconfig.
func inContext(lines []string, name string) []string {
	out := make([]string, len(lines))
	for n, line := range lines {
		out[n] = command.InContext(line, name)
	}
	return out
}

// runningImage is the image of a container that runs and is ready: what is compared with those
// that fail elsewhere.
type runningImage struct{ namespace, container, image string }

// compare orders images by namespace, container and image.
func (a runningImage) compare(b runningImage) int {
	return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.container, b.container), cmp.Compare(a.image, b.image))
}

// runningIn returns the images of the containers of a pod that run and are ready.
func runningIn(pod *corev1.Pod) []runningImage {
	var out []runningImage
	for _, c := range pod.Status.ContainerStatuses {
		if !c.Ready || c.State.Running == nil {
			continue
		}
		// The status may name the image in another form; the spec has it as it was written.
		for _, spec := range pod.Spec.Containers {
			if spec.Name == c.Name {
				out = append(out, runningImage{pod.Namespace, c.Name, spec.Image})
			}
		}
	}
	return out
}

// common returns the images that fail in several contexts in containers of one
// name, and the images of the same repository that run there in others. items
// are sorted worst first; running has an entry for each context that was read,
// and unread is how many could not be.
func common(items []diagnose.Item, running map[string][]runningImage, unread int) []view.Common {
	groups, order := byImage(items)
	var out []view.Common
	for _, key := range order {
		fails := contextsOf(groups[key])
		if len(fails) < 2 { // one alone is no pattern
			continue
		}
		c := view.Common{Image: key.image, Contexts: slices.Sorted(maps.Keys(fails)), Elsewhere: elsewhere(key, fails, running)}
		c.Summarize(verb(groups[key]), "runs", len(running), unread)
		out = append(out, c)
	}
	return out
}

// contextsOf returns the contexts that containers are in.
func contextsOf(items []diagnose.Item) map[string]bool {
	contexts := map[string]bool{}
	for _, i := range items {
		contexts[i.Context] = true
	}
	return contexts
}

// byImage groups the containers that fail by their image, and returns the order in
// which the images came.
func byImage(items []diagnose.Item) (groups map[runningImage][]diagnose.Item, order []runningImage) {
	groups = map[runningImage][]diagnose.Item{}
	for _, i := range items {
		if i.Status == diagnose.Recovered || i.Image == "" {
			continue // it runs again, or is a pod that has no container yet
		}
		key := runningImage{i.Namespace, i.Container, i.Image}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	return groups, order
}

// elsewhere returns the images of the repository of key that run, in a
// container of its name, in contexts in which it does not fail.
func elsewhere(key runningImage, fails map[string]bool, running map[string][]runningImage) []view.Elsewhere {
	contexts := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(running)) {
		if fails[name] {
			continue
		}
		for _, r := range running[name] {
			if r.sameProgram(key) {
				contexts[r.image] = append(contexts[r.image], name)
			}
		}
	}
	var out []view.Elsewhere
	for image, names := range contexts { // in the order of a map: Summarize sorts them
		out = append(out, view.Elsewhere{Image: image, Contexts: names})
	}
	return out
}

// sameProgram reports whether two containers have the same name and namespace and an
// image of the same repository, in any version.
func (a runningImage) sameProgram(b runningImage) bool {
	return a.namespace == b.namespace && a.container == b.container && view.Repository(a.image) == view.Repository(b.image)
}

// verb returns what all of the containers do: crash, cannot start, or fail in other
// or different ways.
func verb(items []diagnose.Item) string {
	crashes := 0
	blocked := 0
	for _, i := range items {
		switch i.Status {
		case diagnose.Thrashing:
			if i.LastTermination != nil && i.LastTermination.ExitCode != 0 { // one that exits with 0 does not crash
				crashes++
			}
		case diagnose.Blocked:
			blocked++
		case diagnose.Failed, diagnose.Recovered:
		}
	}
	switch len(items) {
	case crashes:
		return "crashes"
	case blocked:
		return "cannot start"
	default:
		return "fails"
	}
}
