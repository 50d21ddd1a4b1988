package rollout

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
)

// deploymentTurn is a Deployment with what decides the next sync of its
// controller.
type deploymentTurn struct {
	w       *Workload
	d       *appsv1.Deployment
	in      reading
	now     Revision // the current revision, if it is known
	next    *Next
	waiting []Pod // the pods that hold the next step up
}

// seen reports whether the controller has seen the last change.
func (t *deploymentTurn) seen() bool {
	st := t.d.Status
	return st.ObservedGeneration > 0 && st.ObservedGeneration >= t.d.Generation
}

// progressReason returns the reason of the condition Progressing, "" if there is none.
func (t *deploymentTurn) progressReason() string {
	if c := deploymentCondition(t.d, appsv1.DeploymentProgressing); c != nil {
		return c.Reason
	}
	return ""
}

// rolledOut reports whether all pods have the current template (syncRolloutStatus
// in k8s.io/kubernetes pkg/controller/deployment/progress.go, 1.37).
func (t *deploymentTurn) rolledOut() bool {
	st := t.d.Status
	return t.seen() && st.UpdatedReplicas == st.Replicas && st.UpdatedReplicas == *t.w.Desired
}

// phase returns the phase by the conditions of the Deployment, and by its pods if these say more.
// ProgressDeadlineExceeded comes late (after ten minutes by default), and never if no deadline is
// set: pods that do not become ready without a change show before that the rollout hangs.
func (t *deploymentTurn) phase() Phase {
	st := t.d.Status
	reason := t.progressReason()
	switch {
	case t.d.Spec.Paused:
		return Paused
	case *t.w.Desired == 0 && st.Replicas == 0 && t.seen():
		return ScaledToZero
	case reason == "ReplicaSetCreateError":
		// Without a ReplicaSet the controller does not record that it has seen
		// the change (getNewReplicaSet, 1.37).
		return Failed
	case !t.seen():
		return Progressing
	case reason == "ProgressDeadlineExceeded":
		return Stalled
	case t.rolledOut() && st.AvailableReplicas == *t.w.Desired:
		return t.completePhase()
	case t.w.creationFails() && st.UpdatedReplicas == 0 && !t.goesOn():
		// With no pods at all the controller takes a new template for rolled
		// out before any pod of it was created (syncRolloutStatus, 1.37).
		return Stalled
	case reason == "NewReplicaSetAvailable" && (slices.ContainsFunc(t.waiting, hard) || t.w.creationFails() || keepsFailing(t.now.Pods)):
		return Degraded
	case t.w.creationFails() && !t.goesOn(), t.stuck(), keepsFailing(t.now.Pods):
		return Stalled
	}
	return Progressing
}

// completePhase returns the phase of a rollout that is complete by the counts, which a pod that is
// available between two crashes meets too. A pod that is being deleted is no replica any more,
// whatever holds it.
func (t *deploymentTurn) completePhase() Phase {
	if slices.ContainsFunc(t.now.Pods, func(p Pod) bool { return hard(p) && p.object.DeletionTimestamp == nil }) {
		return Degraded
	}
	return Complete
}

// hard reports whether a pod is in trouble that does not pass by waiting a little.
func hard(p Pod) bool { return p.trouble != nil && p.trouble.hard }

// stuck reports whether all pods that the rollout waits for are in trouble, and
// the strategy allows nothing before they are well.
func (t *deploymentTurn) stuck() bool {
	healthy := slices.ContainsFunc(t.waiting, func(p Pod) bool { return !hard(p) })
	return t.in.history && len(t.waiting) > 0 && !healthy && t.next.MayCreate == 0 && t.next.MayDelete == 0
}

// goesOn reports whether a quota that refuses pods becomes free without
// anybody's help: pods are leaving, may be deleted, or become available, after
// which old ones are deleted. A quota counts a pod until it is gone
// (k8s.io/kubernetes pkg/quota/v1/evaluator/core/pods.go, 1.37).
func (t *deploymentTurn) goesOn() bool {
	if !t.w.overQuota() {
		return false
	}
	leaving := slices.ContainsFunc(t.w.Revisions, func(r Revision) bool {
		return slices.ContainsFunc(r.Pods, func(p Pod) bool { return p.object.DeletionTimestamp != nil && !hard(p) })
	})
	starting := slices.ContainsFunc(t.waiting, func(p Pod) bool { return !hard(p) })
	return leaving || starting || t.next.MayDelete > 0
}

// doubts records the phases that could follow from what was not read.
func (t *deploymentTurn) doubts(current *appsv1.ReplicaSet) {
	if !t.seen() {
		return
	}
	known := t.in.pods && (t.now.Current || t.in.history)
	part := !t.in.pods || !t.in.history
	refused := !t.in.events && (current == nil || current.Status.Replicas < size(current)) // an event could show why
	switch {
	case t.w.Phase == Complete && !known:
		t.w.couldBe(Degraded)
	case t.w.Phase == Stalled && t.w.creationFails() && part:
		t.w.couldBe(Progressing, Degraded)
	case t.w.Phase == Degraded && part:
		t.w.couldBe(Stalled, Progressing)
	case t.w.Phase == Progressing && (!known || !t.in.history || refused):
		t.w.couldBe(Stalled, Degraded)
	}
}
