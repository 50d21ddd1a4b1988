package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// setState is a StatefulSet with what its phase follows from.
type setState struct {
	w       *Workload
	set     *appsv1.StatefulSet
	in      reading
	pods    []Pod // by ordinal
	waiting []Pod // the pods that are in trouble, leave, or are not available
	next    *Next

	replicas, partition, updated, available int32
}

// statefulSet fills w with the rollout of a StatefulSet.
func (b *builder) statefulSet(w *Workload, n *owners.Node, d *appsv1.StatefulSet) {
	s := &setState{w: w, set: d, replicas: deref(d.Spec.Replicas, 1)}
	w.Template = &d.Spec.Template
	w.Desired = &s.replicas
	w.Strategy = statefulSetStrategy(d, s.replicas)
	s.partition = min(s.replicas, deref(w.Strategy.Partition, 0))
	s.updated, s.available = updatedOf(d), availableOf(d)
	if d.Status.ObservedGeneration > 0 {
		w.Updated, w.Ready, w.Available = &s.updated, &d.Status.ReadyReplicas, &s.available
	}
	s.pods = byOrdinal(b.pods(n.Pods()))
	revisions := b.controllerRevisions(n, d.Spec.MinReadySeconds)
	s.in = b.statefulSetReading(s, revisions)
	for i := range revisions {
		s.revision(&revisions[i])
		if !s.in.pods {
			s.statusCounts(&revisions[i])
		}
	}
	w.order(revisions)
	b.statefulSetState(s)
}

// updatedOf returns how many pods have the update revision. Servers before 1.9
// count them only while they update.
func updatedOf(d *appsv1.StatefulSet) int32 {
	st := d.Status
	if st.UpdatedReplicas == 0 && st.UpdateRevision == st.CurrentRevision {
		return st.CurrentReplicas
	}
	return st.UpdatedReplicas
}

// availableOf returns how many pods are available. Without minReadySeconds that
// is how many are ready (isRunningAndAvailable in k8s.io/kubernetes
// pkg/controller/statefulset, 1.37); servers before 1.22 do not report it.
func availableOf(d *appsv1.StatefulSet) int32 {
	if d.Spec.MinReadySeconds == 0 {
		return d.Status.ReadyReplicas
	}
	return d.Status.AvailableReplicas
}

func (b *builder) statefulSetReading(s *setState, revisions []Revision) reading {
	d := s.set
	named := slices.ContainsFunc(revisions, func(r Revision) bool { return r.Name == d.Status.UpdateRevision && r.UID != "" })
	in := reading{
		history: b.listed("controllerrevisions", d.Namespace, held(b.s.ControllerRevisions, d.Namespace)) && (named || b.covers(0, 1)),
		pods:    b.podsRead(d.Namespace, len(s.pods), d.Status.Replicas),
		events:  b.eventsRead(d.Namespace),
	}
	if d.Status.ObservedGeneration > 0 {
		s.w.lacks(in, "controllerrevisions")
	}
	return in
}

// revision completes a revision of the StatefulSet with what the strategy wants of it.
func (s *setState) revision(r *Revision) {
	st := s.set.Status
	r.Current = r.Name == st.UpdateRevision
	r.Pods = byOrdinal(r.Pods)
	switch {
	case s.w.Strategy.Type == "OnDelete":
	case r.Current && st.CurrentRevision == st.UpdateRevision:
		r.Desired = &s.replicas
	case r.Current:
		r.Desired = ptr(s.replicas - s.partition)
	case r.Name == st.CurrentRevision:
		r.Desired = &s.partition
	default:
		r.Desired = ptr[int32](0)
	}
	if r.Current {
		r.Author = author(s.set, *r)
	}
}

// statusCounts takes the counts of a revision from the status, for pods that
// were not read.
func (s *setState) statusCounts(r *Revision) {
	st := s.set.Status
	r.Replicas, r.Ready, r.Available = nil, nil, nil
	switch {
	case st.Replicas > s.replicas: // some are leaving, and counted or not
		return
	case r.Current:
		r.Replicas = &s.updated
	case r.Name == st.CurrentRevision:
		r.Replicas = &st.CurrentReplicas
	}
	if r.Current && s.updated == st.Replicas {
		r.Ready, r.Available = &st.ReadyReplicas, &s.available
	}
}

