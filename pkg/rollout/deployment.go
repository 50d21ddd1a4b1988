package rollout

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// deployment fills w with the rollout of a Deployment.
func (b *builder) deployment(w *Workload, n *owners.Node, d *appsv1.Deployment) {
	w.Template = &d.Spec.Template
	w.Strategy = deploymentStrategy(d)
	w.Desired = ptr(deref(d.Spec.Replicas, 1))
	if d.Status.ObservedGeneration > 0 {
		w.Updated = &d.Status.UpdatedReplicas
		w.Ready = &d.Status.ReadyReplicas
		w.Available = &d.Status.AvailableReplicas
		w.Terminating = d.Status.TerminatingReplicas
	}
	owned, nodes := ownedReplicaSets(n)
	current := NewReplicaSet(&d.Spec.Template, owned)
	unread := b.unreadSets(n, d)
	revisions := make([]Revision, 0, len(owned)+len(unread))
	for _, rs := range owned {
		r := b.replicaSet(nodes[rs], rs)
		if rs == current {
			r.Current = true
			r.Author = author(d, r)
		}
		revisions = append(revisions, r)
	}
	b.order(w, append(revisions, unread...))
	in := b.deploymentReading(w, d, owned)
	b.deploymentState(w, d, in, current, without(owned, current))
}

// without returns the ReplicaSets other than one, which may be nil.
func without(sets []*appsv1.ReplicaSet, one *appsv1.ReplicaSet) []*appsv1.ReplicaSet {
	return slices.DeleteFunc(slices.Clone(sets), func(rs *appsv1.ReplicaSet) bool { return rs == one })
}

// ownedReplicaSets returns the ReplicaSets that n owns, and the node of each.
func ownedReplicaSets(n *owners.Node) ([]*appsv1.ReplicaSet, map[*appsv1.ReplicaSet]*owners.Node) {
	var owned []*appsv1.ReplicaSet
	nodes := map[*appsv1.ReplicaSet]*owners.Node{}
	for _, c := range n.Children {
		if rs, ok := c.Object.(*appsv1.ReplicaSet); ok {
			owned = append(owned, rs)
			nodes[rs] = c
		}
	}
	return owned, nodes
}

// deploymentReading returns what was read of a Deployment. The controller keeps
// a ReplicaSet for every template that it has seen, also with no replicas.
func (b *builder) deploymentReading(w *Workload, d *appsv1.Deployment, owned []*appsv1.ReplicaSet) reading {
	var counted int32
	for _, rs := range owned {
		counted += rs.Status.Replicas
	}
	in := reading{
		history: b.listed("replicasets", d.Namespace, len(owned)) && b.covers(int(counted), d.Status.Replicas),
		pods:    b.podsRead(d.Namespace, w.countReplicas(), d.Status.Replicas),
		events:  b.eventsRead(d.Namespace),
	}
	if d.Status.ObservedGeneration > 0 {
		w.lacks(in, "replicasets")
	}
	return in
}

// countReplicas counts the pods of all revisions that controllers count.
func (w *Workload) countReplicas() int {
	n := 0
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if replica(p.object) {
				n++
			}
		}
	}
	return n
}

// unreadSets returns revisions of the ReplicaSets that were not read, with the
// pods that name them. If all replicas are updated, the pods are those of the
// current template.
func (b *builder) unreadSets(n *owners.Node, d *appsv1.Deployment) []Revision {
	st := d.Status
	allNew := st.ObservedGeneration >= d.Generation && st.UpdatedReplicas > 0 && st.UpdatedReplicas == st.Replicas
	var out []Revision
	for _, set := range b.unread[n] {
		r := b.podsRevision(set.Pods(), set.Ref, d.Spec.MinReadySeconds)
		r.Current = allNew && len(b.unread[n]) == 1 && *r.Replicas > 0
		r.Unranked = !r.Current
		out = append(out, r)
	}
	return out
}

// podsRevision returns a revision of which only the pods are known.
func (b *builder) podsRevision(list []metav1.Object, ref owners.Ref, minReady int32) Revision {
	r := Revision{Name: ref.Name, UID: ref.UID, Kind: ref.Kind, Images: []Image{}, Pods: b.pods(list)}
	r.Replicas, r.Ready, r.Available = b.counts(r.Pods, minReady)
	if len(list) > 0 {
		r.Images = images(&corev1.PodTemplateSpec{Spec: snapshot.CommonOf(list[0]).Spec})
	}
	return r
}

// counts returns what a ReplicaSet would report of the pods.
func (b *builder) counts(pods []Pod, minReady int32) (replicas, ready, available *int32) {
	replicas = new(int32)
	ready = new(int32)
	available = new(int32)
	for _, p := range pods {
		if !replica(p.object) {
			continue
		}
		*replicas++
		if pod.Is(p.object, corev1.PodReady) {
			*ready++
		}
		if b.available(p, minReady) {
			*available++
		}
	}
	return replicas, ready, available
}

