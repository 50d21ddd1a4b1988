package owners

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A leaf is a packed pod that has a controller and owns nothing, as nearly all pods of a
// large cluster are. It takes the place of one pointer in its owner, and has a Node only
// while somebody asks for it.

// leafTest returns the function that reports whether a packed pod is a leaf. Pods own others
// rarely: the driver of a Spark application owns its executors.
func (f *Forest) leafTest() func(*snapshot.PackedPod) bool {
	owning := map[Ref]bool{}
	note := func(obj metav1.Object) {
		if ref := reference(obj); ref != nil && ref.Kind == "Pod" {
			owner, _ := controllerOf(obj)
			owning[identity(owner)] = true
		}
	}
	f.each(note)
	for _, p := range f.packed {
		note(p)
	}
	return func(p *snapshot.PackedPod) bool {
		return reference(p) != nil && (len(owning) == 0 || !owning[identity(refOf(p))])
	}
}

// identity returns what distinguishes an object: its UID alone, or all else if it has none.
func identity(ref Ref) Ref {
	if ref.UID != "" {
		return Ref{UID: ref.UID}
	}
	return unversioned(ref)
}

// hangLeaves puts the leaves below their owners, in lists of just the right size.
func (f *Forest) hangLeaves() {
	parents := map[*metav1.OwnerReference]*Node{} // pods of one revision share the reference
	counts := map[*Node]int{}
	f.eachLeaf(func(p *snapshot.PackedPod, ref *metav1.OwnerReference) {
		parent, known := parents[ref]
		if !known {
			owner, _ := controllerOf(p)
			parent = f.owner(owner)
			parents[ref] = parent
		}
		counts[parent]++
	})
	for parent, count := range counts {
		parent.leaves = make([]*snapshot.PackedPod, 0, count)
	}
	f.eachLeaf(func(p *snapshot.PackedPod, ref *metav1.OwnerReference) {
		parent := parents[ref]
		parent.leaves = append(parent.leaves, p)
	})
}

// eachLeaf visits the leaves: the packed pods that have no node.
func (f *Forest) eachLeaf(visit func(*snapshot.PackedPod, *metav1.OwnerReference)) {
	others := f.nodes[f.whole:]
	for _, p := range f.packed {
		if len(others) > 0 && others[0].Object == p {
			others = others[1:]
			continue
		}
		visit(p, reference(p))
	}
}

// leaf returns a node of a pod that is a leaf, nil if the snapshot does not hold it.
func (f *Forest) leaf(pod metav1.Object) *Node {
	owner, ok := controllerOf(pod)
	if !ok || !snapshot.IsPod(pod) {
		return nil
	}
	parent := f.lookup(owner)
	if parent == nil {
		return nil
	}
	p, found := snapshot.Find(parent.leaves, pod.GetNamespace(), pod.GetName())
	if !found || p.GetUID() != pod.GetUID() {
		return nil
	}
	return &Node{Ref: refOf(p), Object: p, Parent: parent}
}

// Pods returns every pod below n, packed or not, in the order of the children.
func (n *Node) Pods() []metav1.Object { return n.PodsWithout(nil) }

// PodsWithout returns the same without the pods below children for which skip is true.
func (n *Node) PodsWithout(skip func(child *Node) bool) []metav1.Object {
	count := len(n.leaves) + len(n.Children)
	if count == 0 {
		return nil
	}
	pods := make([]metav1.Object, 0, count)
	n.eachPod(skip, func(pod metav1.Object) bool {
		pods = append(pods, pod)
		return true
	})
	return pods
}

// FirstPod returns the first pod at or below n, nil if there is none.
func (n *Node) FirstPod() metav1.Object {
	if snapshot.IsPod(n.Object) {
		return n.Object
	}
	var first metav1.Object
	n.eachPod(nil, func(pod metav1.Object) bool {
		first = pod
		return false
	})
	return first
}

// eachPod visits the pods below n in the order of the children until visit returns false, which
// it then returns, too.
func (n *Node) eachPod(skip func(child *Node) bool, visit func(metav1.Object) bool) bool {
	leaves := n.leaves
	for _, c := range n.Children {
		for len(leaves) > 0 && compareRefs(refOf(leaves[0]), c.Ref) < 0 {
			if !visit(leaves[0]) {
				return false
			}
			leaves = leaves[1:]
		}
		if skip != nil && skip(c) {
			continue
		}
		if (snapshot.IsPod(c.Object) && !visit(c.Object)) || !c.eachPod(nil, visit) {
			return false
		}
	}
	for _, p := range leaves {
		if !visit(p) {
			return false
		}
	}
	return true
}
