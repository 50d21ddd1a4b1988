package rollout

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/owners"
)

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
	b.order(w, revisions)
	w.counts(o)
	var pods []Pod
	for _, r := range w.Revisions {
		pods = append(pods, r.Pods...)
	}
	w.block(present(pods))
	w.customPhase(o, pods)
	w.unblockIfDone()
}

// countFields are where an object reports its pods: in the fields of a Deployment,
// in those of a DaemonSet (k8s.io/api apps/v1), which kinds with one pod a node take over, or in
// those of a StrimziPodSet (github.com/strimzi/strimzi-kafka-operator StrimziPodSetStatus.java).
var countFields = struct{ desired, updated, ready, available [][]string }{
	desired:   [][]string{{"spec", "replicas"}, {"status", "desiredNumberScheduled"}, {"status", "pods"}},
	updated:   [][]string{{"status", "updatedReplicas"}, {"status", "updatedNumberScheduled"}, {"status", "currentPods"}},
	ready:     [][]string{{"status", "readyReplicas"}, {"status", "numberReady"}, {"status", "readyPods"}},
	available: [][]string{{"status", "availableReplicas"}, {"status", "numberAvailable"}},
}

// counts takes the counts of pods from an unstructured object.
func (w *Workload) counts(o *unstructured.Unstructured) {
	w.Desired = firstCount(o, countFields.desired)
	w.Updated = firstCount(o, countFields.updated)
	w.Ready = firstCount(o, countFields.ready)
	w.Available = firstCount(o, countFields.available)
}

// firstCount returns the first of the fields that holds a number, nil if none does.
func firstCount(o *unstructured.Unstructured, fields [][]string) *int32 {
	for _, path := range fields {
		if n := count32(o, path...); n != nil {
			return n
		}
	}
	return nil
}

// customPhase decides the phase of an object by its status, or if that reports
// nothing by its pods.
func (w *Workload) customPhase(o *unstructured.Unstructured, pods []Pod) {
	ready, all := readyOf(pods)
	w.State = w.customWords(ready, all)
	replicas := count32(o, "status", "replicas")
	phase, words := reported(o)
	switch {
	case isPaused(o) && phase != Failed && phase != Complete:
		w.Phase = Paused
		w.State = strings.TrimSuffix("paused: "+w.State, ": ")
	case behind(o): // conditions of an older generation prove nothing about this one
		w.Phase = Progressing
		w.State = notSeenLast
	case phase == Failed || phase == Complete || phase == Paused:
		w.Phase = phase
		w.State = words
	case w.Desired != nil && *w.Desired == 0 && deref(replicas, 0) == 0 && all == 0:
		w.scaledToZero(o)
	case phase == Stalled:
		w.Phase = phase
		w.State = words
	case len(hardOnes(pods)) > 0:
		w.Phase = Degraded
	case phase == Progressing && w.Desired != nil && w.Ready != nil && (*w.Ready < *w.Desired || w.stale() > 0):
		w.Phase = phase
		w.State = joined(words, w.State)
	case phase != "":
		w.Phase = phase
		w.State = words
	default:
		w.countedPhase(o, pods)
	}
}

// scaledToZero judges an object that wants no pod. If it has no spec.replicas, it has one pod a
// node, and no node is eligible.
func (w *Workload) scaledToZero(o *unstructured.Unstructured) {
	w.Phase = ScaledToZero
	w.State = w.zeroWords()
	if count32(o, "spec", "replicas") == nil {
		w.State = "no pod is desired, and there is none"
	}
}

// countedPhase decides the phase of an object whose conditions report nothing
// against it, by its counts, its pods and its condition Ready.
func (w *Workload) countedPhase(o *unstructured.Unstructured, pods []Pod) {
	ready, all := readyOf(pods)
	condition, known := conditionOf(o, readyTypes...)
	counted := w.Desired != nil && w.Ready != nil
	field, value := phaseField(o)
	named := phaseWords[strings.ToLower(value)]
	switch {
	case !known && named != "" && named != Complete:
		w.Phase = named
		w.State = joined(field+" is "+value, w.State)
	case counted && *w.Ready < *w.Desired, ready < all, w.stale() > partition(o, deref(w.Desired, 0)):
		w.Phase = Progressing
	case counted && w.settling(o):
		w.Phase = Progressing
		w.State += fmt.Sprintf(", %d available", *w.Available)
	case counted && deref(count32(o, "status", "replicas"), 0) > *w.Desired:
		w.Phase = Progressing
		w.State += fmt.Sprintf(", %d more than wanted", *count32(o, "status", "replicas")-*w.Desired)
	case known || counted || all > 0:
		w.Phase = Complete
		if w.stale() > 0 {
			w.State += ", the others kept by the partition"
		}
	case named == Complete:
		w.Phase = Complete
		w.State = field + " is " + value
	default:
		w.State = unclear(o, len(present(pods)))
	}
	if all == 0 && w.Ready == nil && known {
		w.State = condition.words()
	}
}

