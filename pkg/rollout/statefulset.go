package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// statefulSet fills w with the rollout of a StatefulSet.
func (b *builder) statefulSet(w *Workload, n *owners.Node, d *appsv1.StatefulSet) {
	w.Template = &d.Spec.Template
	replicas := deref(d.Spec.Replicas, 1)
	w.Desired = &replicas
	w.Strategy = statefulSetStrategy(d, replicas)
	if d.Status.ObservedGeneration > 0 {
		w.Updated, w.Ready, w.Available = &d.Status.UpdatedReplicas, &d.Status.ReadyReplicas, &d.Status.AvailableReplicas
		if d.Status.UpdateRevision == d.Status.CurrentRevision {
			w.Updated = &d.Status.Replicas // the controller counts only while it updates
		}
	}
	revisions := b.controllerRevisions(n)
	partition := min(replicas, deref(w.Strategy.Partition, 0))
	for i := range revisions {
		r := &revisions[i]
		r.Current = r.Name == d.Status.UpdateRevision
		slices.SortFunc(r.Pods, func(x, y Pod) int {
			return cmp.Or(cmp.Compare(ordinal(x.Name), ordinal(y.Name)), cmp.Compare(x.Name, y.Name))
		})
		switch {
		case w.Strategy.Type == "OnDelete":
		case r.Current && d.Status.CurrentRevision == d.Status.UpdateRevision:
			r.Desired = &replicas
		case r.Current:
			r.Desired = ptr(replicas - partition)
		case r.Name == d.Status.CurrentRevision:
			r.Desired = &partition
		default:
			r.Desired = ptr[int32](0)
		}
		if r.Current {
			r.Author = author(d, *r)
		}
	}
	w.order(revisions)
	b.statefulSetState(w, n, d)
}

func statefulSetStrategy(d *appsv1.StatefulSet, replicas int32) Strategy {
	if d.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		return Strategy{Type: "OnDelete"}
	}
	s := Strategy{Type: cmp.Or(string(d.Spec.UpdateStrategy.Type), "RollingUpdate"), MaxUnavailable: ptr[int32](1)}
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
func (b *builder) statefulSetState(w *Workload, n *owners.Node, d *appsv1.StatefulSet) {
	replicas, st := *w.Desired, d.Status
	partition := min(replicas, deref(w.Strategy.Partition, 0))
	pods := ordinals(b, n)
	var waiting []Pod
	for _, p := range pods {
		if p.object.DeletionTimestamp != nil || p.trouble != nil || !b.available(p, d.Spec.MinReadySeconds) {
			waiting = append(waiting, p)
		}
	}
	w.block(waiting)
	if st.Replicas < replicas {
		if e := b.examiner.events.Latest("StatefulSet", d, "FailedCreate"); e != nil {
			w.blockFirst(Blocker{Kind: "StatefulSet", Name: d.Name, Reason: e.Reason, Message: e.Message, Since: snapshot.NewTime(pod.FirstSeen(e)), Count: 1, words: deniedWords(e.Message), at: b.s.At})
		}
	}
	next := b.statefulSetNext(d, pods, w.fresh(d))
	updated := deref(w.Updated, 0)
	target := replicas - partition
	rolledOut := st.UpdateRevision == st.CurrentRevision || updated >= target || w.Strategy.Type == "OnDelete"
	hard := slices.ContainsFunc(waiting, func(p Pod) bool { return p.trouble != nil && p.trouble.hard }) || (len(w.BlockedBy) > 0 && w.BlockedBy[0].Kind != "Pod")
	so := fmt.Sprintf("%d of %d pods updated, %d ready", updated, replicas, st.ReadyReplicas)
	switch {
	case st.ObservedGeneration == 0:
		w.Phase, so = Progressing, "no status yet: the controller has not seen it"
	case st.ObservedGeneration < d.Generation:
		w.Phase, so = Progressing, "the controller has not seen the last change yet"
	case replicas == 0 && st.Replicas == 0:
		w.Phase, so = ScaledToZero, "scaled to zero, no pods left"
	case rolledOut && st.ReadyReplicas == replicas && st.Replicas == replicas && st.AvailableReplicas == replicas && !hard:
		w.Phase, so = Complete, fmt.Sprintf("%s is rolled out, all %s available", w.title(), wording.Count(int(replicas), "pod"))
		if updated < replicas && partition > 0 {
			so = fmt.Sprintf("%s is rolled out to ordinals %d and up (partition), all %s available", w.title(), partition, wording.Count(int(replicas), "pod"))
		}
	case rolledOut && hard:
		w.Phase, so = Degraded, fmt.Sprintf("%s is rolled out, %d of %d pods available", w.title(), st.AvailableReplicas, replicas)
	case hard && next.MayCreate+next.MayDelete == 0:
		w.Phase = Stalled
	default:
		w.Phase = Progressing
	}
	if cause := w.cause(); cause != "" && w.Phase != Complete && w.Phase != ScaledToZero {
		so += "; " + cause
	}
	w.Summary = so
	if w.Phase == Complete || w.Phase == ScaledToZero {
		w.BlockedBy = []Blocker{}
	} else if w.Phase != Degraded {
		w.Next = next
	}
	w.statefulSetNotes(d, pods)
}

// title names the current revision in a sentence.
func (w *Workload) title() string {
	if now, ok := w.Current(); ok {
		return now.Title()
	}
	return "the current revision"
}

// fresh tells the pods that have the template which d asks for: those of its
// update revision, or of the one that has the template, if any, where the
// controller has not seen the last change.
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

func ordinals(b *builder, n *owners.Node) []Pod {
	pods := b.pods(n.Pods())
	slices.SortFunc(pods, func(x, y Pod) int {
		return cmp.Or(cmp.Compare(ordinal(x.Name), ordinal(y.Name)), cmp.Compare(x.Name, y.Name))
	})
	return pods
}

// statefulSetNotes tells of the trap that a corrected template does not reach
// a broken pod: the controller waits for that pod to become ready before it
// replaces any (kubernetes issue 67250, so still in 1.37).
func (w *Workload) statefulSetNotes(d *appsv1.StatefulSet, pods []Pod) {
	if w.Strategy.Type == "OnDelete" {
		stale := 0
		for _, p := range pods {
			if p.object.Labels[appsv1.ControllerRevisionHashLabelKey] != d.Status.UpdateRevision {
				stale++
			}
		}
		if stale > 0 {
			w.note(fmt.Sprintf("OnDelete: %s not of the current revision; each is replaced when you delete it", wording.Count(stale, "pod")))
		}
		return
	}
	if d.Spec.PodManagementPolicy == appsv1.ParallelPodManagement {
		return
	}
	first := int(deref(w.Strategy.Partition, 0))
	if d.Spec.Ordinals != nil {
		first += int(d.Spec.Ordinals.Start)
	}
	for _, p := range pods {
		stale := d.Status.UpdateRevision != "" && p.object.Labels[appsv1.ControllerRevisionHashLabelKey] != d.Status.UpdateRevision
		if stale && p.object.DeletionTimestamp == nil && p.trouble != nil && p.trouble.hard && ordinal(p.Name) >= first {
			note := fmt.Sprintf("the new template does not reach %s: the controller waits for that pod to become ready before it replaces it; delete it", p.Name)
			if line := command.Kubectl("delete", "pod").Name(p.Name).Namespace(d.Namespace).String(); line != "" {
				note += ": " + line
			}
			w.note(note)
			return
		}
	}
	if w.Phase == Stalled || w.Phase == Progressing {
		w.note("StatefulSets have no progress deadline: this can last for ever")
	}
}
