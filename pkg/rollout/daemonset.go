package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// daemonState is a DaemonSet with what its phase follows from.
type daemonState struct {
	w       *Workload
	set     *appsv1.DaemonSet
	in      reading
	pods    []Pod
	waiting []Pod // the pods that are in trouble or not available, worst first
}

// daemonSet fills w with the rollout of a DaemonSet.
func (b *builder) daemonSet(w *Workload, n *owners.Node, d *appsv1.DaemonSet) {
	s := &daemonState{w: w, set: d}
	w.Template = &d.Spec.Template
	st := d.Status
	w.Strategy = daemonSetStrategy(d)
	if st.ObservedGeneration > 0 {
		w.Desired = &st.DesiredNumberScheduled
		w.Updated = &st.UpdatedNumberScheduled
		w.Ready = &st.NumberReady
		w.Available = &st.NumberAvailable
	}
	revisions := b.controllerRevisions(n, d.Spec.MinReadySeconds)
	for _, r := range revisions {
		s.pods = append(s.pods, r.Pods...)
	}
	current := s.current(revisions)
	s.in = b.daemonSetReading(s, revisions)
	for i := range revisions {
		s.revision(&revisions[i], i == current)
	}
	b.order(w, revisions)
	b.daemonSetState(s)
	s.misscheduled()
}

// current returns the index of the current revision, -1 if it is not known. The status of a DaemonSet
// does not name it: it is the newest with the template, or the only one if all pods are updated.
func (s *daemonState) current(revisions []Revision) int {
	current := -1
	for i, r := range revisions {
		newer := current < 0 || deref(r.Number, -1) > deref(revisions[current].Number, -1)
		if r.Template != nil && newer && SameTemplate(r.Template, &s.set.Spec.Template) {
			current = i
		}
	}
	if current < 0 && len(revisions) == 1 && s.allUpdated() {
		return 0
	}
	return current
}

// misscheduled notes the pods that the controller does not count because they are on
// nodes where none should run. A node that is not ready is one of those: its taints with
// the effect NoSchedule are tolerated by no DaemonSet on its own
// (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations, v1.37).
func (s *daemonState) misscheduled() {
	most := int(s.set.Status.NumberMisscheduled)
	if most == 0 {
		return
	}
	s.w.note(wording.Count(most, "pod") + " on nodes where it should not run (selector, affinity or taints changed)")
	switch nodes := s.nodesNotReady(most); len(nodes) {
	case 0:
	case 1:
		s.w.note("node " + nodes[0] + " is not ready: its pod is not counted")
	default:
		s.w.note("nodes " + wording.List(nodes) + " are not ready: their pods are not counted")
	}
}

// nodesNotReady returns at most so many nodes that are not ready and have a pod of the set, by name.
func (s *daemonState) nodesNotReady(most int) []string {
	var nodes []string
	for _, p := range s.pods {
		if len(nodes) < most && p.trouble != nil && p.trouble.reason == nodeNotReady {
			nodes = append(nodes, p.Node)
		}
	}
	slices.Sort(nodes)
	return nodes
}

// onDownNode reports whether a pod is not ready because its node is not. The node
// lifecycle controller sets the condition and no reason (pkg/controller/util/node,
// MarkPodsNotReady, v1.37); the kubelet always sets one.
func onDownNode(p Pod) bool {
	if p.trouble != nil && p.trouble.reason == nodeNotReady {
		return true
	}
	ready := pod.Condition(p.object, corev1.PodReady)
	return ready != nil && ready.Status == corev1.ConditionFalse && ready.Reason == "" && pod.Is(p.object, corev1.ContainersReady)
}

// daemonSetReading returns what was read of a DaemonSet. The status counts pods in two fields:
// those on nodes that should have one, and those on nodes that should not
// (updateDaemonSetStatus in k8s.io/kubernetes pkg/controller/daemon/daemon_controller.go, 1.37).
func (b *builder) daemonSetReading(s *daemonState, revisions []Revision) reading {
	st := s.set.Status
	namespace := s.set.Namespace
	named := slices.ContainsFunc(revisions, func(r Revision) bool { return r.UID != "" })
	in := reading{
		history: b.listed("controllerrevisions", namespace, held(b.s.ControllerRevisions, namespace)) && (named || b.covers(0, 1)),
		pods:    b.podsRead(namespace, len(s.pods), st.CurrentNumberScheduled+st.NumberMisscheduled),
		events:  b.eventsRead(namespace),
	}
	if st.ObservedGeneration > 0 {
		s.w.lacks(in, "controllerrevisions")
	}
	return in
}

