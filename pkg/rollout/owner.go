package rollout

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// children returns what n owns as revisions: ReplicaSets,
// ReplicationControllers, Jobs and ControllerRevisions each as one, all other
// pods together.
func (b *builder) children(n *owners.Node) []Revision {
	var out []Revision
	var direct []*corev1.Pod
	history := false
	for _, c := range n.Children {
		switch o := c.Object.(type) {
		case *appsv1.ReplicaSet:
			out = append(out, b.replicaSet(c, o))
		case *corev1.ReplicationController:
			out = append(out, b.replicationController(c, o))
		case *batchv1.Job:
			out = append(out, b.run(c, o))
		case *appsv1.ControllerRevision:
			history = true
		default:
			if pod := snapshot.PodOf(o); pod != nil {
				direct = append(direct, pod)
			}
			direct = append(direct, c.Pods()...)
		}
	}
	if history {
		out = append(out, b.controllerRevisions(n, 0)...)
	} else if len(direct) > 0 {
		out = append(out, b.podsRevision(direct, owners.Ref{Kind: n.Ref.Kind, Name: n.Ref.Name, UID: n.Ref.UID}, 0))
	}
	// The counts of a Job are of other things, and pods that were not read cannot be counted.
	if n.Ref.Kind == "Job" || (history && !b.listed("pods", n.Ref.Namespace, b.s.CountPods(n.Ref.Namespace))) {
		for i := range out {
			out[i].Replicas = nil
			out[i].Ready = nil
			out[i].Available = nil
		}
	}
	return out
}

// unreadOwner fills w with an owner that only its children name. Its phase is
// unknown, but for a CronJob whose last run failed.
func (b *builder) unreadOwner(w *Workload, n *owners.Node) {
	w.Strategy = Strategy{Type: "unknown"}
	revisions := b.children(n)
	for i := range revisions {
		revisions[i].Unranked = true
	}
	w.order(revisions)
	for _, r := range w.Revisions {
		pods := hardOnes(r.Pods)
		if n.Ref.Kind == "DaemonSet" { // which may want no pod on a node that is not ready
			pods = slices.DeleteFunc(pods, onDownNode)
		}
		w.block(pods)
	}
	name := n.Ref.String()
	if n.Gone {
		w.note(name + " does not exist any more: the garbage collector will delete what it owned")
		name += " does not exist any more"
	} else {
		w.NotRead, w.Unread = true, append(w.Unread, snapshot.Plural(n.Ref.Kind))
		name += " was not read"
	}
	w.State = name + childWords(w.Revisions)
	if n.Ref.Kind != "CronJob" || n.Gone {
		return
	}
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
		switch {
		case r.Kind == "Job":
			words = append(words, "run "+r.Name+" "+r.StateWords)
		case r.Desired != nil && *r.Desired+deref(r.Replicas, 0) > 0:
			words = append(words, fmt.Sprintf("%s %s has %d of %d pods ready", r.Kind, r.Name, deref(r.Ready, 0), *r.Desired))
		case len(r.Pods) > 0:
			words = append(words, readyWords(r.Pods))
		}
	}
	const most = 3
	if len(words) > most {
		words = append(words[:most], fmt.Sprintf("and %d more", len(words)-most))
	}
	if len(words) == 0 {
		return ""
	}
	return "; " + strings.Join(words, ", ")
}

