package rollout_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A namespace of 1,000 Deployments with ten ReplicaSets and ten pods each.
func BenchmarkBuild(b *testing.B) {
	s := &snapshot.Snapshot{At: noon.Time}
	for i := range 1000 {
		w := deployment("image:9", 10, one, none, available)
		for n := range 9 {
			w.set(fmt.Sprint(n+1), fmt.Sprint("image:", n), 0, 0, 0)
		}
		w.set("10", "image:9", 10, 10, 10)
		suffix := fmt.Sprint("-", i)
		w.d.Name = "web" + suffix
		w.d.UID = types.UID("d" + suffix)
		for _, rs := range w.ReplicaSets {
			rs.UID += types.UID(suffix)
			rs.Name += suffix
			rs.OwnerReferences[0].UID = w.d.UID
			s.Add(rs)
		}
		for p := range 10 {
			pod := built("Running", nil, named("web", running(true, 0)))
			pod.Namespace = "shop"
			pod.Name = fmt.Sprint("p", p, suffix)
			pod.UID = types.UID(fmt.Sprint("p", p, suffix))
			pod.OwnerReferences = []metav1.OwnerReference{
				{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "x", UID: w.ReplicaSets[9].UID, Controller: new(true)},
			}
			s.Add(pod)
		}
		s.Add(w.d)
	}
	s.Sort()
	for b.Loop() {
		if got := len(rollout.Build(owners.Build(s))); got != 1000 {
			b.Fatal(got)
		}
	}
}
