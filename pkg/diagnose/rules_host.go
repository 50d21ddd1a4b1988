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
	if f.node.object != nil {
		info := f.node.object.Status.NodeInfo
		cause.addEvidence(
			claim(
				"node "+node,
				"kernel %s, %s, %s",
				cmp.Or(info.KernelVersion, "unknown"),
				cmp.Or(info.Architecture, "unknown architecture"),
				cmp.Or(info.ContainerRuntimeVersion, "unknown runtime"),
			),
		)
	}
	return f.history.blame(cause)
}
