package gather

import (
	"context"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Load adds the answers to a query to a snapshot; see cli.Source.
type Load func(context.Context, *snapshot.Snapshot, snapshot.Query) error

// maxOwners bounds the walk upwards: Pod, ReplicaSet, Deployment.
const maxOwners = 3

// Owners reads by name the controllers that objects of s name as their owners
// and that s does not hold, up to the workload, and returns the forest of what s
// then holds. Owners that do not exist are left out; others that cannot be read
// become gaps.
func (load Load) Owners(ctx context.Context, s *snapshot.Snapshot) (*owners.Forest, error) {
	asked := map[snapshot.Read]bool{}
	forest := owners.Build(s)
	for round := 0; ; round++ {
		if round == maxOwners {
			return forest, nil
		}
		query := unreadRoots(s, forest, asked)
		if query.Empty() {
			return forest, nil
		}
		if err := load(ctx, s, query); err != nil {
			return nil, err
		}
		forest = forest.Refreshed()
	}
}

// unreadRoots asks for the roots that are known by reference only, but for those that were asked for
// before and do not exist, or of which the list is a gap: one refusal is enough.
func unreadRoots(s *snapshot.Snapshot, forest *owners.Forest, asked map[snapshot.Read]bool) snapshot.Query {
	var query snapshot.Query
	for _, n := range forest.Roots {
		read, ok := unread(n)
		if !ok || asked[read] || s.HasGap(read.Resource, read.Namespace) {
			continue
		}
		asked[read] = true
		query.Reads = append(query.Reads, read)
	}
	return query
}

// unread returns the read of a controller that is known by reference only.
func unread(n *owners.Node) (snapshot.Read, bool) {
	k := n.Ref.KnownKind()
	if n.Object != nil || n.Gone || k == nil || k.Role < snapshot.Controller {
		return snapshot.Read{}, false
	}
	return snapshot.Read{
		Resource: k.Resource(), Namespace: n.Ref.Namespace, Name: n.Ref.Name, Optional: true, Impact: "its desired state is not known",
	}, true
}

// What is not known without the lists, for the gap if they cannot be read.
const (
	noRevisions = "revisions are not known"
	noPods      = "pods are not listed, and what blocks a rollout is not known"
	noRuns      = "its runs are not known"

	// jobName is the label that the Job controller puts on its pods
	// (k8s.io/api/batch/v1 labels; without the prefix before 1.27, and beside it since).
	jobName = "job-name"
)

// Children returns the reads of what belongs to the workloads in s: their
// revisions and pods, selected as their controllers select them.
func Children(s *snapshot.Snapshot) []snapshot.Read {
	var c children
	known := uids(s)
	for _, d := range s.Deployments {
		c.add(d, selector(d.Spec.Selector), "replicasets", "pods")
	}
	for _, d := range s.StatefulSets {
		c.add(d, selector(d.Spec.Selector), "controllerrevisions", "pods")
	}
	for _, d := range s.DaemonSets {
		c.add(d, selector(d.Spec.Selector), "controllerrevisions", "pods")
	}
	for _, rc := range s.ReplicationControllers {
		c.add(rc, selector(&metav1.LabelSelector{MatchLabels: rc.Spec.Selector}), "pods")
	}
	for _, rs := range s.ReplicaSets {
		if !controlled(known, rs) {
			c.add(rs, selector(rs.Spec.Selector), "pods")
		}
	}
	for _, j := range s.Jobs {
		if !controlled(known, j) {
			c.add(j, selector(j.Spec.Selector), "pods")
		}
	}
	for _, cj := range s.CronJobs {
		c.runs(cj)
	}
	for _, o := range s.Others {
		c.add(o, customSelector(o), "replicasets", "pods")
	}
	return c.reads
}

// uids returns the UIDs of all objects in s.
func uids(s *snapshot.Snapshot) map[types.UID]bool {
	out := map[types.UID]bool{}
	for _, k := range snapshot.Kinds {
		k.Each(s, func(o metav1.Object) { out[o.GetUID()] = true })
	}
	for _, o := range s.Others {
		out[o.GetUID()] = true
	}
	return out
}

// controlled reports whether the controller of an object is among those with the
// UIDs. The pods of such an object are read with its controller's.
func controlled(by map[types.UID]bool, o metav1.Object) bool {
	ref := metav1.GetControllerOfNoCopy(o)
	return ref != nil && by[ref.UID]
}

// children collects reads, each once: workloads of one namespace can have the same selector.
type children struct{ reads []snapshot.Read }

// add asks for the lists of what a workload selects.
func (c *children) add(of metav1.Object, labels string, resources ...string) {
	for _, resource := range resources {
		impact := noRevisions
		if resource == "pods" {
			impact = noPods
		}
		c.read(snapshot.Read{Resource: resource, Namespace: of.GetNamespace(), Labels: labels, Impact: impact})
	}
}

// runs adds the Jobs of a CronJob, which only their owner reference ties to it,
// and the pods of Jobs.
func (c *children) runs(of *batchv1.CronJob) {
	c.read(snapshot.Read{Resource: "jobs", Namespace: of.Namespace, Impact: noRuns})
	c.read(snapshot.Read{Resource: "pods", Namespace: of.Namespace, Labels: jobName, Impact: noPods})
}

// read adds a read that is not there yet.
func (c *children) read(r snapshot.Read) {
	if !slices.Contains(c.reads, r) {
		c.reads = append(c.reads, r)
	}
}

// selector returns a label selector as a list request takes it, "" for all
// objects if there is none that can be read.
func selector(of *metav1.LabelSelector) string {
	parsed, err := metav1.LabelSelectorAsSelector(of)
	if err != nil || parsed.Empty() {
		return ""
	}
	return parsed.String()
}

// customSelector returns the pod selector of a custom resource: spec.selector
// as a label selector, as in an Argo Rollout, or as plain labels, as in a
// DeploymentConfig.
func customSelector(o *unstructured.Unstructured) string {
	field, found, err := unstructured.NestedMap(o.Object, "spec", "selector")
	if err != nil || !found {
		return ""
	}
	if field["matchLabels"] != nil || field["matchExpressions"] != nil {
		var of metav1.LabelSelector
		if runtime.DefaultUnstructuredConverter.FromUnstructured(field, &of) != nil {
			return ""
		}
		return selector(&of)
	}
	plain, _, err := unstructured.NestedStringMap(o.Object, "spec", "selector")
	if err != nil {
		return ""
	}
	return labels.SelectorFromSet(plain).String()
}
