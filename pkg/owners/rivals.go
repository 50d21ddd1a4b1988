package owners

import (
	"k8s.io/apimachinery/pkg/labels"
)

// label is one label of the pods of a namespace.
type label struct{ namespace, key, value string }

// Rivals returns the other workloads whose pods the selector of the workload n
// matches too, checked by one pod of each, in the order of Roots. A Service or
// HPA that selects by label matches the pods of both.
func (f *Forest) Rivals(n *Node) []*Node {
	selector, ok := SelectorOf(n.Object)
	if !ok {
		return nil
	}
	candidates := f.Roots
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		if value, exact := selector.RequiresExactMatch(r.Key()); exact {
			candidates = f.rivals[label{n.Ref.Namespace, r.Key(), value}]
			break
		}
	}
	var out []*Node
	for _, root := range candidates {
		if root == n || root.Ref.Namespace != n.Ref.Namespace || root.Ref.Kind == "Pod" {
			continue
		}
		if pod := root.FirstPod(); pod != nil && selector.Matches(labels.Set(pod.GetLabels())) {
			out = append(out, root)
		}
	}
	return out
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
