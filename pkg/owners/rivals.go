package owners

import (
	"iter"

	"k8s.io/apimachinery/pkg/labels"
)

// MostCompared is how many workloads, or pods without a controller, are compared with the selector of a workload.
// Thousands may share all labels that their selectors name, and differ in others.
const MostCompared = 1000

// Rivals yields the other workloads whose pods the selector of the workload n
// matches too, checked by one pod of each, in the order of Roots. A Service or
// HPA that selects by label matches the pods of both. all reports that no more than
// MostCompared had to be compared: else there may be further ones.
func (f *Forest) Rivals(n *Node) (rivals iter.Seq[*Node], all bool) {
	selector, ok := SelectorOf(n.Object)
	if !ok {
		return func(func(*Node) bool) {}, true
	}
	candidates, exact := f.rivals.candidates(n.Ref.Namespace, selector)
	if !exact {
		candidates = f.Roots
	}
	compared := candidates[:min(len(candidates), MostCompared)]
	rivals = func(yield func(*Node) bool) {
		for _, root := range compared {
			if root == n || root.Ref.Namespace != n.Ref.Namespace || root.Ref.Kind == "Pod" {
				continue
			}
			if pod := root.FirstPod(); pod != nil && selector.Matches(labels.Set(pod.GetLabels())) && !yield(root) {
				return
			}
		}
	}
	return rivals, len(compared) == len(candidates)
}

// sample indexes the roots by the labels of a pod of each.
func (f *Forest) sample() {
	for _, root := range f.Roots {
		if pod := root.FirstPod(); pod != nil {
			f.rivals.add(root, pod.GetLabels())
		}
	}
}
