package owners_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A forest is built again only if what it links is no longer the same.
func TestRefreshed(t *testing.T) {
	pod := func(uid string) *corev1.Pod {
		p := &corev1.Pod{}
		p.Namespace = "shop"
		p.Name = "web"
		p.UID = "pod"
		p.ResourceVersion = uid
		yes := true
		p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-1", UID: "set", Controller: &yes}}
		return p
	}
	set := &appsv1.ReplicaSet{}
	set.Namespace = "shop"
	set.Name = "web-1"
	set.UID = "set"
	for name, c := range map[string]struct {
		change func(*snapshot.Snapshot)
		same   bool
	}{
		"nothing":         {func(*snapshot.Snapshot) {}, true},
		"evidence":        {func(s *snapshot.Snapshot) { s.Add(&corev1.Node{}) }, true},
		"an owner came":   {func(s *snapshot.Snapshot) { s.Add(set) }, false},
		"a newer pod":     {func(s *snapshot.Snapshot) { s.Pods[0] = pod("8") }, false},
		"a pod went":      {func(s *snapshot.Snapshot) { s.Pods = nil }, false},
		"no owner exists": {func(s *snapshot.Snapshot) { s.MarkComplete("replicasets", "") }, false},
	} {
		s := &snapshot.Snapshot{Pods: []*corev1.Pod{pod("7")}}
		f := owners.Build(s)
		c.change(s)
		again := f.Refreshed()
		if (again == f) != c.same {
			t.Errorf("%s: the same forest: %v, want %v", name, again == f, c.same)
		}
		if want := owners.Build(s); len(again.Roots) != len(want.Roots) || (len(want.Roots) > 0 && again.Roots[0].Gone != want.Roots[0].Gone) {
			t.Errorf("%s: it has other roots than a new one", name)
		}
	}
}