// revision completes a revision of the DaemonSet.
func (s *daemonState) revision(r *Revision, current bool) {
	if current {
		r.Current = true
		r.Desired = s.w.Desired
		r.Author = author(s.set, *r)
	}
	r.Unranked = !current && !s.in.history
	if !s.in.pods {
		s.statusCounts(r, current)
	}
}

// statusCounts takes the counts of a revision from the status, for pods that were not read: it
// distinguishes updated pods from others, but not ready ones.
func (s *daemonState) statusCounts(r *Revision, current bool) {
	st := s.set.Status
	r.Replicas = nil
	r.Ready = nil
	r.Available = nil
	if st.NumberMisscheduled > 0 {
		return // pods that the counts leave out
	}
	if current {
		r.Replicas = &st.UpdatedNumberScheduled
	}
	if current && st.UpdatedNumberScheduled == st.CurrentNumberScheduled {
		r.Ready = &st.NumberReady
		r.Available = &st.NumberAvailable
	}
}

// daemonSetStrategy returns the strategy with its defaults and percentages worked out: both are
// rounded up, and one pod may be unavailable if neither is set (SetDefaults_DaemonSet in
// k8s.io/kubernetes pkg/apis/apps/v1/defaults.go, and updatedDesiredNodeCounts in
// pkg/controller/daemon/update.go, 1.37).
func daemonSetStrategy(d *appsv1.DaemonSet) Strategy {
	if d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return Strategy{Type: "OnDelete"}
	}
	desired := d.Status.DesiredNumberScheduled
	one := intstr.FromInt32(1)
	surge := int32(0)
	unavailable := scaled(&one, desired, true)
	if r := d.Spec.UpdateStrategy.RollingUpdate; r != nil {
		surge = scaled(r.MaxSurge, desired, true)
		unavailable = scaled(cmp.Or(r.MaxUnavailable, &one), desired, true)
	}
	if surge == 0 && unavailable == 0 {
		unavailable = 1
	}
	return Strategy{Type: "RollingUpdate", MaxSurge: &surge, MaxUnavailable: &unavailable, MinAvailable: ptr(max(0, desired-unavailable))}
}

// daemonSetState decides the phase and what follows from it.
func (b *builder) daemonSetState(s *daemonState) {
	w := s.w
	d := s.set
	st := s.set.Status
	b.daemonsWaiting(s)
	w.block(s.waiting)
	if e := b.examiner.events.Latest("DaemonSet", d, "FailedCreate"); e != nil && st.CurrentNumberScheduled < st.DesiredNumberScheduled {
		b.blockCreation(w, "DaemonSet", d.Name, e.Reason, e.Message, pod.FirstSeen(e))
	}
	w.Phase = b.daemonSetPhase(s)
	w.State = s.words()
	w.unblockIfDone()
	if s.in.pods && s.in.history && (w.Phase == Progressing || w.Phase == Stalled) {
		w.Next = b.daemonSetNext(w, d)
	}
	s.doubts()
}

// daemonsWaiting finds the pods that the rollout may wait for, those in trouble first.
func (b *builder) daemonsWaiting(s *daemonState) {
	minReady := s.set.Spec.MinReadySeconds
	for _, p := range s.pods {
		if p.packed == nil { // only healthy pods are packed
			p.trouble = cmp.Or(b.examiner.daemonRefusedAgain(s.set, p.object), p.trouble)
		}
		if p.trouble != nil || (p.object.DeletionTimestamp == nil && !b.available(p, minReady)) {
			s.waiting = append(s.waiting, b.settling(p, minReady))
		}
	}
	// The pods come by revision: across revisions the worst is still to be found.
	slices.SortStableFunc(s.waiting, func(x, y Pod) int { return cmp.Compare(rank(&x), rank(&y)) })
}

