package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Of very many pods without a controller that match a selector a hundred are listed, and that there are more.
func TestOrphansAreNotAllListed(t *testing.T) {
	labels := map[string]string{"app": "web"}
	for _, count := range []int{99, 100, 101, owners.MostCompared + 1} {
		s := &snapshot.Snapshot{At: noon.Time}
		s.Add(&appsv1.StatefulSet{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "web"},
			Spec:       appsv1.StatefulSetSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}},
		})
		for i := range count {
			s.Add(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprintf("old-%d", i), Labels: labels}})
		}
		s.Sort()
		w := rollout.Build(owners.Build(s))[0]
		noted := strings.Contains(strings.Join(w.Notes, "\n"), "further pods or ReplicaSets without a controller")
		if len(w.Orphans) != min(count, 100) || noted != (count > 100) {
			t.Errorf("of %d pods %d are listed, with the notes %q", count, len(w.Orphans), w.Notes)
		}
	}
}
