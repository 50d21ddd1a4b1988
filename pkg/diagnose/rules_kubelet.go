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
	if !f.end.ranAndEnded() || f.end.finished().IsZero() {
		return nil
	}
	finished := f.end.finished()
	stopped := f.happened.stops.near(finished, stopTime(f.c), 2*time.Second)
	sandbox := f.happened.sandbox.near(finished, stopTime(f.c), settling)
	// An error code of its own comes from the program, unless the kubelet is seen
	// to stop it.
	if !stopped && (!sandbox || !toldToStop(f.read, f.end)) {
		return nil
	}
	cause := &Cause{Category: Node, Confidence: Medium, Culprit: f.node.culprit(), Evidence: stopEvidence(f, stopped, sandbox)}
	cause.addEvidence(f.end.claim())
	// The kubelet that starts after the boot writes the event, so it can follow by some minutes.
	rebooted := f.node.near(finished, 2*time.Minute, 15*time.Minute, "Rebooted")
	switch {
	case rebooted != nil:
		f.node.nodeRebooted(cause, rebooted)
	case sandbox:
		sandboxGone(f, cause)
	default:
		stoppedWithoutReason(f.Container, f.end, f.node, cause)
	}
	return cause
}

// ranAndEnded reports whether the process ran and was not killed for its memory: only then can the
// kubelet have ended it.
func (t termination) ranAndEnded() bool {
	return t.known() && !t.because(pod.ReasonOOMKilled) && !t.neverStarted()
}

// stopTime is how long before the exit the kubelet may have reported that it stops the container: the
// grace period, with some slack for the runtime.
func stopTime(c pod.Container) time.Duration { return grace(c) + 5*time.Second }

// stoppedWithoutReason completes the cause if no event shows why the kubelet acted: then the node
// need not be at fault.
func stoppedWithoutReason(of Container, end termination, node nodeFacts, cause *Cause) {
	cause.Category = ExternalKill
	cause.Culprit = of.self()
	cause.Summary = "the kubelet stopped the container; no event shows why"
	cause.WouldSettle = []string{fmt.Sprintf("the log of the kubelet on node %s at %s", node.name, timeOfDay(end.finished()))}
}

// nodeRebooted blames the node by the event that its kubelet wrote after it booted.
func (n nodeFacts) nodeRebooted(cause *Cause, e *corev1.Event) {
	cause.Confidence = High
	cause.Summary = fmt.Sprintf("node %s rebooted, and so stopped the container", n.name)
	cause.addEvidence(claim("event Rebooted of node "+n.name, "%s", quoted(e.Message)))
	cause.WouldSettle = []string{"why the node rebooted: its system log, or who maintains it"}
}

// sandboxGone judges a container that the kubelet stopped to make the sandbox
// of its pod anew. Once may be an accident of the node; again and again is a
// fault of it, such as a container runtime whose cgroup driver is not the kubelet's.
func sandboxGone(f *caseFile, cause *Cause) {
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
	if others := alsoStopped(f); len(others) > 0 {
		cause.Confidence = High
		cause.addEvidence(claim("events", "the sandboxes of other pods on node %s changed too: %s", f.node.name, wording.List(others)))
	}
	cause.WouldSettle = []string{fmt.Sprintf(advice, f.node.name, timeOfDay(f.end.finished()))}
}

// stopEvidence quotes the events of the kubelet.
func stopEvidence(f *caseFile, stopped, sandbox bool) []Claim {
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
func alsoStopped(f *caseFile) []string {
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
func (q *inquiry) lostItsSandbox(p metav1.Object) bool {
	return slices.ContainsFunc(q.events.Of("Pod", p), func(e *corev1.Event) bool {
		return e.Reason == "SandboxChanged" && q.s.At.Sub(pod.LastSeen(e)) < time.Hour
	})
}

// toldToStop reports whether the exit is one of a program that was asked to
// stop: killed by a signal, in order, or with the word of its log.
func toldToStop(log reading, end termination) bool {
	if end.signalled() || end.ExitCode == 0 {
		return true
	}
	_, said := log.stop()
	return said
}

// grace is how long the kubelet waits between SIGTERM and SIGKILL.
func grace(c pod.Container) time.Duration {
	if g := c.Pod.Spec.TerminationGracePeriodSeconds; g != nil {
		return time.Duration(*g) * time.Second
	}
	return corev1.DefaultTerminationGracePeriodSeconds * time.Second
}

// timeOfDay writes a time of day, for log files that are searched by it.
func timeOfDay(t time.Time) string { return t.UTC().Format("15:04:05Z") }
