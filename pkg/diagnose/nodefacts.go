package diagnose

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// nodeFacts is what is known of the node that a pod is on. Without a name the
// pod is on none.
type nodeFacts struct {
	name   string
	object *corev1.Node // nil if it was not read
	events []*corev1.Event
}

// newNodeFacts looks up a node by name; "" is the node of a pod that was not scheduled.
func newNodeFacts(q *inquiry, name string) nodeFacts {
	n := nodeFacts{name: name, events: q.events.OfNode(name)}
	if node, ok := snapshot.Find(q.s.Nodes, "", name); ok {
		n.object = node
	}
	return n
}

func (n nodeFacts) culprit() *Culprit { return &Culprit{Kind: "Node", Name: n.name} }

// trouble returns the conditions of the node that report a problem.
func (n nodeFacts) trouble() []Claim {
	if n.object == nil {
		return nil
	}
	var out []Claim
	for _, c := range n.object.Status.Conditions {
		if reportsTrouble(c) {
			out = append(out, claim("node "+n.name, "condition %s is %s: %s", c.Type, c.Status, quoted(c.Message)))
		}
	}
	return out
}

// reportsTrouble reports whether a condition of a node reports a problem: Ready does unless it is
// true, every other one, such as DiskPressure, if it is true.
func reportsTrouble(c corev1.NodeCondition) bool {
	return (c.Type == corev1.NodeReady) != (c.Status == corev1.ConditionTrue)
}

// arch returns the architecture of the node, "" if it is not known.
func (n nodeFacts) arch() string {
	if n.object == nil {
		return ""
	}
	return n.object.Status.NodeInfo.Architecture
}

// system states what runs on the node, to compare with what a program asks of it.
func (n nodeFacts) system() []Claim {
	if n.object == nil || n.object.Status.NodeInfo.KernelVersion == "" {
		return nil
	}
	i := n.object.Status.NodeInfo
	return []Claim{claim("node "+n.name, "%s, kernel %s, %s, %s, kubelet %s", cmp.Or(i.Architecture, "unknown architecture"),
		i.KernelVersion, cmp.Or(i.OSImage, i.OperatingSystem), i.ContainerRuntimeVersion, i.KubeletVersion)}
}

// near returns the latest event of the node with one of the reasons that was
// seen no longer than before ahead of at, and no longer than after behind it;
// nil if there is none.
func (n nodeFacts) near(at time.Time, before, after time.Duration, reasons ...string) *corev1.Event {
	for _, e := range n.events { // the newest first
		gap := pod.LastSeen(e).Sub(at)
		if gap >= -before && gap <= after && slices.Contains(reasons, e.Reason) {
			return e
		}
	}
	return nil
}
