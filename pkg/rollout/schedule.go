package rollout

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Schedule is when a CronJob runs.
type Schedule struct {
	Cron string `json:"cron"`
	// TimeZone is empty if the CronJob has none: then the clock of the
	// controller manager counts, which is nearly always UTC.
	TimeZone    string         `json:"timeZone,omitempty"`
	LastRun     *snapshot.Time `json:"lastRun,omitempty"` // when it was due
	LastSuccess *snapshot.Time `json:"lastSuccess,omitempty"`
	Next        *snapshot.Time `json:"next,omitempty"` // absent: none, or unknown
	// Missed is how many runs were due since the last one and did not start.
	Missed int `json:"missed,omitempty"`
	// MissedReason is why: "Suspended", "Forbid", "StartingDeadline", "NeverRan"
	// or "Overdue".
	MissedReason string `json:"missedReason,omitempty"`

	due  time.Time // of the first missed run
	zone *time.Location
}

// NextRun returns when the CronJob controller starts c the next time after at, in
// the time zone of c. Nil: it is suspended, or its schedule cannot be known.
func NextRun(c *batchv1.CronJob, at time.Time) *snapshot.Time {
	s, err := schedule(c, at)
	if err != nil {
		return nil
	}
	return s.Next
}

// mostMissed bounds the count of missed runs: the controller calls more than
// 100 too many (mostRecentScheduleTime in k8s.io/kubernetes
// pkg/controller/cronjob/utils.go, 1.37).
const mostMissed = 1000

// schedule returns when c runs, as of a time. The error is what keeps the
// controller from starting any run: an unknown time zone, or a schedule that it
// cannot parse or that never comes due (syncCronJob in pkg/controller/cronjob/cronjob_controllerv2.go).
func schedule(c *batchv1.CronJob, at time.Time) (*Schedule, error) {
	s := &Schedule{Cron: c.Spec.Schedule, TimeZone: deref(c.Spec.TimeZone, ""), zone: time.UTC}
	s.LastRun = timeIn(c.Status.LastScheduleTime)
	s.LastSuccess = timeIn(c.Status.LastSuccessfulTime)
	if err := s.load(); err != nil {
		return s, err
	}
	times, err := s.parse()
	if err != nil {
		return s, err
	}
	next := times.Next(at.In(s.zone))
	if next.IsZero() { // as of the 30th of February (mostRecentScheduleTime in the same package)
		return s, fmt.Errorf("schedule %q never comes due", s.Cron)
	}
	if !s.fits(c, times) {
		return s, nil
	}
	s.count(c, times, at)
	if !deref(c.Spec.Suspend, false) {
		s.Next = snapshot.NewTime(next)
	}
	return s, nil
}

// timeIn returns a time of a status, nil if it is not set.
func timeIn(t *metav1.Time) *snapshot.Time {
	if t == nil {
		return nil
	}
	return timeOf(*t)
}

// load loads the time zone, if the CronJob has one.
func (s *Schedule) load() error {
	if s.TimeZone == "" {
		return nil
	}
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return fmt.Errorf("time zone %q is unknown", s.TimeZone)
	}
	s.zone = zone
	return nil
}

// parse returns the times of the schedule, which may name a time zone itself.
func (s *Schedule) parse() (times cron.Schedule, err error) {
	defer func() { // the parser panics on some input, which the controller survives too
		if recover() != nil {
			err = fmt.Errorf("schedule %q is not valid", s.Cron)
		}
	}()
	text := s.Cron
	if !strings.Contains(text, "TZ") {
		text = "TZ=" + s.zone.String() + " " + text
	}
	times, err = cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("schedule %q is not valid: %w", s.Cron, err)
	}
	return times, nil
}

// fits reports whether the last run was due by the schedule. If not, the
// schedule was edited since, or the controller manager runs in another time zone
// than UTC: nothing is known of the next run.
func (s *Schedule) fits(c *batchv1.CronJob, times cron.Schedule) bool {
	last := c.Status.LastScheduleTime
	if last == nil || s.TimeZone != "" || strings.HasPrefix(s.Cron, "@every") {
		return true
	}
	return times.Next(last.Add(-time.Second)).Equal(last.Time)
}

// count finds the runs that were due and did not start, and why.
func (s *Schedule) count(c *batchv1.CronJob, times cron.Schedule, at time.Time) {
	from := c.CreationTimestamp.Time
	if c.Status.LastScheduleTime != nil {
		from = c.Status.LastScheduleTime.Time
	}
	if from.IsZero() {
		return
	}
	if last := s.countMissed(times, from, at); s.Missed > 0 {
		s.explain(c, last, at)
	}
}

// explain finds why runs that were due did not start; last is when the last of them was due.
func (s *Schedule) explain(c *batchv1.CronJob, last, at time.Time) {
	deadline := c.Spec.StartingDeadlineSeconds
	switch {
	case deref(c.Spec.Suspend, false):
		s.MissedReason = "Suspended"
	case c.Spec.ConcurrencyPolicy == batchv1.ForbidConcurrent && len(c.Status.Active) > 0:
		s.MissedReason = "Forbid"
	case deadline != nil && at.After(last.Add(time.Duration(*deadline)*time.Second)):
		s.MissedReason = "StartingDeadline"
	case at.Sub(last) < turnSlack && s.Missed == 1: // the controller may be at it
		s.Missed = 0
		s.due = time.Time{}
	case c.Status.LastScheduleTime == nil: // it may have been suspended until now
		s.MissedReason = "NeverRan"
	default:
		s.MissedReason = "Overdue"
	}
}

// missedWords returns how many runs did not start and why, "" if none.
func (s *Schedule) missedWords() string {
	runs := wording.Count(s.Missed, "run")
	if s.Missed >= mostMissed {
		runs = fmt.Sprintf("more than %d runs", mostMissed)
	}
	if why := missedReasons[s.MissedReason]; why != "" {
		return runs + why
	}
	return ""
}

// missedReasons are the values of MissedReason in words, behind the number of runs.
var missedReasons = map[string]string{
	"Suspended":        " missed while suspended",
	"Forbid":           " not started: concurrencyPolicy Forbid, and the run before is still active",
	"StartingDeadline": " missed: not started within startingDeadlineSeconds",
	"NeverRan":         " due since it was created, and none started",
	"Overdue":          " overdue: the controller did not start them",
}

// countMissed counts the runs that were due between two times, and returns when the last of them was.
func (s *Schedule) countMissed(times cron.Schedule, from, to time.Time) time.Time {
	var last time.Time
	for due := times.Next(from.In(s.zone)); !due.IsZero() && !due.After(to) && s.Missed < mostMissed; due = times.Next(due) {
		if s.Missed == 0 {
			s.due = due
		}
		last = due
		s.Missed++
	}
	return last
}
