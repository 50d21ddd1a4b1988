package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// job fills w with a Job that no CronJob made; it is its own one revision.
func (b *builder) job(w *Workload, n *owners.Node, j *batchv1.Job) {
	w.Template = &j.Spec.Template
	w.Strategy = Strategy{Type: "Job"}
	w.Desired = ptr(jobDesired(j))
	w.Ready = j.Status.Ready
	w.Terminating = j.Status.Terminating
	r := b.run(n, j)
	r.Current = true
	r.Template = w.Template // no other run is compared with it, so that it needs no copy
	w.Revisions = append(w.Revisions, r)
	w.Phase, w.State = b.jobState(j)
	in := reading{
		history: true, pods: b.podsRead(j.Namespace, active(n.Pods()), j.Status.Active), events: b.eventsRead(j.Namespace),
	}
	w.lacks(in, "")
	if w.Phase != Progressing && w.Phase != Failed {
		return
	}
	w.block(failing(r.Pods, w.Phase))
	if w.Phase == Failed {
		return
	}
	if b.jobStalls(w, j, r.Pods) {
		w.Phase = Stalled
	}
	if !in.pods {
		w.couldBe(Stalled)
	}
}

// jobStalls reports whether a Job that has not ended gets no further, and records
// that its pods cannot be created. One that had pods before, or that waits for
// quota, may go on without a change: other pods end and free their share.
func (b *builder) jobStalls(w *Workload, j *batchv1.Job, pods []Pod) bool {
	e := b.examiner.events.Latest("Job", j, "FailedCreate")
	if e != nil && len(w.BlockedBy) == 0 && j.Status.Active == 0 {
		b.blockCreation(w, "Job", j.Name, e.Reason, e.Message, pod.FirstSeen(e))
	}
	began := len(pods) > 0 || j.Status.Failed > 0 || j.Status.Succeeded > 0
	return stuck(pods) || (w.creationFails() && !began && !w.overQuota())
}

// jobDesired returns how many pods have to succeed; of a work queue, which sets no completions, how many
// run in parallel.
func jobDesired(j *batchv1.Job) int32 { return deref(j.Spec.Completions, deref(j.Spec.Parallelism, 1)) }

// failing returns the pods of a run that show why it fails: those that exist
// and are in trouble, otherwise the newest that failed.
func failing(pods []Pod, phase Phase) []Pod {
	var now []Pod
	var last *Pod
	for i, p := range pods {
		switch {
		case p.trouble == nil:
		case p.object.Status.Phase != corev1.PodFailed:
			now = append(now, p)
		case last == nil || p.created.After(last.created):
			last = &pods[i]
		}
	}
	if (len(now) > 0 && phase != Failed) || last == nil {
		return now
	}
	return []Pod{*last}
}

// stuck reports whether pods of a run are there, and none gets further.
func stuck(pods []Pod) bool {
	running := slices.DeleteFunc(slices.Clone(pods), func(p Pod) bool { return ended(&p) })
	return len(running) > 0 && !slices.ContainsFunc(running, func(p Pod) bool { return !hard(p) })
}

// runStates are the words of rsmap for how a Job ended or continues.
var runStates = map[Phase]string{Complete: "Complete", Failed: "Failed", Progressing: "Running", Paused: "Suspended"}

// run returns a Job as a revision; its counts are those of the Job's status.
func (b *builder) run(n *owners.Node, j *batchv1.Job) Revision {
	phase, words := b.jobState(j)
	return Revision{
		State: runStates[phase], StateWords: words,
		Name: j.Name, UID: j.UID, Kind: "Job", CreatedAt: timeOf(j.CreationTimestamp),
		Desired: ptr(jobDesired(j)), Replicas: &j.Status.Active, Ready: ptr(deref(j.Status.Ready, 0)), Available: &j.Status.Succeeded,
		Images: images(&j.Spec.Template), Template: unstamped(&j.Spec.Template), Pods: b.pods(n.Pods()),
	}
}

// unstamped returns a Job's template without the labels by which the Job
// controller finds its pods (k8s.io/api/batch/v1 ControllerUidLabel, JobNameLabel
// and their older forms).
func unstamped(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	copied := *t
	copied.Labels = maps.Clone(t.Labels)
	for _, label := range []string{batchv1.ControllerUidLabel, batchv1.JobNameLabel, "controller-uid", "job-name"} {
		delete(copied.Labels, label)
	}
	return &copied
}

