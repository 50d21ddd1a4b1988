package rollout

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
)

// setState is a StatefulSet with the facts that decide its phase.
type setState struct {
	w       *Workload
	set     *appsv1.StatefulSet
	in      reading
	pods    []Pod // by ordinal
	waiting []Pod // the pods that are in trouble, leave, or are not available
	next    *Next

	// partition is at most replicas: one that is larger only keeps all pods as they are.
	replicas, partition, updated, available int32
}

// statefulSet fills w with the rollout of a StatefulSet.
func (b *builder) statefulSet(w *Workload, n *owners.Node, d *appsv1.StatefulSet) {
	s := &setState{w: w, set: d, replicas: deref(d.Spec.Replicas, 1)}
	w.Template = &d.Spec.Template
	w.Desired = &s.replicas
	w.Strategy = statefulSetStrategy(d, s.replicas)
	s.partition = min(s.replicas, deref(w.Strategy.Partition, 0))
	s.updated = updatedOf(d)
	s.available = availableOf(d)
	if d.Status.ObservedGeneration > 0 {
		w.Updated = &s.updated
		w.Ready = &d.Status.ReadyReplicas
		w.Available = &s.available
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
	b.order(w, revisions)
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

// statefulSetReading returns what was read of a StatefulSet. Its history is whole if the revision
// that the status names is there; the pods are if there are as many as the status counts.
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

// revision adds to a revision of the StatefulSet how many pods the strategy
// wants of it.
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
	r.Replicas = nil
	r.Ready = nil
	r.Available = nil
	switch {
	case st.Replicas > s.replicas: // some are leaving, and counted or not
		return
	case r.Current:
		r.Replicas = &s.updated
	case r.Name == st.CurrentRevision:
		r.Replicas = &st.CurrentReplicas
	}
	if r.Current && s.updated == st.Replicas {
		r.Ready = &st.ReadyReplicas
		r.Available = &s.available
	}
}

// statefulSetStrategy returns the strategy with its percentage worked out. maxUnavailable is
// rounded down, and is at least one (getStatefulSetMaxUnavailable in k8s.io/kubernetes
// pkg/controller/statefulset/stateful_set_utils.go, 1.37).
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

// fresh returns a function that reports whether a pod has the template of d.
// Those are the pods of the update revision. If the controller has not observed
// the last change, they are the pods of the revision that has the template, if
// there is one.
func (w *Workload) fresh(d *appsv1.StatefulSet) func(Pod) bool {
	wanted := d.Status.UpdateRevision
	if d.Status.ObservedGeneration < d.Generation {
		wanted = w.revisionWith(&d.Spec.Template)
	}
	return func(p Pod) bool {
		return wanted != "" && p.labels()[appsv1.ControllerRevisionHashLabelKey] == wanted
	}
}

// revisionWith returns the name of the newest revision with a template, "" if there is none.
func (w *Workload) revisionWith(template *corev1.PodTemplateSpec) string {
	for _, r := range w.Revisions { // newest first
		if r.Template != nil && SameTemplate(r.Template, template) {
			return r.Name
		}
	}
	return ""
}

// byOrdinal sorts pods by their ordinals: web-10 comes after web-9.
func byOrdinal(pods []Pod) []Pod {
	slices.SortFunc(pods, func(x, y Pod) int {
		return cmp.Or(cmp.Compare(ordinal(x.Name), ordinal(y.Name)), cmp.Compare(x.Name, y.Name))
	})
	return pods
}
