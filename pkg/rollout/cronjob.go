package rollout

import (
	"cmp"
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// cronState is a CronJob with what its phase follows from.
type cronState struct {
	w       *Workload
	cron    *batchv1.CronJob
	in      reading
	invalid error // why the controller starts no run at all

	failed        []Revision // the last runs, if they failed, newest first
	running, done *Revision  // the newest that has not ended, and the newest that succeeded
	lost          bool       // the last run did not succeed and left no Job
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
	}
	if b.changes != noChange {
		compareRuns(w.Revisions)
	}
	return jobs
}

// compareRuns records what each run changed against the one before it. Runs have no numbers: their times
// order them.
func compareRuns(newestFirst []Revision) {
	for i := 0; i+1 < len(newestFirst); i++ {
		c := Diff(newestFirst[i+1].Template, newestFirst[i].Template)
		newestFirst[i].Change = &c
	}
}

// newestFirst orders runs by when they were created; of the same second, the names decide.
func newestFirst(x, y Revision) int {
	return cmp.Or(created(y).Compare(created(x)), cmp.Compare(x.Name, y.Name))
}

// cronJobReading returns what was read of a CronJob. One that never ran needs no Jobs.
func (b *builder) cronJobReading(s *cronState, n *owners.Node, jobs map[string]*batchv1.Job) reading {
	namespace := s.cron.Namespace
	var counted int32
	for _, j := range jobs {
		counted += j.Status.Active
	}
	missing := slices.ContainsFunc(s.cron.Status.Active, func(ref corev1.ObjectReference) bool { return jobs[ref.Name] == nil })
	in := reading{
		history: b.listed("jobs", namespace, held(b.s.Jobs, namespace)) && (!missing || b.covers(0, 1)),
		pods:    b.podsRead(namespace, active(n.Pods()), counted),
		events:  b.eventsRead(namespace),
	}
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
	s.lost = lastRunLost(s.cron, jobs)
}

// lastRunLost reports whether the last run did not succeed by the status, and its Job is gone: the
// history limits decide how many ended Jobs the controller keeps.
func lastRunLost(c *batchv1.CronJob, jobs map[string]*batchv1.Job) bool {
	last := c.Status.LastScheduleTime
	if last == nil || len(c.Status.Active) > 0 || !recordsSuccess(c) {
		return false
	}
	// The controller names the Job of a run after its time (getJobName in
	// pkg/controller/cronjob/cronjob_controllerv2.go).
	job := jobs[fmt.Sprintf("%s-%d", c.Name, last.Unix()/60)]
	succeeded := c.Status.LastSuccessfulTime
	return job == nil && (succeeded == nil || succeeded.Before(last))
}

// recordsSuccess reports whether the status of c would show a success. Servers
// before 1.21 have CronJobs in batch/v1beta1 alone, and no lastSuccessfulTime
// (k8s.io/api/batch/v1beta1 types.go, 1.20 and 1.21).
func recordsSuccess(c *batchv1.CronJob) bool {
	return c.Status.LastSuccessfulTime != nil || c.APIVersion != "batch/v1beta1"
}

// cronJobPhase decides the phase and the words for it. A run that failed comes before one
// that is under way: the schedule is in trouble until a run succeeds.
func (b *builder) cronJobPhase(s *cronState) {
	w := s.w
	switch {
	case len(s.failed) > 0 && !(s.lost && s.in.history):
		b.lastRunsFailed(s)
	case s.lost && s.running == nil:
		w.State = b.lostWords(s)
		w.Phase = Failed
	case s.invalid != nil:
		w.State = s.invalid.Error() + ": the controller starts no run"
		w.Phase = Stalled
	case w.Schedule.MissedReason == "Overdue":
		w.State = b.overdueWords(s)
		w.Phase = Stalled
	case s.running != nil:
		b.runUnderWay(s)
	case s.done != nil:
		w.Phase = Complete
		w.State = "last run " + s.done.Name + " " + s.done.StateWords
	default:
		b.noRun(s)
	}
	b.runNotCreated(s)
	if deref(s.cron.Spec.Suspend, false) {
		w.Phase = Paused
		w.State = "suspended: no new runs; " + w.State
		return
	}
	s.doubts()
}

