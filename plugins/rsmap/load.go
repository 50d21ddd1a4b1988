package rsmap

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
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
		reads = append(reads, revisions)
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
	}
	return o.loadOwners(ctx, s)
}

func (o *options) warnings() load.Read {
	return load.Read{Resource: "events", Namespace: o.namespace, Fields: "type=Warning", Effect: "why pods cannot be created or mounted may be missing"}
}

func (o *options) scalers() load.Read {
	return load.Read{Resource: "horizontalpodautoscalers", Namespace: o.namespace, Effect: "whether something scales the workload is not known"}
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

// children returns the reads of what belongs to the workloads that were found.
func (o *options) children(s *snapshot.Snapshot) []load.Read {
	reads := []load.Read{o.warnings(), o.scalers()}
	add := func(selector *metav1.LabelSelector, resources ...string) {
		parsed, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil || parsed.Empty() {
			parsed = labels.Everything()
		}
		for _, r := range resources {
			read := load.Read{Resource: r, Namespace: o.namespace, Labels: parsed.String(), Effect: childEffects[r]}
			if !slices.Contains(reads, read) {
				reads = append(reads, read)
			}
		}
	}
	reads = append(reads, o.configs(s)...)
	for _, d := range s.Deployments {
		add(d.Spec.Selector, "replicasets", "pods")
	}
	for _, d := range s.StatefulSets {
		add(d.Spec.Selector, "controllerrevisions", "pods")
	}
	for _, d := range s.DaemonSets {
		add(d.Spec.Selector, "controllerrevisions", "pods")
	}
	for _, rc := range s.ReplicationControllers {
		add(&metav1.LabelSelector{MatchLabels: rc.Spec.Selector}, "pods")
	}
	for _, rs := range s.ReplicaSets {
		if metav1.GetControllerOfNoCopy(rs) == nil {
			add(rs.Spec.Selector, "pods")
		}
	}
	for _, j := range s.Jobs {
		if metav1.GetControllerOfNoCopy(j) == nil {
			add(j.Spec.Selector, "pods")
		}
	}
	if len(s.CronJobs) > 0 { // nothing but their owner tells the Jobs of a CronJob
		add(nil, "jobs", "pods")
	}
	if len(s.Others) > 0 {
		add(nil, "replicasets", "pods")
	}
	return reads
}

// configs returns the reads of the ConfigMaps that the workloads refer to. A
// Secret is looked at in files only: few may read them, and few need to.
func (o *options) configs(s *snapshot.Snapshot) []load.Read {
	var reads []load.Read
	add := func(namespace string, t *corev1.PodTemplateSpec) {
		for _, c := range rollout.Configs(t) {
			read := load.Read{Resource: strings.ToLower(c.Kind) + "s", Namespace: namespace, Name: c.Name, Optional: true, Effect: "whether it changed after the pods started is not known"}
			if (c.Kind == "ConfigMap" || len(o.flags.Filenames) > 0) && !slices.Contains(reads, read) {
				reads = append(reads, read)
			}
		}
	}
	for _, d := range s.Deployments {
		add(d.Namespace, &d.Spec.Template)
	}
	for _, d := range s.StatefulSets {
		add(d.Namespace, &d.Spec.Template)
	}
	for _, d := range s.DaemonSets {
		add(d.Namespace, &d.Spec.Template)
	}
	return reads
}

var childEffects = map[string]string{
	"replicasets":         "revisions are not known",
	"controllerrevisions": "revisions are not known",
	"pods":                "no pods are shown, and what blocks a rollout is not known",
	"jobs":                "its runs are not known",
}

// choose returns the workloads that were asked for, in the order of the
// arguments, else all that match the selector, worst first.
func (o *options) choose(f *owners.Forest, s *snapshot.Snapshot, all []*rollout.Workload) ([]*rollout.Workload, error) {
	if len(o.targets) == 0 {
		selector, err := labels.Parse(o.flags.Selector)
		if err != nil {
			return nil, cli.Usagef("--selector %q: %w", o.flags.Selector, err)
		}
		return slices.DeleteFunc(all, func(w *rollout.Workload) bool {
			return o.namespace != "" && w.Ref.Namespace != o.namespace || !selector.Matches(labels.Set(w.Labels))
		}), nil
	}
	out := []*rollout.Workload{}
	for _, t := range o.targets {
		found, err := o.find(f, s, all, t)
		if err != nil {
			return nil, err
		}
		for _, w := range found {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// find returns the workloads that a target names: of files, those of that name
// in every namespace.
func (o *options) find(f *owners.Forest, s *snapshot.Snapshot, all []*rollout.Workload, t cli.Target) ([]*rollout.Workload, error) {
	if t.Type != "" {
		return o.findTyped(f, s, all, t)
	}
	for _, b := range bare {
		found := matching(all, func(w *rollout.Workload) bool { return w.Ref.Kind == b.kind && w.Ref.Name == t.Name })
		if len(found) > 0 {
			return found, nil
		}
	}
	for _, g := range s.Gaps {
		if g.Resource == "deployments" {
			return nil, fmt.Errorf("read deployment %q: %s", t.Name, g.Reason)
		}
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: "apps", Resource: "deployments"}, t.Name)
}

func matching(all []*rollout.Workload, is func(*rollout.Workload) bool) []*rollout.Workload {
	var out []*rollout.Workload
	for _, w := range all {
		if is(w) {
			out = append(out, w)
		}
	}
	return out
}

// findTyped returns the workloads of a kind, or the one that an object of that
// kind and name belongs to.
func (o *options) findTyped(f *owners.Forest, s *snapshot.Snapshot, all []*rollout.Workload, t cli.Target) ([]*rollout.Workload, error) {
	is, resource := kindOf(t.Type)
	if t.Name == "" {
		return matching(all, func(w *rollout.Workload) bool { return is(w.Ref.Kind) }), nil
	}
	var roots []owners.Ref
	add := func(obj metav1.Object) {
		if n := f.Node(obj); n != nil && obj.GetName() == t.Name && (o.namespace == "" || obj.GetNamespace() == o.namespace) {
			roots = append(roots, n.Root().Ref)
		}
	}
	if is("Pod") {
		for _, p := range s.Pods {
			add(p)
		}
	}
	if is("ReplicaSet") {
		for _, rs := range s.ReplicaSets {
			add(rs)
		}
	}
	if is("Job") {
		for _, j := range s.Jobs {
			add(j)
		}
	}
	found := matching(all, func(w *rollout.Workload) bool {
		return is(w.Ref.Kind) && w.Ref.Name == t.Name && (o.namespace == "" || w.Ref.Namespace == o.namespace) || slices.Contains(roots, w.Ref)
	})
	if len(found) == 0 && len(roots) > 0 {
		return nil, fmt.Errorf("%s %q belongs to nothing that rolls out", t.Type, t.Name)
	}
	if len(found) == 0 {
		return nil, apierrors.NewNotFound(resource, t.Name)
	}
	return found, nil
}

// kindOf returns how to tell the kind that a type as typed names, and its
// resource. Types that are not built in are custom ones: they go by their kind
// or its plural, with or without a group.
func kindOf(name string) (is func(kind string) bool, resource schema.GroupResource) {
	if mapping, ok := load.BuiltIn(name); ok {
		return func(kind string) bool { return kind == mapping.GroupVersionKind.Kind }, mapping.Resource.GroupResource()
	}
	resource = schema.ParseGroupResource(name)
	return func(kind string) bool {
		return strings.EqualFold(kind, resource.Resource) || strings.EqualFold(kind+"s", resource.Resource)
	}, resource
}

// checkTypes refuses built-in types that own no pods.
func checkTypes(targets []cli.Target) error {
	for _, t := range targets {
		mapping, ok := load.BuiltIn(t.Type)
		if ok && !slices.Contains(shownKinds, mapping.GroupVersionKind.Kind) {
			return cli.Usagef("%s is no workload: use deployment, statefulset, daemonset, replicaset, job, cronjob, rollout or pod", t.Type)
		}
	}
	return nil
}

var shownKinds = []string{
	"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Pod",
}
