package thrash

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// findingsOf is what one reading found, and how much it looked at.
type findingsOf struct {
	items            []diagnose.Item
	pods, containers int            // that were looked at
	running          []runningImage // images of containers that run and are ready
	read             int            // contexts of a fleet
}

// read reads the pods, then the evidence on the unhealthy ones, and diagnoses
// them. Single objects of a cluster are read by name and selector, and so is their
// evidence. Whole lists of the namespace, which may be large, follow only if a verdict
// is not sure without them.
func (o *options) read(ctx context.Context, s *snapshot.Snapshot) (findingsOf, error) {
	single := o.readsByName()
	load := o.list
	if single {
		load = o.loadNamed
	}
	if err := load(ctx, s); err != nil {
		return findingsOf{}, err
	}
	chosen, err := o.selection(s)
	if err != nil {
		return findingsOf{}, err
	}
	out := o.count(s, chosen)
	evidence := gather.Evidence{Load: o.source.Load, Options: chosen, NodeConfig: o.nodeConfig}
	for _, r := range o.again { // read with the first lists, and not to be asked for again
		evidence.Known(r)
	}
	defer func() { o.remember(evidence.Lists(), len(out.items)) }()
	if single { // first without lists: for one pod they would cost more than all else
		out.items, err = o.diagnose(ctx, s, &evidence, notAList)
		if err != nil || !slices.ContainsFunc(out.items, unsure) {
			return out, err
		}
	}
	out.items, err = o.diagnose(ctx, s, &evidence, nil)
	return out, err
}

// count counts the chosen pods and containers, and finds the images that run.
func (o *options) count(s *snapshot.Snapshot, chosen diagnose.Options) findingsOf {
	out := findingsOf{}
	running := map[runningImage]bool{}
	add := func(pod *corev1.Pod, times int) {
		if !chosen.Select(pod) {
			return
		}
		out.pods += times
		out.containers += times * (len(pod.Spec.InitContainers) + len(pod.Spec.Containers))
		for _, image := range runningIn(pod) {
			running[image] = true
		}
	}
	for _, pod := range s.Pods {
		add(pod, 1)
	}
	o.addPacked(s, add)
	out.running = slices.Collect(maps.Keys(running))
	return out
}

// addPacked calls add for the packed pods, with how often each occurs. Packed pods that
// share their common part are alike in all that count looks at, so one stands for all
// of them. Fields and owners choose single pods: then each is unpacked.
func (o *options) addPacked(s *snapshot.Snapshot, add func(pod *corev1.Pod, times int)) {
	if len(o.targets) > 0 || o.labels.FieldSelector != "" {
		for _, pod := range s.PackedPods {
			add(pod.Pod(), 1)
		}
		return
	}
	for pod, times := range snapshot.Alike(s.PackedPods) {
		add(pod, times)
	}
}

// notAList reports whether a read costs the same in a large namespace: it is of one
// object, or the server selects by a field.
func notAList(r snapshot.Read) bool { return r.Name != "" || r.Fields != "" }

// unsure reports whether more evidence could change a verdict.
func unsure(i diagnose.Item) bool { return i.Cause.Confidence != diagnose.High }

// diagnose reads the evidence for which keep is true, or all if keep is nil, and
// returns the verdicts. They see no credentials unless --show-secrets is given.
func (o *options) diagnose(
	ctx context.Context, s *snapshot.Snapshot, evidence *gather.Evidence, keep func(snapshot.Read) bool,
) ([]diagnose.Item, error) {
	forest, err := evidence.Read(ctx, s, keep)
	if err != nil {
		return nil, err
	}
	if !o.flags.ShowSecrets {
		forest = forest.Of(redact.Evidence(s))
	}
	return diagnose.Report(forest, evidence.Options), nil
}

// readsByName reports whether every target is a pod or controller of a cluster
// that can be read by its name.
func (o *options) readsByName() bool {
	if len(o.targets) == 0 || len(o.flags.Filenames) > 0 {
		return false
	}
	return !slices.ContainsFunc(o.targets, func(t cli.Target) bool {
		k := snapshot.KindNamed(t.Type)
		return t.Name == "" || (k != nil && k.Role < snapshot.Owned)
	})
}

