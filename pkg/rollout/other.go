package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

func isArgoRollout(ref owners.Ref) bool {
	return ref.Kind == "Rollout" && group(ref.APIVersion) == "argoproj.io"
}

// replicas fills w with a ReplicaSet or ReplicationController that stands
// alone: one revision, which nobody rolls out.
func (b *builder) replicas(w *Workload, n *owners.Node) {
	w.Strategy = Strategy{Type: "None"}
	var r Revision
	var failure string
	switch o := n.Object.(type) {
	case *appsv1.ReplicaSet:
		r = b.replicaSet(n, o)
		w.Template = &o.Spec.Template
		for _, c := range o.Status.Conditions {
			if c.Type == appsv1.ReplicaSetReplicaFailure && c.Status == corev1.ConditionTrue {
				failure = c.Message
			}
		}
	case *corev1.ReplicationController:
		r = Revision{
			Name: o.Name, UID: o.UID, Kind: "ReplicationController", CreatedAt: timeOf(o.CreationTimestamp), Desired: ptr(deref(o.Spec.Replicas, 1)),
			Replicas: o.Status.Replicas, Ready: o.Status.ReadyReplicas, Available: o.Status.AvailableReplicas,
			Images: images(o.Spec.Template), Template: o.Spec.Template, Pods: b.pods(n.Pods()),
		}
		w.Template = o.Spec.Template
		for _, c := range o.Status.Conditions {
			if c.Type == corev1.ReplicationControllerReplicaFailure && c.Status == corev1.ConditionTrue {
				failure = c.Message
			}
		}
	}
	r.Current = true
	w.Revisions = append(w.Revisions, r)
	w.Desired, w.Ready, w.Available = r.Desired, &r.Ready, &r.Available
	if failure != "" {
		w.blockFirst(Blocker{Kind: w.Ref.Kind, Name: w.Ref.Name, Reason: "FailedCreate", Message: failure, Count: 1, words: deniedWords(failure), at: b.s.At})
	}
	w.byPods()
}

// byPods decides the phase of a workload whose controller has no rollouts, or
// tells us nothing of them, by its pods alone.
func (w *Workload) byPods() {
	var all, ready, hard int
	for _, r := range w.Revisions {
		all += len(r.Pods)
		for _, p := range r.Pods {
			if pod.Is(p.object, corev1.PodReady) {
				ready++
			}
			if p.trouble != nil && p.trouble.hard {
				hard++
			}
		}
		w.block(r.Pods)
	}
	desired := all
	if w.Desired != nil {
		desired = int(*w.Desired)
	}
	w.Summary = fmt.Sprintf("%d of %d pods ready", ready, desired)
	switch {
	case desired == 0 && all == 0:
		w.Phase, w.Summary = ScaledToZero, "no pods"
	case hard > 0 || (len(w.BlockedBy) > 0 && w.BlockedBy[0].Kind != "Pod"):
		w.Phase = Degraded
	case ready < desired:
		w.Phase = Progressing
	default:
		w.Phase, w.BlockedBy = Complete, []Blocker{}
	}
	if cause := w.cause(); cause != "" {
		w.Summary += "; " + cause
	}
}

// other fills w with an owner of a kind that we know nothing of, or an Argo
// Rollout. object is nil where the owner was not read.
func (b *builder) other(w *Workload, n *owners.Node, object *unstructured.Unstructured) {
	w.Strategy = Strategy{Type: "unknown"}
	var revisions []Revision
	var direct []*corev1.Pod
	for _, c := range n.Children {
		switch o := c.Object.(type) {
		case *appsv1.ReplicaSet:
			revisions = append(revisions, b.replicaSet(c, o))
		case *corev1.Pod:
			direct = append(direct, o)
		default:
			direct = append(direct, c.Pods()...)
		}
	}
	if len(direct) > 0 {
		revisions = append(revisions, podsRevision(b.pods(direct), owners.Ref{Kind: n.Ref.Kind, Name: n.Ref.Name, UID: n.Ref.UID}))
	}
	if object != nil && isArgoRollout(n.Ref) {
		markArgo(object, revisions)
	} else if len(revisions) == 1 {
		revisions[0].Current = true
	}
	w.order(revisions)
	w.byPods()
	switch {
	case object != nil && isArgoRollout(n.Ref):
		w.argo(object)
	case object == nil && n.Gone:
		w.note(n.Ref.String() + " does not exist any more: the garbage collector will delete what it owned")
	case object == nil:
		w.note(n.Ref.String() + " was not read: what it wants is not known")
	}
}

