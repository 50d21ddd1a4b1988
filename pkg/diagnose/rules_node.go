package diagnose

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/wording"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// oneNode judges pods that crash on one node only, over something that the node
// is to give, or with others that crash on that node only.
func oneNode(f *caseFile) *Cause {
	node := nodeAlone(f.history, f.node)
	if node == "" || !f.end.known() {
		return nil
	}
	if _, _, drifted := f.history.drift(f.c); drifted {
		return nil // the node only holds another image of the same tag
	}
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: &Culprit{Kind: "Node", Name: node}, Evidence: sidesByNode(f.read, f.end, f.history, node),
		WouldSettle: []string{"whether the pod runs well on another node (delete it with node " + node + " cordoned)"},
	}
	why := fromTheNode(f.c, f.read, f.end)
	if why == "" {
		why = aroundTheNode(f, cause)
	}
	if why == "" {
		return nil
	}
	cause.Summary = fmt.Sprintf("it crashes on node %s only: %s", node, why)
	return cause
}

// sidesByNode states where the pods of the revision run well and where they crash, and how this one
// ended.
func sidesByNode(log reading, end termination, h history, node string) []Claim {
	const source = "status of the pods"
	healthy := h.healthy
	out := []Claim{
		claim(source, "%s of the same revision run well on other nodes: %s", wording.Count(len(healthy), "pod"), podList(healthy)),
		claim(source, "those that crash are all on node %s: %s", node, podList(h.unhealthy)),
		end.claim(),
	}
	if log.line() != "" {
		out = append(out, log.claim())
	}
	return out
}

// fromTheNode returns what the program lacks that a node gives, empty if its end does not show it.
func fromTheNode(c pod.Container, log reading, end termination) string {
	if why := ofTheHost(c, log); why != "" {
		return why
	}
	// 132 is 128 + SIGILL: an instruction that the processor does not have.
	if log.is(logs.PlatformWrong, logs.CPULacks) || end.ExitCode == 132 {
		return "its processor cannot run the program, which " + end.text()
	}
	return ""
}

// aroundTheNode returns what else is wrong on the node, and adds it to the evidence. Without
// any, several pods on each side have to show that it is the node: one alone may crash by chance,
// and the pods of a StatefulSet differ in their data.
func aroundTheNode(f *caseFile, cause *Cause) string {
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.addEvidence(trouble...)
		return trouble[0].Claim
	}
	node := cause.Culprit.Name
	if others := f.onNode(node).workloads.but(f.Root); others != "" {
		cause.addEvidence(claim("status of the pods", "other workloads crash on node %s only: %s", node, others))
		return "so do " + others
	}
	if len(f.history.unhealthy) > 1 && len(f.history.healthy) > 1 && f.Root.Kind != "StatefulSet" {
		return "all that crash are there, all that run well are elsewhere"
	}
	return ""
}

// nodeAlone returns the node on which all unhealthy pods of the revision are,
// while healthy ones are on others; "" if there is no such node.
func nodeAlone(h history, node nodeFacts) string {
	away := len(h.crashesOn) > 1 || (len(h.crashesOn) == 1 && !h.crashesOn[node.name])
	if len(h.healthy) == 0 || h.runsOn[node.name] || away {
		return ""
	}
	return node.name
}

// ofTheHost returns the line that explains the exit if it names a path that the node gives, "" if it
// names none.
func ofTheHost(c pod.Container, log reading) string {
	for _, file := range logs.Files(log.line()) {
		if strings.HasPrefix(file, "/dev/") || strings.HasPrefix(file, "/proc/sys/") {
			return log.line()
		}
		if at := hostPath(c, file); at != "" {
			return fmt.Sprintf("%s (hostPath %s of the node)", log.line(), at)
		}
	}
	return ""
}

// hostPath returns the path on the node under which a file of the container is, "" if it is on no
// hostPath volume.
func hostPath(c pod.Container, file string) string {
	for _, m := range c.Spec.VolumeMounts {
		v, _ := volume(c.Pod, m.Name)
		if v.HostPath != nil && under(file, m.MountPath) {
			return v.HostPath.Path
		}
	}
	return ""
}
