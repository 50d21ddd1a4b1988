package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// statefulSetState decides the phase. The controller goes from the highest
// ordinal down and, unless pods are managed in parallel, does nothing at all
// while a pod is not ready (k8s.io/kubernetes pkg/controller/statefulset
// stateful_set_control.go, 1.37).
func (b *builder) statefulSetState(s *setState) {
	w := s.w
	d := s.set
	b.setWaiting(s)
	b.refusedNext(s)
	w.block(s.waiting)
	if e := b.examiner.events.Latest("StatefulSet", d, "FailedCreate"); e != nil && d.Status.Replicas < s.replicas {
		b.blockCreation(w, "StatefulSet", d.Name, e.Reason, e.Message, pod.FirstSeen(e))
	}
	s.next = b.statefulSetNext(d, s.pods, w.fresh(d))
	w.Phase = b.statefulSetPhase(s)
	w.State = s.words()
	w.unblockIfDone()
	if (w.Phase == Progressing || w.Phase == Stalled) && s.in.pods {
		w.Next = s.next
	}
	s.doubts()
	s.notes()
}

// setWaiting finds the pods that the rollout may wait for.
func (b *builder) setWaiting(s *setState) {
	minReady := s.set.Spec.MinReadySeconds
	for _, p := range s.pods {
		if p.packed == nil { // only healthy pods are packed
			p.trouble = cmp.Or(b.examiner.refusedAgain(p.object, patience), p.trouble)
		}
		if p.object.DeletionTimestamp != nil || p.trouble != nil || !b.available(p, minReady) {
			s.waiting = append(s.waiting, b.settling(p, minReady))
		}
	}
}

// seen reports whether the controller has seen the last change.
func (s *setState) seen() bool {
	return s.set.Status.ObservedGeneration > 0 && s.set.Status.ObservedGeneration >= s.set.Generation
}

// statefulSetPhase returns the phase by the status, and by the pods if the status does not
// decide. StatefulSets have no deadline: the rollout hangs if the controller may do nothing more
// before pods that are in trouble become ready.
func (b *builder) statefulSetPhase(s *setState) Phase {
	st := s.set.Status
	hardPods := slices.DeleteFunc(slices.Clone(s.waiting), func(p Pod) bool { return !hard(p) })
	trouble := len(hardPods) > 0 || s.w.creationFails()
	switch {
	case !s.seen():
		return Progressing
	case s.replicas == 0 && st.Replicas == 0:
		return ScaledToZero
	case s.allUpdated() && st.ReadyReplicas == s.replicas && st.Replicas == s.replicas && s.available == s.replicas:
		if trouble {
			return Degraded // available between two crashes
		}
		return Complete
	case !trouble:
		return Progressing
	case s.cameUp(b, hardPods):
		return Degraded
	case s.next.MayCreate+s.next.MayDelete == 0, s.w.creationFails(), s.refused():
		return Stalled
	}
	return Progressing
}

// refused reports whether nodes refuse all pods that are waited for, again and again:
// deleting and creating them is no progress.
func (s *setState) refused() bool {
	again := slices.ContainsFunc(s.waiting, func(p Pod) bool { return p.trouble != nil && p.trouble.again })
	return again && !slices.ContainsFunc(s.waiting, func(p Pod) bool { return !hard(p) })
}

// refusedNext adds the lowest pod that is missing now, if nodes have refused
// those that had its name until now.
func (b *builder) refusedNext(s *setState) {
	next, missed := s.lowestMissing()
	if !missed {
		return
	}
	// The pod as it will be when its controller has created it.
	missing := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: s.set.Namespace, Name: fmt.Sprintf("%s-%d", s.set.Name, next)}}
	missing.CreationTimestamp.Time = b.s.At
	missing.Status.Phase = corev1.PodPending
	// Its controller may wait long before it creates the next, after errors of its own.
	if t := b.examiner.refusedAgain(missing, seriesGap); t != nil {
		s.waiting = append(s.waiting, Pod{Name: missing.Name, object: missing, trouble: t})
	}
}

// lowestMissing returns the lowest ordinal without a pod, and whether there is one.
func (s *setState) lowestMissing() (int, bool) {
	there := map[int]bool{}
	for _, p := range s.pods {
		there[ordinal(p.Name)] = true
	}
	first := firstOrdinal(s.set)
	next := first
	for there[next] {
		next++
	}
	return next, next < first+int(s.replicas)
}

// allUpdated reports whether no pod is left for the controller to replace.
func (s *setState) allUpdated() bool {
	return s.updated >= s.replicas-s.partition || s.w.Strategy.Type == "OnDelete"
}

// cameUp reports whether nothing is being rolled out: all pods that are there
// have the template, and the rollout completed before some were in trouble.
func (s *setState) cameUp(b *builder, hardPods []Pod) bool {
	if s.rolling() || s.growing(hardPods) {
		return false
	}
	now, _ := s.w.Current()
	if len(hardPods) == 0 {
		since := s.w.BlockedBy[0].Since
		return since != nil && b.readyBefore(s.pods, since.Time)
	}
	return b.completedBefore(now, s.pods, hardPods)
}

// rolling reports whether the controller replaces pods: with a partition the revisions differ in the
// end as well, and the counts decide.
func (s *setState) rolling() bool {
	st := s.set.Status
	if s.w.Strategy.Type == "OnDelete" {
		return false
	}
	return (st.CurrentRevision != st.UpdateRevision && s.partition == 0) || s.updated < st.Replicas-s.partition
}

// growing reports whether pods are missing above one in trouble, as while a set that
// creates one pod after the other waits for it: that there were some is not known.
func (s *setState) growing(hardPods []Pod) bool {
	if s.set.Spec.PodManagementPolicy == appsv1.ParallelPodManagement || len(s.pods) >= int(s.replicas) || len(hardPods) == 0 {
		return false
	}
	return len(s.pods) == 0 || s.pods[len(s.pods)-1].Name == hardPods[len(hardPods)-1].Name
}

// doubts records the phases that could follow from what was not read.
func (s *setState) doubts() {
	if !s.seen() || s.w.Phase == ScaledToZero {
		return
	}
	refused := !s.in.events && s.set.Status.Replicas < s.replicas
	switch {
	case s.in.pods && !refused:
	case s.w.Phase == Complete:
		s.w.couldBe(Degraded)
	default:
		s.w.couldBe(Stalled, Degraded, Progressing)
	}
}
