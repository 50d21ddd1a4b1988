// Package owners walks from owners to what they own: Deployment to ReplicaSet
// to Pod, StatefulSet and DaemonSet to ControllerRevision and Pod, CronJob to
// Job to Pod, and along every other chain of ownerReferences, including those of
// custom resources. A child belongs to the controller whose UID its
// ownerReference names, as for the garbage collector and the controllers; names
// and selectors do not make an owner. Kind, namespace and name decide only if
// neither the reference nor the object has a UID, as in hand-written files. The
// package reads nothing and evaluates nothing.
package owners

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Ref names an object. It is the "workload" of the JSON output.
type Ref struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Namespace  string    `json:"namespace,omitempty"`
	Name       string    `json:"name"`
	UID        types.UID `json:"uid,omitempty"`
}

// String returns Kind/name.
func (r Ref) String() string { return r.Kind + "/" + r.Name }

// Node is an object among its owner and its children.
type Node struct {
	Ref Ref
	// Object is nil for an owner that children name and that was not read.
	Object metav1.Object
	// Gone is set if a nil Object does not exist: every object of its kind was
	// read. Otherwise it may exist.
	Gone bool
	// Parent is the controller; nil for a root.
	Parent *Node
	// Above names the controller of a root that is a workload of its own, such
	// as the custom resource that an operator made a Deployment from.
	Above *Ref
	// Children are ordered by kind, namespace and name. Most packed pods are not among
	// them: see Pods.
	Children []*Node

	leaves []*snapshot.PackedPod // further children, which own nothing, ordered by name
}

// Root returns the topmost node above n, n itself if it has no controller.
func (n *Node) Root() *Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// Forest holds the objects of a snapshot, each below its controller.
type Forest struct {
	// Snapshot is the snapshot that the forest was built from.
	Snapshot *snapshot.Snapshot
	// Roots are the nodes without a controller, ordered by namespace, kind,
	// name and UID: workloads, bare pods, Nodes with their static pods, and
	// owners that were not read.
	Roots []*Node

	nodes  []*Node // of the objects of the snapshot, in the order of each, then of packed pods that are no leaves
	whole  int     // how many of them are of objects that each visits
	unread []*Node // owners that were not read
	packed []*snapshot.PackedPod
	byUID  map[types.UID]*Node
	byName map[Ref]*Node
	rivals byLabel // roots by the labels of one of their pods
	loose  loose
}

// Build links every object of s that can own or be owned. It changes no object.
func Build(s *snapshot.Snapshot) *Forest {
	f := &Forest{
		Snapshot: s, packed: s.PackedPods, byUID: map[types.UID]*Node{}, byName: map[Ref]*Node{}, rivals: byLabel{}, loose: newLoose(),
	}
	f.collect()
	for _, n := range f.nodes {
		f.link(n)
	}
	f.hangLeaves()
	f.plant(slices.Concat(f.nodes, f.unread))
	f.sample()
	return f
}

// Refreshed returns the forest of the snapshot of f as it is now: f itself if no
// object that can own or be owned came or went since f was built.
func (f *Forest) Refreshed() *Forest {
	if !f.current() {
		return Build(f.Snapshot)
	}
	for _, n := range f.Roots {
		if n.Object == nil && n.Gone != f.gone(n.Ref) {
			return Build(f.Snapshot)
		}
	}
	return f
}

// current reports whether the snapshot holds the objects that f was built from.
func (f *Forest) current() bool {
	at := 0
	same := true
	f.each(func(obj metav1.Object) {
		same = same && at < f.whole && f.nodes[at].Object == obj
		at++
	})
	return same && at == f.whole && slices.Equal(f.packed, f.Snapshot.PackedPods)
}

// Of returns the forest of a snapshot that holds the objects of f.Snapshot, or
// other copies of some pods.
func (f *Forest) Of(s *snapshot.Snapshot) *Forest {
	if !slices.Equal(s.Pods, f.Snapshot.Pods) {
		return Build(s)
	}
	out := *f
	out.Snapshot = s
	return &out
}

// Node returns the node of obj, nil if obj was not in the snapshot.
func (f *Forest) Node(obj metav1.Object) *Node {
	if n := f.lookup(refOf(obj)); n != nil {
		return n
	}
	return f.leaf(obj)
}

// Root returns the topmost owner of pod: the workload, the Node of a static pod,
// or the pod itself if it has no controller.
func (f *Forest) Root(pod *corev1.Pod) Ref {
	if n := f.Node(pod); n != nil {
		return n.Root().Ref
	}
	return refOf(pod)
}

// plant finds the roots, and puts every list in order.
func (f *Forest) plant(nodes []*Node) {
	seen := map[*Node]bool{}
	for _, n := range nodes {
		if root := n.Root(); !seen[root] {
			seen[root] = true
			f.Roots = append(f.Roots, root)
		}
		if n.Parent == nil && n.Object != nil && (n.Ref.Kind == "Pod" || n.Ref.Kind == "ReplicaSet") {
			f.loose.add(n)
		}
	}
	sortNodes(f.Roots)
}

// sortNodes orders nodes and all that hangs below them.
func sortNodes(nodes []*Node) {
	slices.SortFunc(nodes, compareNodes)
	for _, n := range nodes {
		sortNodes(n.Children)
	}
}

// compareNodes orders nodes by namespace, kind, name and UID.
func compareNodes(a, b *Node) int { return compareRefs(a.Ref, b.Ref) }

// compareRefs orders references as compareNodes orders their nodes.
func compareRefs(a, b Ref) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.UID, b.UID),
	)
}
