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
	"github.com/thrashkit/thrashkit/pkg/load"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// findingsOf is what was found, and among how much.
type findingsOf struct {
	items            []diagnose.Item
	pods, containers int
}

// The bounds on what is read of one log.
const (
	logLines = 200
	logBytes = 32 << 10
)

// rounds is how often evidence may ask for more of it: logs name hosts, behind
// which other sick containers stand.
const rounds = 4

// read reads the pods, then the evidence on the sick ones, and judges them.
func (o *options) read(ctx context.Context, s *snapshot.Snapshot) (findingsOf, error) {
	if err := o.source.Load(ctx, s, load.Query{Reads: o.first()}); err != nil {
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
	asked := map[any]bool{}
	for range rounds {
		forest := owners.Build(s)
		more := o.wanted(s, forest, diagnose.Sick(s, forest, chosen), asked)
		if len(more.Reads)+len(more.Logs) == 0 {
			break
		}
		if err := o.source.Load(ctx, s, more); err != nil {
			return findingsOf{}, err
		}
	}
	evidence := s
	if !o.flags.ShowSecrets {
		evidence = redact.Evidence(s)
	}
	out.items = diagnose.Report(evidence, owners.Build(evidence), chosen)
	return out, nil
}

// first is what tells the sick from the sound.
func (o *options) first() []load.Read {
	list := func(resource, effect string) load.Read {
		return load.Read{Resource: resource, Namespace: o.namespace, Effect: effect}
	}
	pods := list("pods", "nothing can be judged")
	pods.Labels, pods.Required = o.flags.Selector, true
	reads := []load.Read{
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
		if mapping, ok := load.BuiltIn(t.Type); !ok && t.Type != "" {
			reads = append(reads, load.Read{Resource: t.Type, Namespace: o.namespace, Name: t.Name, Required: true})
		} else if ok && mapping.Scope.Name() == "root" {
			continue
		}
	}
	return reads
}

func isPod(name string) bool {
	mapping, ok := load.BuiltIn(name)
	return ok && mapping.GroupVersionKind.Kind == "Pod"
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
	if mapping, ok := load.BuiltIn(t.Type); ok {
		return mapping.GroupVersionKind.Kind == ref.Kind
	}
	name, _, _ := strings.Cut(strings.ToLower(t.Type), ".")
	kind := strings.ToLower(ref.Kind)
	return name == kind || name == kind+"s" || name == kind+"es"
}

// exists reports whether the target was read, though it has no pods.
func (o *options) exists(f *owners.Forest, t cli.Target) bool {
	return slices.ContainsFunc(f.Roots, func(n *owners.Node) bool { return matches(n.Ref, t) && n.Object != nil }) ||
		slices.ContainsFunc(f.Roots, func(n *owners.Node) bool {
			return slices.ContainsFunc(n.Children, func(c *owners.Node) bool { return matches(c.Ref, t) && c.Object != nil })
		})
}

// wanted turns what the diagnosis wants into a query of what was not asked yet.
func (o *options) wanted(s *snapshot.Snapshot, forest *owners.Forest, sick []diagnose.Container, asked map[any]bool) load.Query {
	wants, logs := diagnose.Wanted(s, forest, sick)
	var q load.Query
	for _, w := range wants {
		if !asked[w] {
			asked[w] = true
			q.Reads = append(q.Reads, load.Read{Resource: w.Resource, Namespace: w.Namespace, Name: w.Name, Fields: w.Fields, Effect: w.Effect, Optional: w.Name != "" || w.Optional})
			if o.nodeConfig && w.Resource == "nodes" {
				q.Reads = append(q.Reads, load.Read{Resource: load.KubeletConfigs, Name: w.Name, Effect: "the back-off of its node is taken from what containers show of it"})
			}
		}
	}
	for _, w := range logs {
		if o.logs && !asked[w.LogKey] {
			asked[w.LogKey] = true
			q.Logs = append(q.Logs, load.LogRead{LogKey: w.LogKey, TailLines: logLines, LimitBytes: logBytes, Effect: w.Effect})
		}
	}
	return q
}

// missing is the server's word for a target that is not there, or why that
// cannot be said.
func (o *options) missing(s *snapshot.Snapshot, t cli.Target) error {
	resource := schema.GroupResource{Resource: "pods"}
	if t.Type != "" {
		resource = schema.ParseGroupResource(strings.ToLower(t.Type))
		if mapping, ok := load.BuiltIn(t.Type); ok {
			resource = mapping.Resource.GroupResource()
		}
	}
	if n := slices.IndexFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Resource == resource.Resource }); n >= 0 {
		return fmt.Errorf("find %s %q: %s", resource.Resource, t.Name, s.Gaps[n].Reason)
	}
	return apierrors.NewNotFound(resource, t.Name)
}
