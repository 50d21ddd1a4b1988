package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// refusals are the reasons of pods that their kubelet did not admit or keep
// (k8s.io/kubernetes pkg/kubelet/lifecycle/predicate.go,
// pkg/kubelet/cm/topologymanager and pkg/util/node, 1.37).
var refusals = []string{
	"NodeLost", "UnexpectedAdmissionError", "NodeAffinity", "NodePorts", "TopologyAffinityError",
	"OutOfmemory", "OutOfcpu", "OutOfephemeral-storage", "OutOfpods",
}

// lostNode judges what the node or the control plane did to the pod: evictions,
// refusals, disruptions, and runs that the runtime lost.
func lostNode(f *caseFile) *Cause {
	if f.Pod == "" {
		return nil
	}
	reason := f.c.Pod.Status.Reason
	if reason == "Evicted" {
		return eviction(f)
	}
	if slices.Contains(refusals, reason) {
		return notAdmitted(f.Container, f.node, reason, f.c.Pod.Status.Message)
	}
	if cause := disruption(f); cause != nil {
		return cause
	}
	return lostRun(f)
}

// notAdmitted judges a pod that its kubelet refused. Its message is all the evidence.
func notAdmitted(u Container, node nodeFacts, reason, message string) *Cause {
	return &Cause{
		Category: Node, Confidence: High, Culprit: node.culprit(),
		Summary:  fmt.Sprintf("node %s did not keep the pod: %s", node.name, quoted(cmp.Or(message, reason))),
		Evidence: []Claim{claim(u.statusSource(), "reason %s: %s", reason, quoted(message))},
	}
}

// disruptions are the reasons of the condition DisruptionTarget (k8s.io/api
// core/v1 and the controllers that set it, 1.37) with what each means.
var disruptions = map[string]struct {
	category Category
	means    string
}{
	"PreemptionByScheduler":  {ExternalKill, "the scheduler preempted the pod to make room for one of higher priority"},
	"DeletionByTaintManager": {Node, "a taint of its node evicted the pod"},
	"EvictionByEvictionAPI":  {ExternalKill, "the pod was evicted through the API, as kubectl drain and autoscalers do"},
	"DeletionByPodGC":        {Node, "the pod was removed because its node no longer exists"},
	"TerminationByKubelet":   {Node, "its kubelet terminated the pod: preemption, shutdown or pressure of the node"},
}

// disruption judges a failed pod that the control plane marked as disrupted.
func disruption(f *caseFile) *Cause {
	c := disrupted(f.c.Pod)
	if c == nil {
		return nil
	}
	why, known := disruptions[c.Reason]
	if !known {
		return nil
	}
	cause := &Cause{
		Category: why.category, Confidence: High, Culprit: f.self(), Summary: why.means + ifTrue(c.Message != "", ": "+quoted(c.Message)),
		Evidence: []Claim{claim(f.statusSource(), "condition DisruptionTarget, %s: %s", c.Reason, quoted(c.Message))},
	}
	if why.category == Node {
		cause.Culprit = f.node.culprit()
		cause.addEvidence(f.node.trouble()...)
	}
	if f.end.known() {
		cause.addEvidence(f.end.claim())
	}
	return cause
}

// disrupted returns the condition by which the control plane announced the end of a failed pod, nil
// if there is none. On a pod that still runs it may come to nothing.
func disrupted(p *corev1.Pod) *corev1.PodCondition {
	c := pod.Condition(p, corev1.DisruptionTarget)
	if c == nil || c.Status != corev1.ConditionTrue || p.Status.Phase != corev1.PodFailed {
		return nil
	}
	return c
}

// lostRun judges a run that the runtime or the kubelet lost. Trouble of the node, or other pods
// that it lost as well, make it sure.
func lostRun(f *caseFile) *Cause {
	if !lost(f.end) {
		return nil
	}
	const summary = "the runtime of node %s lost the container, as in a reboot of the node or a restart of its runtime"
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: f.node.culprit(), Evidence: []Claim{f.end.claim()},
		Summary:     fmt.Sprintf(summary, f.node.name),
		WouldSettle: []string{"the boot time of the node and the logs of its runtime"},
	}
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.Confidence = High
		cause.addEvidence(trouble...)
	}
	if others := f.onNode(f.node.name).lost.but(f.Pod); others != "" {
		cause.Confidence = High
		cause.addEvidence(claim("pods of the node", "other pods of the node were lost too: %s", others))
	}
	return cause
}

// lost reports whether the kubelet or the runtime lost a run: the exit code is made up then.
// Containerd reports 255 for a container whose end it did not see.
func lost(t termination) bool {
	return t.because(pod.ReasonLost) || (t.because(pod.ReasonUnknown) && t.ExitCode == 255)
}

// ownLimit is the message of a kubelet that evicts a pod for a limit of its own
// (k8s.io/kubernetes pkg/kubelet/eviction/helpers.go, 1.37).
var ownLimit = lazyregexp.New(`^(?:Usage of EmptyDir volume "[^"]+" exceeds the limit` +
	`|Container \S+ exceeded its local ephemeral storage limit` +
	`|Pod ephemeral local storage usage exceeds the total limit of containers)`)

// eviction judges a pod that its kubelet evicted: for the node, which was short
// of something, or for a limit of local storage that the pod itself sets.
func eviction(f *caseFile) *Cause {
	message := f.c.Pod.Status.Message
	evidence := []Claim{claim(f.statusSource(), "reason Evicted: %s", quoted(message))}
	if ownLimit.MatchString(message) {
		return &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: f.self(), Evidence: evidence, Against: f.node.trouble(),
			Summary:     "the pod stored more than its own limit allows, and was evicted: " + quoted(message),
			WouldSettle: []string{"what it stores there: files that it should not keep, or more than the limit was made for"},
		}
	}
	return &Cause{
		Category: Node, Confidence: High, Culprit: f.node.culprit(), Evidence: append(evidence, f.node.trouble()...),
		Summary: fmt.Sprintf("node %s evicted the pod: %s", f.node.name, quoted(message)),
	}
}
