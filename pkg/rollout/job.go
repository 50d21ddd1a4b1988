package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// job fills w with a Job that no CronJob made; it is its own one revision.
func (b *builder) job(w *Workload, n *owners.Node, j *batchv1.Job) {
	w.Template = &j.Spec.Template
	w.Strategy = Strategy{Type: "Job"}
	w.Desired = ptr(deref(j.Spec.Completions, deref(j.Spec.Parallelism, 1)))
	w.Ready = j.Status.Ready
	w.Terminating = j.Status.Terminating
	r := b.run(n, j)
	r.Current = true
	w.Revisions = append(w.Revisions, r)
	phase, words := b.jobState(j)
	w.Phase = phase
	if phase == Progressing || phase == Failed {
		w.block(r.Pods)
		if len(w.BlockedBy) == 0 {
			if e := b.examiner.events.Latest("Job", j, "FailedCreate"); e != nil && phase == Progressing && j.Status.Active == 0 {
				w.blockFirst(Blocker{Kind: "Job", Name: j.Name, Reason: e.Reason, Message: e.Message, Count: 1, words: deniedWords(e.Message), at: b.s.At})
			}
		}
		if stuck(r.Pods) && phase == Progressing {
			w.Phase = Stalled
		}
		if cause := w.cause(); cause != "" {
			words += "; " + cause
		}
	}
	w.Summary = words
}

// stuck reports whether pods of a run are there, and none gets further.
func stuck(pods []Pod) bool {
	active := slices.DeleteFunc(slices.Clone(pods), func(p Pod) bool {
		return p.object.Status.Phase == corev1.PodSucceeded || p.object.Status.Phase == corev1.PodFailed
	})
	return len(active) > 0 && !slices.ContainsFunc(active, func(p Pod) bool { return p.trouble == nil || !p.trouble.hard })
}

var runStates = map[Phase]string{Complete: "Complete", Failed: "Failed", Progressing: "Running", Paused: "Suspended"}

// run returns a Job as a revision; its counts are those of the Job's status.
func (b *builder) run(n *owners.Node, j *batchv1.Job) Revision {
	phase, words := b.jobState(j)
	return Revision{
		State: runStates[phase], StateWords: words,
		Name: j.Name, UID: j.UID, Kind: "Job", CreatedAt: timeOf(j.CreationTimestamp),
		Desired:  ptr(deref(j.Spec.Completions, deref(j.Spec.Parallelism, 1))),
		Replicas: j.Status.Active, Ready: deref(j.Status.Ready, 0), Available: j.Status.Succeeded,
		Images: images(&j.Spec.Template), Template: unstamped(&j.Spec.Template), Pods: b.pods(n.Pods()),
	}
}

// unstamped returns a Job's template without the labels by which the Job
// controller tells its pods (k8s.io/api/batch/v1 ControllerUidLabel, JobNameLabel
// and their older forms).
func unstamped(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	copied := *t
	copied.Labels = maps.Clone(t.Labels)
	for _, label := range []string{batchv1.ControllerUidLabel, batchv1.JobNameLabel, "controller-uid", "job-name"} {
		delete(copied.Labels, label)
	}
	return &copied
}

// jobState returns the phase of a Job and the sentence for it.
func (b *builder) jobState(j *batchv1.Job) (Phase, string) {
	for _, c := range j.Status.Conditions {
		if c.Status != corev1.ConditionTrue {
			continue
		}
		ago := duration.HumanDuration(b.s.At.Sub(c.LastTransitionTime.Time)) + " ago"
		switch c.Type {
		case batchv1.JobComplete:
			return Complete, fmt.Sprintf("completed %s after %s", ago, b.ran(j))
		case batchv1.JobFailed, batchv1.JobFailureTarget:
			return Failed, fmt.Sprintf("failed %s: %s", ago, cmp.Or(brief(c.Message), c.Reason))
		case batchv1.JobSuspended:
			return Paused, "suspended: it runs no pods before it is resumed"
		case batchv1.JobSuccessCriteriaMet:
		}
	}
	if j.Spec.Suspend != nil && *j.Spec.Suspend {
		return Paused, "suspended: it runs no pods before it is resumed"
	}
	words := []string{fmt.Sprintf("%d of %d done", j.Status.Succeeded, deref(j.Spec.Completions, deref(j.Spec.Parallelism, 1))), fmt.Sprintf("%d running", j.Status.Active)}
	if j.Status.Failed > 0 {
		words = append(words, fmt.Sprintf("%s failed (backoffLimit %d)", wording.Count(int(j.Status.Failed), "pod"), deref(j.Spec.BackoffLimit, 6)))
	}
	return Progressing, strings.Join(words, ", ")
}