func markArgo(object *unstructured.Unstructured, revisions []Revision) {
	hash := field[string](object, "status", "currentPodHash")
	for i := range revisions {
		t := revisions[i].Template
		revisions[i].Current = hash != "" && t != nil && t.Labels["rollouts-pod-template-hash"] == hash
	}
}

// argo fills w from the status that the Argo Rollouts controller writes
// (argoproj.io/v1alpha1 RolloutStatus).
func (w *Workload) argo(o *unstructured.Unstructured) {
	for name, strategy := range map[string]string{"canary": "Canary", "blueGreen": "BlueGreen"} {
		if _, has, err := unstructured.NestedMap(o.Object, "spec", "strategy", name); has && err == nil {
			w.Strategy.Type = strategy
		}
	}
	if replicas, has, err := unstructured.NestedInt64(o.Object, "spec", "replicas"); has && err == nil {
		w.Desired = ptr(int32(replicas))
	}
	w.Updated, w.Ready, w.Available = count32(o, "updatedReplicas"), count32(o, "readyReplicas"), count32(o, "availableReplicas")
	if raw, has, err := unstructured.NestedMap(o.Object, "spec", "template"); has && err == nil {
		t := &corev1.PodTemplateSpec{}
		if runtime.DefaultUnstructuredConverter.FromUnstructured(raw, t) == nil {
			w.Template = t
		}
	}
	if w.Updated != nil && w.Available != nil && w.Desired != nil {
		w.Summary = fmt.Sprintf("%d of %d pods updated, %d available", *w.Updated, *w.Desired, *w.Available)
		if cause := w.cause(); cause != "" {
			w.Summary += "; " + cause
		}
	}
	message := field[string](o, "status", "message")
	switch field[string](o, "status", "phase") {
	case "Healthy":
		w.Phase = Complete
	case "Paused":
		w.Phase = Paused
	case "Degraded":
		w.Phase = Degraded
	case "Progressing":
		if w.Phase != Degraded {
			w.Phase = Progressing
		} else {
			w.Phase = Stalled
		}
	}
	if field[bool](o, "status", "abort") {
		w.Phase = Failed
		message = cmp.Or(message, "the rollout was aborted")
	}
	if words, known := argoPauses[message]; known {
		message = words
	}
	if message != "" {
		w.Summary = brief(message) + ", " + w.Summary
	}
	steps, _, err := unstructured.NestedSlice(o.Object, "spec", "strategy", "canary", "steps")
	if err == nil && len(steps) > 0 {
		w.note(fmt.Sprintf("canary step %d of %d, weight %d", field[int64](o, "status", "currentStepIndex"), len(steps), field[int64](o, "status", "canary", "weights", "canary", "weight")))
	}
	if stable := field[string](o, "status", "stableRS"); stable != "" {
		i := slices.IndexFunc(w.Revisions, func(r Revision) bool {
			return r.Template != nil && r.Template.Labels["rollouts-pod-template-hash"] == stable
		})
		if i >= 0 && !w.Revisions[i].Current {
			w.note(w.Revisions[i].Title() + " is the stable one")
		}
	}
}

// argoPauses are the messages of a paused Rollout (PauseReason of
// argoproj.io/v1alpha1) in words.
var argoPauses = map[string]string{
	"CanaryPauseStep":         "paused by a canary step until it is promoted or its time is over",
	"BlueGreenPause":          "paused before the new revision takes over",
	"InconclusiveAnalysisRun": "paused after an analysis without a clear result",
}

// field returns a value of an object's status, the zero value where it is
// absent or of another type.
func field[T any](o *unstructured.Unstructured, path ...string) T {
	var none T
	v, _, err := unstructured.NestedFieldNoCopy(o.Object, path...)
	if err != nil {
		return none
	}
	if t, ok := v.(T); ok {
		return t
	}
	return none
}

func count32(o *unstructured.Unstructured, name string) *int32 {
	n, has, err := unstructured.NestedInt64(o.Object, "status", name)
	if !has || err != nil {
		return nil
	}
	return ptr(int32(n))
}
