package rollout

import (
	"fmt"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Scaler is what sets a workload's replicas.
type Scaler struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Min  *int32 `json:"min,omitempty"`
	Max  *int32 `json:"max,omitempty"`
}

// autoscaler returns the HorizontalPodAutoscaler that targets ref, nil if none does.
func (b *builder) autoscaler(ref owners.Ref) *autoscalingv2.HorizontalPodAutoscaler {
	for _, h := range snapshot.InNamespace(b.s.HorizontalPodAutoscalers, ref.Namespace) {
		t := h.Spec.ScaleTargetRef
		if t.Kind == ref.Kind && t.Name == ref.Name && group(t.APIVersion) == group(ref.APIVersion) {
			return h
		}
	}
	return nil
}

// autoscale records the autoscaler of a workload, why it cannot scale, and who
// set a number of replicas that it does not want.
func (b *builder) autoscale(w *Workload, obj metav1.Object) {
	h := b.autoscaler(w.Ref)
	if h == nil {
		return
	}
	least := deref(h.Spec.MinReplicas, 1)
	most := h.Spec.MaxReplicas
	w.ScaledBy = &Scaler{Kind: "HorizontalPodAutoscaler", Name: h.Name, Min: &least, Max: &most}
	name := "HorizontalPodAutoscaler " + h.Name
	if w.Desired == nil || *w.Desired == 0 { // with no replicas it does nothing
		return
	}
	if *w.Desired < least {
		w.outside(fmt.Sprintf("%s scales to at least %d", name, least), b.whoScaled(obj))
	} else if most > 0 && *w.Desired > most {
		w.outside(fmt.Sprintf("%s scales to at most %d", name, most), b.whoScaled(obj))
	}
	for _, c := range h.Status.Conditions {
		if failsToScale(c) {
			w.note(fmt.Sprintf("%s cannot scale it: %s: %s", name, c.Reason, brief(c.Message)))
		}
	}
}

// failsToScale reports whether a condition of an autoscaler is that it cannot do its work, as without
// metrics. ScalingDisabled is the reason while the workload has no replicas, and no failure.
func failsToScale(c autoscalingv2.HorizontalPodAutoscalerCondition) bool {
	able := c.Type == autoscalingv2.AbleToScale || c.Type == autoscalingv2.ScalingActive
	return able && c.Status == corev1.ConditionFalse && c.Reason != "ScalingDisabled"
}

// outside records that an autoscaler will change the replicas soon.
func (w *Workload) outside(text, who string) {
	if who != "" {
		text += ": " + who
	}
	if w.Cause == "" && len(w.BlockedBy) == 0 {
		w.Cause = text
		return
	}
	w.note(text)
}

// whoScaled returns who set spec.replicas last, and when, by managedFields; ""
// if they do not record it.
func (b *builder) whoScaled(obj metav1.Object) string {
	if obj == nil {
		return ""
	}
	newest := newestManager(obj, ownsReplicas)
	if newest == nil {
		return ""
	}
	return newest.Manager + " set replicas " + wording.Age(b.s.At.Sub(newest.Time.Time).Round(time.Second)) + " ago"
}

// ownsReplicas reports whether a field manager set spec.replicas, by an entry of managedFields: itself
// or by the subresource scale.
func ownsReplicas(e metav1.ManagedFieldsEntry) bool {
	return !strings.HasPrefix(e.Subresource, "status") && ownsSpec(e, "f:replicas")
}