// jobState returns the phase of a Job and the sentence for it. A Job that meets
// its success policy or fails gets a condition for that first, and the final one
// when its pods have ended (syncJob in k8s.io/kubernetes
// pkg/controller/job/job_controller.go, 1.37).
func (b *builder) jobState(j *batchv1.Job) (Phase, string) {
	conditions := trueConditions(j)
	if c, ok := conditions[batchv1.JobComplete]; ok {
		return Complete, fmt.Sprintf("completed%s%s", b.ago(c), ranFor(j))
	}
	if c, ok := conditions[batchv1.JobFailed]; ok {
		return Failed, fmt.Sprintf("failed%s: %s", b.ago(c), failureWords(j, c))
	}
	if c, ok := conditions[batchv1.JobFailureTarget]; ok { // Failed follows when its pods have ended
		return Failed, fmt.Sprintf("failure decided%s: %s", b.ago(c), failureWords(j, c))
	}
	if c, ok := conditions[batchv1.JobSuccessCriteriaMet]; ok {
		return Progressing, fmt.Sprintf("success policy met%s; %s still to end", b.ago(c), areStill(int(j.Status.Active)))
	}
	if _, ok := conditions[batchv1.JobSuspended]; ok || deref(j.Spec.Suspend, false) {
		return Paused, "suspended: it runs no pods before it is resumed"
	}
	// The controller sets the start first (syncJob, 1.37).
	if st := j.Status; st.StartTime == nil && st.Active+st.Succeeded+st.Failed == 0 {
		return Progressing, notSeen
	}
	return Progressing, runningWords(j)
}

// trueConditions returns the conditions of a Job that hold, by type.
func trueConditions(j *batchv1.Job) map[batchv1.JobConditionType]batchv1.JobCondition {
	out := map[batchv1.JobConditionType]batchv1.JobCondition{}
	for _, c := range j.Status.Conditions {
		if c.Status == corev1.ConditionTrue {
			out[c.Type] = c
		}
	}
	return out
}

// areStill returns how many pods, with the verb: "1 pod is", "2 pods are".
func areStill(pods int) string {
	if pods == 1 {
		return "1 pod is"
	}
	return wording.Count(pods, "pod") + " are"
}

// ago returns how long ago a condition began to hold: " 5m ago".
func (b *builder) ago(c batchv1.JobCondition) string {
	return ago(b.s.At, c.LastTransitionTime.Time)
}

// ranFor returns how long a Job took that completed: " after 12s"; "" if that is not recorded.
func ranFor(j *batchv1.Job) string {
	if j.Status.StartTime == nil || j.Status.CompletionTime == nil {
		return ""
	}
	return " after " + wording.Age(j.Status.CompletionTime.Sub(j.Status.StartTime.Time))
}

// failureWords returns why a Job failed, with the limit that it reached.
func failureWords(j *batchv1.Job, c batchv1.JobCondition) string {
	words := cmp.Or(brief(c.Message), c.Reason)
	switch c.Reason {
	case batchv1.JobReasonBackoffLimitExceeded:
		return fmt.Sprintf("%s (backoffLimit %d)", words, deref(j.Spec.BackoffLimit, 6))
	case batchv1.JobReasonDeadlineExceeded:
		return fmt.Sprintf("%s (activeDeadlineSeconds %d)", words, deref(j.Spec.ActiveDeadlineSeconds, 0))
	case batchv1.JobReasonMaxFailedIndexesExceeded:
		return fmt.Sprintf("%s (maxFailedIndexes %d): %s", words, deref(j.Spec.MaxFailedIndexes, 0), deref(j.Status.FailedIndexes, ""))
	case batchv1.JobReasonFailedIndexes:
		return fmt.Sprintf("%s (backoffLimitPerIndex %d): %s", words, deref(j.Spec.BackoffLimitPerIndex, 0), deref(j.Status.FailedIndexes, ""))
	}
	return words
}

// runningWords returns how far a Job is.
func runningWords(j *batchv1.Job) string {
	st := j.Status
	done := fmt.Sprintf("%d of %d done", st.Succeeded, jobDesired(j))
	if j.Spec.Completions == nil { // any success ends it, when the pods that run have ended
		done = fmt.Sprintf("%d done", st.Succeeded)
	}
	words := []string{done, fmt.Sprintf("%d active", st.Active)} // running or not started yet
	if failures := failuresSoFar(j); failures != "" {
		words = append(words, failures)
	}
	return strings.Join(words, ", ")
}

// failuresSoFar returns what failed in a Job that continues, beside the limit, "" if nothing did. A Job
// with backoffLimitPerIndex has no limit for all its pods: the API server sets the largest number.
func failuresSoFar(j *batchv1.Job) string {
	st := j.Status
	indexes := fmt.Sprintf("indexes %s failed (backoffLimitPerIndex %d)", deref(st.FailedIndexes, ""), deref(j.Spec.BackoffLimitPerIndex, 0))
	pods := wording.Count(int(st.Failed), "pod") + " failed"
	limit := deref(j.Spec.BackoffLimit, 6)
	switch lost := deref(st.FailedIndexes, "") != ""; {
	case lost && j.Spec.SuccessPolicy == nil: // one failed index fails the Job, when the others have ended
		return indexes + ": it will end Failed"
	case lost:
		return indexes
	case st.Failed == 0:
		return ""
	case limit == math.MaxInt32:
		return pods
	}
	return fmt.Sprintf("%s (backoffLimit %d)", pods, limit)
}