// deploymentState decides the phase and what follows from it.
func (b *builder) deploymentState(w *Workload, d *appsv1.Deployment, in reading, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) {
	now, _ := w.Current()
	t := &deploymentTurn{
		w: w, d: d, in: in, now: now,
		next: deploymentNext(d, w.Strategy, current, old),
	}
	t.waiting = b.waiting(t)
	w.block(t.waiting)
	b.refusedPods(w, d, current, old)
	w.Phase = t.phase()
	t.doubts(current)
	w.State = b.deploymentWords(t)
	w.unblockIfDone()
	b.deploymentOutlook(t)
}

// deploymentOutlook adds what comes next, and how to roll back. Neither can be computed from a part of
// the ReplicaSets and pods.
func (b *builder) deploymentOutlook(t *deploymentTurn) {
	w := t.w
	whole := t.in.pods && t.in.history
	if w.Phase == Progressing || w.Phase == Stalled || w.Phase == Failed {
		w.Deadline = deadline(t.d, b.s.At)
		if whole {
			w.Next = t.next
		}
	}
	w.deploymentNotes(t)
	if whole {
		w.Rollback = rollback(w, t.d, t.now)
	}
}

// oldPods returns the pods of older revisions that did not end: under Recreate
// no new one is created before they are gone (oldPodsRunning in
// k8s.io/kubernetes pkg/controller/deployment/recreate.go, 1.37).
func (w *Workload) oldPods() []Pod {
	var out []Pod
	for _, r := range w.Revisions {
		for i := range r.Pods {
			if !r.Current && !r.Unranked && !ended(&r.Pods[i]) {
				out = append(out, r.Pods[i])
			}
		}
	}
	return out
}

// waiting returns the pods that hold the next step up: those of the current
// revision that are not available or keep restarting, and under Recreate those
// that have to go. Of all these next waits for what is not available now.
func (b *builder) waiting(t *deploymentTurn) []Pod {
	out := t.waitForOld()
	for _, p := range t.now.Pods {
		available := b.available(p, t.d.Spec.MinReadySeconds)
		if p.object.DeletionTimestamp != nil || (p.trouble == nil && (available || ended(&p))) {
			continue
		}
		out = append(out, b.settling(p, t.d.Spec.MinReadySeconds))
		if !available && !ended(&p) { // ended ones are replaced
			t.next.WaitingFor = append(t.next.WaitingFor, p.Name)
		}
	}
	return out
}

// waitForOld returns the old pods that have to go under Recreate before any new one is created, and
// records that next waits for them.
func (t *deploymentTurn) waitForOld() []Pod {
	if t.w.Strategy.Type != "Recreate" {
		return nil
	}
	old := t.w.oldPods()
	if len(old) > 0 {
		t.next.MayCreate = 0
	}
	for _, p := range old {
		t.next.WaitingFor = append(t.next.WaitingFor, p.Name)
	}
	return old
}

// refusedPods records why pods are missing that the controller could not create:
// quota, admission, webhooks.
func (b *builder) refusedPods(w *Workload, d *appsv1.Deployment, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) {
	if c := deploymentCondition(d, appsv1.DeploymentReplicaFailure); c != nil && c.Status == corev1.ConditionTrue {
		b.blockFailing(w, c, current, old)
		return
	}
	if current == nil || current.Status.Replicas >= size(current) {
		return
	}
	if e := b.examiner.events.Latest("ReplicaSet", current, "FailedCreate", "ReplicaSetCreateError"); e != nil {
		b.blockCreation(w, "ReplicaSet", current.Name, e.Reason, e.Message, pod.FirstSeen(e))
	}
}

// blockFailing records the condition ReplicaFailure of a Deployment. It is that of the
// current ReplicaSet, or if that has none, of an old one, whose pods the rollout does not wait
// for (getReplicaFailures in k8s.io/kubernetes pkg/controller/deployment/progress.go, 1.37).
func (b *builder) blockFailing(w *Workload, c *appsv1.DeploymentCondition, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) {
	at := slices.IndexFunc(old, func(rs *appsv1.ReplicaSet) bool { return replicaFailure(rs) != nil })
	switch {
	case current == nil && at < 0:
		b.blockCreation(w, "Deployment", w.Ref.Name, c.Reason, c.Message, c.LastTransitionTime.Time)
	case at < 0 || (current != nil && replicaFailure(current) != nil):
		b.blockCreation(w, "ReplicaSet", current.Name, c.Reason, c.Message, c.LastTransitionTime.Time)
	default:
		w.BlockedBy = append(w.BlockedBy, Blocker{
			Kind: "ReplicaSet", Name: old[at].Name, Reason: c.Reason, Message: c.Message, Since: timeOf(c.LastTransitionTime), Count: 1,
			words: deniedWords("ReplicaSet", c.Reason, c.Message), at: b.s.At,
		})
	}
}

// replicaFailure returns the condition ReplicaFailure of a ReplicaSet, nil if it is not true.
func replicaFailure(rs *appsv1.ReplicaSet) *appsv1.ReplicaSetCondition {
	for i, c := range rs.Status.Conditions {
		if c.Type == appsv1.ReplicaSetReplicaFailure && c.Status == corev1.ConditionTrue {
			return &rs.Status.Conditions[i]
		}
	}
	return nil
}
