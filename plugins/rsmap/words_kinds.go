package rsmap

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// schedule returns when a CronJob runs, ran, and ran well, nothing for other kinds.
func (t text) schedule(w *rollout.Workload) []fact {
	s := w.Schedule
	if s == nil {
		return nil
	}
	return []fact{{name: "schedule", words: t.nextRun(s)}, {name: "last run", words: t.lastRun(s)}}
}

// nextRun returns the schedule with its time zone, and when it is due next:
// "0 3 * * * (Europe/Prague), next run in 5h at 2026-01-31 03:00 CET".
func (t text) nextRun(s *rollout.Schedule) string {
	zone := s.TimeZone
	if zone == "" { // the controller manager's own, which the API does not report
		zone = "time zone of the controller, UTC assumed"
	}
	words := s.Cron + " (" + zone + ")"
	if s.Next != nil {
		words += ", next run in " + wording.Age(s.Next.Sub(t.at)) + " at " + s.Next.Format("2006-01-02 15:04 MST")
	}
	return words
}

// lastRun returns when a run was last due, and when one last ended well: a schedule whose runs
// have failed for days shows by the distance between them.
func (t text) lastRun(s *rollout.Schedule) string {
	var last []string
	if s.LastRun != nil {
		last = append(last, "due "+wording.Age(t.at.Sub(s.LastRun.Time))+" ago")
	}
	if s.LastSuccess != nil { // absent until a run first ends well
		last = append(last, "last success "+wording.Age(t.at.Sub(s.LastSuccess.Time))+" ago")
	}
	return strings.Join(last, "; ")
}

// argo returns the steps, weights, runs and commands of an Argo Rollout. Each command stands under its
// verb, as "promote" or "abort": unlike for a Deployment, there is more than one way on.
func (t text) argo(w *rollout.Workload) []fact {
	a := w.Argo
	if a == nil {
		return nil
	}
	facts := []fact{{name: "step", words: stepWords(a)}}
	for _, r := range a.Runs {
		facts = append(facts, fact{name: "analysis", words: runWords(r)})
	}
	for _, c := range a.Commands {
		facts = append(facts, fact{name: c.Verb, words: t.style.Accent(c.Command), whole: true})
	}
	return facts
}

// runWords returns how an analysis ended or continues:
// "AnalysisRun web-7d4b9c-2: Failed, metric success-rate assessed Failed".
func runWords(r rollout.ArgoRun) string {
	words := r.Kind + " " + r.Name // a new one has neither a phase nor a message
	if r.Phase != "" {
		words += ": " + r.Phase
	}
	if r.Message != "" {
		words += ", " + r.Message
	}
	return words
}

// stepWords returns how far a canary is: "2 of 6 done, now pause; weight 40 set, 38 actual".
// Without a traffic router the weight is a ratio of pods, which rounding keeps off the one set.
func stepWords(a *rollout.Argo) string {
	if a.Steps == nil || a.StepsDone == nil { // blue-green has no steps, and a new Rollout no status
		return ""
	}
	words := fmt.Sprintf("%d of %d done", *a.StepsDone, *a.Steps)
	if a.Step != "" {
		words += ", now " + a.Step
	}
	if a.SetWeight != nil {
		words += fmt.Sprintf("; weight %d set", *a.SetWeight)
	}
	if a.ActualWeight != nil {
		words += fmt.Sprintf(", %d actual", *a.ActualWeight)
	} else {
		words += ", actual unknown"
	}
	return words
}