// lastRunsFailed judges a CronJob whose last ended runs failed.
func (b *builder) lastRunsFailed(s *cronState) {
	w := s.w
	newest := &s.failed[0]
	w.Phase = Failed
	w.State = "last run " + newest.Name + " " + newest.StateWords
	if len(s.failed) > 1 {
		w.State = fmt.Sprintf("the last %d runs failed, %s %s", len(s.failed), newest.Name, newest.StateWords)
	}
	b.blockRun(s.running, w)
	b.blockRun(newest, w)
}

// runUnderWay judges a CronJob by the run that has not ended.
func (b *builder) runUnderWay(s *cronState) {
	w := s.w
	w.Phase = Progressing
	w.State = "run " + s.running.Name + ": " + s.running.StateWords
	if stuck(s.running.Pods) {
		w.Phase = Stalled
		w.State = "run " + s.running.Name + " is stuck"
	}
	b.blockRun(s.running, w)
}

// noRun judges a CronJob without a Job by its status.
func (b *builder) noRun(s *cronState) {
	w := s.w
	w.Phase, w.State = b.statusPhase(s.cron)
	if w.Schedule.Next != nil {
		w.State += ", next run in " + wording.Age(w.Schedule.Next.Sub(b.s.At))
	}
}

// runNotCreated records that the API server refused the Job of a run that was due. The event
// counts only while a run is missing: it is kept for an hour, also after the next attempt succeeded.
func (b *builder) runNotCreated(s *cronState) {
	w := s.w
	e := b.examiner.events.Latest("CronJob", s.cron, "FailedCreate")
	if e == nil || w.Schedule.Missed == 0 {
		return
	}
	b.blockCreation(w, "CronJob", s.cron.Name, e.Reason, e.Message, pod.FirstSeen(e))
	if w.Phase == Complete {
		w.Phase = Stalled
	}
}

// blockRun records the troubles of a run's pods as blockers.
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
	ago := func(t metav1.Time) string { return wording.Age(b.s.At.Sub(t.Time)) + " ago" }
	st := c.Status
	switch {
	case len(st.Active) == 1:
		return Progressing, "run " + st.Active[0].Name + " is active"
	case len(st.Active) > 1:
		return Progressing, fmt.Sprintf("%d runs are active", len(st.Active))
	case st.LastScheduleTime == nil:
		return Complete, "has not run yet"
	case st.LastSuccessfulTime == nil: // see recordsSuccess
		return Complete, "the last run was due " + ago(*st.LastScheduleTime) + "; its server does not record whether a run succeeded"
	}
	return Complete, "the last run succeeded " + ago(*st.LastSuccessfulTime)
}

// lostWords returns that the last run did not succeed, and when one did.
func (b *builder) lostWords(s *cronState) string {
	st := s.cron.Status
	words := "the last run, due " + wording.Age(b.s.At.Sub(st.LastScheduleTime.Time)) + " ago, did not succeed"
	if s.in.history {
		words += ", and its Job is gone"
	}
	if st.LastSuccessfulTime != nil {
		return words + "; last success " + wording.Age(b.s.At.Sub(st.LastSuccessfulTime.Time)) + " ago"
	}
	return words
}

// overdueWords returns since when no run started.
func (b *builder) overdueWords(s *cronState) string {
	since := wording.Age(b.s.At.Sub(s.w.Schedule.due))
	words := "overdue since " + since + ": " + s.w.Schedule.missedWords()
	if t := s.cron.Status.LastScheduleTime; t != nil {
		words += "; last run " + wording.Age(b.s.At.Sub(t.Time)) + " ago"
	}
	return words
}

// doubts records the phases that could follow from what was not read.
func (s *cronState) doubts() {
	switch {
	case !s.in.history && len(s.cron.Status.Active) > 0:
		s.w.couldBe(Failed, Stalled)
	case (!s.in.history || (s.done == nil && !recordsSuccess(s.cron))) && s.w.Phase == Complete && s.cron.Status.LastScheduleTime != nil:
		s.w.couldBe(Failed)
	case !s.in.pods && s.w.Phase == Progressing:
		s.w.couldBe(Stalled)
	}
}
