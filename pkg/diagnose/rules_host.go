package diagnose

import (
	"cmp"
	"fmt"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// hostLacks judges programs that exit over a limit or feature of their node: its
// kernel, its processor, a device, a tool, its clock.
func hostLacks(f *caseFile) *Cause {
	if f.Pod == "" || f.read.category() != Node || f.read.strength() < logs.Decides {
		return nil
	}
	node := f.c.Pod.Spec.NodeName
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: &Culprit{Kind: "Node", Name: node},
		Summary:  fmt.Sprintf("%s (node %s): %s", f.read.wrong(), node, f.read.line()),
		Evidence: f.lineAndEnd(),
	}
	if fix := f.read.Cause.Entry.Fix; fix != "" {
		cause.WouldSettle = []string{fix}
	}
	cause.addEvidence(f.node.kernel()...)
	return f.history.blame(cause)
}

// kernel states what a program can lack of its node, none if the node was not read.
func (n nodeFacts) kernel() []Claim {
	if n.object == nil {
		return nil
	}
	i := n.object.Status.NodeInfo
	return []Claim{claim("node "+n.name, "kernel %s, %s, %s", cmp.Or(i.KernelVersion, "unknown"),
		cmp.Or(i.Architecture, "unknown architecture"), cmp.Or(i.ContainerRuntimeVersion, "unknown runtime"))}
}