func statefulSetStrategy(d *appsv1.StatefulSet, replicas int32) Strategy {
	if t := d.Spec.UpdateStrategy.Type; t != "" && t != appsv1.RollingUpdateStatefulSetStrategyType {
		return Strategy{Type: string(t)} // OnDelete, Recreate
	}
	s := Strategy{Type: "RollingUpdate", MaxUnavailable: ptr[int32](1)}
	if r := d.Spec.UpdateStrategy.RollingUpdate; r != nil {
		s.Partition = r.Partition
		if r.MaxUnavailable != nil {
			s.MaxUnavailable = ptr(max(1, scaled(r.MaxUnavailable, replicas, false)))
		}
	}
	return s
}

// statefulSetState decides the phase. The controller goes from the highest
// ordinal down and, unless pods are managed in parallel, does nothing at all
// while a pod is not ready (k8s.io/kubernetes pkg/controller/statefulset
// stateful_set_control.go, 1.37).
func (b *builder) statefulSetState(s *setState) {
	w, d := s.w, s.set
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

// words returns how far the rollout is.
func (s *setState) words() string {
	st := s.set.Status
	switch {
	case st.ObservedGeneration == 0:
		return notSeen
	case !s.seen():
		return notSeenLast
	case s.w.Phase == ScaledToZero:
		return "scaled to zero, no pods left"
	case s.w.Phase == Complete && s.w.Strategy.Type == "OnDelete" && s.updated < s.replicas:
		s.w.Cause = onDelete
		return fmt.Sprintf("%s, %d of %d have %s", allAvailable(s.replicas), s.updated, s.replicas, s.w.title())
	case s.w.Phase == Complete && s.updated < s.replicas && s.partition > 0:
		return fmt.Sprintf("%s is rolled out to ordinals %d and up (partition), %s", s.w.title(), s.partition, allAvailable(s.replicas))
	case s.w.Phase == Complete:
		return s.w.title() + " is rolled out, " + allAvailable(s.replicas)
	case s.w.Phase == Degraded:
		return fmt.Sprintf("%s is rolled out, %d of %d pods available", s.w.title(), s.available, s.replicas)
	case st.Replicas > s.replicas:
		return scalingDown(st.Replicas, s.replicas) + s.leaving()
	case st.Replicas < s.replicas && s.updated == st.Replicas:
		return fmt.Sprintf("%d of %d pods created, %d ready", st.Replicas, s.replicas, st.ReadyReplicas)
	}
	return fmt.Sprintf("%d of %d pods updated, %d ready", s.updated, s.replicas, st.ReadyReplicas)
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

// fresh returns how to tell the pods that have the template which d asks for:
// those of its update revision. If the controller has not seen the last change,
// it is the revision that has the template, if there is one.
func (w *Workload) fresh(d *appsv1.StatefulSet) func(Pod) bool {
	wanted := d.Status.UpdateRevision
	if d.Status.ObservedGeneration < d.Generation {
		wanted = ""
		for _, r := range w.Revisions { // newest first
			if wanted == "" && r.Template != nil && SameTemplate(r.Template, &d.Spec.Template) {
				wanted = r.Name
			}
		}
	}
	return func(p Pod) bool {
		return wanted != "" && p.object.Labels[appsv1.ControllerRevisionHashLabelKey] == wanted
	}
}

func byOrdinal(pods []Pod) []Pod {
	slices.SortFunc(pods, func(x, y Pod) int {
		return cmp.Or(cmp.Compare(ordinal(x.Name), ordinal(y.Name)), cmp.Compare(x.Name, y.Name))
	})
	return pods
}

// notes names the pod that a corrected template does not reach: the controller
// waits for a broken pod to become ready before it replaces any (kubernetes
// issue 67250, so still in 1.37).
func (s *setState) notes() {
	d := s.set
	if s.w.Strategy.Type == "OnDelete" || d.Spec.PodManagementPolicy == appsv1.ParallelPodManagement {
		return
	}
	first := int(s.partition)
	if d.Spec.Ordinals != nil {
		first += int(d.Spec.Ordinals.Start)
	}
	for _, p := range s.pods {
		stale := d.Status.UpdateRevision != "" && p.object.Labels[appsv1.ControllerRevisionHashLabelKey] != d.Status.UpdateRevision
		if stale && hard(p) && p.object.DeletionTimestamp == nil && ordinal(p.Name) >= first {
			text := fmt.Sprintf(
				"the new template does not reach %s: the controller waits for that pod to become ready before it replaces it",
				p.Name,
			)
			if line := command.Kubectl("delete", "pod").Name(p.Name).Namespace(d.Namespace).String(); line != "" {
				text += "; delete it: " + line
			}
			s.w.note(text)
			return
		}
	}
	unfinished := s.w.Phase == Stalled || (s.w.Phase == Progressing && d.Status.Replicas <= s.replicas)
	if unfinished && s.in.pods {
		s.w.note("StatefulSets have no progress deadline: this can last for ever")
	}
}
