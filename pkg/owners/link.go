package owners

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// mirrorAnnotation marks the API server's copy of a static pod
// (k8s.io/api/core/v1 MirrorPodAnnotationKey).
const mirrorAnnotation = corev1.MirrorPodAnnotationKey

// collect makes a node for every object that can own or be owned, but for leaves.
func (f *Forest) collect() {
	var others []*snapshot.PackedPod // packed pods that are no leaves
	isLeaf := f.leafTest()
	for _, p := range f.packed {
		if !isLeaf(p) {
			others = append(others, p)
		}
	}
	f.each(func(metav1.Object) { f.whole++ })
	nodes := make([]Node, f.whole+len(others)) // one allocation: a large cluster has many
	f.nodes = make([]*Node, 0, len(nodes))
	add := func(obj metav1.Object) {
		n := &nodes[len(f.nodes)]
		n.Ref = refOf(obj)
		n.Object = obj
		f.index(n)
		f.nodes = append(f.nodes, n)
	}
	f.each(add)
	for _, p := range others {
		add(p)
	}
}

// each visits every object of the snapshot that can own or be owned, but for packed pods.
func (f *Forest) each(visit func(metav1.Object)) {
	for _, k := range snapshot.Kinds {
		if k.Role >= snapshot.Owned {
			k.EachWhole(f.Snapshot, visit)
		}
	}
	for _, o := range f.Snapshot.Others {
		visit(o)
	}
}

// index makes a node known by its UID, or by its name if it has none, as objects in files.
func (f *Forest) index(n *Node) {
	if n.Ref.UID != "" {
		f.byUID[n.Ref.UID] = n
		return
	}
	f.byName[unversioned(n.Ref)] = n
}

// link hangs n under its controller, making a node for one that was not read.
func (f *Forest) link(n *Node) {
	ref, ok := controllerOf(n.Object)
	if !ok {
		return
	}
	if workload(n.Ref) {
		above := ref // ref itself stays off the heap: a large cluster has many pods
		n.Above = &above
		return
	}
	parent := f.owner(ref)
	if parent.Root() == n { // a loop, which only a forged file can hold
		return
	}
	n.Parent = parent
	parent.Children = append(parent.Children, n)
}

// owner returns the node that a reference names. It makes one for an owner that was not read.
func (f *Forest) owner(ref Ref) *Node {
	if n := f.lookup(ref); n != nil {
		return n
	}
	n := &Node{Ref: ref, Gone: f.gone(ref)}
	f.index(n)
	f.unread = append(f.unread, n)
	return n
}

// lookup returns the node that a reference names, nil if it is not known. A UID decides alone: an object
// of the same name with another UID is another one.
func (f *Forest) lookup(ref Ref) *Node {
	if ref.UID != "" {
		return f.byUID[ref.UID]
	}
	return f.byName[unversioned(ref)]
}

// controllerOf returns the controller that the ownerReferences of obj, or the mirror
// annotation of a static pod, name.
func controllerOf(obj metav1.Object) (Ref, bool) {
	if ref := reference(obj); ref != nil {
		owner := Ref{APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: obj.GetNamespace(), Name: ref.Name, UID: ref.UID}
		if owner.Kind == "Node" && owner.APIVersion == "v1" {
			owner.Namespace = ""
		}
		return owner, true
	}
	pod, ok := obj.(*corev1.Pod)
	if ok && pod.Annotations[mirrorAnnotation] != "" && pod.Spec.NodeName != "" {
		return Ref{APIVersion: "v1", Kind: "Node", Name: pod.Spec.NodeName}, true
	}
	return Ref{}, false
}

// reference returns the reference of obj to its controller, nil if it has none. The API server
// refuses one without a kind or name (ValidateOwnerReferences in k8s.io/apimachinery
// pkg/api/validation/objectmeta.go): it names nothing.
func reference(obj metav1.Object) *metav1.OwnerReference {
	ref := metav1.GetControllerOfNoCopy(obj)
	if ref == nil || ref.Kind == "" || ref.Name == "" {
		return nil
	}
	return ref
}

// workload reports whether the walk towards the owner ends at ref, which people
// roll out and roll back, even if an operator created it.
func workload(ref Ref) bool {
	k := ref.KnownKind()
	return k != nil && k.Role == snapshot.Workload
}

// gone reports whether ref does not exist: every object of its kind was read,
// and it is not among them.
func (f *Forest) gone(ref Ref) bool {
	k := ref.KnownKind()
	return k != nil && f.Snapshot.Complete(k.Resource(), ref.Namespace)
}

// KnownKind returns the kind of the object, nil if it needs discovery.
func (r Ref) KnownKind() *snapshot.Kind {
	return snapshot.KnownKind(schema.FromAPIVersionAndKind(r.APIVersion, r.Kind).GroupKind())
}

// unversioned returns ref as a key by group, kind, namespace and name.
func unversioned(ref Ref) Ref {
	group, _, grouped := strings.Cut(ref.APIVersion, "/")
	if !grouped {
		group = ""
	}
	return Ref{APIVersion: group, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}
}

// refOf names obj; typed objects seldom carry their own kind.
func refOf(obj metav1.Object) Ref {
	ref := Ref{Namespace: obj.GetNamespace(), Name: obj.GetName(), UID: obj.GetUID()}
	if k := snapshot.KindOf(obj); k != nil {
		ref.APIVersion, ref.Kind = k.ToAPIVersionAndKind()
	} else if o, ok := obj.(*unstructured.Unstructured); ok {
		ref.APIVersion = o.GetAPIVersion()
		ref.Kind = o.GetKind()
	}
	return ref
}
