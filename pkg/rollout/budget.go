package rollout

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// budgets notes PodDisruptionBudgets that lack healthy pods of a workload in
// trouble: they block node drains, though never the rollout itself.
func (b *builder) budgets(w *Workload) {
	if w.Template == nil || w.Phase == Complete || w.Phase == ScaledToZero {
		return
	}
	noted := 0
	for _, p := range snapshot.InNamespace(b.s.PodDisruptionBudgets, w.Ref.Namespace) {
		if p.Status.CurrentHealthy >= p.Status.DesiredHealthy || p.Status.DisruptionsAllowed > 0 {
			continue // before its selector is read, which takes longest
		}
		selector, err := metav1.LabelSelectorAsSelector(p.Spec.Selector)
		if err != nil || !selector.Matches(labels.Set(w.Template.Labels)) {
			continue
		}
		if noted++; noted > mostBudgets {
			w.note("further PodDisruptionBudgets allow no disruptions either")
			return
		}
		w.note(fmt.Sprintf("PodDisruptionBudget %s allows no disruptions (%d of %d healthy): node drains block, rollouts do not",
			p.Name, p.Status.CurrentHealthy, p.Status.DesiredHealthy))
	}
}

// mostBudgets is how many PodDisruptionBudgets are named. The eviction API refuses a pod that more than one of them
// selects (k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go, 1.37), so that a workload hardly has several.
const mostBudgets = 10
