package owners

import (
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
// to the workload n: ReplicaSets first, then pods, by name.
func (f *Forest) Orphans(n *Node) []Orphan {
	selector, ok := SelectorOf(n.Object)
	if !ok {
		return nil
	}
	var out []Orphan
	for _, loose := range f.loose[n.Ref.Namespace] {
		if loose == n || (n.Ref.Kind != "Deployment" && loose.Ref.Kind == "ReplicaSet") {
			continue
		}
		switch {
		case finished(loose.Object):
		case selector.Matches(labels.Set(loose.Object.GetLabels())):
			out = append(out, Orphan{loose, Adoptable})
		case madeBy(n, loose.Object):
			out = append(out, Orphan{loose, Released})
		}
	}
	return out
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
	pod := snapshot.PodOf(obj)
	return pod != nil && (pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed)
}

// madeBy reports whether obj was created for n: a ReplicaSet that is named after
// the Deployment and its own template hash, or a pod whose generateName, which is
// immutable, is that of n or of a ReplicaSet of n.
func madeBy(n *Node, obj metav1.Object) bool {
	switch o := obj.(type) {
	case *appsv1.ReplicaSet:
		hash := o.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
		_, numbered := o.Annotations["deployment.kubernetes.io/revision"]
		return numbered && hash != "" && o.Name == n.Ref.Name+"-"+hash
	case *corev1.Pod, *snapshot.PackedPod:
		generated := o.GetGenerateName()
		for _, c := range n.Children {
			if c.Ref.Kind == "ReplicaSet" && generated == c.Ref.Name+"-" {
				return true
			}
		}
		return n.Ref.Kind != "Deployment" && generated != "" && strings.TrimSuffix(generated, "-") == n.Ref.Name
	}
	return false
}
