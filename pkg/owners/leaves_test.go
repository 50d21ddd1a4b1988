package owners_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// mixed returns a Deployment of which every second pod is healthy, a bare pod, and a pod that owns
// another: the healthy ones packed, unless whole is set.
func mixed(whole bool) *snapshot.Snapshot {
	objects := []runtime.Object{
		&appsv1.Deployment{ObjectMeta: meta("web", "d", nil)},
		&appsv1.ReplicaSet{ObjectMeta: meta("web-1", "r", by("apps/v1", "Deployment", "web", "d"))},
		pod("web-1-b", "b", by("apps/v1", "ReplicaSet", "web-1", "r")),
		pod("web-1-d", "e", by("apps/v1", "ReplicaSet", "web-1", "r")),
	}
	decoder := &snapshot.Decoder{}
	for _, p := range []*corev1.Pod{
		pod("web-1-a", "a", by("apps/v1", "ReplicaSet", "web-1", "r")),
		pod("web-1-c", "c", by("apps/v1", "ReplicaSet", "web-1", "r")),
		pod("web-1-e", "f", by("apps/v1", "ReplicaSet", "web-1", "r")),
		pod("bare", "g", nil),
		pod("lost-1", "h", by("apps/v1", "ReplicaSet", "lost", "l")),
		pod("driver", "i", by("example.org/v1", "Application", "spark", "s")),
		pod("executor", "j", by("v1", "Pod", "driver", "i")),
	} {
		p.Status.Phase = corev1.PodRunning
		if whole {
			objects = append(objects, p)
			continue
		}
		objects = append(objects, decoder.Pack(p))
	}
	return snap(objects...)
}

func names(pods []metav1.Object) []string {
	var out []string
	for _, p := range pods {
		out = append(out, p.GetName())
	}
	return out
}

// firstOf returns the name of the first pod of a node, empty if it has none.
func firstOf(n *owners.Node) string {
	if pod := n.FirstPod(); pod != nil {
		return pod.GetName()
	}
	return ""
}

// What a forest answers does not depend on which pods are packed.
func TestPackedPodsHaveTheOwnersOfWholeOnes(t *testing.T) {
	whole := owners.Build(mixed(true))
	s := mixed(false)
	if len(s.PackedPods) != 7 {
		t.Fatalf("%d pods are packed", len(s.PackedPods))
	}
	packed := owners.Build(s)
	if len(whole.Roots) != len(packed.Roots) || len(whole.Roots) < 4 {
		t.Fatalf("%d roots, and %d with packed pods", len(whole.Roots), len(packed.Roots))
	}
	for i, root := range whole.Roots {
		other := packed.Roots[i]
		if diff := cmp.Diff(root.Ref, other.Ref); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(names(root.Pods()), names(other.Pods())); diff != "" {
			t.Errorf("%s: %s", root.Ref, diff)
		}
		if diff := cmp.Diff(firstOf(root), firstOf(other)); diff != "" {
			t.Errorf("%s: the first pod: %s", root.Ref, diff)
		}
	}
	for _, p := range whole.Snapshot.Pods {
		if diff := cmp.Diff(whole.Root(p), packed.Root(p)); diff != "" {
			t.Errorf("%s belongs to another owner if it is packed: %s", p.Name, diff)
		}
	}
	stranger := pod("web-1-a", "another", by("apps/v1", "ReplicaSet", "web-1", "r"))
	if n := packed.Node(stranger); n != nil {
		t.Errorf("a pod with the name and owner of another is taken for it: %v", n.Ref)
	}
}

func TestPodsWithoutSkipsChildren(t *testing.T) {
	f := owners.Build(mixed(false))
	for _, root := range f.Roots {
		skipped := root.PodsWithout(func(child *owners.Node) bool { return child.Ref.Kind == "ReplicaSet" })
		if root.Ref.Kind == "Deployment" && len(skipped) > 0 {
			t.Errorf("%s: %v", root.Ref, names(skipped))
		}
		if root.Ref.Kind == "ReplicaSet" && len(skipped) != 1 {
			t.Errorf("%s: %v", root.Ref, names(skipped))
		}
	}
}

// A forest notices that a packed pod came or was read again, also if the list of packed pods is as long as before.
func TestRefreshedAfterPackedPodsChange(t *testing.T) {
	read := func(name, uid, version string) *corev1.Pod {
		p := pod(name, uid, by("apps/v1", "ReplicaSet", "web-1", "r"))
		p.Status.Phase = corev1.PodRunning
		p.ResourceVersion = version
		return p
	}
	for _, changed := range []*corev1.Pod{read("web-1-0", "0", ""), read("web-1-a", "a", "8")} {
		s := mixed(false)
		s.PackedPods = append(make([]*snapshot.PackedPod, 0, 20), s.PackedPods...) // with room for more, as while lists are read
		f := owners.Build(s)
		if f.Refreshed() != f {
			t.Error("built again although nothing changed")
		}
		former := f.Node(changed)
		s.Add((&snapshot.Decoder{}).Pack(changed))
		s.Sort()
		again := f.Refreshed()
		if again == f {
			t.Fatalf("the change of %s is not noticed", changed.Name)
		}
		if n := again.Node(changed); n == nil || n.Root().Ref.Name != "web" || n.Object.GetResourceVersion() != changed.ResourceVersion {
			t.Errorf("%s has the node %v", changed.Name, n)
		}
		if n := f.Node(changed); (n == nil) != (former == nil) {
			t.Errorf("in the former forest %s has the node %v", changed.Name, n)
		}
	}
}
