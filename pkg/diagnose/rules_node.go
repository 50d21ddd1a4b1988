package diagnose

import (
	"fmt"
	"strings"
)

// oneNode judges pods that crash on one node only, over something that the node
// is to give, or with others that crash on that node only.
func oneNode(f *facts) *Cause {
	node := f.nodeAlone()
	if node == "" || f.death == nil {
		return nil
	}
	if _, _, drifted := f.history.drift(f.c); drifted {
		return nil // the node only holds another image of the same tag
	}
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: &Culprit{Kind: "Node", Name: node},
		Evidence: []Claim{
			claim("status of the pods", "%s of the same revision run well on other nodes: %s", plural(len(f.history.healthy), "pod"), list(podNames(f.history.healthy))),
			claim("status of the pods", "those that crash are all on node %s: %s", node, list(podNames(f.history.sick))),
			f.exitClaim(),
		},
		WouldSettle: []string{"whether the pod runs well on another node (delete it with node " + node + " cordoned)"},
	}
	if said := f.read.said(); said != "" {
		cause.Evidence = append(cause.Evidence, f.saidClaim())
	}
	why := f.ofTheHost()
	if why == "" && (f.read.sign == wrongArch || f.death.ExitCode == 132) {
		why = "its processor cannot run the program, which " + f.exit()
	}
	if why == "" {
		if trouble := f.nodeTrouble(); len(trouble) > 0 {
			cause.Evidence, why = append(cause.Evidence, trouble...), trouble[0].Claim
		} else if others := f.othersOn(node); len(others) > 0 {
			why = "so do " + list(others)
			cause.Evidence = append(cause.Evidence, claim("status of the pods", "other workloads crash on node %s only: %s", node, list(others)))
		} else if len(f.history.sick) > 1 && len(f.history.healthy) > 1 && f.Root.Kind != "StatefulSet" {
			why = "all that crash are there, all that run well are elsewhere"
		}
	}
	if why == "" {
		return nil
	}
	cause.Summary = fmt.Sprintf("it crashes on node %s only: %s", node, why)
	return cause
}

// nodeAlone returns the node that all sick pods of the revision are on, while
// well ones are on others; "" where it is not so.
func (f *facts) nodeAlone() string {
	if f.Pod == "" {
		return ""
	}
	node := f.c.pod.Spec.NodeName
	for _, pod := range f.history.sick {
		if pod.Spec.NodeName != node {
			return ""
		}
	}
	elsewhere := false
	for _, pod := range f.history.healthy {
		if pod.Spec.NodeName == node {
			return ""
		}
		elsewhere = true
	}
	if !elsewhere {
		return ""
	}
	return node
}

// ofTheHost tells that the words of the end name a path that the node gives.
func (f *facts) ofTheHost() string {
	for _, file := range files(f.read.said()) {
		if strings.HasPrefix(file, "/dev/") || strings.HasPrefix(file, "/proc/sys/") {
			return f.read.said()
		}
		for _, m := range f.c.spec.VolumeMounts {
			v, ok := volume(f.c.pod, m.Name)
			if ok && v.HostPath != nil && (file == m.MountPath || strings.HasPrefix(file, strings.TrimSuffix(m.MountPath, "/")+"/")) {
				return fmt.Sprintf("%s (hostPath %s of the node)", f.read.said(), v.HostPath.Path)
			}
		}
	}
	return ""
}

// othersOn returns the other workloads that crash on that node only.
func (f *facts) othersOn(node string) []string {
	var out []string
	for _, other := range f.cases {
		if other.Root != f.Root && other.Status == Thrashing && other.nodeAlone() == node {
			out = append(out, other.Root.String())
		}
	}
	return out
}
