package diagnose

import (
	"fmt"
	"time"

	"github.com/thrashkit/thrashkit/pkg/wording"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// probeKill judges containers that the kubelet kills for a failing probe: by its
// event, or if that is missing by the failures and the times.
func probeKill(f *caseFile) *Cause {
	if !f.end.ranAndEnded() {
		return nil
	}
	which := "liveness"
	if f.happened.kills["startup"].last.After(f.happened.kills["liveness"].last) {
		which = "startup"
	}
	if kills := f.happened.kills[which]; kills.count > 0 && killedWith(f.c, f.end, f.state, kills) {
		return killedBy(f, which, kills)
	}
	return likelyProbe(f)
}

// killedWith reports whether the kill that the events report can have ended the
// last run. A program that crashed by itself has an error code of its own.
func killedWith(c pod.Container, end termination, state backoff.State, kills occurrences) bool {
	if end.signalled() || end.ExitCode == 0 || state.ProbeKilled {
		return true
	}
	finished := end.finished()
	return kills.near(finished, stopTime(c), 2*time.Second)
}

// killedBy is the cause if an event names the probe.
func killedBy(f *caseFile, which string, kills occurrences) *Cause {
	spec, _ := probeOf(f.c.Spec, which)
	failures := f.happened.unhealthy[which]
	p := newFailedProbe(f.Container, f.read, spec, failures.message)
	cause := &Cause{
		Category: Probe, Confidence: High, Culprit: f.self(),
		Summary:     "its process runs, and the kubelet kills it because " + p.fails(),
		Evidence:    []Claim{kills.claim("event Killing of pod "+f.Pod, f.s.At)},
		WouldSettle: []string{p.toConfirm()},
	}
	if failures.count > 0 {
		cause.addEvidence(claim("event Unhealthy of pod "+f.Pod, "%s", quoted(failures.message)))
	}
	cause.addEvidence(f.end.claim())
	cause.addEvidence(probeClaims(f.read, f.end, p)...)
	f.doubtFewKills(cause, kills.count)
	return f.history.blame(cause)
}

// doubtFewKills lowers the confidence if the events account for a small part of the restarts only:
// others may have another cause.
func (u Container) doubtFewKills(cause *Cause, kills int32) {
	restarts := u.container.Status.RestartCount
	if restarts <= 3*kills+3 {
		return
	}
	const text = "only %d of %s are reported to be of the probe; events are limited in number, and expire"
	cause.Confidence = Medium
	cause.addAgainst(claim("events of pod "+u.Pod, text, kills, wording.Count(int(restarts), "restart")))
}

// likelyProbe judges containers that a probe may have killed without an event
// that reports it. The kubelet drops events of an object that has many
// (client-go tools/record: 25, then one in five minutes), and files may lack
// them.
func likelyProbe(f *caseFile) *Cause {
	if !toldToStop(f.read, f.end) {
		return nil
	}
	for _, which := range []string{"startup", "liveness"} {
		p, ok := probeOf(f.c.Spec, which)
		if !ok {
			continue
		}
		if cause := failedOften(f, p); cause != nil {
			return cause
		}
		if f.s.HasGap("events", f.Namespace) {
			if cause := ranOut(f.Container, f.read, f.end, p); cause != nil {
				return cause
			}
		}
	}
	return nil
}

// failedOften judges by the failures of a probe: as many as its threshold, the
// last of them in the run that ended.
func failedOften(f *caseFile, spec probe) *Cause {
	failures := f.happened.unhealthy[spec.which]
	if failures.count < spec.failures || !f.end.inLastRun(failures.last) {
		return nil
	}
	p := newFailedProbe(f.Container, f.read, spec, failures.message)
	cause := &Cause{
		Category: Probe, Confidence: Low, Culprit: f.self(),
		Summary:     "most likely the kubelet kills it because " + p.fails(),
		WouldSettle: []string{p.toConfirm()},
		Against: []Claim{
			claim("events of pod "+f.Pod, "no event Killing names the probe; the kubelet leaves out events of an object that has many"),
		},
	}
	source := "event Unhealthy of pod " + f.Pod
	cause.addEvidence(failures.claim(source, f.s.At))
	before := f.end.finished().Sub(failures.last)
	if before <= stopTime(f.c) {
		cause.Confidence = Medium
		cause.addEvidence(claim(source, "the last failure was %s before the exit; terminationGracePeriodSeconds is %d",
			wording.Lasted(before), int(grace(f.c).Seconds())))
	}
	cause.addEvidence(f.end.claim())
	cause.addEvidence(probeClaims(f.read, f.end, p)...)
	return f.history.blame(cause)
}

// inLastRun reports whether an event can be of the run that ended: its time comes from the kubelet,
// and that of the exit from the runtime, so they can differ a little.
func (t termination) inLastRun(at time.Time) bool {
	started := t.started()
	return !started.IsZero() && !at.Before(started) && !at.After(t.finished().Add(2*time.Second))
}

// ranOut judges by the length of the run alone, if the events were not read: it
// lasted as long as one that never passes the probe.
func ranOut(u Container, log reading, end termination, spec probe) *Cause {
	if !lastedAs(end, u.container, spec) {
		return nil
	}
	p := newFailedProbe(u, log, spec, "")
	const (
		never = "most likely the kubelet kills it because its %s probe (%s) never succeeds: it ran as long as that allows"
		// A program whose work is done exits with 0 as well.
		either = "it exited with code 0: either its %s probe (%s) never succeeds and it exits in order on SIGTERM, " +
			"for it ran as long as that allows, or its work is done"
	)
	cause := &Cause{
		Category: Probe, Confidence: Low, Culprit: u.self(), Summary: fmt.Sprintf(never, p.which, p.describe()),
		Evidence:    append(probeClaims(log, end, p), end.claim()),
		WouldSettle: []string{"the events of the pod, which were not read: Unhealthy and Killing name the probe", p.toConfirm()},
	}
	if p.which == "startup" { // no other probe runs before it has passed
		cause.Confidence = Medium
	}
	if _, said := log.stop(); end.ExitCode == 0 && !said {
		cause.Category = Undetermined
		cause.Confidence = Low
		cause.Summary = fmt.Sprintf(either, p.which, p.describe())
	}
	return cause
}

// lastedAs reports whether the last run lasted as long as the kubelet allows one that never passes
// the probe, with some slack for the runtime.
func lastedAs(end termination, c pod.Container, p probe) bool {
	ran, known := end.ran()
	least, most := p.budget()
	if end.ExitCode == 137 { // it ignored SIGTERM for the whole grace period
		least += grace(c)
		most += grace(c)
	}
	return known && ran >= least-2*time.Second && ran <= most+10*time.Second
}

// probeClaims does the arithmetic of a probe, compares it with the run, and quotes what the log
// reports: the port that the program serves if the probe asks another one, and the request of the
// probe that it does not like.
func probeClaims(log reading, end termination, p failedProbe) []Claim {
	if p.spec == nil {
		return nil
	}
	text := p.budgetText()
	if ran, known := end.ran(); known {
		text += "; the last run lasted " + wording.Lasted(ran)
	}
	out := []Claim{claim("pod template", "%s", text)}
	switch {
	case p.serves != 0:
		return append(out, claim(log.source, "the program listens on %d, the probe asks port %d: %s", p.serves, p.port(), p.line))
	case p.line != "":
		return append(out, claim(log.source, "%s", p.line))
	}
	return out
}

// stoppedInOrder judges programs that exited in order because they were asked to,
// if nothing shows who did.
func stoppedInOrder(f *caseFile) *Cause {
	line, _ := f.read.stop()
	cause := &Cause{
		Category: ExternalKill, Confidence: Low, Culprit: f.self(),
		Summary:     "it received SIGTERM and exited cleanly; the sender is unknown",
		Evidence:    []Claim{f.end.claim(), claim(f.read.source, "%s", line)},
		WouldSettle: []string{"the events of the pod at the time of the exit (they expire after an hour)"},
	}
	for _, which := range []string{"startup", "liveness"} {
		if p, ok := probeOf(f.c.Spec, which); ok && f.s.HasGap("events", f.Namespace) {
			cause.WouldSettle = append(cause.WouldSettle, fmt.Sprintf("whether its %s probe (%s) failed: %s", which, p.describe(), p.budgetText()))
		}
	}
	return cause
}
