package thrash

import (
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// selection picks the pods and Jobs that the arguments, -l and --field-selector name.
func (o *options) selection(s *snapshot.Snapshot) (diagnose.Options, error) {
	selector, err := labels.Parse(o.flags.Selector)
	if err != nil {
		return diagnose.Options{}, fmt.Errorf("read selector: %w", err)
	}
	picked, all, err := o.pick(s)
	if err != nil {
		return diagnose.Options{}, err
	}
	return diagnose.Options{
		Since: o.since, NoLogs: !o.logs,
		Select: func(pod *corev1.Pod) bool {
			return o.selectsPod(selector, pod) && (all || picked[identity("Pod", pod)])
		},
		SelectJob: func(job *batchv1.Job) bool {
			return o.selectsJob(selector, job) && (all || picked[identity("Job", job)])
		},
	}, nil
}

// identity distinguishes an object: its UID, or its kind and name if it comes from a file without UIDs.
func identity(kind string, o metav1.Object) string {
	if uid := o.GetUID(); uid != "" {
		return string(uid)
	}
	return kind + "/" + o.GetNamespace() + "/" + o.GetName()
}

// selectsPod reports whether a pod has the namespace, labels and fields that were asked for.
func (o *options) selectsPod(selector labels.Selector, pod *corev1.Pod) bool {
	if !o.inNamespace(pod.Namespace) || !selector.Matches(labels.Set(pod.Labels)) {
		return false
	}
	return o.labels.FieldSelector == "" || o.labels.Selects(fieldsOf(pod))
}

// selectsJob does the same for a Job whose pods are gone. -l selects pods: it needs the labels
// that they had.
func (o *options) selectsJob(selector labels.Selector, job *batchv1.Job) bool {
	return o.inNamespace(job.Namespace) && selector.Matches(labels.Set(job.Spec.Template.Labels)) &&
		o.labels.Selects(map[string]string{"metadata.namespace": job.Namespace})
}

// inNamespace reports whether a namespace is the one that was asked for, if any.
func (o *options) inNamespace(namespace string) bool {
	return o.namespace == "" || namespace == o.namespace
}

// podFields are fields by which an API server selects pods (ToSelectableFields in
// k8s.io/kubernetes v1.37 pkg/registry/core/pod/strategy.go): those that snapshot.Trim keeps.
var podFields = []string{"metadata.name", "metadata.namespace", "spec.nodeName", "spec.restartPolicy", "status.phase"}

// fieldsOf returns podFields with their values.
func fieldsOf(pod *corev1.Pod) map[string]string {
	return map[string]string{
		"metadata.name":      pod.Name,
		"metadata.namespace": pod.Namespace,
		"spec.nodeName":      pod.Spec.NodeName,
		"spec.restartPolicy": string(pod.Spec.RestartPolicy),
		"status.phase":       string(pod.Status.Phase),
	}
}

// pick returns the identities of the pods and Jobs below the targets. all reports that
// there are no targets, so that every object is picked. A target that does not exist
// is an error, unless --ignore-not-found is given.
func (o *options) pick(s *snapshot.Snapshot) (picked map[string]bool, all bool, err error) {
	if len(o.targets) == 0 {
		return nil, true, nil
	}
	picked = map[string]bool{}
	forest := owners.Build(s)
	for _, t := range o.targets {
		found := pickBelow(s, forest, t, picked)
		// A Deployment that is scaled to zero exists, and has no pods.
		if !found && t.Name != "" && !o.exists(forest, t) && !o.labels.IgnoreNotFound {
			return nil, false, o.missing(s, t)
		}
	}
	return picked, false, nil
}

// pickBelow adds the pods and Jobs below one target to picked. It reports whether
// there are any.
func pickBelow(s *snapshot.Snapshot, forest *owners.Forest, t cli.Target, picked map[string]bool) bool {
	found := false
	take := func(kind string, obj metav1.Object) {
		if below(forest, obj, t) {
			found = true
			picked[identity(kind, obj)] = true
		}
	}
	for pod := range s.PodObjects("") { // packed ones, too: a healthy pod of a target counts as looked at
		take("Pod", pod)
	}
	for _, job := range s.Jobs {
		take("Job", job)
	}
	return found
}

// below reports whether obj is the target, or has it among its owners.
func below(f *owners.Forest, obj metav1.Object, t cli.Target) bool {
	for n := f.Node(obj); n != nil; n = n.Parent {
		if matches(n.Ref, t) {
			return true
		}
	}
	return false
}

// matches reports whether a target, as typed, names an object.
func matches(ref owners.Ref, t cli.Target) bool {
	if t.Name != "" && t.Name != ref.Name {
		return false
	}
	if t.Type == "" {
		return ref.Kind == "Pod"
	}
	return snapshot.Names(t.Type, ref.APIVersion, ref.Kind)
}

// exists reports whether the target was read, though it has no pods. It may be without
// an owner, such as a Deployment, or owned by such an object, such as a ReplicaSet.
func (o *options) exists(f *owners.Forest, t cli.Target) bool {
	read := func(n *owners.Node) bool { return matches(n.Ref, t) && n.Object != nil }
	return slices.ContainsFunc(f.Roots, func(n *owners.Node) bool {
		return read(n) || slices.ContainsFunc(n.Children, read)
	})
}

// missing returns the server's error for a target that does not exist, or why
// it is not known whether it exists.
func (o *options) missing(s *snapshot.Snapshot, t cli.Target) error {
	// "not found" would be more than is known of a list that was forbidden.
	resource := resourceOf(t)
	if n := slices.IndexFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Resource == resource.Resource }); n >= 0 {
		return fmt.Errorf("find %s %q: %s", resource.Resource, t.Name, s.Gaps[n].Reason)
	}
	return apierrors.NewNotFound(resource, t.Name)
}

// resourceOf returns the resource that a target is of, as the server names it in its errors.
func resourceOf(t cli.Target) schema.GroupResource {
	if t.Type == "" {
		return schema.GroupResource{Resource: "pods"}
	}
	if k := snapshot.KindNamed(t.Type); k != nil {
		return k.GroupResource()
	}
	return schema.ParseGroupResource(strings.ToLower(t.Type))
}
