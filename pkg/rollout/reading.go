package rollout

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// plainFiles is the layout of files that a person collected: an object that
// they lack may exist nevertheless.
const plainFiles = "manifests"

// reading records which lists the judgement of one workload can rely on. An
// object that is missing from any other list may exist.
type reading struct {
	pods    bool
	history bool // the ReplicaSets, ControllerRevisions or Jobs of the workload
	events  bool
}

// listed reports whether resource in namespace was read. A list from a cluster
// or a bundle is read unless it is a gap. Plain files prove only what they
// hold: held is the number of objects that they have of it.
func (b *builder) listed(resource, namespace string, held int) bool {
	if b.s.HasGap(resource, namespace) {
		return false
	}
	return b.s.Source.Layout != plainFiles || held > 0
}

// covers reports whether found objects are all of those that a status counts.
// A cluster may be between two writes, so there the lists themselves decide;
// plain files that hold fewer were selected.
func (b *builder) covers(found int, counted int32) bool {
	return b.s.Source.Layout != plainFiles || found >= int(counted)
}

// podsRead reports whether the pods of a workload were read, given how many of
// them its status counts.
func (b *builder) podsRead(namespace string, found int, counted int32) bool {
	if counted == 0 && b.s.Source.Layout == plainFiles && !b.s.HasGap("pods", namespace) {
		return true // the status itself reports that there are none
	}
	return b.listed("pods", namespace, b.s.CountPods(namespace)) && b.covers(found, counted)
}

func (b *builder) eventsRead(namespace string) bool { return !b.s.HasGap("events", namespace) }

// held returns how many objects of a list are in a namespace; see listed.
func held[T metav1.Object](list []T, namespace string) int {
	return len(snapshot.InNamespace(list, namespace))
}

// active returns how many of the pods controllers count as replicas.
func active(pods []metav1.Object) int {
	n := 0
	for _, p := range pods {
		if replica(snapshot.CommonOf(p)) {
			n++
		}
	}
	return n
}

// replica reports whether controllers count a pod as a replica: it did not end
// and is not being deleted (FilterActivePods in k8s.io/kubernetes
// pkg/controller/controller_utils.go, 1.37).
func replica(p *corev1.Pod) bool {
	return p.DeletionTimestamp == nil && p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed
}

// lacks records the resources that a judgement needed and that were not read.
func (w *Workload) lacks(in reading, history string) {
	if !in.history {
		w.Unread = append(w.Unread, history)
	}
	if !in.pods {
		w.Unread = append(w.Unread, "pods")
	}
}

// couldBe records the phases that what was not read could reveal.
func (w *Workload) couldBe(phases ...Phase) {
	for _, p := range phases {
		if p != w.Phase {
			w.CouldBe = append(w.CouldBe, p)
		}
	}
}
