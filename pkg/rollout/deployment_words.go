package rollout

import (
	"fmt"
	"math"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// notSeen and notSeenLast are what a status proves that the controller has not written.
const (
	notSeen     = "no status yet: the controller has not seen it"
	notSeenLast = "the controller has not seen the last change yet"
)

// deploymentWords returns how far the rollout of a Deployment is.
func (b *builder) deploymentWords(t *deploymentTurn) string {
	replicas := *t.w.Desired
	st := t.d.Status
	switch t.w.Phase {
	case ScaledToZero:
		return t.w.zeroWords()
	case Complete:
		return t.w.title() + " is rolled out, " + allAvailable(replicas)
	case Paused:
		if !t.now.Current && t.in.history {
			return "paused: the template was changed and is not rolled out before it is resumed"
		}
		return "paused: " + t.progressWords()
	case Degraded:
		so := fmt.Sprintf("%s is rolled out, %d of %d pods available", t.w.title(), st.AvailableReplicas, replicas)
		if st.AvailableReplicas == replicas { // between two crashes
			so += " at this moment"
		}
		return so
	case Stalled:
		return t.progressWords() + b.exceededWords(t.d)
	case Failed:
		if c := deploymentCondition(t.d, appsv1.DeploymentProgressing); c != nil {
			return brief(c.Message)
		}
	case Progressing:
		if st.ObservedGeneration == 0 {
			return notSeen
		}
		if !t.seen() { // the counts are those of the rollout before
			return notSeenLast
		}
	}
	return t.progressWords()
}

// exceededWords returns that the controller reports the progress deadline as exceeded, and since when;
// "" if it does not.
func (b *builder) exceededWords(d *appsv1.Deployment) string {
	c := deploymentCondition(d, appsv1.DeploymentProgressing)
	if c == nil || c.Reason != "ProgressDeadlineExceeded" {
		return ""
	}
	return ", progress deadline exceeded" + ago(b.s.At, c.LastTransitionTime.Time)
}

// progressWords returns how many pods are updated and whether old ones still serve.
func (t *deploymentTurn) progressWords() string {
	st := t.d.Status
	replicas := *t.w.Desired
	if st.UpdatedReplicas > replicas {
		return scalingDown(st.Replicas, replicas)
	}
	so := fmt.Sprintf("%d of %d pods updated", st.UpdatedReplicas, replicas)
	old := max(0, st.Replicas-st.UpdatedReplicas)
	available, known := t.updatedAvailable(old)
	if !known {
		return so + fmt.Sprintf(", %d of all %d available", st.AvailableReplicas, st.Replicas)
	}
	return so + t.availableWords(available) + oldWords(old, st.AvailableReplicas-available)
}

// availableWords returns how many updated pods are available, nothing if there are none. With
// minReadySeconds pods can all be ready and none available.
func (t *deploymentTurn) availableWords(available int32) string {
	if t.d.Status.UpdatedReplicas == 0 {
		return ""
	}
	if ready := deref(t.now.Ready, 0); available == 0 && ready > 0 {
		return fmt.Sprintf(", %d of them ready and not available yet", ready)
	}
	return fmt.Sprintf(", %d of them available", available)
}

// updatedAvailable returns how many pods of the current template are available,
// false if they cannot be distinguished from old ones.
func (t *deploymentTurn) updatedAvailable(old int32) (int32, bool) {
	switch st := t.d.Status; {
	case t.now.Current && t.now.Available != nil:
		return min(*t.now.Available, st.AvailableReplicas), true
	case old == 0:
		return st.AvailableReplicas, true
	case st.UpdatedReplicas == 0:
		return 0, true
	}
	return 0, false
}

// oldWords returns how many old pods are left and whether they serve.
func oldWords(old, serving int32) string {
	left := wording.Count(int(old), "old pod")
	switch {
	case old == 0:
		return ""
	case serving >= old && old == 1:
		return ", " + left + " still serves"
	case serving >= old:
		return ", " + left + " still serve"
	case serving <= 0:
		return ", " + left + " left, none available"
	default:
		return fmt.Sprintf(", %s left, %d available", left, serving)
	}
}

// scalingDown returns that more pods are there than are wanted.
func scalingDown(there, wanted int32) string {
	return fmt.Sprintf("scaling down: %s, %d wanted", wording.Count(int(there), "pod"), wanted)
}

// zeroWords returns that no pods are wanted, and how many of those that were are still
// terminating: controllers do not count them.
func (w *Workload) zeroWords() string {
	leaving := int(deref(w.Terminating, 0))
	there := 0
	for _, r := range w.Revisions {
		there += len(r.Pods) - len(present(r.Pods))
	}
	if leaving = max(leaving, there); leaving > 0 {
		return "scaled to zero, " + areStill(leaving) + " terminating"
	}
	return "scaled to zero, no pods left"
}

// allAvailable returns that all pods are available, whose number is known.
func allAvailable(replicas int32) string {
	if replicas == 1 {
		return "its pod is available"
	}
	return fmt.Sprintf("all %d pods available", replicas)
}

// Title names a revision in a sentence.
func (r Revision) Title() string {
	switch {
	case r.Number != nil:
		return fmt.Sprintf("revision %d", *r.Number)
	case r.Kind == "":
		return "the current revision"
	default:
		return r.Kind + " " + r.Name
	}
}

// title names the current revision in a sentence.
func (w *Workload) title() string {
	now, _ := w.Current()
	return now.Title()
}

// deploymentNotes notes what the status alone does not show. The progress deadline counts from
// lastUpdateTime of the condition Progressing, which each new ready pod renews, and is not
// checked after the rollout completed (syncRolloutStatus and DeploymentTimedOut in
// k8s.io/kubernetes pkg/controller/deployment, 1.37). kubectl does not roll back a paused
// Deployment (DeploymentRollbacker in k8s.io/kubectl pkg/polymorphichelpers/rollback.go).
func (w *Workload) deploymentNotes(t *deploymentTurn) {
	if w.deadlineMoves(t) {
		w.note("each start of a crash-looping pod may count as progress and move the deadline: it may never pass")
	}
	w.revisionNotes(t.now)
	if w.Phase == Degraded || w.Phase == Stalled {
		w.historyNote(t)
	}
	reason := t.progressReason()
	unfinished := w.Phase == Progressing || w.Phase == Stalled
	if w.Phase == Degraded && reason == "NewReplicaSetAvailable" {
		w.note("the rollout already completed; the progress deadline no longer applies")
	} else if unfinished && deref(t.d.Spec.ProgressDeadlineSeconds, 0) == math.MaxInt32 && reason != "ProgressDeadlineExceeded" {
		w.note("no progress deadline is set: this can last for ever")
	}
	if w.Phase == Paused {
		w.note("the progress deadline does not apply while it is paused; kubectl rollout undo is refused")
	}
	held := heldPods(w)
	if (w.Phase == Complete || w.Phase == ScaledToZero) && len(held) > 0 {
		w.note(fmt.Sprintf("%s not counted above: %s", wording.Count(len(held), "pod"), held[0].Name+" "+held[0].trouble.words))
	}
}

// deadlineMoves reports whether pods that restart have moved the progress deadline before: the
// condition was renewed while it stayed the same.
func (w *Workload) deadlineMoves(t *deploymentTurn) bool {
	c := deploymentCondition(t.d, appsv1.DeploymentProgressing)
	restarts := slices.ContainsFunc(t.now.Pods, func(p Pod) bool { return p.Restarts > 1 && p.trouble != nil })
	return w.Deadline != nil && restarts && c != nil && c.LastUpdateTime.After(c.LastTransitionTime.Time)
}

// historyNote notes that there is no revision to roll back to.
func (w *Workload) historyNote(t *deploymentTurn) {
	limit := t.d.Spec.RevisionHistoryLimit
	if t.in.history && len(w.Revisions) == 1 && limit != nil && *limit == 0 {
		w.note("no earlier revision is kept (revisionHistoryLimit 0): undo is not possible")
	}
}

// heldPods returns the pods that should be gone and are not.
func heldPods(w *Workload) []Pod {
	var out []Pod
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if p.object.DeletionTimestamp != nil && p.object.Status.Phase != corev1.PodFailed && hard(p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// revisionNotes notes revisions that came back, and others with the same template.
func (w *Workload) revisionNotes(now Revision) {
	if n := len(now.FormerNumbers); n > 0 {
		const text = "%s is a rollback to revision %d: its ReplicaSet is older than its number"
		w.note(fmt.Sprintf(text, now.Title(), now.FormerNumbers[n-1]))
	}
	for _, r := range w.Revisions {
		if !r.Current && now.Template != nil && r.Template != nil && r.Name != now.Name && SameTemplate(r.Template, now.Template) {
			w.note(fmt.Sprintf("%s has the same template as the current one (%s): the controller uses the older ReplicaSet", r.Title(), now.Title()))
		}
	}
}
