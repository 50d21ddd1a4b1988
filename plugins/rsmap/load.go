package rsmap

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const argoRollouts = "rollouts.argoproj.io"

// bare are the kinds that a bare NAME may stand for, in this order.
var bare = []struct{ resource, kind string }{
	{"deployments", "Deployment"},
	{"statefulsets", "StatefulSet"},
	{"daemonsets", "DaemonSet"},
	{"jobs", "Job"},
	{"cronjobs", "CronJob"},
	{argoRollouts, "Rollout"},
	{"replicasets", "ReplicaSet"},
	{"replicationcontrollers", "ReplicationController"},
}

// load reads what the targets need. Files are read whole: what is asked for is
// chosen afterwards.
func (o *options) load(ctx context.Context, s *snapshot.Snapshot) error {
	if !o.named() || len(o.flags.Filenames) > 0 {
		return o.loadAll(ctx, s)
	}
	return o.loadNamed(ctx, s)
}

// loadAll reads a namespace, or all of them, in one list of each kind.
func (o *options) loadAll(ctx context.Context, s *snapshot.Snapshot) error {
	list := func(resource, effect string) load.Read {
		return load.Read{Resource: resource, Namespace: o.namespace, Effect: effect}
	}
	reads := []load.Read{
		list("deployments", "Deployments are not shown"),
		list("replicasets", "revisions of Deployments are not known"),
		list("pods", "no pods are shown, and what blocks a rollout is not known"),
		list("statefulsets", "StatefulSets are not shown"),
		list("daemonsets", "DaemonSets are not shown"),
		list("jobs", "Jobs are not shown"),
		list("cronjobs", "CronJobs are not shown"),
		list("replicationcontrollers", "ReplicationControllers are not shown"),
		o.warnings(), o.scalers(),
	}
	revisions := list("controllerrevisions", "revisions of StatefulSets and DaemonSets are not known")
	files := len(o.flags.Filenames) > 0
	if !files {
		reads[0].Required = true
		reads = append(reads, revisions, o.budgets())
	}
	if err := o.source.Load(ctx, s, load.Query{Reads: reads}); err != nil {
		return err
	}
	if files {
		more := o.configs(s)
		if len(s.StatefulSets)+len(s.DaemonSets) > 0 { // else a file without them lacks nothing
			more = append(more, revisions)
		}
		if err := o.source.Load(ctx, s, load.Query{Reads: more}); err != nil {
			return err
		}
		if err := o.loadQuietly(ctx, s, load.Query{Reads: []load.Read{o.budgets()}}); err != nil {
			return err
		}
	}
	return o.loadOwners(ctx, s)
}

// loadQuietly reads what is good to have. That files lack it is not told:
// hardly any have it, and it is not what they are looked at for.
func (o *options) loadQuietly(ctx context.Context, s *snapshot.Snapshot, q load.Query) error {
	known := len(s.Gaps)
	err := o.source.Load(ctx, s, q)
	if len(o.flags.Filenames) > 0 {
		s.Gaps = s.Gaps[:known]
	}
	return err
}

// loadNamed reads single workloads: the objects, then what belongs to them.
func (o *options) loadNamed(ctx context.Context, s *snapshot.Snapshot) error {
	first := load.Query{}
	for _, t := range o.targets {
		if t.Name == "" {
			return o.loadAll(ctx, s)
		}
		read := load.Read{Resource: "deployments", Namespace: o.namespace, Name: t.Name, Required: true}
		if t.Type == "" {
			read.Required, read.Optional, read.Effect = false, true, "it may be a Deployment"
		} else {
			read.Resource = resourceOf(t.Type)
		}
		first.Reads = append(first.Reads, read)
	}
	if err := o.source.Load(ctx, s, first); err != nil {
		return err
	}
	if err := o.loadBare(ctx, s); err != nil {
		return err
	}
	if err := o.loadOwners(ctx, s); err != nil {
		return err
	}
	if err := o.source.Load(ctx, s, load.Query{Reads: o.children(s)}); err != nil {
		return err
	}
	return o.loadOwners(ctx, s) // of pods that match and belong to others
}

// resourceOf returns the plural for a type as typed; what is not built in is
// looked up by the server's name for it.
func resourceOf(name string) string {
	mapping, ok := load.BuiltIn(name)
	if !ok {
		return name
	}
	if i := slices.IndexFunc(bare, func(b struct{ resource, kind string }) bool {
		return b.kind == mapping.GroupVersionKind.Kind
	}); i >= 0 {
		return bare[i].resource
	}
	return mapping.Resource.Resource
}

// loadBare looks for the names that are no Deployments among the other kinds.
func (o *options) loadBare(ctx context.Context, s *snapshot.Snapshot) error {
	q := load.Query{}
	for _, t := range o.targets {
		if _, found := snapshot.Find(s.Deployments, o.namespace, t.Name); found || t.Type != "" {
			continue
		}
		for _, b := range bare[1:] {
			q.Reads = append(q.Reads, load.Read{Resource: b.resource, Namespace: o.namespace, Name: t.Name, Optional: true, Effect: "it may be a " + b.kind})
		}
	}
	if len(q.Reads) == 0 {
		return nil
	}
	return o.source.Load(ctx, s, q)
}

// ownerResources are the kinds of controllers that are worth a request.
var ownerResources = map[schema.GroupKind]string{
	{Group: "apps", Kind: "Deployment"}: "deployments", {Group: "apps", Kind: "ReplicaSet"}: "replicasets",
	{Group: "apps", Kind: "StatefulSet"}: "statefulsets", {Group: "apps", Kind: "DaemonSet"}: "daemonsets",
	{Group: "batch", Kind: "Job"}: "jobs", {Group: "batch", Kind: "CronJob"}: "cronjobs",
	{Kind: "ReplicationController"}: "replicationcontrollers", {Group: "argoproj.io", Kind: "Rollout"}: argoRollouts,
}

// loadOwners gets the controllers that were named and not read, up to the
// workload: a pod's ReplicaSet, its Deployment.
func (o *options) loadOwners(ctx context.Context, s *snapshot.Snapshot) error {
	asked := map[string]bool{}
	for range 3 {
		q := load.Query{}
		for _, n := range owners.Build(s).Roots {
			gv, err := schema.ParseGroupVersion(n.Ref.APIVersion)
			resource, known := ownerResources[gv.WithKind(n.Ref.Kind).GroupKind()]
			key := resource + "/" + n.Ref.Namespace + "/" + n.Ref.Name
			if err != nil || !known || n.Object != nil || n.Gone || asked[key] || s.HasGap(resource, n.Ref.Namespace) {
				continue
			}
			asked[key] = true
			q.Reads = append(q.Reads, load.Read{Resource: resource, Namespace: n.Ref.Namespace, Name: n.Ref.Name, Optional: true, Effect: "what it wants is not known"})
		}
		if len(q.Reads) == 0 {
			return nil
		}
		if err := o.source.Load(ctx, s, q); err != nil {
			return err
		}
	}
	return nil
}
