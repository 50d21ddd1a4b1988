package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Of fifty PodDisruptionBudgets that select the pods of a workload ten are named, and that there are more.
func TestBudgetsAreNotAllNamed(t *testing.T) {
	labels := map[string]string{"app": "web"}
	s := &snapshot.Snapshot{At: noon.Time}
	s.Add(&appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "web"},
		Spec: appsv1.StatefulSetSpec{
			Replicas: new(int32(3)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}},
		},
	})
	for i := range 50 {
		s.Add(&policyv1.PodDisruptionBudget{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprintf("web-%02d", i)},
			Spec:       policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}},
			Status:     policyv1.PodDisruptionBudgetStatus{DesiredHealthy: 3},
		})
	}
	s.Sort()
	for _, w := range rollout.Build(owners.Build(s)) {
		var notes []string
		for _, note := range w.Notes {
			if strings.Contains(note, "PodDisruptionBudget") {
				notes = append(notes, note)
			}
		}
		if len(notes) != 11 || notes[10] != "further PodDisruptionBudgets allow no disruptions either" {
			t.Errorf("%s is %s and has %d notes: %v", w.Ref, w.Phase, len(notes), notes)
		}
	}
}