// settling reports whether pods are ready and not available yet, which takes minReadySeconds.
// That none is available may also mean that this is not counted.
func (w *Workload) settling(o *unstructured.Unstructured) bool {
	waits := deref(count32(o, "spec", "minReadySeconds"), 0) > 0
	return w.Available != nil && *w.Available < *w.Desired && (*w.Available > 0 || waits)
}

// customWords returns how many pods are ready and updated, as far as that is
// reported or the pods were read. What the object counts may be other things,
// such as machines: they are called pods only if it owns some.
func (w *Workload) customWords(ready, all int) string {
	words := ""
	switch counted := w.Desired != nil && w.Ready != nil; {
	case counted && all > 0:
		words = fmt.Sprintf("%d of %d pods ready", *w.Ready, *w.Desired)
	case counted:
		words = fmt.Sprintf("%d of %d replicas ready", *w.Ready, *w.Desired)
	case all > 0:
		words = fmt.Sprintf("%d of %d pods ready", ready, all)
	}
	if w.stale() == 0 {
		return words
	}
	return joined(words, fmt.Sprintf("%d of %d updated", *w.Updated, *w.Desired))
}

// stale returns how many of the pods that are wanted are not updated, 0 if that
// is not reported.
func (w *Workload) stale() int32 {
	if w.Desired == nil || w.Updated == nil {
		return 0
	}
	return max(0, *w.Desired-*w.Updated)
}

// pausedFields are where an object is paused or suspended: in most kinds, in those
// of OpenKruise (github.com/openkruise/kruise apis/apps/v1beta1, v1.8: CloneSet, and
// Advanced StatefulSet and DaemonSet), in those of batches and Flux, as in a Job, and
// in the jobs of Kubeflow (github.com/kubeflow/trainer v1 RunPolicy).
var pausedFields = [][]string{
	{"spec", "paused"},
	{"spec", "updateStrategy", "paused"},
	{"spec", "updateStrategy", "rollingUpdate", "paused"},
	{"spec", "suspend"},
	{"spec", "runPolicy", "suspend"},
}

// isPaused reports whether a field with one of the usual names pauses the object.
func isPaused(o *unstructured.Unstructured) bool {
	for _, path := range pausedFields {
		if field[bool](o, path...) {
			return true
		}
	}
	return false
}

// partitionFields are where an object keeps how many of its pods stay as they
// are: in the kinds of OpenKruise as in a StatefulSet, and in a LeaderWorkerSet
// (sigs.k8s.io/lws api/leaderworkerset/v1).
var partitionFields = [][]string{
	{"spec", "updateStrategy", "partition"},
	{"spec", "updateStrategy", "rollingUpdate", "partition"},
	{"spec", "rolloutStrategy", "rollingUpdateConfiguration", "partition"},
}

// partition returns how many of the wanted pods an update leaves alone, 0 if the
// object has no such number. Of a percentage it is what OpenKruise computes
// (CalculatePartitionReplicas in github.com/openkruise/kruise pkg/util/tools.go, v1.8):
// rounded up, but at least one pod is updated unless all are left alone.
func partition(o *unstructured.Unstructured, desired int32) int32 {
	for _, path := range partitionFields {
		if n := count32(o, path...); n != nil {
			return *n
		}
		if percent := field[string](o, path...); percent != "" {
			return percentOf(percent, desired)
		}
	}
	return 0
}

// percentOf returns a percentage of the wanted pods, rounded up, but not all of them unless it is 100%;
// 0 if it is not valid.
func percentOf(percent string, desired int32) int32 {
	value := intstr.FromString(percent)
	n, err := intstr.GetScaledValueFromIntOrPercent(&value, int(desired), true)
	if err != nil {
		return 0
	}
	if desired > 1 && n >= int(desired) && percent != "100%" {
		return desired - 1
	}
	return int32(n)
}