// readyWords returns how many of the pods are ready.
func readyWords(pods []Pod) string {
	ready, all := readyOf(pods)
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

// custom fills w with an owner of a kind that this package does not know. What
// it reports follows the conventions that most controllers keep: the counts of
// a Deployment, observedGeneration, and the condition Ready or Available
// (k8s.io/community contributors/devel/sig-architecture/api-conventions.md).
func (b *builder) custom(w *Workload, n *owners.Node, o *unstructured.Unstructured) {
	w.Strategy = Strategy{Type: "unknown"}
	revisions := b.children(n)
	if len(revisions) == 1 {
		revisions[0].Current = true
	}
	for i := range revisions {
		revisions[i].Unranked = !revisions[i].Current
	}
	w.order(revisions)
	w.counts(o)
	var pods []Pod
	for _, r := range w.Revisions {
		pods = append(pods, r.Pods...)
	}
	w.block(present(pods))
	w.customPhase(o, pods)
	if w.Phase == Complete || w.Phase == ScaledToZero {
		w.BlockedBy = []Blocker{}
	}
}

// counts takes the counts of pods from an unstructured object.
func (w *Workload) counts(o *unstructured.Unstructured) {
	w.Desired = count32(o, "spec", "replicas")
	w.Updated, w.Ready, w.Available = count32(
		o,
		"status",
		"updatedReplicas",
	), count32(
		o,
		"status",
		"readyReplicas",
	), count32(
		o,
		"status",
		"availableReplicas",
	)
}

// customPhase decides the phase of an object by its status, or if that reports
// nothing by its pods.
func (w *Workload) customPhase(o *unstructured.Unstructured, pods []Pod) {
	ready, all := readyOf(pods)
	w.State = fmt.Sprintf("%d of %d pods ready", ready, all)
	if w.Desired != nil && w.Ready != nil {
		w.State = fmt.Sprintf("%d of %d pods ready", *w.Ready, *w.Desired)
	}
	condition, known := readyCondition(o)
	replicas := count32(o, "status", "replicas")
	switch {
	case field[bool](o, "spec", "paused"):
		w.Phase = Paused
		w.State = "paused: " + w.State
	case behind(o):
		w.Phase = Progressing
		w.State = notSeenLast
	case w.Desired != nil && *w.Desired == 0 && deref(replicas, 0) == 0 && all == 0:
		w.Phase = ScaledToZero
		w.State = "scaled to zero, no pods left"
	case len(hardOnes(pods)) > 0:
		w.Phase = Degraded
	case known && !condition.ok:
		w.Phase, w.State = Progressing, condition.words()
	case w.Desired != nil && w.Ready != nil && *w.Ready < *w.Desired, ready < all:
		w.Phase = Progressing
	case known || (w.Desired != nil && w.Ready != nil) || all > 0:
		w.Phase = Complete
	default:
		w.State = o.GetKind() + " reports neither a condition nor pods"
	}
	if all == 0 && w.Ready == nil && known && condition.ok {
		w.State = condition.words()
	}
}

// behind reports whether the controller of o has not seen its last change.
func behind(o *unstructured.Unstructured) bool {
	seen, has, err := unstructured.NestedInt64(o.Object, "status", "observedGeneration")
	return has && err == nil && seen < o.GetGeneration()
}

// readiness is the condition that reports whether an object is ready.
type readiness struct {
	kind, reason, message string
	ok                    bool
}

func (r readiness) words() string {
	so := "condition " + r.kind + " is "
	if r.ok {
		return so + "True"
	}
	so += "not True"
	if r.reason != "" {
		so += ": " + r.reason
	}
	if r.message != "" {
		so += ": " + brief(r.message)
	}
	return so
}

// readyCondition returns the condition Ready or Available of o, false if it has
// neither.
func readyCondition(o *unstructured.Unstructured) (readiness, bool) {
	list, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	if err != nil {
		return readiness{}, false
	}
	for _, kind := range []string{"Ready", "Available"} {
		for _, item := range list {
			c, ok := item.(map[string]any)
			if !ok || c["type"] != kind {
				continue
			}
			reason, _ := c["reason"].(string)
			message, _ := c["message"].(string)
			return readiness{kind, reason, message, c["status"] == "True"}, true
		}
	}
	return readiness{}, false
}

// field returns a value of an object, the zero value if it is absent or of
// another type.
func field[T any](o *unstructured.Unstructured, path ...string) T {
	var none T
	v, _, err := unstructured.NestedFieldNoCopy(o.Object, path...)
	if err != nil {
		return none
	}
	if t, ok := v.(T); ok {
		return t
	}
	return none
}

// count32 returns a number of an object, nil if it is absent or no number.
func count32(o *unstructured.Unstructured, path ...string) *int32 {
	n, has, err := unstructured.NestedInt64(o.Object, path...)
	if !has || err != nil {
		return nil
	}
	return ptr(int32(n))
}
