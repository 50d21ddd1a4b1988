package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
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
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: &Culprit{Kind: "Node", Name: node},
		Evidence: []Claim{
			claim("status of the pods", "%s of the same revision run well on other nodes: %s", wording.Count(len(f.history.healthy), "pod"), wording.List(podNames(f.history.healthy))),
			claim("status of the pods", "those that crash are all on node %s: %s", node, wording.List(podNames(f.history.sick))),
			f.end.claim(),
		},
		WouldSettle: []string{"whether the pod runs well on another node (delete it with node " + node + " cordoned)"},
	}
	if said := f.read.said(); said != "" {
		cause.Evidence = append(cause.Evidence, f.read.claim())
	}
	why := f.ofTheHost()
	if why == "" && (f.read.is(logs.PlatformWrong, logs.CPULacks) || f.end.ExitCode == 132) {
		why = "its processor cannot run the program, which " + f.end.text()
	}
	if why == "" {
		if trouble := f.node.trouble(); len(trouble) > 0 {
			cause.Evidence, why = append(cause.Evidence, trouble...), trouble[0].Claim
		} else if others := f.othersOn(node); len(others) > 0 {
			why = "so do " + wording.List(others)
			cause.Evidence = append(cause.Evidence, claim("status of the pods", "other workloads crash on node %s only: %s", node, wording.List(others)))
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
func (f *caseFile) nodeAlone() string {
	if f.Pod == "" {
		return ""
	}
	node := f.node.name
	for _, p := range f.history.sick {
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

// ofTheHost tells that the words of the end name a path that the node gives.
func (f *caseFile) ofTheHost() string {
	for _, file := range logs.Files(f.read.said()) {
		if strings.HasPrefix(file, "/dev/") || strings.HasPrefix(file, "/proc/sys/") {
			return f.read.said()
		}
		for _, m := range f.c.Spec.VolumeMounts {
			v, ok := volume(f.c.Pod, m.Name)
			if ok && v.HostPath != nil && (file == m.MountPath || strings.HasPrefix(file, strings.TrimSuffix(m.MountPath, "/")+"/")) {
				return fmt.Sprintf("%s (hostPath %s of the node)", f.read.said(), v.HostPath.Path)
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

// lostNode judges what the node did to the pod: evictions, and runs that the
// runtime lost.
func lostNode(f *caseFile) *Cause {
	if f.Pod == "" {
		return nil
	}
	culprit := f.node.culprit()
	p := f.c.Pod
	switch p.Status.Reason {
	case "Evicted":
		return f.eviction(culprit)
	// Refusals of the kubelet (k8s.io/kubernetes pkg/kubelet/lifecycle/predicate.go
	// and pkg/kubelet/cm/topologymanager, 1.37).
	case "NodeLost", "UnexpectedAdmissionError", "NodeAffinity", "NodePorts", "TopologyAffinityError",
		"OutOfmemory", "OutOfcpu", "OutOfephemeral-storage", "OutOfpods":
		return &Cause{
			Category: Node, Confidence: High, Culprit: culprit,
			Summary:  fmt.Sprintf("node %s did not keep the pod: %s", p.Spec.NodeName, quoted(cmp.Or(p.Status.Message, p.Status.Reason))),
			Evidence: []Claim{claim(f.statusSource(), "reason %s: %s", p.Status.Reason, quoted(p.Status.Message))},
		}
	}
	if !f.end.known() {
		return nil
	}
	unknown := f.end.Reason == "Unknown" && f.end.ExitCode == 255
	lost := f.end.Reason == "ContainerStatusUnknown"
	if !unknown && !lost {
		return nil
	}
	cause := &Cause{
		Category: Node, Confidence: Medium, Culprit: culprit,
		Summary:     fmt.Sprintf("the runtime of node %s lost the container, as in a reboot of the node or a restart of its runtime", p.Spec.NodeName),
		Evidence:    []Claim{f.end.claim()},
		WouldSettle: []string{"the boot time of the node and the logs of its runtime"},
	}
	if trouble := f.node.trouble(); len(trouble) > 0 {
		cause.Evidence, cause.Confidence = append(cause.Evidence, trouble...), High
	}
	if others := f.lostBeside(); len(others) > 0 {
		cause.Evidence = append(cause.Evidence, claim("pods of the node", "other pods of the node were lost too: %s", wording.List(others)))
		cause.Confidence = High
	}
	return cause
}

// ownLimit is what a kubelet says of a pod that went over a limit of its own
// (k8s.io/kubernetes pkg/kubelet/eviction/helpers.go, 1.37).
var ownLimit = regexp.MustCompile(`^(Usage of EmptyDir volume "[^"]+" exceeds the limit|Container \S+ exceeded its local ephemeral storage limit|Pod ephemeral local storage usage exceeds the total limit of containers)`)

// eviction judges a pod that its kubelet evicted: for the node, which was short
// of something, or for a limit of local storage that the pod itself sets.
func (f *caseFile) eviction(node *Culprit) *Cause {
	p := f.c.Pod
	evidence := []Claim{claim(f.statusSource(), "reason Evicted: %s", quoted(p.Status.Message))}
	if ownLimit.MatchString(p.Status.Message) {
		return &Cause{
			Category: AppConfig, Confidence: Medium, Culprit: f.self(),
			Summary:     "the pod stored more than its own limit allows, and was evicted: " + quoted(p.Status.Message),
			Evidence:    evidence,
			Against:     f.node.trouble(),
			WouldSettle: []string{"what it stores there: files that it should not keep, or more than the limit was made for"},
		}
	}
	return &Cause{
		Category: Node, Confidence: High, Culprit: node,
		Summary:  fmt.Sprintf("node %s evicted the pod: %s", p.Spec.NodeName, quoted(p.Status.Message)),
		Evidence: append(evidence, f.node.trouble()...),
	}
}

// lostBeside returns other pods of the node that it lost as well.
func (f *caseFile) lostBeside() []string {
	var out []string
	for _, other := range f.cases {
		if other.Pod != f.Pod && other.Pod != "" && other.c.Pod.Spec.NodeName == f.node.name && other.end.known() &&
			(other.end.Reason == "Unknown" || other.end.Reason == "ContainerStatusUnknown") && !slices.Contains(out, other.Pod) {
			out = append(out, other.Pod)
		}
	}
	return out
}
