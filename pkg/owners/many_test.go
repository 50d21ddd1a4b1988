package owners_test

import (
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// many returns Deployments that all have one label, and another that is of each alone if own is set; each has a pod, and
// there is one like it without a controller.
func many(count int, own bool) *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	for i := range count {
		name := fmt.Sprintf("web-%d", i)
		labels := map[string]string{"app": "web"}
		if own {
			labels["one"] = name
		}
		d := &appsv1.Deployment{ObjectMeta: meta(name, name, nil)}
		d.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
		p := pod(name+"-0", name+"-0", by("apps/v1", "Deployment", name, name))
		p.Labels = labels
		loose := pod(name+"-loose", name+"-loose", nil)
		loose.Labels = labels
		s.Add(d)
		s.Add(p)
		s.Add(loose)
	}
	s.Sort()
	return s
}

// Of many workloads that share all labels only some are compared, which is reported.
func TestRivalsCompareSome(t *testing.T) {
	f := owners.Build(many(owners.MostCompared+2, false))
	rivals, all := f.Rivals(f.Node(f.Snapshot.Deployments[0]))
	count := 0
	for range rivals {
		count++
	}
	if count < owners.MostCompared-1 || count > owners.MostCompared || all {
		t.Errorf("%d rivals, all: %v", count, all)
	}
	if orphans, all := f.Orphans(f.Node(f.Snapshot.Deployments[0])); len(orphans) != owners.MostCompared || all {
		t.Errorf("%d orphans, all: %v", len(orphans), all)
	}
	f = owners.Build(many(owners.MostCompared+2, true))
	d := f.Snapshot.Deployments[0]
	if rivals, all := f.Rivals(f.Node(d)); !all {
		t.Errorf("more are to be compared although no other has the label one: %v", rivals)
	}
	if orphans, all := f.Orphans(f.Node(d)); len(orphans) != 1 || orphans[0].Node.Ref.Name != d.Name+"-loose" || !all {
		t.Errorf("the orphans are %v, all: %v", orphans, all)
	}
}

// BenchmarkOneLabelOfMany finds the rivals and orphans of 5,000 workloads that share a label.
func BenchmarkOneLabelOfMany(b *testing.B) { compareAll(b, true) }

// BenchmarkSameLabelsOfMany does the same for workloads that share all labels.
func BenchmarkSameLabelsOfMany(b *testing.B) { compareAll(b, false) }

func compareAll(b *testing.B, own bool) {
	b.Helper()
	f := owners.Build(many(5000, own))
	for b.Loop() {
		for _, d := range f.Snapshot.Deployments {
			n := f.Node(d)
			rivals, _ := f.Rivals(n)
			orphans, all := f.Orphans(n)
			for rival := range rivals {
				if own {
					b.Fatal(rival.Ref)
				}
			}
			if all != own || (len(orphans) == 1) != own {
				b.Fatal(n.Ref)
			}
		}
	}
}