// allUpdated reports whether the controller, having seen the last change, counts
// each pod as updated.
func (s *daemonState) allUpdated() bool {
	st := s.set.Status
	return s.seen() && st.UpdatedNumberScheduled > 0 && st.UpdatedNumberScheduled == st.CurrentNumberScheduled
}

// seen reports whether the controller has seen the last change.
func (s *daemonState) seen() bool {
	return s.set.Status.ObservedGeneration > 0 && s.set.Status.ObservedGeneration >= s.set.Generation
}

// daemonSetPhase returns the phase by the status, and by the pods if the status does not decide.
// The status has no condition and no deadline, so that only the pods show that a rollout hangs:
// it does when as many of them are in trouble as the strategy lets be down at a time.
func (b *builder) daemonSetPhase(s *daemonState) Phase {
	st := s.set.Status
	desired := s.set.Status.DesiredNumberScheduled
	hardPods := slices.DeleteFunc(slices.Clone(s.waiting), func(p Pod) bool { return !hard(p) || p.object.DeletionTimestamp != nil })
	rolledOut := st.UpdatedNumberScheduled >= desired || s.w.Strategy.Type == "OnDelete"
	switch {
	case !s.seen():
		return Progressing
	case desired == 0 && st.CurrentNumberScheduled == 0:
		return ScaledToZero
	case rolledOut && min(st.NumberReady, st.NumberAvailable) >= desired:
		// A pod of a node that is not ready is none of those that are desired.
		if slices.ContainsFunc(hardPods, func(p Pod) bool { return !onDownNode(p) }) {
			return Degraded // available between two crashes
		}
		return Complete
	case len(hardPods) == 0 && !s.w.creationFails():
		return Progressing
	case rolledOut && len(hardPods) > 0 && b.completedBefore(s.now(), s.pods, hardPods):
		return Degraded
	case rolledOut, s.w.creationFails(), int(max(deref(s.w.Strategy.MaxUnavailable, 1), deref(s.w.Strategy.MaxSurge, 0))) <= len(hardPods):
		return Stalled
	}
	return Progressing
}

// now returns the current revision, an empty one if it is not known.
func (s *daemonState) now() Revision {
	now, _ := s.w.Current()
	return now
}

// doubts records the phases that could follow from what was not read.
func (s *daemonState) doubts() {
	st := s.set.Status
	refused := !s.in.events && st.CurrentNumberScheduled < st.DesiredNumberScheduled
	switch {
	case !s.seen(), s.w.Phase == ScaledToZero, s.in.pods && s.in.history && !refused:
	case s.w.Phase == Complete && s.in.pods:
	case s.w.Phase == Complete:
		s.w.couldBe(Degraded)
	default:
		s.w.couldBe(Stalled, Degraded, Progressing)
	}
}

// words returns how far the rollout is.
func (s *daemonState) words() string {
	st := s.set.Status
	desired := s.set.Status.DesiredNumberScheduled
	switch {
	case st.ObservedGeneration == 0:
		return notSeen
	case !s.seen():
		return notSeenLast
	case s.w.Phase == ScaledToZero:
		return "no node is eligible: check nodeSelector, affinity and the taints of the nodes"
	case s.w.Strategy.Type == "OnDelete" && st.UpdatedNumberScheduled < desired:
		if s.w.Phase == Complete {
			s.w.Cause = onDelete
		}
		const words = "%d of %d pods available, %d of %d have %s"
		return fmt.Sprintf(words, st.NumberAvailable, desired, st.UpdatedNumberScheduled, desired, s.w.title())
	case s.w.Phase == Complete:
		return s.w.title() + " is rolled out, " + allAvailable(desired)
	case s.w.Phase == Degraded:
		return fmt.Sprintf("%s is rolled out, %d of %d pods available", s.w.title(), st.NumberAvailable, desired)
	}
	return fmt.Sprintf("%d of %d pods updated, %d available", st.UpdatedNumberScheduled, desired, min(st.NumberReady, st.NumberAvailable))
}
