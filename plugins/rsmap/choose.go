package rsmap

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// choose returns the workloads that were asked for, in the order of the
// arguments, else all that match the selector, worst first.
func (o *options) choose(f *owners.Forest, all []*rollout.Workload) ([]*rollout.Workload, error) {
	if !o.named() {
		selected, err := o.selected(all)
		if err != nil {
			return nil, err
		}
		all = selected
	}
	if len(o.targets) == 0 {
		return all, nil
	}
	out := []*rollout.Workload{} // not nil: -o json has [] for it
	for _, t := range o.targets {
		found, err := o.find(f, all, t)
		if o.list.IgnoreNotFound && apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, w := range found { // a pod and its Deployment, both named, are one workload
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// selected removes from all what --namespace, --selector and --field-selector leave out. The
// selectors apply to workloads alone, never to their pods, whose labels may differ.
func (o *options) selected(all []*rollout.Workload) ([]*rollout.Workload, error) {
	selector, err := labels.Parse(o.flags.Selector)
	if err != nil {
		return nil, cli.Usagef("--selector %q: %w", o.flags.Selector, err)
	}
	return slices.DeleteFunc(all, func(w *rollout.Workload) bool {
		return !o.covers(w.Ref.Namespace) || !selector.Matches(labels.Set(w.Labels)) || !o.selectsByField(w)
	}), nil
}

// selectsByField reports whether --field-selector selects a workload. It knows the two fields that objects
// of every kind can be selected by.
func (o *options) selectsByField(w *rollout.Workload) bool {
	return o.list.Selects(map[string]string{"metadata.name": w.Ref.Name, "metadata.namespace": w.Ref.Namespace})
}

// find returns the workloads that a target names: of files, those of that name
// in every namespace, since -n is not required there.
func (o *options) find(f *owners.Forest, all []*rollout.Workload, t cli.Target) ([]*rollout.Workload, error) {
	if t.Type != "" {
		return o.findTyped(f, all, t)
	}
	if found := firstKind(all, t.Name); len(found) > 0 {
		return found, nil
	}
	return nil, notFound(f.Snapshot, t.Name)
}

// firstKind returns the workloads of a name that are of the first kind that has it: Deployments before all
// others, because a bare name stands for one.
func firstKind(all []*rollout.Workload, name string) []*rollout.Workload {
	for _, k := range controllers {
		found := matching(all, func(w *rollout.Workload) bool { return w.Ref.Kind == k.Kind && w.Ref.Name == name })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// notFound returns the error for a bare name that nothing has: the server's own for a Deployment,
// unless Deployments could not be read, because "not found" would be more than is known then.
func notFound(s *snapshot.Snapshot, name string) error {
	for _, g := range s.Gaps {
		if g.Resource == "deployments" {
			return fmt.Errorf("read deployment %q: %s", name, g.Reason)
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{Group: "apps", Resource: "deployments"}, name)
}

// matching returns the workloads for which is holds, in their order.
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
func (o *options) findTyped(f *owners.Forest, all []*rollout.Workload, t cli.Target) ([]*rollout.Workload, error) {
	is, resource := kindOf(t.Type)
	if t.Name == "" {
		return matching(all, func(w *rollout.Workload) bool { return is(w.Ref.APIVersion, w.Ref.Kind) }), nil
	}
	// An object of that name is either a workload itself or belongs to one.
	roots := o.rootsOf(f, t.Name, is)
	found := matching(all, func(w *rollout.Workload) bool {
		itself := is(w.Ref.APIVersion, w.Ref.Kind) && w.Ref.Name == t.Name && o.covers(w.Ref.Namespace)
		return itself || slices.Contains(roots, w.Ref)
	})
	if len(found) == 0 && len(roots) > 0 {
		return nil, fmt.Errorf("%s %q belongs to nothing that rolls out", t.Type, t.Name)
	}
	if len(found) == 0 {
		return nil, apierrors.NewNotFound(resource, t.Name)
	}
	return found, nil
}

// rootsOf returns the owners at the top of the objects of that name and kind: of the pod
// web-7d4b9c-x2x9z the Deployment web.
func (o *options) rootsOf(f *owners.Forest, name string, is func(apiVersion, kind string) bool) []owners.Ref {
	var roots []owners.Ref
	for _, obj := range o.objectsOf(f.Snapshot, is) {
		if n := f.Node(obj); n != nil && obj.GetName() == name && o.covers(obj.GetNamespace()) {
			roots = append(roots, n.Root().Ref)
		}
	}
	return roots
}

// covers reports whether a namespace is the one that was asked for, or all were.
func (o *options) covers(namespace string) bool { return o.namespace == "" || namespace == o.namespace }

// objectsOf returns the objects of a kind that may belong to a workload of another kind.
func (o *options) objectsOf(s *snapshot.Snapshot, is func(apiVersion, kind string) bool) []metav1.Object {
	var objects []metav1.Object
	if is("v1", "Pod") {
		objects = slices.AppendSeq(objects, s.PodObjects(o.namespace))
	}
	if is("apps/v1", "ReplicaSet") { // of a Deployment; one without an owner is a workload itself
		for _, rs := range s.ReplicaSets {
			objects = append(objects, rs)
		}
	}
	if is("batch/v1", "Job") { // of a CronJob
		for _, j := range s.Jobs {
			objects = append(objects, j)
		}
	}
	for _, other := range s.Others {
		if is(other.GetAPIVersion(), other.GetKind()) {
			objects = append(objects, other)
		}
	}
	return objects
}

// kindOf returns a function that reports whether a kind is the one that a type names, and its
// resource for errors.
func kindOf(typed string) (is func(apiVersion, kind string) bool, resource schema.GroupResource) {
	is = func(apiVersion, kind string) bool { return snapshot.Names(typed, apiVersion, kind) }
	if k := snapshot.KindNamed(typed); k != nil {
		return is, k.GroupResource()
	}
	return is, schema.ParseGroupResource(typed)
}

// checkTypes refuses built-in types that own no pods.
func checkTypes(targets []cli.Target) error {
	for _, t := range targets {
		k := snapshot.KindNamed(t.Type)
		if k != nil && k.Role < snapshot.Controller && k.Kind != "Pod" {
			return cli.Usagef("%s is no workload: use deployment, statefulset, daemonset, replicaset, job, cronjob, rollout or pod", t.Type)
		}
	}
	return nil
}
