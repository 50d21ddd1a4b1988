package owners

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Bond is the relation of a workload to an object that it does not own.
type Bond string

// The relations between a workload and objects that it does not own.
const (
	// Adoptable has no controller and matches the selector: the controller
	// takes it over at its next turn.
	Adoptable Bond = "adoptable"
	// Released has no controller, was made for the workload, and matches its
	// selector no longer: its labels or the selector were edited.
	Released Bond = "released"
)

// Orphan is an object without a controller that is tied to a workload.
type Orphan struct {
	Node *Node
	Bond Bond
}

// Orphans returns the pods and ReplicaSets without a controller that are tied
// to the workload n: ReplicaSets first, then pods, by name. all reports that no more than
// MostCompared had to be compared in each way: else there may be further ones.
func (f *Forest) Orphans(n *Node) (out []Orphan, all bool) {
	selector, ok := SelectorOf(n.Object)
	if !ok {
		return nil, true
	}
	all = true
	take := func(nodes []*Node, bond Bond) {
		all = all && len(nodes) <= MostCompared
		for _, loose := range nodes[:min(len(nodes), MostCompared)] {
			if loose == n || (n.Ref.Kind != "Deployment" && loose.Ref.Kind == "ReplicaSet") || finished(loose.Object) {
				continue
			}
			if matches := selector.Matches(labels.Set(loose.Object.GetLabels())); matches == (bond == Adoptable) {
				out = append(out, Orphan{loose, bond})
			}
		}
	}
	take(f.loose.labelled(n, selector), Adoptable)
	for _, m := range makers(n) {
		take(f.loose.byMaker[m], Released)
	}
	slices.SortStableFunc(out, func(a, b Orphan) int { return compareLoose(a.Node, b.Node) })
	return out, all
}

// loose are the pods and ReplicaSets without a controller.
type loose struct {
	byNamespace map[string][]*Node // for selectors that name no label by value
	byLabel     byLabel
	byMaker     map[maker][]*Node
}

func newLoose() loose {
	return loose{byNamespace: map[string][]*Node{}, byLabel: byLabel{}, byMaker: map[maker][]*Node{}}
}

// add records an object without a controller.
func (l loose) add(n *Node) {
	l.byNamespace[n.Ref.Namespace] = append(l.byNamespace[n.Ref.Namespace], n)
	l.byLabel.add(n, n.Object.GetLabels())
	if m := makerOf(n); m.name != "" {
		l.byMaker[m] = append(l.byMaker[m], n)
	}
}

// labelled returns the objects that the selector of the workload n may match.
func (l loose) labelled(n *Node, selector labels.Selector) []*Node {
	if nodes, exact := l.byLabel.candidates(n.Ref.Namespace, selector); exact {
		return nodes
	}
	return l.byNamespace[n.Ref.Namespace]
}

// maker is the name of what objects of a kind were created for, as they show it themselves.
type maker struct{ namespace, kind, name string }

// makerOf returns what an object was created for: a ReplicaSet is named after its Deployment and its own template hash,
// a pod has a generateName, which is immutable. The name is empty if the object does not show it.
func makerOf(n *Node) maker {
	m := maker{namespace: n.Ref.Namespace, kind: n.Ref.Kind}
	switch o := n.Object.(type) {
	case *appsv1.ReplicaSet:
		hash := o.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
		name, hashed := strings.CutSuffix(o.Name, "-"+hash)
		if _, numbered := o.Annotations["deployment.kubernetes.io/revision"]; numbered && hashed && hash != "" {
			m.name = name
		}
	case *corev1.Pod, *snapshot.PackedPod:
		m.name = strings.TrimSuffix(o.GetGenerateName(), "-")
	}
	return m
}

// makers returns what objects show that were created for the workload n: its ReplicaSets, and pods of it or of one of
// its ReplicaSets.
func makers(n *Node) []maker {
	out := []maker{{n.Ref.Namespace, "ReplicaSet", n.Ref.Name}}
	if n.Ref.Kind != "Deployment" {
		out = append(out, maker{n.Ref.Namespace, "Pod", n.Ref.Name})
	}
	for _, c := range n.Children {
		if c.Ref.Kind == "ReplicaSet" {
			out = append(out, maker{n.Ref.Namespace, "Pod", c.Ref.Name})
		}
	}
	return out
}

// compareLoose orders ReplicaSets before pods, and each kind as compareNodes does.
func compareLoose(a, b *Node) int {
	if a.Ref.Kind == b.Ref.Kind {
		return compareNodes(a, b)
	}
	if a.Ref.Kind == "ReplicaSet" {
		return -1
	}
	return 1
}

// SelectorOf returns the pod selector of a workload. It reports false if obj has
// none or an empty one, which would match every pod.
func SelectorOf(obj metav1.Object) (labels.Selector, bool) {
	var spec *metav1.LabelSelector
	switch o := obj.(type) {
	case *appsv1.Deployment:
		spec = o.Spec.Selector
	case *appsv1.ReplicaSet:
		spec = o.Spec.Selector
	case *appsv1.StatefulSet:
		spec = o.Spec.Selector
	case *appsv1.DaemonSet:
		spec = o.Spec.Selector
	case *corev1.ReplicationController:
		spec = &metav1.LabelSelector{MatchLabels: o.Spec.Selector}
	}
	selector, err := metav1.LabelSelectorAsSelector(spec)
	if err != nil || selector.Empty() || spec == nil {
		return nil, false
	}
	return selector, true
}

// finished reports whether obj is a pod that ended: controllers leave it alone.
func finished(obj metav1.Object) bool {
	pod := snapshot.CommonOf(obj)
	return pod != nil && (pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed)
}
