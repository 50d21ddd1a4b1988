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
	for _, p := range snapshot.InNamespace(b.s.PodDisruptionBudgets, w.Ref.Namespace) {
		if p.Status.CurrentHealthy >= p.Status.DesiredHealthy || p.Status.DisruptionsAllowed > 0 {
			continue // before its selector is read, which takes longest
		}
		selector, err := metav1.LabelSelectorAsSelector(p.Spec.Selector)
		if err != nil || !selector.Matches(labels.Set(w.Template.Labels)) {
			continue
		}
		w.note(fmt.Sprintf("PodDisruptionBudget %s allows no disruptions (%d of %d healthy): node drains block, rollouts do not",
			p.Name, p.Status.CurrentHealthy, p.Status.DesiredHealthy))
	}
}
