package rollout

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// unscheduled returns why a pod has no node.
func (x examiner) unscheduled(p *corev1.Pod) *trouble {
	c := pod.Condition(p, corev1.PodScheduled)
	switch {
	case p.Spec.NodeName != "" || p.Status.Phase != corev1.PodPending:
		return nil
	case c == nil:
		return x.noScheduler(p)
	case c.Status != corev1.ConditionFalse:
		return nil
	case c.Reason == corev1.PodReasonSchedulingGated:
		return x.lasting(c.Reason, "held by scheduling gates"+gates(p), c.Message, c.LastTransitionTime.Time)
	}
	if t := x.noResourceClaim(p); t != nil {
		return t
	}
	t := x.lasting(c.Reason, schedulerWords(p, c.Message), c.Message, c.LastTransitionTime.Time)
	if claim := x.claim(p); claim != nil && strings.Contains(strings.ToLower(c.Message), "persistentvolumeclaim") {
		t.words = claim.words
		t.root = claim
		return t
	}
	if e := x.scaling(p); e != nil {
		t.words += "; " + scalingWords[e.Reason]
		t.hard = t.hard && e.Reason == notScaling
	}
	return t
}

// notScaling is the event of the cluster autoscaler about a pod for which it adds no node.
const notScaling = "NotTriggerScaleUp"

// scalingWords are the events of autoscalers about a pod that has no node: of the cluster
// autoscaler (github.com/kubernetes/autoscaler cluster-autoscaler/processors/status
// eventing_scale_up_processor.go) and of Karpenter (sigs.k8s.io/karpenter
// pkg/controllers/provisioning/scheduling/events.go NominatePodEvent).
var scalingWords = map[string]string{
	"TriggeredScaleUp": "the cluster autoscaler adds a node",
	"Nominated":        "Karpenter has a node for it",
	notScaling:         "the cluster autoscaler adds no node for it",
}

// provisioning is how long the cluster autoscaler waits for a node (its flag
// --max-node-provision-time).
const provisioning = 15 * time.Minute

// scaling returns what an autoscaler reported last about a pod that has no node, nil if it did not.
func (x examiner) scaling(p *corev1.Pod) *corev1.Event {
	for _, e := range x.events.Of("Pod", p) { // newest first
		if scalingWords[e.Reason] != "" {
			if x.at.Sub(pod.LastSeen(e)) > provisioning {
				return nil
			}
			return e
		}
	}
	return nil
}

