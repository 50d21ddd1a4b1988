package rollout

import (
	"cmp"
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// cronState is a CronJob with what its phase follows from.
type cronState struct {
	w       *Workload
	cron    *batchv1.CronJob
	in      reading
	invalid error // why the controller starts no run at all

	failed        []Revision // the last runs, if they failed, newest first
	running, done *Revision
	lost          bool // the last run did not succeed and left no Job
}

// cronJob fills w with a CronJob; its runs are its revisions, newest first. The
// phase is that of the last run that ended, unless a run is stuck.
func (b *builder) cronJob(w *Workload, n *owners.Node, c *batchv1.CronJob) {
	s := &cronState{w: w, cron: c}
	w.Template = &c.Spec.JobTemplate.Spec.Template
	w.Strategy = Strategy{Type: string(cmp.Or(c.Spec.ConcurrencyPolicy, batchv1.AllowConcurrent))}
	w.Schedule, s.invalid = schedule(c, b.s.At)
	jobs := b.runs(w, n)
	s.in = b.cronJobReading(s, n, jobs)
	b.lastRuns(s, jobs)
	b.cronJobPhase(s)
	if missed := w.Schedule.missedWords(); missed != "" && w.Phase != Stalled {
		w.note(missed)
	}
}

// runs adds the Jobs below n as revisions, and returns them by name.
func (b *builder) runs(w *Workload, n *owners.Node) map[string]*batchv1.Job {
	jobs := map[string]*batchv1.Job{}
	for _, child := range n.Children {
		if j, ok := child.Object.(*batchv1.Job); ok {
			jobs[j.Name] = j
			w.Revisions = append(w.Revisions, b.run(child, j))
		}
	}
	slices.SortFunc(w.Revisions, newestFirst)
	for i := range w.Revisions {
		w.Revisions[i].Current = i == 0
		if i+1 < len(w.Revisions) {
			c := Diff(w.Revisions[i+1].Template, w.Revisions[i].Template)
			w.Revisions[i].Change = &c
		}
	}
	return jobs
}

func newestFirst(x, y Revision) int {
	return cmp.Or(created(y).Compare(created(x)), cmp.Compare(x.Name, y.Name))
}

// cronJobReading returns what was read of a CronJob. One that never ran needs no Jobs.
func (b *builder) cronJobReading(s *cronState, n *owners.Node, jobs map[string]*batchv1.Job) reading {
	namespace := s.cron.Namespace
	in := reading{history: b.listed("jobs", namespace, held(b.s.Jobs, namespace)), pods: true, events: b.eventsRead(namespace)}
	var counted int32
	for _, j := range jobs {
		counted += j.Status.Active
	}
	for _, ref := range s.cron.Status.Active {
		in.history = in.history && (jobs[ref.Name] != nil || b.covers(0, 1))
	}
	in.pods = b.podsRead(namespace, active(n.Pods()), counted)
	if s.cron.Status.LastScheduleTime != nil || len(jobs) > 0 {
		s.w.lacks(in, "jobs")
	}
	return in
}

// lastRuns finds the run that is under way, and those that ended last: all that
// failed since the last that succeeded.
func (b *builder) lastRuns(s *cronState, jobs map[string]*batchv1.Job) {
	for i := range s.w.Revisions {
		r := &s.w.Revisions[i]
		switch phase, _ := b.jobState(jobs[r.Name]); {
		case phase == Complete:
			s.done = r
		case phase == Failed:
			s.failed = append(s.failed, *r)
		case s.running == nil:
			s.running = r
		}
		if s.done != nil {
			break
		}
	}
	last := s.cron.Status.LastScheduleTime
	if last == nil {
		return
	}
	// The controller names the Job of a run after its time (getJobName in
	// pkg/controller/cronjob/cronjob_controllerv2.go). The history limits
	// decide how many ended Jobs it keeps.
	job := jobs[fmt.Sprintf("%s-%d", s.cron.Name, last.Unix()/60)]
	succeeded := s.cron.Status.LastSuccessfulTime
	s.lost = job == nil && len(s.cron.Status.Active) == 0 && (succeeded == nil || succeeded.Before(last))
}

// cronJobPhase decides the phase and the words for it.
func (b *builder) cronJobPhase(s *cronState) {
	w := s.w
	switch {
	case len(s.failed) > 0 && !(s.lost && s.in.history):
		w.Phase = Failed
		w.State = "last run " + s.failed[0].Name + " " + s.failed[0].StateWords
		if len(s.failed) > 1 {
			w.State = fmt.Sprintf("the last %d runs failed, %s %s", len(s.failed), s.failed[0].Name, s.failed[0].StateWords)
		}
		b.blockRun(s.running, w)
		b.blockRun(&s.failed[0], w)
	case s.lost && s.running == nil:
		w.Phase, w.State = Failed, b.lostWords(s)
	case s.invalid != nil:
		w.Phase, w.State = Stalled, s.invalid.Error()+": the controller starts no run"
	case w.Schedule.MissedReason == "Overdue":
		w.Phase, w.State = Stalled, b.overdueWords(s)
	case s.running != nil:
		w.Phase = Progressing
		w.State = "run " + s.running.Name + ": " + s.running.StateWords
		if stuck(s.running.Pods) {
			w.Phase = Stalled
			w.State = "run " + s.running.Name + " is stuck"
		}
		b.blockRun(s.running, w)
	case s.done != nil:
		w.Phase = Complete
		w.State = "last run " + s.done.Name + " " + s.done.StateWords
	default:
		w.Phase, w.State = b.statusPhase(s.cron)
		if w.Schedule.Next != nil {
			w.State += ", next run in " + duration.HumanDuration(w.Schedule.Next.Sub(b.s.At))
		}
	}
	if e := b.examiner.events.Latest("CronJob", s.cron, "FailedCreate"); e != nil && w.Schedule.Missed > 0 {
		b.blockCreation(w, "CronJob", s.cron.Name, e.Reason, e.Message, pod.FirstSeen(e))
		if w.Phase == Complete {
			w.Phase = Stalled
		}
	}
	if deref(s.cron.Spec.Suspend, false) {
		w.Phase = Paused
		w.State = "suspended: no new runs; " + w.State
		return
	}
	s.doubts()
}

func (b *builder) blockRun(run *Revision, w *Workload) {
	if run != nil {
		phase := Progressing
		if run.State == runStates[Failed] {
			phase = Failed
		}
		w.block(failing(run.Pods, phase))
	}
}

// statusPhase judges by the status alone, as no Job of a CronJob is there.
func (b *builder) statusPhase(c *batchv1.CronJob) (Phase, string) {
	ago := func(t metav1.Time) string { return duration.HumanDuration(b.s.At.Sub(t.Time)) + " ago" }
	st := c.Status
	switch {
	case len(st.Active) == 1:
		return Progressing, "run " + st.Active[0].Name + " is active"
	case len(st.Active) > 1:
		return Progressing, fmt.Sprintf("%d runs are active", len(st.Active))
	case st.LastScheduleTime == nil:
		return Complete, "has not run yet"
	}
	return Complete, "the last run succeeded " + ago(*st.LastSuccessfulTime)
}

// lostWords returns that the last run did not succeed, and when one did.
func (b *builder) lostWords(s *cronState) string {
	st := s.cron.Status
	words := "the last run, due " + duration.HumanDuration(b.s.At.Sub(st.LastScheduleTime.Time)) + " ago, did not succeed"
	if s.in.history {
		words += ", and its Job is gone"
	}
	if st.LastSuccessfulTime != nil {
		return words + "; last success " + duration.HumanDuration(b.s.At.Sub(st.LastSuccessfulTime.Time)) + " ago"
	}
	return words
}

// overdueWords returns since when no run started.
func (b *builder) overdueWords(s *cronState) string {
	since := duration.HumanDuration(b.s.At.Sub(s.w.Schedule.due))
	words := "overdue since " + since + ": " + s.w.Schedule.missedWords()
	if t := s.cron.Status.LastScheduleTime; t != nil {
		words += "; last run " + duration.HumanDuration(b.s.At.Sub(t.Time)) + " ago"
	}
	return words
}

// doubts records the phases that could follow from what was not read.
func (s *cronState) doubts() {
	switch {
	case !s.in.history && len(s.cron.Status.Active) > 0:
		s.w.couldBe(Failed, Stalled)
	case !s.in.history && s.w.Phase == Complete && s.cron.Status.LastScheduleTime != nil:
		s.w.couldBe(Failed)
	case !s.in.pods && s.w.Phase == Progressing:
		s.w.couldBe(Stalled)
	}
}
