package diagnose

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// The rules of this file judge runs that the kubelet or the node ended. They
// are no fault of the program: whatever it logged after it was asked to stop is
// a consequence.

// settling is how long after a container stopped the kubelet may still record
// why: it works on a pod again within its sync period of a minute.
const settling = time.Minute

// kubeletStopped judges containers that the kubelet stopped for another reason
// than a probe: because the node rebooted, because the sandbox of the pod was
// gone, or for a reason that no event shows.
func kubeletStopped(f *caseFile) *Cause {
	if !f.ranAndEnded() || f.end.finished().IsZero() {
		return nil
	}
	finished := f.end.finished()
	stopped := f.happened.stops.near(finished, f.stopTime(), 2*time.Second)
	sandbox := f.happened.sandbox.near(finished, f.stopTime(), settling)
	// An error code of its own comes from the program, unless the kubelet is seen
	// to stop it.
	if !stopped && (!sandbox || !f.toldToStop()) {
		return nil
	}
	cause := &Cause{Category: Node, Confidence: Medium, Culprit: f.node.culprit(), Evidence: f.stopEvidence(stopped, sandbox)}
	cause.addEvidence(f.end.claim())
	// The kubelet that starts after the boot writes the event, so it can follow by some minutes.
	rebooted := f.node.near(finished, 2*time.Minute, 15*time.Minute, "Rebooted")
	switch {
	case rebooted != nil:
		f.nodeRebooted(cause, rebooted)
	case sandbox:
		f.sandboxGone(cause)
	default:
		f.stoppedWithoutReason(cause)
	}
	return cause
}

// ranAndEnded reports whether the process ran and was not killed for its memory: only then can the
// kubelet have ended it.
func (f *caseFile) ranAndEnded() bool {
	return f.end.known() && !f.end.because(pod.ReasonOOMKilled) && !f.end.neverStarted()
}

// stopTime is how long before the exit the kubelet may have reported that it stops the container: the
// grace period, with some slack for the runtime.
func (f *caseFile) stopTime() time.Duration { return f.grace() + 5*time.Second }

// stoppedWithoutReason completes the cause if no event shows why the kubelet acted: then the node
// need not be at fault.
func (f *caseFile) stoppedWithoutReason(cause *Cause) {
	cause.Category = ExternalKill
	cause.Culprit = f.self()
	cause.Summary = "the kubelet stopped the container; no event shows why"
	cause.WouldSettle = []string{fmt.Sprintf("the log of the kubelet on node %s at %s", f.node.name, timeOfDay(f.end.finished()))}
}

// nodeRebooted blames the node by the event that its kubelet wrote after it booted.
func (f *caseFile) nodeRebooted(cause *Cause, e *corev1.Event) {
	cause.Confidence = High
	cause.Summary = fmt.Sprintf("node %s rebooted, and so stopped the container", f.node.name)
	cause.addEvidence(claim("event Rebooted of node "+f.node.name, "%s", quoted(e.Message)))
	cause.WouldSettle = []string{"why the node rebooted: its system log, or who maintains it"}
}

// sandboxGone judges a container that the kubelet stopped to make the sandbox
// of its pod anew. Once may be an accident of the node; again and again is a
// fault of it, such as a container runtime whose cgroup driver is not the kubelet's.
func (f *caseFile) sandboxGone(cause *Cause) {
	const (
		advice = "the logs of the kubelet and of the container runtime on node %s at %s; " +
			"that both use one cgroup driver (SystemdCgroup in containerd)"
		often = 3 // and for every second restart at least
	)
	n := f.happened.sandbox.count
	cause.Summary = fmt.Sprintf("the kubelet stopped it because the sandbox of the pod was gone or had changed%s: "+
		"the cause is on node %s, not in the container", ifTrue(n > 1, fmt.Sprintf(" (%d times)", n)), f.node.name)
	if n >= often && 2*n >= f.c.Status.RestartCount {
		cause.Confidence = High
	}
	if others := f.alsoStopped(); len(others) > 0 {
		cause.Confidence = High
		cause.addEvidence(claim("events", "the sandboxes of other pods on node %s changed too: %s", f.node.name, wording.List(others)))
	}
	cause.WouldSettle = []string{fmt.Sprintf(advice, f.node.name, timeOfDay(f.end.finished()))}
}

// stopEvidence quotes the events of the kubelet.
func (f *caseFile) stopEvidence(stopped, sandbox bool) []Claim {
	var out []Claim
	if stopped {
		out = append(out, f.happened.stops.claim("event Killing of pod "+f.Pod, f.s.At))
	}
	if sandbox {
		out = append(out, f.happened.sandbox.claim("event SandboxChanged of pod "+f.Pod, f.s.At))
	}
	return out
}

// alsoStopped returns other pods of the node whose sandboxes changed.
func (f *caseFile) alsoStopped() []string {
	var out []string
	for p := range f.s.PodObjects("") {
		if p.GetName() == f.Pod || !f.lostItsSandbox(p) {
			continue
		}
		if snapshot.PodOf(p).Spec.NodeName == f.node.name { // last: it unpacks a healthy pod
			out = append(out, p.GetNamespace()+"/"+p.GetName())
		}
	}
	return out
}

// lostItsSandbox reports whether the sandbox of a pod changed in the last hour.
func (f *caseFile) lostItsSandbox(p metav1.Object) bool {
	return slices.ContainsFunc(f.inquiry.events.Of("Pod", p), func(e *corev1.Event) bool {
		return e.Reason == "SandboxChanged" && f.s.At.Sub(pod.LastSeen(e)) < time.Hour
	})
}

// toldToStop reports whether the exit is one of a program that was asked to
// stop: killed by a signal, in order, or with the word of its log.
func (f *caseFile) toldToStop() bool {
	if f.end.signalled() || f.end.ExitCode == 0 {
		return true
	}
	_, said := f.read.stop()
	return said
}

// grace is how long the kubelet waits between SIGTERM and SIGKILL.
func (f *caseFile) grace() time.Duration {
	if g := f.c.Pod.Spec.TerminationGracePeriodSeconds; g != nil {
		return time.Duration(*g) * time.Second
	}
	return corev1.DefaultTerminationGracePeriodSeconds * time.Second
}

// timeOfDay writes a time of day, for log files that are searched by it.
func timeOfDay(t time.Time) string { return t.UTC().Format("15:04:05Z") }
