package diagnose

import (
	"fmt"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// undetermined reports what is known if no rule decides.
func undetermined(f *caseFile) *Cause {
	cause := &Cause{Category: Undetermined, Confidence: Low, Culprit: f.self()}
	switch {
	case f.end.faulted():
		cause.Summary = fmt.Sprintf("it crashed with %s (exit code %d)", pod.Signal(f.end.ExitCode), f.end.ExitCode)
		cause.Evidence = []Claim{f.end.claim()}
	case f.end.known():
		cause.Summary = "it " + f.end.brief()
		cause.Evidence = []Claim{f.end.claim()}
	case f.c.Status.RestartCount > 0:
		cause.Summary = "it restarted, but the API does not report how its last run ended"
	default:
		cause.Summary = "it waits: " + f.c.State()
	}
	f.withoutReason(cause)
	for _, l := range f.brokenSettings() {
		cause.WouldSettle = append(
			cause.WouldSettle,
			fmt.Sprintf("whether it needs %s at its start, which its settings name: %s", l.title(), l.tail(f)),
		)
	}
	h := f.history
	if h.now != nil && h.former == nil && len(h.crashed) == 0 {
		cause.addEvidence(claim(h.source(), "only one revision is known: whether another image or other settings run well cannot be compared"))
	}
	if len(cause.WouldSettle) == 0 {
		cause.WouldSettle = append(cause.WouldSettle, moreWords)
	}
	return cause
}

// moreWords is what settles a crash that the log does not explain.
const moreWords = "more logging of the program, or a shell in a copy of the pod (kubectl debug --copy-to)"

// withoutReason adds what the log has, or why there is none.
func (f *caseFile) withoutReason(cause *Cause) {
	switch {
	case !f.read.known && (f.s.HasGap("pods/log", f.Namespace) || f.unread):
		cause.Summary += "; its log was not read"
		cause.WouldSettle = append(cause.WouldSettle, "the log of the last run")
	case !f.read.known:
		cause.Summary += "; there is no log of the run: it is empty, or was not kept"
		cause.addEvidence(claim("logs", "no log line of the last run is there"))
		cause.WouldSettle = append(cause.WouldSettle, moreWords)
	case f.read.Empty():
		cause.Summary += "; the log is empty"
		cause.addEvidence(claim(f.read.source, "the log of the run is empty: no log line says why"))
		cause.WouldSettle = append(cause.WouldSettle, moreWords)
	case f.read.line() == "":
		cause.Summary += "; its log reports no error"
		cause.addEvidence(claim(f.read.source, "no line of the log says why: they only inform"))
		cause.WouldSettle = append(cause.WouldSettle, moreWords)
	case f.end.faulted():
		cause.Summary += "; before that it logged: " + f.read.line()
		cause.addEvidence(f.read.claim())
	default:
		cause.Summary += ": " + f.read.line()
		cause.addEvidence(f.read.claim())
	}
}

// refuse states what looks like the cause and is not.
func (f *caseFile) refuse(cause *Cause) {
	if f.Pod == "" {
		return
	}
	f.refuseRollout(cause)
	if well := f.history.healthy; len(well) > 0 && cause.Category != ImageBug && f.Status == Thrashing {
		cause.addAgainst(claim("status of pod "+well[0].Name, "not the image or template alone: %s of the same revision run it well (%s)",
			wording.Count(len(well), "pod"), wording.List(podNames(well))))
	}
	for c := range pod.Containers(f.c.Pod) {
		if last := c.Last(); c.Spec.Name != f.Name && last != nil && last.Reason == pod.ReasonOOMKilled && cause.Category != OutOfMemory {
			cause.addAgainst(claim(f.statusSource(), "container %s beside it was OOMKilled; this one was not", c.Spec.Name))
		}
	}
	if cause.Category == Probe && f.read.category() == Dependency {
		cause.addAgainst(claim(
			f.read.source, "its log reports what may make the probe fail (%s), but the process ran on until the kubelet killed it", f.read.line(),
		))
	}
}

// refuseRollout states that the rollout is not the cause if another revision crashes too, or if it
// changed nothing but the restart annotation.
func (f *caseFile) refuseRollout(cause *Cause) {
	h := f.history
	if len(h.crashed) > 0 && h.now != nil {
		cause.addAgainst(claim(h.source(), "not the rollout of %s: %s crashes, or crashed, as well (%s)",
			revision(h.now), revision(&h.crashed[0]), h.crashes))
		return
	}
	if cause.Category != ImageBug && h.good() && h.change.Verdict == rollout.RestartOnly {
		cause.addAgainst(claim(h.source(), "not a new template: %s differs from %s by the restart only", revision(h.now), revision(h.former)))
	}
}

// doubt lowers the confidence if the evidence has gaps, and leaves no list nil.
func (f *caseFile) doubt(cause *Cause) {
	changeable := cause.Category == ImageBug || cause.Category == AppConfig
	if changeable && cause.Confidence == High && f.end.known() && !f.read.known && f.end.Reason != pod.ReasonStartError {
		cause.Confidence = Medium
	}
	if f.s.HasGap("events", f.Namespace) && cause.Category == ExternalKill {
		cause.Confidence = Low
	}
	if f.read.other && cause.Confidence == High {
		cause.Confidence = Medium
	}
	if cause.Evidence == nil {
		cause.Evidence = []Claim{}
	}
	if cause.Against == nil {
		cause.Against = []Claim{}
	}
	if cause.WouldSettle == nil {
		cause.WouldSettle = []string{}
	}
}
