package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// item makes the item of a case.
func (q *inquiry) item(f *caseFile) Item {
	cause := *q.verdict(f) // a copy: other cases that depend on this one quote the summary without its pace
	cause.Summary += pace(f.Container, f.s)
	item := Item{
		Namespace: f.Namespace, Pod: f.Pod, Container: f.Name, ContainerType: f.Type, Status: f.Status, Cause: cause,
		Backoff: backoff.Schedule{Kind: backoff.KindNone, Basis: backoff.BasisNone}, Timeline: []backoff.Entry{}, NextSteps: f.nextSteps(&cause),
		Workload: workloadOf(f.Container, f.history), NextRun: nextRun(f.Container, f.s),
	}
	if f.Pod == "" { // a Job whose pods are gone
		item.State = "Failed"
		return item
	}
	f.describeContainer(&item)
	return item
}

// workloadOf names the workload with the revision that the pod is of, nil for a bare pod.
func workloadOf(u Container, h history) *Workload {
	if u.Root.Kind == "Pod" {
		return nil
	}
	w := &Workload{APIVersion: u.Root.APIVersion, Kind: u.Root.Kind, Name: u.Root.Name}
	if now := h.now; now != nil {
		w.Revision = now.Name
		if now.Number != nil {
			w.Revision = fmt.Sprint(*now.Number)
		}
	}
	return w
}

// nextRun returns when the CronJob of the container runs next, nil if it is not of one.
func nextRun(u Container, s *snapshot.Snapshot) *snapshot.Time {
	cron, found := snapshot.Find(s.CronJobs, u.Root.Namespace, u.Root.Name)
	if !found || u.Root.Kind != "CronJob" {
		return nil
	}
	return rollout.NextRun(cron, s.At)
}

// describeContainer fills in what is reported of the container and of its restarts.
func (f *caseFile) describeContainer(item *Item) {
	item.Node = f.node.name
	item.Image = f.c.Spec.Image
	item.ImageID = f.c.Status.ImageID
	item.State = f.c.State()
	item.Restarts = f.c.Status.RestartCount
	item.LastTermination = f.lastTermination()
	item.Backoff = f.state.Schedule
	item.Notes = f.state.Notes
	item.Lives = f.state.Lifetimes.Words()
	item.Timeline = f.timeline()
}

// pace returns how often a container that has recovered exited, so that one that
// exits every few minutes is not taken for well: "; 15 exits in 5h10m, about
// every 20m, the last 12m ago". Empty for any other container.
func pace(u Container, s *snapshot.Snapshot) string {
	last := u.container.Last()
	if u.Status != Recovered || last == nil || u.container.Pod.Status.StartTime == nil {
		return ""
	}
	ago := wording.Age(s.At.Sub(last.FinishedAt.Time))
	n := u.container.Status.RestartCount
	span := last.FinishedAt.Sub(u.container.Pod.Status.StartTime.Time)
	if n < 2 || span <= 0 { // no pace in one exit, nor in times that clocks contradict
		return fmt.Sprintf("; it exited once, %s ago", ago)
	}
	return fmt.Sprintf("; %d exits in %s, about every %s, the last %s ago", n, wording.Age(span), wording.Age(span/time.Duration(n)), ago)
}

// lastTermination is that of the back-off, without the signal if the exit code
// only looks like one.
func (f *caseFile) lastTermination() *backoff.Termination {
	t := f.state.LastTermination
	if t == nil || !f.end.own {
		return t
	}
	own := *t
	own.Signal = ""
	own.Meaning = "the program's own exit code, most likely: it ran too short to be killed from outside"
	return &own
}

// timeline adds to what happened to the container what was changed around it.
func (f *caseFile) timeline() []backoff.Entry {
	entries := append([]backoff.Entry{}, f.state.Timeline...)
	entries = append(entries, f.history.rolloutEntries()...)
	for _, o := range f.config.objects { // one that is used twice, as variables and as files, is listed once
		e, edited := f.config.editEntry(o)
		known := slices.ContainsFunc(entries, func(had backoff.Entry) bool { return had.Source == e.Source })
		if edited && !known {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b backoff.Entry) int { return begin(a).Compare(begin(b)) })
	return entries
}

// rolloutEntries returns the rollout of the pod's revision with what it changed, none if no former
// revision is known: there is no change to show then.
func (h history) rolloutEntries() []backoff.Entry {
	if h.now == nil || h.former == nil || h.at.IsZero() {
		return nil
	}
	return []backoff.Entry{{
		At: snapshot.NewTime(h.at), Event: backoff.EventRollout, Basis: backoff.Observed,
		Message: fmt.Sprintf("%s: %s", revision(h.now), wording.List(h.change.Words())), Label: revision(h.now), Source: h.source(),
	}}
}

// editEntry returns when an object was last edited, if that is known.
func (c configuration) editEntry(o object) (backoff.Entry, bool) {
	at, by, edited := c.edited(o)
	return backoff.Entry{
		At: snapshot.NewTime(at), Event: backoff.EventConfigChanged, Basis: backoff.Observed,
		Message: fmt.Sprintf("%s %s edited by %s", o.kind, o.name, by), Source: o.kind + " " + o.name,
	}, edited
}

// begin returns when an entry happened at the earliest.
func begin(e backoff.Entry) time.Time {
	for _, t := range []*snapshot.Time{e.At, e.From, e.To} {
		if t != nil {
			return t.Time
		}
	}
	return time.Time{}
}