func (b *builder) ran(j *batchv1.Job) string {
	if j.Status.StartTime == nil || j.Status.CompletionTime == nil {
		return "an unknown time"
	}
	return duration.HumanDuration(j.Status.CompletionTime.Sub(j.Status.StartTime.Time))
}

// cronJob fills w with a CronJob; its runs are its revisions, newest first. The
// phase is that of the last run that ended, while none runs that is stuck.
func (b *builder) cronJob(w *Workload, n *owners.Node, c *batchv1.CronJob) {
	w.Template = &c.Spec.JobTemplate.Spec.Template
	w.Strategy = Strategy{Type: string(cmp.Or(c.Spec.ConcurrencyPolicy, batchv1.AllowConcurrent))}
	jobs := map[string]*batchv1.Job{}
	for _, child := range n.Children {
		if j, ok := child.Object.(*batchv1.Job); ok {
			jobs[j.Name] = j
			w.Revisions = append(w.Revisions, b.run(child, j))
		}
	}
	slices.SortFunc(w.Revisions, func(x, y Revision) int {
		return cmp.Or(created(y).Compare(created(x)), cmp.Compare(x.Name, y.Name))
	})
	for i := range w.Revisions {
		if i+1 < len(w.Revisions) {
			c := Diff(w.Revisions[i+1].Template, w.Revisions[i].Template)
			w.Revisions[i].Change = &c
		}
	}
	b.cronJobState(w, c, jobs)
}

// cronJobState decides the phase by the last run that ended; a run that hangs
// counts where none before it failed.
func (b *builder) cronJobState(w *Workload, c *batchv1.CronJob, jobs map[string]*batchv1.Job) {
	w.Phase, w.Summary = Progressing, "has not run yet"
	if c.Status.LastScheduleTime != nil {
		w.Phase, w.Summary = Complete, "no run is left to tell how it went"
	}
	var failed []Revision
	var running, done *Revision
	for i := range w.Revisions {
		r := &w.Revisions[i]
		r.Current = i == 0
		phase, _ := b.jobState(jobs[r.Name])
		switch {
		case phase == Complete:
			done = r
		case phase == Failed:
			failed = append(failed, *r)
		case running == nil:
			running = r
		}
		if done != nil {
			break
		}
	}
	switch {
	case len(failed) > 0:
		w.Phase, w.Summary = Failed, "last run "+failed[0].Name+" "+failed[0].StateWords
		if len(failed) > 1 {
			w.Summary = fmt.Sprintf("the last %d runs failed, %s %s", len(failed), failed[0].Name, failed[0].StateWords)
		}
		if running != nil {
			w.block(running.Pods)
		}
		w.block(failed[0].Pods)
	case running != nil && stuck(running.Pods):
		w.Phase, w.Summary = Stalled, "run "+running.Name+" is stuck"
		w.block(running.Pods)
	case running != nil:
		w.Phase, w.Summary = Progressing, "run "+running.Name+": "+running.StateWords
	case done != nil:
		w.Phase, w.Summary = Complete, "last run "+done.Name+" "+done.StateWords
	}
	if cause := w.cause(); cause != "" {
		w.Summary += "; " + cause
	}
	if c.Spec.Suspend != nil && *c.Spec.Suspend {
		w.Phase, w.Summary = Paused, "suspended: no new runs; "+w.Summary
	}
}