// gates returns the names of the scheduling gates, which another controller has to remove.
func gates(p *corev1.Pod) string {
	var names []string
	for _, g := range p.Spec.SchedulingGates {
		names = append(names, g.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return " " + strings.Join(names, ", ")
}

// noScheduler returns the trouble of a pod that no scheduler has tried to
// schedule: a scheduler records its result as the condition PodScheduled.
func (x examiner) noScheduler(p *corev1.Pod) *trouble {
	if t := x.noResourceClaim(p); t != nil {
		return t
	}
	since := p.CreationTimestamp.Time
	if since.IsZero() || x.at.Sub(since) < patience {
		return nil
	}
	name := cmp.Or(p.Spec.SchedulerName, corev1.DefaultSchedulerName)
	words := fmt.Sprintf("not seen by a scheduler for %s (schedulerName %s)", wording.Age(x.at.Sub(since)), name)
	t := x.lasting("NoScheduler", words, words, since)
	t.timed = true
	return t
}

// nodesAvailable is how the scheduler begins to report that no node fits
// (k8s.io/kubernetes pkg/scheduler/framework/types.go NoNodeAvailableMsg, 1.37).
var nodesAvailable = regexp.MustCompile(`^0/(\d+) nodes are available:? ?`)

// otherNodes is how the scheduler reports the nodes that a pod is not meant for, with their number
// (findNodesThatFitPod in k8s.io/kubernetes pkg/scheduler/schedule_one.go, and plugins/nodeaffinity, 1.37).
var otherNodes = regexp.MustCompile(`(^|, )\d+ node\(s\) didn't (satisfy plugin\(s\) \[NodeAffinity\]|match Pod's node affinity/selector)`)

// numberOfNodes is the count of nodes before a reason, which says nothing of a single node.
var numberOfNodes = regexp.MustCompile(`^1 `)

// schedulerWords returns why no node fits, with the counts by reason. What the
// scheduler found about preemption is left out. Of a pod of a DaemonSet, which is meant for
// one node, only that one matters.
func schedulerWords(p *corev1.Pod, message string) string {
	line := brief(message)
	m := nodesAvailable.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	reasons, _, _ := strings.Cut(line[len(m[0]):], " preemption: ")
	reasons = strings.TrimRight(reasons, ". ")
	reasons = strings.Replace(reasons, "not found. not found", "not found", 1) // as 1.37 writes it of a claim
	if node := meantFor(p); node != "" {
		if own := strings.TrimPrefix(otherNodes.ReplaceAllString(reasons, ""), ", "); own != "" {
			return "node " + node + " does not fit: " + numberOfNodes.ReplaceAllString(own, "")
		}
	}
	if reasons == "" {
		return "no node fits (0 of " + m[1] + ")"
	}
	return "no node fits (0 of " + m[1] + "): " + reasons
}

// nodeNotReady is the reason of a pod on a node that is not ready, as the node lifecycle controller has
// it in its events.
const nodeNotReady = "NodeNotReady"

// lostNode returns the trouble of a pod whose node is not ready, so that its
// state is not known.
func (x examiner) lostNode(p *corev1.Pod) *trouble {
	if pod.Is(p, corev1.PodReady) {
		return nil
	}
	if t := x.downNode(p); t != nil || p.Status.Reason != nodeLost {
		return t
	}
	since := p.CreationTimestamp.Time
	if c := pod.Condition(p, corev1.PodReady); c != nil {
		since = c.LastTransitionTime.Time
	}
	return x.lasting(nodeLost, brief(p.Status.Message), p.Status.Message, since)
}

// nodeLost is the reason of a pod whose node does not answer (k8s.io/kubernetes
// pkg/util/node NodeUnreachablePodReason, 1.37).
const nodeLost = "NodeLost"

// downNode returns the trouble of a pod whose node is not ready. The node becomes the blocker: its
// kubelet does not report, so that nothing newer is known of the pod.
func (x examiner) downNode(p *corev1.Pod) *trouble {
	n := x.nodes[p.Spec.NodeName]
	if n == nil {
		return nil
	}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady && c.Status != corev1.ConditionTrue {
			return x.nodeTrouble(n.Name, c)
		}
	}
	return nil
}

// nodeTrouble returns the trouble of a pod on a node whose condition Ready is not true.
func (x examiner) nodeTrouble(node string, c corev1.NodeCondition) *trouble {
	since := c.LastTransitionTime.Time
	words := fmt.Sprintf("node %s is not ready%s: %s", node, lasted(x.at, since), cmp.Or(brief(c.Message), c.Reason))
	t := x.lasting(nodeNotReady, words, words, since)
	t.timed = true
	t.root = &Blocker{
		Kind: "Node", Name: node, Reason: cmp.Or(c.Reason, "NotReady"), Message: c.Message, Since: snapshot.NewTime(since), Count: 1,
	}
	return t
}

// preparing returns why the containers of a pod with a node are not created yet.
func (x examiner) preparing(p *corev1.Pod) *trouble {
	if p.Status.Phase != corev1.PodPending {
		return nil
	}
	e := x.events.Latest("Pod", p, pod.SetupFailures...)
	if e == nil {
		return nil
	}
	return x.lasting(e.Reason, brief(e.Message), e.Message, pod.FirstSeen(e))
}

// untaken returns the trouble of a pod that was created with a node, so that no
// scheduler looked whether that exists, and that no kubelet has reported on.
func (x examiner) untaken(p *corev1.Pod) *trouble {
	st := p.Status
	reported := len(st.Conditions) > 0 || st.StartTime != nil || st.QOSClass == ""
	if p.Spec.NodeName == "" || st.Phase != corev1.PodPending || reported {
		return nil
	}
	since := p.CreationTimestamp.Time
	words := fmt.Sprintf("its spec.nodeName is %s, and no kubelet of that name has taken it%s", p.Spec.NodeName, lasted(x.at, since))
	t := x.lasting(notStartedReason, words, words, since)
	t.timed = true
	return t
}

// initializing returns the init container that a pod waits for.
func (x examiner) initializing(p *corev1.Pod) *trouble {
	for c := range pod.Containers(p) {
		runs := c.RunningFor(x.at)
		started := c.Status.Started != nil && *c.Status.Started
		switch {
		case runs < patience:
		case c.Type == pod.Init:
			return x.initWords(c, "runs for", runs)
		case c.Type == pod.Sidecar && !started:
			return x.initWords(c, "has not started for", runs)
		}
	}
	return nil
}

// initWords returns what an init container does, and for how long: "init migrate runs for 5m".
func (x examiner) initWords(c pod.Container, does string, lasts time.Duration) *trouble {
	words := fmt.Sprintf("init %s %s %s", c.Name(), does, wording.Age(lasts))
	t := x.lasting("PodInitializing", words, words, x.at.Add(-lasts))
	t.timed = true
	return t
}

// The reasons of a pod with a node whose containers are not created, and of one
// that the kubelet has reported nothing of.
const (
	creatingReason   = "ContainerCreating"
	notStartedReason = "NotStarted"
)

// creating returns why a pod with a node has no containers after the usual time.
func (x examiner) creating(p *corev1.Pod) *trouble {
	if p.Status.Phase != corev1.PodPending {
		return nil
	}
	since := p.CreationTimestamp.Time
	if c := pod.Condition(p, corev1.PodScheduled); c != nil {
		since = c.LastTransitionTime.Time
	}
	lasts := x.at.Sub(since)
	if since.IsZero() || lasts < patience {
		return nil
	}
	t := x.notCreated(p, since)
	t.timed = true
	return t
}

// notCreated returns why the containers of a pod are not created since a time.
func (x examiner) notCreated(p *corev1.Pod, since time.Time) *trouble {
	lasts := wording.Age(x.at.Sub(since))
	if e := x.pullUnderWay(p); e != nil { // never hard: a large image takes its time
		began := pod.LastSeen(e)
		words := "pulls an image for " + wording.Age(x.at.Sub(began)) + ": " + brief(e.Message)
		return &trouble{reason: e.Reason, words: words, detail: e.Message, since: began}
	}
	if len(p.Status.ContainerStatuses) == 0 && len(p.Status.InitContainerStatuses) == 0 {
		words := fmt.Sprintf("the kubelet of node %s has not started it for %s", p.Spec.NodeName, lasts)
		return x.lasting(notStartedReason, words, words, since)
	}
	words := "containers are not created for " + lasts
	if !x.s.HasGap("events", p.Namespace) {
		words += ", and no event gives a reason"
	}
	return x.lasting(creatingReason, words, words, since)
}

// pullUnderWay returns the event of a pull that has not ended, nil if there is none.
func (x examiner) pullUnderWay(p *corev1.Pod) *corev1.Event {
	for _, e := range x.events.Of("Pod", p) { // newest first
		switch e.Reason {
		case "Pulling":
			return e
		case "Pulled", "Failed", "BackOff":
			return nil
		}
	}
	return nil
}
