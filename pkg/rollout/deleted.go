package rollout

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// collectorsOwn are the finalizers that the garbage collector removes itself, when
// what the object owns is gone or released.
var collectorsOwn = []string{metav1.FinalizerDeleteDependents, metav1.FinalizerOrphanDependents}

// deletion judges a workload that is being deleted: its controller creates and
// replaces no pods any more, and only reports its status (syncDeployment,
// UpdateStatefulSet, updateDaemonSet, syncReplicaSet, syncJob and syncCronJob in
// k8s.io/kubernetes pkg/controller, 1.37). A Job that has ended stays what it is.
func (w *Workload) deletion(obj metav1.Object, at time.Time) {
	if obj == nil || obj.GetDeletionTimestamp() == nil {
		return
	}
	since := obj.GetDeletionTimestamp().Time
	words := w.Ref.Kind + " " + w.Ref.Name + " is being deleted" + lasted(at, since)
	others := foreign(obj.GetFinalizers())
	if len(others) > 0 {
		words += heldBy(others)
	} else if len(obj.GetFinalizers()) > 0 {
		words += ", waits for what it owns to go"
	}
	if w.Ref.Kind == "Job" && (w.Phase == Complete || w.Phase == Failed) {
		w.note(words)
		return
	}
	if w.Ref.KnownKind() != nil {
		words += ": its controller creates no pods"
	}
	w.Cause = words
	w.endRollout()
	if len(others) > 0 && at.Sub(since) >= patience {
		w.Phase = Stalled
	}
}

// heldBy returns which finalizers hold an object that is being deleted, to follow the words about it;
// empty if it has none.
func heldBy(finalizers []string) string {
	if len(finalizers) == 0 {
		return ""
	}
	return ", held by finalizers " + strings.Join(finalizers, ", ")
}

// foreign returns the finalizers that another controller has to remove.
func foreign(finalizers []string) []string {
	return slices.DeleteFunc(slices.Clone(finalizers), func(f string) bool { return slices.Contains(collectorsOwn, f) })
}

// endRollout drops what was computed of a rollout that does not go on: the workload waits for its end alone.
func (w *Workload) endRollout() {
	w.Phase = Progressing
	w.CouldBe = nil
	w.Next = nil
	w.Deadline = nil
	w.Rollback = nil
}
