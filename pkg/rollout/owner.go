package rollout

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// children returns what n owns as revisions: ReplicaSets,
// ReplicationControllers, Jobs and ControllerRevisions each as one, all other
// pods together.
func (b *builder) children(n *owners.Node) []Revision {
	out, direct := b.ownRevisions(n)
	history := slices.ContainsFunc(n.Children, func(c *owners.Node) bool {
		_, is := c.Object.(*appsv1.ControllerRevision)
		return is
	})
	if history {
		out = append(out, b.controllerRevisions(n, 0)...)
	} else if len(direct) > 0 {
		out = append(out, b.podsRevision(direct, owners.Ref{Kind: n.Ref.Kind, Name: n.Ref.Name, UID: n.Ref.UID}, 0))
	}
	// The counts of a Job are of other things, and pods that were not read cannot be counted.
	if n.Ref.Kind == "Job" || (history && !b.listed("pods", n.Ref.Namespace, b.s.CountPods(n.Ref.Namespace))) {
		dropCounts(out)
	}
	return out
}

// ownRevisions returns the children of n that are a revision each, and the pods of all others.
func (b *builder) ownRevisions(n *owners.Node) (revisions []Revision, pods []metav1.Object) {
	for _, c := range n.Children {
		switch o := c.Object.(type) {
		case *appsv1.ReplicaSet:
			revisions = append(revisions, b.replicaSet(c, o))
		case *corev1.ReplicationController:
			revisions = append(revisions, b.replicationController(c, o))
		case *batchv1.Job:
			revisions = append(revisions, b.run(c, o))
		}
	}
	return revisions, n.PodsWithout(isRevision)
}

// isRevision reports whether a child is a revision by itself, or a ControllerRevision, which only
// names the revision of pods.
func isRevision(child *owners.Node) bool {
	switch child.Object.(type) {
	case *appsv1.ReplicaSet, *corev1.ReplicationController, *batchv1.Job, *appsv1.ControllerRevision:
		return true
	}
	return false
}

// dropCounts removes the counts of pods, which are unknown then.
func dropCounts(revisions []Revision) {
	for i := range revisions {
		revisions[i].Replicas = nil
		revisions[i].Ready = nil
		revisions[i].Available = nil
	}
}

// unreadOwner fills w with an owner that only its children name. Its phase is
// unknown, but for a CronJob whose last run failed.
func (b *builder) unreadOwner(w *Workload, n *owners.Node) {
	w.Strategy = Strategy{Type: "unknown"}
	revisions := b.children(n)
	for i := range revisions {
		revisions[i].Unranked = true
	}
	b.order(w, revisions)
	w.blockHard()
	name := n.Ref.String()
	if n.Gone {
		w.note(name + " does not exist any more: the garbage collector will delete what it owned")
		name += " does not exist any more"
	} else {
		w.Unread = append(w.Unread, snapshot.Plural(n.Ref.Kind))
		w.NotRead = true
		name += " was not read"
	}
	w.State = name + childWords(w.Revisions)
	if n.Ref.Kind == "CronJob" && !n.Gone {
		w.judgeByRuns(name)
	}
}

// blockHard records the troubles that last of all pods of a workload that was not read.
func (w *Workload) blockHard() {
	for _, r := range w.Revisions {
		pods := hardOnes(r.Pods)
		if w.Ref.Kind == "DaemonSet" { // which may want no pod on a node that is not ready
			pods = slices.DeleteFunc(pods, onDownNode)
		}
		w.block(pods)
	}
}

// judgeByRuns judges a CronJob that was not read by its last run that has ended.
func (w *Workload) judgeByRuns(name string) {
	slices.SortFunc(w.Revisions, newestFirst)
	for _, r := range w.Revisions {
		if r.State == runStates[Failed] {
			w.Phase = Failed
			w.State = name + "; run " + r.Name + " " + r.StateWords
			w.couldBe(Paused)
		}
		if r.State == runStates[Failed] || r.State == runStates[Complete] {
			return
		}
	}
}

// childWords returns what the children of an owner report.
func childWords(revisions []Revision) string {
	var words []string
	for _, r := range revisions {
		if about := childWord(r); about != "" {
			words = append(words, about)
		}
	}
	words = wording.First(words, 3, "and %d more")
	if len(words) == 0 {
		return ""
	}
	return "; " + strings.Join(words, ", ")
}

// childWord returns what one child reports, "" if it has and wants no pods.
func childWord(r Revision) string {
	switch {
	case r.Kind == "Job" && r.StateWords != "":
		return runWords(r)
	case r.Desired != nil && *r.Desired+deref(r.Replicas, 0) > 0:
		return fmt.Sprintf("%s %s has %d of %d pods ready", r.Kind, r.Name, deref(r.Ready, 0), *r.Desired)
	case len(r.Pods) > 0:
		return readyWords(r.Pods)
	}
	return ""
}

// runWords returns the state of a run: "run nightly-1 failed 5m ago", "run nightly-1: 0 of 1 done".
func runWords(r Revision) string {
	if r.State == runStates[Complete] || r.State == runStates[Failed] {
		return "run " + r.Name + " " + r.StateWords
	}
	return "run " + r.Name + ": " + r.StateWords
}

// readyWords returns how many of the pods are ready.
func readyWords(pods []Pod) string {
	ready, all := readyOf(pods)
	switch {
	case all == 0 && len(pods) == 1 && len(present(pods)) == 0:
		return "its pod is terminating"
	case all == 0 && len(present(pods)) < len(pods):
		return "its pods have ended or are terminating"
	case all == 0 && len(pods) == 1:
		return "its pod has ended"
	case all == 0:
		return "its pods have ended"
	}
	return fmt.Sprintf("%d of %d pods ready", ready, all)
}

// readyOf counts the pods that are there, and those of them that are ready.
func readyOf(pods []Pod) (ready, all int) {
	for _, p := range present(pods) {
		if ended(&p) {
			continue
		}
		all++
		if pod.Is(p.object, corev1.PodReady) {
			ready++
		}
	}
	return ready, all
}

// field returns a value of an object, the zero value if it is absent or of
// another type.
func field[T any](o *unstructured.Unstructured, path ...string) T {
	v, _, err := unstructured.NestedFieldNoCopy(o.Object, path...)
	t, ok := v.(T)
	if err != nil || !ok {
		var none T
		return none
	}
	return t
}

// count32 returns a number of an object, nil if it is absent or no number.
func count32(o *unstructured.Unstructured, path ...string) *int32 {
	n, has, err := unstructured.NestedInt64(o.Object, path...)
	if !has || err != nil {
		return nil
	}
	return ptr(int32(n))
}
