package backoff

import (
	"cmp"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Learn returns, by node name, the curves that are known: of a node whose
// configuration was read that one, of others what containers give away. A stated
// wait which is no step of the built-in curve is the node's maximum, and so is
// one that the pauses of two containers suggest. The built-in curve is known of a
// node that states a wait of it which is longer than the maximum that people
// set first. Nodes that show less are left out.
func Learn(s *snapshot.Snapshot) map[string]Policy {
	learnt := given(s)
	for node, p := range configured(s) {
		learnt[node] = p
	}
	return learnt
}

// configured returns the curves of the nodes whose configuration was read
// (pkg/kubelet/kubelet.go newCrashLoopBackOff, 1.33 to 1.37). A kubelet refuses a
// maximum where the gate KubeletCrashLoopBackOffMax is off, and fills it in where
// it is on.
func configured(s *snapshot.Snapshot) map[string]Policy {
	out := map[string]Policy{}
	for node, c := range s.KubeletConfigs {
		p := DefaultPolicy()
		p.Source = PolicyNode
		if reduced, set := c.FeatureGates["ReduceDefaultCrashLoopBackOffDecay"]; reduced || !set && c.FeatureGates["AllAlpha"] {
			p.Initial, p.Max = snapshot.Duration(reducedInitialWait), snapshot.Duration(reducedMaxWait)
		}
		if c.MaxContainerRestartPeriod > 0 {
			p.Max = snapshot.Duration(c.MaxContainerRestartPeriod)
		}
		p.Initial = min(p.Initial, p.Max)
		out[node] = p
	}
	return out
}

// given returns the curves that containers give away.
func given(s *snapshot.Snapshot) map[string]Policy {
	learnt := map[string]Policy{}
	stated := map[string]time.Duration{} // the longest wait that a message states
	votes := map[string]map[Policy]int{}
	for _, pod := range s.Pods {
		node, _ := snapshot.Find(s.Nodes, "", pod.Spec.NodeName)
		for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			if wait, ok := statedWait(c); ok {
				stated[pod.Spec.NodeName] = max(stated[pod.Spec.NodeName], wait)
				if p, ok := policyOf(wait, int(c.RestartCount)); ok && p.Max > learnt[pod.Spec.NodeName].Max {
					learnt[pod.Spec.NodeName] = p
				}
			} else if p, ok := suggested(pod, c.Name, node, s.At); ok {
				if votes[pod.Spec.NodeName] == nil {
					votes[pod.Spec.NodeName] = map[Policy]int{}
				}
				votes[pod.Spec.NodeName][p]++
			}
		}
	}
	for node, wait := range stated {
		if _, known := learnt[node]; !known && wait > commonMaximum {
			learnt[node] = DefaultPolicy()
		}
	}
	for node, count := range votes {
		p := slices.MaxFunc(slices.Collect(maps.Keys(count)), func(a, b Policy) int {
			return cmp.Or(cmp.Compare(count[a], count[b]), cmp.Compare(a.Max, b.Max))
		})
		if _, known := learnt[node]; !known && count[p] > 1 && time.Duration(p.Max) >= stated[node] {
			learnt[node] = p
		}
	}
	return learnt
}

// statedWait returns the wait that the container's message states.
func statedWait(c corev1.ContainerStatus) (time.Duration, bool) {
	if c.State.Waiting == nil || c.State.Waiting.Reason != reasonCrashLoop {
		return 0, false
	}
	return ParseMessage(c.State.Waiting.Message)
}

// suggested returns the maximum that a container's last pause and the age of
// its pod suggest together.
func suggested(pod *corev1.Pod, container string, node *corev1.Node, at time.Time) (Policy, bool) {
	s, ok := find(pod, container)
	if !ok || s.status.RestartCount < 2 {
		return Policy{}, false
	}
	m := newModel(s, history{}, node, at, DefaultPolicy())
	m.own = tunable(node)
	last, before := s.deaths()
	n, started := int(s.status.RestartCount)-1, time.Time{}
	switch {
	case s.status.State.Running != nil:
		before, started = last, s.status.State.Running.StartedAt.Time
	case last != nil:
		started = last.started
	}
	if before == nil || started.IsZero() {
		return Policy{}, false
	}
	if found, _ := m.served(before, started, n); len(found) == 1 && found[0].policy.Source == PolicyServed {
		return found[0].policy, true
	}
	return Policy{}, false
}
