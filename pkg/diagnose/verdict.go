package diagnose

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// undetermined reports what is known if no rule decides, and what would decide.
func undetermined(f *caseFile) *Cause {
	cause := &Cause{Category: Undetermined, Confidence: Low, Culprit: f.self(), Summary: outline(f.c, f.end)}
	if f.end.known() {
		cause.Evidence = []Claim{f.end.claim()}
	}
	withoutReason(f, cause)
	for _, l := range f.peers.brokenSettings() {
		const advice = "whether it needs %s at its start, which its settings name: %s"
		cause.WouldSettle = append(cause.WouldSettle, fmt.Sprintf(advice, l.title(), l.tail(f.peers)))
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

// outline returns what happened to the container, without a reason: "it ended with exit code 1".
func outline(c pod.Container, end termination) string {
	switch {
	case end.faulted():
		return fmt.Sprintf("it crashed with %s (exit code %d)", pod.Signal(end.ExitCode), end.ExitCode)
	case end.known():
		return "it " + end.brief()
	case c.Status.RestartCount > 0:
		return "it restarted, but the API does not report how its last run ended"
	}
	return "it waits: " + c.State()
}

// moreWords is what settles a crash that the log does not explain.
const moreWords = "more logging of the program, or a shell in a copy of the pod (kubectl debug --copy-to)"

// withoutReason adds what the log has, or why there is none.
func withoutReason(f *caseFile, cause *Cause) {
	switch {
	case !f.read.known && (f.s.HasGap("pods/log", f.Namespace) || f.unread):
		cause.Summary += "; its log was not read"
		cause.WouldSettle = append(cause.WouldSettle, "the log of the last run")
	case !f.read.known:
		cause.noWords("there is no log of the run: it is empty, or was not kept", claim("logs", "no log line of the last run is there"))
	case f.read.Empty():
		cause.noWords("the log is empty", claim(f.read.source, "the log of the run is empty: no log line says why"))
	case f.read.line() == "":
		cause.noWords("its log reports no error", claim(f.read.source, "no line of the log says why: they only inform"))
	case f.end.faulted():
		cause.Summary += "; before that it logged: " + f.read.line()
		cause.addEvidence(f.read.claim())
	default:
		cause.Summary += ": " + f.read.line()
		cause.addEvidence(f.read.claim())
	}
}

// noWords adds that the log, though it was asked for, does not explain the exit.
func (c *Cause) noWords(summary string, evidence Claim) {
	c.Summary += "; " + summary
	c.addEvidence(evidence)
	c.WouldSettle = append(c.WouldSettle, moreWords)
}

// refuse states what looks like the cause and is not, for a reader who sees the same facts.
func (f *caseFile) refuse(cause *Cause) {
	if f.Pod == "" {
		return
	}
	f.history.refuseRollout(cause)
	if well := f.history.healthy; len(well) > 0 && cause.Category != ImageBug && f.Status == Thrashing {
		cause.addAgainst(claim("status of pod "+well[0].Name, "not the image or template alone: %s of the same revision run it well (%s)",
			wording.Count(len(well), "pod"), podList(well)))
	}
	if cause.Category != OutOfMemory {
		f.refuseNeighbours(cause)
	}
	if cause.Category == Probe && f.read.category() == Dependency {
		const text = "its log reports what may make the probe fail (%s), but the process ran on until the kubelet killed it"
		cause.addAgainst(claim(f.read.source, text, f.read.line()))
	}
}

// mostNeighbours is how many containers of the pod are named that were OOMKilled: of a thousand each would name all.
const mostNeighbours = 20

// refuseNeighbours states that other containers of the pod, and not this one, were killed for their
// memory: kubectl shows one status for the whole pod.
func (f *caseFile) refuseNeighbours(cause *Cause) {
	for i, name := range f.oomKilled(f.c.Pod) {
		switch {
		case name == f.Name:
		case i > mostNeighbours:
			cause.addAgainst(claim(f.statusSource(), "further containers beside it were OOMKilled; this one was not"))
			return
		default:
			cause.addAgainst(claim(f.statusSource(), "container %s beside it was OOMKilled; this one was not", name))
		}
	}
}

// oomKilled returns the containers of a pod that were killed for their memory.
func (q *inquiry) oomKilled(p *corev1.Pod) []string {
	names, known := q.killed[p]
	if !known {
		for c := range pod.Containers(p) {
			if last := c.Last(); last != nil && last.Reason == pod.ReasonOOMKilled {
				names = append(names, c.Spec.Name)
			}
		}
		q.killed[p] = names
	}
	return names
}

// refuseRollout states that the rollout is not the cause if another revision crashes too, or if it
// changed nothing but the restart annotation.
func (h history) refuseRollout(cause *Cause) {
	if len(h.crashed) > 0 && h.now != nil {
		cause.addAgainst(claim(h.source(), "not the rollout of %s: %s crashes, or crashed, as well (%s)",
			revision(h.now), revision(&h.crashed[0]), h.crashes))
		return
	}
	if cause.Category != ImageBug && h.good() && h.change.Verdict == rollout.RestartOnly {
		cause.addAgainst(claim(h.source(), "not a new template: %s differs from %s by the restart only", revision(h.now), revision(h.former)))
	}
}

// doubt lowers the confidence if the evidence has gaps, and leaves no list nil, because null is no
// list in JSON.
func (f *caseFile) doubt(cause *Cause) {
	if cause.Confidence == High && (f.read.other || lacksLog(f.read, f.end, cause.Category)) {
		cause.Confidence = Medium
	}
	if f.s.HasGap("events", f.Namespace) && cause.Category == ExternalKill {
		cause.Confidence = Low // an event could show who ended it
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

// lacksLog reports whether the log of a program that ran could contradict the verdict, and was not
// read.
func lacksLog(log reading, end termination, category Category) bool {
	changeable := category == ImageBug || category == AppConfig
	return changeable && end.known() && !log.known && end.Reason != pod.ReasonStartError
}
