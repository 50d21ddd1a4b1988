package rollout

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// daemonSet fills w with the rollout of a DaemonSet.
func (b *builder) daemonSet(w *Workload, n *owners.Node, d *appsv1.DaemonSet) {
	w.Template = &d.Spec.Template
	st := d.Status
	w.Strategy = daemonSetStrategy(d)
	if st.ObservedGeneration > 0 {
		w.Desired, w.Updated, w.Ready, w.Available = &st.DesiredNumberScheduled, &st.UpdatedNumberScheduled, &st.NumberReady, &st.NumberAvailable
	}
	revisions := b.controllerRevisions(n)
	current := -1
	for i, r := range revisions {
		newer := current < 0 || deref(r.Number, -1) > deref(revisions[current].Number, -1)
		if r.Template != nil && newer && SameTemplate(r.Template, &d.Spec.Template) {
			current = i
		}
	}
	for i := range revisions {
		if i == current {
			revisions[i].Current, revisions[i].Desired = true, w.Desired
			revisions[i].Author = author(d, revisions[i])
		}
	}
	w.order(revisions)
	b.daemonSetState(w, d)
	if st.NumberMisscheduled > 0 {
		w.note(fmt.Sprintf("%s on nodes where it should not run (selector, affinity or taints changed)", wording.Count(int(st.NumberMisscheduled), "pod")))
	}
}

func daemonSetStrategy(d *appsv1.DaemonSet) Strategy {
	if d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return Strategy{Type: "OnDelete"}
	}
	desired := d.Status.DesiredNumberScheduled
	one := intstr.FromInt32(1)
	surge, unavailable := int32(0), scaled(&one, desired, true)
	if r := d.Spec.UpdateStrategy.RollingUpdate; r != nil {
		surge, unavailable = scaled(r.MaxSurge, desired, true), scaled(cmpOr(r.MaxUnavailable, &one), desired, true)
	}
	if surge == 0 && unavailable == 0 {
		unavailable = 1
	}
	return Strategy{Type: "RollingUpdate", MaxSurge: &surge, MaxUnavailable: &unavailable, MinAvailable: ptr(max(0, desired-unavailable))}
}

func (b *builder) daemonSetState(w *Workload, d *appsv1.DaemonSet) {
	st := d.Status
	var waiting []Pod
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if p.trouble != nil || (p.object.DeletionTimestamp == nil && !b.available(p, d.Spec.MinReadySeconds)) {
				waiting = append(waiting, p)
			}
		}
	}
	slices.SortStableFunc(waiting, func(x, y Pod) int { return cmp.Compare(rank(x), rank(y)) })
	w.block(waiting)
	if e := b.examiner.events.Latest("DaemonSet", d, "FailedCreate"); e != nil && st.CurrentNumberScheduled < st.DesiredNumberScheduled {
		w.blockFirst(Blocker{Kind: "DaemonSet", Name: d.Name, Reason: e.Reason, Message: e.Message, Since: snapshot.NewTime(pod.FirstSeen(e)), Count: 1, words: deniedWords(e.Message), at: b.s.At})
	}
	desired := st.DesiredNumberScheduled
	rolledOut := st.UpdatedNumberScheduled >= desired || w.Strategy.Type == "OnDelete"
	hard := 0
	for _, p := range waiting {
		if p.trouble != nil && p.trouble.hard {
			hard++
		}
	}
	so := fmt.Sprintf("%d of %d pods updated, %d available", st.UpdatedNumberScheduled, desired, st.NumberAvailable)
	switch {
	case st.ObservedGeneration == 0:
		w.Phase, so = Progressing, "no status yet: the controller has not seen it"
	case st.ObservedGeneration < d.Generation:
		w.Phase, so = Progressing, "the controller has not seen the last change yet"
	case desired == 0 && st.CurrentNumberScheduled == 0:
		w.Phase, so = ScaledToZero, "no node matches it"
	case rolledOut && st.NumberAvailable >= desired && hard == 0:
		w.Phase, so = Complete, fmt.Sprintf("%s is rolled out, all %s available", w.title(), wording.Count(int(desired), "pod"))
	case rolledOut && hard > 0:
		w.Phase, so = Degraded, fmt.Sprintf("%s is rolled out, %d of %d pods available", w.title(), st.NumberAvailable, desired)
	case hard > 0 && int(max(deref(w.Strategy.MaxUnavailable, 1), deref(w.Strategy.MaxSurge, 0))) <= hard:
		w.Phase = Stalled
	default:
		w.Phase = Progressing
	}
	if w.Phase == Complete || w.Phase == ScaledToZero {
		w.BlockedBy = []Blocker{}
	} else if cause := w.cause(); cause != "" {
		so += "; " + cause
	}
	w.Summary = so
	if stale := desired - st.UpdatedNumberScheduled; w.Strategy.Type == "OnDelete" && stale > 0 {
		w.note(fmt.Sprintf("OnDelete: %s not of the current revision; each is replaced when you delete it", wording.Count(int(stale), "pod")))
	}
	if w.Phase == Progressing || w.Phase == Stalled {
		w.Next = b.daemonSetNext(w, d)
	}
}