// loadNamed reads the targets, the workloads that they belong to, and what
// belongs to those.
func (o *options) loadNamed(ctx context.Context, s *snapshot.Snapshot) error {
	var query snapshot.Query
	for _, t := range o.targets {
		query.Reads = append(query.Reads, o.readOf(t))
	}
	if err := o.source.Load(ctx, s, query); err != nil {
		return err
	}
	if _, err := gather.Load(o.source.Load).Owners(ctx, s); err != nil {
		return err
	}
	return o.source.Load(ctx, s, snapshot.Query{Reads: gather.Children(s)})
}

// readOf returns the read of one target. A name without a type is a pod.
func (o *options) readOf(t cli.Target) snapshot.Read {
	read := snapshot.Read{Resource: pluralOf(t.Type), Namespace: o.namespace, Name: t.Name, Required: true}
	if o.labels.IgnoreNotFound {
		read.Required = false // a failure would hide the other targets
		read.Optional = true
		read.Impact = t.Name + " is not shown"
	}
	return read
}

// pluralOf returns the resource of a type as typed. A custom type is left to the server, which knows its
// names.
func pluralOf(typed string) string {
	if typed == "" {
		return "pods"
	}
	if k := snapshot.KindNamed(typed); k != nil {
		return k.Resource()
	}
	return typed
}

// list reads the pods of the namespace, the workloads by which targets name them, and
// the lists that the last reading of a watch needed.
func (o *options) list(ctx context.Context, s *snapshot.Snapshot) error {
	return o.source.Load(ctx, s, snapshot.Query{Reads: append(o.first(), o.again...)})
}

// remember keeps the lists that a reading of a watch needed, so that the next reading
// asks for them with the first lists, and links the objects once. After a reading
// without findings nothing is kept: the lists may be large.
func (o *options) remember(lists []snapshot.Read, items int) {
	if !o.watch.Watch || o.readsByName() {
		return
	}
	if items == 0 {
		o.again = nil
		return
	}
	for _, r := range lists {
		if !slices.Contains(o.again, r) {
			o.again = append(o.again, r)
		}
	}
}

// first returns the reads that show which containers are unhealthy: pods, Jobs
// and CronJobs, and the workloads by which targets select pods.
func (o *options) first() []snapshot.Read {
	list := func(resource, impact string) snapshot.Read {
		return snapshot.Read{Resource: resource, Namespace: o.namespace, Impact: impact}
	}
	pods := list("pods", "nothing can be judged")
	pods.Labels = o.flags.Selector // the server selects: less to read
	pods.Required = true
	reads := []snapshot.Read{
		pods,
		list("jobs", "Jobs whose pods are gone are not shown, and pods of Jobs are judged one by one"),
		list("cronjobs", "runs of CronJobs are judged one by one"),
	}
	if !slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Type != "" && !isPod(t.Type) }) {
		return reads
	}
	return append(o.withControllers(reads), o.customTargets()...)
}

// withControllers adds the lists of the workloads that may own the pods.
func (o *options) withControllers(reads []snapshot.Read) []snapshot.Read {
	for _, k := range snapshot.Controllers() {
		if !slices.ContainsFunc(reads, func(r snapshot.Read) bool { return r.Resource == k.Resource() }) {
			reads = append(reads, snapshot.Read{
				Resource: k.Resource(), Namespace: o.namespace, Impact: "pods are not found by their workloads",
			})
		}
	}
	return reads
}

// customTargets returns the reads of named objects of custom kinds, which may own workloads.
func (o *options) customTargets() []snapshot.Read {
	var reads []snapshot.Read
	for _, t := range o.targets {
		if t.Type != "" && snapshot.KindNamed(t.Type) == nil {
			reads = append(reads, snapshot.Read{Resource: t.Type, Namespace: o.namespace, Name: t.Name, Required: true})
		}
	}
	return reads
}

// isPod reports whether a type, as typed, is that of pods.
func isPod(name string) bool {
	k := snapshot.KindNamed(name)
	return k != nil && k.Kind == "Pod"
}
