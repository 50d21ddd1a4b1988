package owners

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// mirrorAnnotation marks the API server's copy of a static pod
// (k8s.io/api/core/v1 MirrorPodAnnotationKey).
const mirrorAnnotation = corev1.MirrorPodAnnotationKey

// collect makes a node for every object that can own or be owned.
func (f *Forest) collect(s *snapshot.Snapshot) []*Node {
	var nodes []*Node
	add := func(obj metav1.Object) {
		n := &Node{Ref: refOf(obj), Object: obj}
		f.index(n)
		nodes = append(nodes, n)
	}
	each(s.Deployments, add)
	each(s.ReplicaSets, add)
	each(s.StatefulSets, add)
	each(s.DaemonSets, add)
	each(s.ControllerRevisions, add)
	each(s.CronJobs, add)
	each(s.Jobs, add)
	each(s.ReplicationControllers, add)
	each(s.Others, add)
	each(s.Pods, add)
	return nodes
}

func each[T metav1.Object](list []T, do func(metav1.Object)) {
	for _, o := range list {
		do(o)
	}
}

func (f *Forest) index(n *Node) {
	if n.Ref.UID != "" {
		f.byUID[n.Ref.UID] = n
		return
	}
	f.byName[unversioned(n.Ref)] = n
}

// link hangs n under its controller, making a node for one that was not read.
func (f *Forest) link(s *snapshot.Snapshot, n *Node) {
	ref, ok := controllerOf(n)
	if !ok {
		return
	}
	if workload(n.Ref) {
		n.Above = &ref
		return
	}
	parent := f.lookup(ref)
	if parent == nil {
		parent = &Node{Ref: ref, Gone: gone(s, ref)}
		f.index(parent)
	}
	if parent.Root() == n { // a loop, which only a forged file can hold
		return
	}
	n.Parent = parent
	parent.Children = append(parent.Children, n)
}

func (f *Forest) lookup(ref Ref) *Node {
	if ref.UID != "" {
		return f.byUID[ref.UID]
	}
	return f.byName[unversioned(ref)]
}

// controllerOf returns what n's ownerReferences, or the mirror annotation of a
// static pod, name as its controller.
func controllerOf(n *Node) (Ref, bool) {
	if ref := metav1.GetControllerOfNoCopy(n.Object); ref != nil {
		owner := Ref{APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: n.Ref.Namespace, Name: ref.Name, UID: ref.UID}
		if owner.Kind == "Node" && owner.APIVersion == "v1" {
			owner.Namespace = ""
		}
		return owner, true
	}
	pod, ok := n.Object.(*corev1.Pod)
	if ok && pod.Annotations[mirrorAnnotation] != "" && pod.Spec.NodeName != "" {
		return Ref{APIVersion: "v1", Kind: "Node", Name: pod.Spec.NodeName}, true
	}
	return Ref{}, false
}

// workload reports whether the walk upwards ends at ref: what people roll out
// and roll back, whoever made it.
func workload(ref Ref) bool {
	switch unversioned(ref).APIVersion + "/" + ref.Kind {
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/CronJob":
		return true
	}
	return false
}

// resources names the list of the snapshot that would hold an owner.
var resources = map[string]string{
	"apps/Deployment": "deployments", "apps/ReplicaSet": "replicasets", "apps/StatefulSet": "statefulsets",
	"apps/DaemonSet": "daemonsets", "batch/Job": "jobs", "batch/CronJob": "cronjobs",
	"/ReplicationController": "replicationcontrollers",
}

func gone(s *snapshot.Snapshot, ref Ref) bool {
	resource, known := resources[unversioned(ref).APIVersion+"/"+ref.Kind]
	return known && s.Complete(resource, ref.Namespace)
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
	switch o := obj.(type) {
	case *appsv1.Deployment:
		ref.APIVersion, ref.Kind = "apps/v1", "Deployment"
	case *appsv1.ReplicaSet:
		ref.APIVersion, ref.Kind = "apps/v1", "ReplicaSet"
	case *appsv1.StatefulSet:
		ref.APIVersion, ref.Kind = "apps/v1", "StatefulSet"
	case *appsv1.DaemonSet:
		ref.APIVersion, ref.Kind = "apps/v1", "DaemonSet"
	case *appsv1.ControllerRevision:
		ref.APIVersion, ref.Kind = "apps/v1", "ControllerRevision"
	case *batchv1.Job:
		ref.APIVersion, ref.Kind = "batch/v1", "Job"
	case *batchv1.CronJob:
		ref.APIVersion, ref.Kind = "batch/v1", "CronJob"
	case *corev1.ReplicationController:
		ref.APIVersion, ref.Kind = "v1", "ReplicationController"
	case *corev1.Pod:
		ref.APIVersion, ref.Kind = "v1", "Pod"
	case *unstructured.Unstructured:
		ref.APIVersion, ref.Kind = o.GetAPIVersion(), o.GetKind()
	}
	return ref
}
