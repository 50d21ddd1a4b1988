package rollout

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// StatefulSets and DaemonSets do not record that a rollout completed. These
// functions conclude it from when the pods were created and became ready:
// during a rollout a controller creates each pod as soon as it may, so a pod
// that was created much later replaces one that ran.

// turnSlack is how much later than it might a controller creates a pod of a
// rollout: it processes a queue, and waits for the pod before to be gone.
const turnSlack = time.Minute

// completedBefore reports whether the rollout of the revision now was complete
// before the given pods were in trouble.
func (b *builder) completedBefore(now Revision, all, inTrouble []Pod) bool {
	for _, p := range inTrouble {
		if !b.troubledLater(p, now, all) {
			return false
		}
	}
	return len(all) > 0
}

// troubledLater reports whether the trouble of a pod began after the rollout of now was complete. Of a
// pod whose node refused the ones before it, that is when the refusals began. A pod that is being
// deleted does not count: it is stuck at its end, not at its beginning.
func (b *builder) troubledLater(p Pod, now Revision, all []Pod) bool {
	if p.trouble != nil && p.trouble.again {
		return b.followed(p, p.trouble.began, now, all)
	}
	return p.object.DeletionTimestamp != nil || b.cameUp(p) || b.replacement(p, now, all)
}

// readyBefore reports whether all pods were ready well before the given time.
func (b *builder) readyBefore(pods []Pod, at time.Time) bool {
	for _, p := range pods {
		since, ready := p.readySince()
		if !ready || !at.After(since.Add(turnSlack+grace(p.object))) {
			return false
		}
	}
	return len(pods) > 0 && !at.IsZero()
}

// replacement reports whether p was created after the rollout of now was complete.
func (b *builder) replacement(p Pod, now Revision, all []Pod) bool {
	return b.followed(p, p.created, now, all)
}

// followed reports whether something about p began after the rollout of now was
// complete: all the other pods of it had been ready for longer than the
// controller needs to create the next one.
func (b *builder) followed(p Pod, began time.Time, now Revision, all []Pod) bool {
	last := created(now)
	for _, other := range all {
		if since, ready := other.readySince(); ready && other.Name != p.Name && since.After(last) {
			last = since
		}
	}
	return !last.IsZero() && began.After(last.Add(turnSlack+grace(p.object)))
}

// grace returns for how long a pod may take to end; the next one may have to wait for it.
func grace(p *corev1.Pod) time.Duration {
	return time.Duration(deref(p.Spec.TerminationGracePeriodSeconds, 30)) * time.Second
}

// cameUp reports whether p ran well for a while before it was in trouble: it is older than its restarts
// can have taken, or its condition Ready changed long after it was created.
func (b *builder) cameUp(p Pod) bool {
	if _, ready := p.readySince(); ready && p.Restarts == 0 {
		return true
	}
	if p.Restarts > 0 {
		return b.s.At.Sub(p.created) > longestFor(p)+pod.StableAfter
	}
	c := pod.Condition(p.Object(), corev1.PodReady)
	return c != nil && c.LastTransitionTime.Sub(p.created) > patience
}

// longestFor returns how long the restarts of a pod can have taken: each at most the longest back-off of
// five minutes with some slack, and a run like the last one.
func longestFor(p Pod) time.Duration {
	return time.Duration(p.Restarts+1) * (6*time.Minute + longestRun(p.Object()))
}

// longestRun returns how long the last runs of the containers took.
func longestRun(p *corev1.Pod) time.Duration {
	var longest time.Duration
	for _, s := range p.Status.ContainerStatuses {
		if t := s.LastTerminationState.Terminated; t != nil {
			longest = max(longest, t.FinishedAt.Sub(t.StartedAt.Time))
		}
	}
	return longest
}
