package diagnose

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// oneNode judges pods that crash on one node only, over something that the node
// is to give, or with others that crash on that node only.
func oneNode(f *caseFile) *Cause {
	node := f.nodeAlone()
	if node == "" || !f.end.known() {
		return nil
	}
	if _, _, drifted := f.history.drift(f.c); drifted {
		return nil // the node only holds another image of the same tag
	}
	healthy := f.history.healthy
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: &Culprit{Kind: "Node", Name: node},
		Evidence: []Claim{
			claim("status of the pods", "%s of the same revision run well on other nodes: %s",
				wording.Count(len(healthy), "pod"), wording.List(podNames(healthy))),
			claim("status of the pods", "those that crash are all on node %s: %s", node, wording.List(podNames(f.history.unhealthy))),
			f.end.claim(),
		},
		WouldSettle: []string{"whether the pod runs well on another node (delete it with node " + node + " cordoned)"},
	}
	if f.read.line() != "" {
		cause.addEvidence(f.read.claim())
	}
	why := f.fromTheNode()
	if why == "" {
		why = f.aroundTheNode(cause)
	}
	if why == "" {
		return nil
	}
	cause.Summary = fmt.Sprintf("it crashes on node %s only: %s", node, why)
	return cause
}

// fromTheNode returns what the program lacks that a node gives, empty if its end does not show it.
func (f *caseFile) fromTheNode() string {
	if why := f.ofTheHost(); why != "" {
		return why
	}
	// 132 is 128 + SIGILL: an instruction that the processor does not have.
	if f.read.is(logs.PlatformWrong, logs.CPULacks) || f.end.ExitCode == 132 {
		return "its processor cannot run the program, which " + f.end.text()
	}
	return ""
}

// aroundTheNode returns what else is wrong on the node, and adds it to the evidence. Without
// any, several pods on each side have to show that it is the node: one alone may crash by chance,
// and the pods of a StatefulSet differ in their data.
func (f *caseFile) aroundTheNode(cause *Cause) string {
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.addEvidence(trouble...)
		return trouble[0].Claim
	}
	node := cause.Culprit.Name
	if others := f.othersOn(node); len(others) > 0 {
		cause.addEvidence(claim("status of the pods", "other workloads crash on node %s only: %s", node, wording.List(others)))
		return "so do " + wording.List(others)
	}
	if len(f.history.unhealthy) > 1 && len(f.history.healthy) > 1 && f.Root.Kind != "StatefulSet" {
		return "all that crash are there, all that run well are elsewhere"
	}
	return ""
}

// nodeAlone returns the node on which all unhealthy pods of the revision are,
// while healthy ones are on others; "" if there is no such node.
func (f *caseFile) nodeAlone() string {
	if f.Pod == "" {
		return ""
	}
	node := f.node.name
	for _, p := range f.history.unhealthy {
		if p.Spec.NodeName != node {
			return ""
		}
	}
	elsewhere := false
	for _, p := range f.history.healthy {
		if p.Spec.NodeName == node {
			return ""
		}
		elsewhere = true
	}
	if !elsewhere {
		return ""
	}
	return node
}

// ofTheHost reports whether the words of the end name a path that the node gives.
func (f *caseFile) ofTheHost() string {
	for _, file := range logs.Files(f.read.line()) {
		if strings.HasPrefix(file, "/dev/") || strings.HasPrefix(file, "/proc/sys/") {
			return f.read.line()
		}
		for _, m := range f.c.Spec.VolumeMounts {
			v, ok := volume(f.c.Pod, m.Name)
			if ok && v.HostPath != nil && (file == m.MountPath || strings.HasPrefix(file, strings.TrimSuffix(m.MountPath, "/")+"/")) {
				return fmt.Sprintf("%s (hostPath %s of the node)", f.read.line(), v.HostPath.Path)
			}
		}
	}
	return ""
}

// othersOn returns the other workloads that crash on that node only.
func (f *caseFile) othersOn(node string) []string {
	var out []string
	for _, other := range f.cases {
		if other.Root != f.Root && other.Status == Thrashing && other.nodeAlone() == node {
			out = append(out, other.Root.String())
		}
	}
	return out
}
