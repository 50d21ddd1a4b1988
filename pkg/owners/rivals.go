package owners

import (
	"iter"

	"k8s.io/apimachinery/pkg/labels"
)

// label is one label of the pods of a namespace.
type label struct{ namespace, key, value string }

// Rivals yields the other workloads whose pods the selector of the workload n
// matches too, checked by one pod of each, in the order of Roots. A Service or
// HPA that selects by label matches the pods of both.
func (f *Forest) Rivals(n *Node) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		selector, ok := SelectorOf(n.Object)
		if !ok {
			return
		}
		for _, root := range f.candidates(n, selector) {
			if root == n || root.Ref.Namespace != n.Ref.Namespace || root.Ref.Kind == "Pod" {
				continue
			}
			if pod := root.FirstPod(); pod != nil && selector.Matches(labels.Set(pod.GetLabels())) && !yield(root) {
				return
			}
		}
	}
}

// candidates returns the roots that may be rivals of n: those with one label of its selector, if that names any by value.
func (f *Forest) candidates(n *Node, selector labels.Selector) []*Node {
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		if value, exact := selector.RequiresExactMatch(r.Key()); exact {
			return f.rivals[label{n.Ref.Namespace, r.Key(), value}]
		}
	}
	return f.Roots
}

// sample indexes the roots by the labels of a pod of each.
func (f *Forest) sample() {
	f.rivals = map[label][]*Node{}
	for _, root := range f.Roots {
		pod := root.FirstPod()
		if pod == nil {
			continue
		}
		for key, value := range pod.GetLabels() {
			at := label{root.Ref.Namespace, key, value}
			f.rivals[at] = append(f.rivals[at], root)
		}
	}
}
