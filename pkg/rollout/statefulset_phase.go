package rollout

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// statefulSetState decides the phase. The controller goes from the highest
// ordinal down and, unless pods are managed in parallel, does nothing at all
// while a pod is not ready (k8s.io/kubernetes pkg/controller/statefulset
// stateful_set_control.go, 1.37).
func (b *builder) statefulSetState(s *setState) {
	w := s.w
	d := s.set
	for _, p := range s.pods {
		if p.object.DeletionTimestamp != nil || p.trouble != nil || !b.available(p, d.Spec.MinReadySeconds) {
			s.waiting = append(s.waiting, b.settling(p, d.Spec.MinReadySeconds))
		}
	}
	w.block(s.waiting)
	if e := b.examiner.events.Latest("StatefulSet", d, "FailedCreate"); e != nil && d.Status.Replicas < s.replicas {
		b.blockCreation(w, "StatefulSet", d.Name, e.Reason, e.Message, pod.FirstSeen(e))
	}
	s.next = b.statefulSetNext(d, s.pods, w.fresh(d))
	w.Phase = b.statefulSetPhase(s)
	w.State = s.words()
	switch w.Phase {
	case Complete, ScaledToZero:
		w.BlockedBy = []Blocker{}
	case Progressing, Stalled:
		if s.in.pods {
			w.Next = s.next
		}
	case Degraded, Failed, Paused:
	}
	s.doubts()
	s.notes()
}

func (s *setState) seen() bool {
	return s.set.Status.ObservedGeneration > 0 && s.set.Status.ObservedGeneration >= s.set.Generation
}

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
	case s.next.MayCreate+s.next.MayDelete == 0, s.w.creationFails():
		return Stalled
	}
	return Progressing
}

// allUpdated reports whether no pod is left for the controller to replace.
func (s *setState) allUpdated() bool {
	return s.updated >= s.replicas-s.partition || s.w.Strategy.Type == "OnDelete"
}

// cameUp reports whether nothing is being rolled out: all pods that are there
// have the template, and the rollout completed before some were in trouble.
func (s *setState) cameUp(b *builder, hardPods []Pod) bool {
	st := s.set.Status
	rolling := s.w.Strategy.Type != "OnDelete" && (st.CurrentRevision != st.UpdateRevision && s.partition == 0)
	if rolling || (s.updated < st.Replicas-s.partition && s.w.Strategy.Type != "OnDelete") {
		return false
	}
	now, _ := s.w.Current()
	if len(hardPods) == 0 {
		since := s.w.BlockedBy[0].Since
		return since != nil && b.settledBefore(s.pods, since.Time)
	}
	return b.completedBefore(now, s.pods, hardPods)
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
