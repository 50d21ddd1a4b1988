package thrash

import (
	"context"
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// findingsOf is what was found, and among how much.
type findingsOf struct {
	items            []diagnose.Item
	pods, containers int
}

// read reads the pods, then the evidence on the sick ones, and judges them.
func (o *options) read(ctx context.Context, s *snapshot.Snapshot) (findingsOf, error) {
	if err := o.source.Load(ctx, s, snapshot.Query{Reads: o.first()}); err != nil {
		return findingsOf{}, err
	}
	chosen, err := o.selection(s)
	if err != nil {
		return findingsOf{}, err
	}
	out := findingsOf{}
	for _, pod := range s.Pods {
		if chosen.Select(pod) {
			out.pods++
			out.containers += len(pod.Spec.InitContainers) + len(pod.Spec.Containers)
		}
	}
	evidence := gather.Evidence{Load: o.source.Load, Options: chosen, NodeConfig: o.nodeConfig}
	forest, err := evidence.Read(ctx, s, nil)
	if err != nil {
		return findingsOf{}, err
	}
	if !o.flags.ShowSecrets {
		forest = owners.Build(redact.Evidence(s))
	}
	out.items = diagnose.Report(forest, chosen)
	return out, nil
}

// first is what tells the sick from the sound.
func (o *options) first() []snapshot.Read {
	list := func(resource, effect string) snapshot.Read {
		return snapshot.Read{Resource: resource, Namespace: o.namespace, Impact: effect}
	}
	pods := list("pods", "nothing can be judged")
	pods.Labels, pods.Required = o.flags.Selector, true
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

// selection picks the pods and Jobs that the arguments and -l name.
func (o *options) selection(s *snapshot.Snapshot) (diagnose.Options, error) {
	selector, err := labels.Parse(o.flags.Selector)
	if err != nil {
		return diagnose.Options{}, fmt.Errorf("read selector: %w", err)
	}
	picked, all, err := o.pick(s)
	if err != nil {
		return diagnose.Options{}, err
	}
	in := func(namespace string) bool { return o.namespace == "" || namespace == o.namespace }
	return diagnose.Options{
		Since: o.since, NoLogs: !o.logs,
		Select: func(pod *corev1.Pod) bool {
			return in(pod.Namespace) && selector.Matches(labels.Set(pod.Labels)) && (all || picked[pod.UID] || picked[types.UID(pod.Namespace+"/"+pod.Name)])
		},
		SelectJob: func(job *batchv1.Job) bool {
			return in(job.Namespace) && selector.Matches(labels.Set(job.Spec.Template.Labels)) && (all || picked[job.UID])
		},
	}, nil
}

// pick returns the UIDs of the pods and Jobs below the targets; pods of files
// may have none, and go by their names. all tells that there are no targets.
func (o *options) pick(s *snapshot.Snapshot) (picked map[types.UID]bool, all bool, err error) {
	if len(o.targets) == 0 {
		return nil, true, nil
	}
	picked = map[types.UID]bool{}
	forest := owners.Build(s)
	for _, t := range o.targets {
		found := false
		take := func(obj metav1.Object) {
			if below(forest, obj, t) {
				found = true
				picked[obj.GetUID()] = obj.GetUID() != ""
				picked[types.UID(obj.GetNamespace()+"/"+obj.GetName())] = true
			}
		}
		for _, pod := range s.Pods {
			take(pod)
		}
		for _, job := range s.Jobs {
			take(job)
		}
		if !found && t.Name != "" && !o.exists(forest, t) {
			return nil, false, o.missing(s, t)
		}
	}
	return picked, false, nil
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
	if k := snapshot.KindNamed(t.Type); k != nil {
		return k.Kind == ref.Kind
	}
	name, _, _ := strings.Cut(t.Type, ".")
	return snapshot.MayName(name, ref.Kind)
}

// exists reports whether the target was read, though it has no pods.
func (o *options) exists(f *owners.Forest, t cli.Target) bool {
	return slices.ContainsFunc(f.Roots, func(n *owners.Node) bool { return matches(n.Ref, t) && n.Object != nil }) ||
		slices.ContainsFunc(f.Roots, func(n *owners.Node) bool {
			return slices.ContainsFunc(n.Children, func(c *owners.Node) bool { return matches(c.Ref, t) && c.Object != nil })
		})
}

// missing is the server's word for a target that is not there, or why that
// cannot be said.
func (o *options) missing(s *snapshot.Snapshot, t cli.Target) error {
	resource := schema.GroupResource{Resource: "pods"}
	if t.Type != "" {
		resource = schema.ParseGroupResource(strings.ToLower(t.Type))
		if k := snapshot.KindNamed(t.Type); k != nil {
			resource = k.GroupResource()
		}
	}
	if n := slices.IndexFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Resource == resource.Resource }); n >= 0 {
		return fmt.Errorf("find %s %q: %s", resource.Resource, t.Name, s.Gaps[n].Reason)
	}
	return apierrors.NewNotFound(resource, t.Name)
}
