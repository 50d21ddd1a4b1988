package thrash

import (
	"context"
	"maps"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// findingsOf is what was found, and among how much.
type findingsOf struct {
	items            []diagnose.Item
	pods, containers int
	running          []runningImage
	read             int // contexts of a fleet
}

// read reads the pods, then the evidence on the unhealthy ones, and diagnoses
// them. What single objects of a cluster need is read by name and selector:
// lists of their namespace, which may be large, only if the verdict needs them.
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
	out := findingsOf{}
	running := map[runningImage]bool{}
	for object := range s.PodObjects("") {
		pod := snapshot.PodOf(object)
		if !chosen.Select(pod) {
			continue
		}
		out.pods++
		out.containers += len(pod.Spec.InitContainers) + len(pod.Spec.Containers)
		for _, image := range runningIn(pod) {
			running[image] = true
		}
	}
	out.running = slices.Collect(maps.Keys(running))
	evidence := gather.Evidence{Load: o.source.Load, Options: chosen, NodeConfig: o.nodeConfig}
	if single {
		out.items, err = o.diagnose(ctx, s, &evidence, notAList)
		if err != nil || !slices.ContainsFunc(out.items, unsure) {
			return out, err
		}
	}
	out.items, err = o.diagnose(ctx, s, &evidence, nil)
	return out, err
}

// notAList reports whether a read costs the same in a large namespace.
func notAList(r snapshot.Read) bool { return r.Name != "" || r.Fields != "" }

// unsure reports whether more evidence could change a verdict.
func unsure(i diagnose.Item) bool { return i.Cause.Confidence != diagnose.High }

// diagnose reads the evidence that keep does not exclude, and returns the verdicts.
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
		read := snapshot.Read{Resource: t.Type, Namespace: o.namespace, Name: t.Name, Required: true}
		if t.Type == "" {
			read.Resource = "pods"
		} else if k := snapshot.KindNamed(t.Type); k != nil {
			read.Resource = k.Resource()
		}
		if o.labels.IgnoreNotFound {
			read.Required = false
			read.Optional = true
			read.Impact = t.Name + " is not shown"
		}
		query.Reads = append(query.Reads, read)
	}
	if err := o.source.Load(ctx, s, query); err != nil {
		return err
	}
	if _, err := gather.Load(o.source.Load).Owners(ctx, s); err != nil {
		return err
	}
	return o.source.Load(ctx, s, snapshot.Query{Reads: gather.Children(s)})
}

// list reads the pods of the namespace, and what they are found by.
func (o *options) list(ctx context.Context, s *snapshot.Snapshot) error {
	return o.source.Load(ctx, s, snapshot.Query{Reads: o.first()})
}

// first returns the reads that show which containers are unhealthy: pods, Jobs
// and CronJobs, and the workloads by which targets select pods.
func (o *options) first() []snapshot.Read {
	list := func(resource, effect string) snapshot.Read {
		return snapshot.Read{Resource: resource, Namespace: o.namespace, Impact: effect}
	}
	pods := list("pods", "nothing can be judged")
	pods.Labels = o.flags.Selector
	pods.Required = true
	reads := []snapshot.Read{
		pods,
		list("jobs", "Jobs whose pods are gone are not shown, and pods of Jobs are judged one by one"),
		list("cronjobs", "runs of CronJobs are judged one by one"),
	}
	if !slices.ContainsFunc(o.targets, func(t cli.Target) bool { return t.Type != "" && !isPod(t.Type) }) {
		return reads
	}
	for _, resource := range []string{"replicasets", "deployments", "statefulsets", "daemonsets", "replicationcontrollers"} {
		reads = append(reads, list(resource, "pods are not found by their workloads"))
	}
	for _, t := range o.targets {
		if t.Type != "" && snapshot.KindNamed(t.Type) == nil {
			reads = append(reads, snapshot.Read{Resource: t.Type, Namespace: o.namespace, Name: t.Name, Required: true})
		}
	}
	return reads
}

func isPod(name string) bool {
	k := snapshot.KindNamed(name)
	return k != nil && k.Kind == "Pod"
}
