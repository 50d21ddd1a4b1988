package rollout

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/thrashkit/thrashkit/pkg/command"
)

// words returns how far the rollout is.
func (s *setState) words() string {
	st := s.set.Status
	switch {
	case st.ObservedGeneration == 0:
		return notSeen
	case !s.seen():
		return notSeenLast
	case s.w.Phase == ScaledToZero:
		return s.w.zeroWords()
	case s.w.Phase == Complete:
		return s.completeWords()
	case s.w.Phase == Degraded:
		return fmt.Sprintf("%s is rolled out, %d of %d pods available", s.w.title(), s.available, s.replicas)
	case st.Replicas > s.replicas:
		return scalingDown(st.Replicas, s.replicas) + s.leaving()
	case st.Replicas < s.replicas && s.updated == st.Replicas:
		return fmt.Sprintf("%d of %d pods created, %d ready", st.Replicas, s.replicas, st.ReadyReplicas)
	}
	return fmt.Sprintf("%d of %d pods updated, %d ready", s.updated, s.replicas, st.ReadyReplicas)
}

// completeWords returns what a complete rollout reached: with OnDelete or a partition it is
// complete although older pods are left.
func (s *setState) completeWords() string {
	switch {
	case s.w.Strategy.Type == "OnDelete" && s.updated < s.replicas:
		s.w.Cause = onDelete
		return fmt.Sprintf("%s, %d of %d have %s", allAvailable(s.replicas), s.updated, s.replicas, s.w.title())
	case s.updated < s.replicas && s.partition > 0:
		return fmt.Sprintf("%s is rolled out to ordinals %d and up (partition), %s", s.w.title(), s.partition, allAvailable(s.replicas))
	default:
		return s.w.title() + " is rolled out, " + allAvailable(s.replicas)
	}
}

// onDelete is why pods of an older revision stay.
const onDelete = "OnDelete: each other pod gets it when it is deleted"

// leaving names the pods that a scale down waits for.
func (s *setState) leaving() string {
	for _, p := range s.pods {
		if p.object.DeletionTimestamp != nil {
			return ", waits for " + p.Name + " to end"
		}
	}
	return ""
}

// notes names the pod that a corrected template does not reach: the controller
// waits for a broken pod to become ready before it replaces any (kubernetes
// issue 67250, so still in 1.37).
func (s *setState) notes() {
	d := s.set
	if s.w.Strategy.Type == "OnDelete" || d.Spec.PodManagementPolicy == appsv1.ParallelPodManagement {
		return
	}
	for _, p := range s.pods {
		if hard(p) && p.object.DeletionTimestamp == nil && s.stale(p) {
			s.w.note(notReached(d.Namespace, p.Name))
			return
		}
	}
	unfinished := s.w.Phase == Stalled || (s.w.Phase == Progressing && d.Status.Replicas <= s.replicas)
	if unfinished && s.in.pods {
		s.w.note("StatefulSets have no progress deadline: this can last for ever")
	}
}

// stale reports whether a pod has another revision than the one that its ordinal is to have.
func (s *setState) stale(p Pod) bool {
	update := s.set.Status.UpdateRevision
	if update == "" || p.labels()[appsv1.ControllerRevisionHashLabelKey] == update {
		return false
	}
	return ordinal(p.Name) >= firstOrdinal(s.set)+int(s.partition)
}

// notReached returns that the new template does not reach a pod, and how to help.
func notReached(namespace, name string) string {
	text := fmt.Sprintf("the new template does not reach %s: the controller waits for that pod to become ready before it replaces it", name)
	if line := command.Kubectl("delete", "pod").Name(name).Namespace(namespace).String(); line != "" {
		text += "; delete it: " + line
	}
	return text
}
