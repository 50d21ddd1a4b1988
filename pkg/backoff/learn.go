package backoff

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Learn returns, by node name, the curves that are known. The curve of a node whose
// configuration was read is known from that. For other nodes it follows from their
// containers:
//
//   - A wait in a message of the kubelet that is no step of the built-in curve is the
//     node's maximum.
//   - So is a maximum that the pauses of two containers suggest.
//   - A wait of the built-in curve that is longer than commonMaximum proves that curve.
//
// Nodes whose containers show none of these are left out.
func Learn(s *snapshot.Snapshot) map[string]Policy {
	learnt := given(s)
	for node, p := range configured(s) {
		learnt[node] = p
	}
	return learnt
}

// configured returns the curves of the nodes whose configuration was read
// (pkg/kubelet/kubelet.go newCrashLoopBackOff, 1.33 to 1.37). A kubelet refuses a
// maximum if the gate KubeletCrashLoopBackOffMax is off, and fills it in if
// it is on.
func configured(s *snapshot.Snapshot) map[string]Policy {
	out := map[string]Policy{}
	for node, c := range s.KubeletConfigs {
		p := DefaultPolicy()
		p.Source = PolicyNode
		if reduced, set := c.FeatureGates["ReduceDefaultCrashLoopBackOffDecay"]; reduced || (!set && c.FeatureGates["AllAlpha"]) {
			p.Initial = snapshot.Duration(reducedInitialWait)
			p.Max = snapshot.Duration(reducedMaxWait)
		}
		if c.MaxContainerRestartPeriod > 0 {
			p.Max = snapshot.Duration(c.MaxContainerRestartPeriod)
		}
		p.Initial = min(p.Initial, p.Max)
		out[node] = p
	}
	return out
}

// given returns the curves that follow from messages and pauses of containers.
// Messages come first: they state a wait, while pauses only suggest one.
func given(s *snapshot.Snapshot) map[string]Policy {
	stated, served := observations(s)
	learnt := curvesStated(s, stated)
	for node, pauses := range served {
		if _, known := learnt[node]; known || s.KubeletConfigs[node] != nil {
			continue
		}
		if p, ok := suggested(pauses); ok && time.Duration(p.Max) >= stated[node].longest() {
			learnt[node] = p
		}
	}
	return learnt
}

// curvesStated returns, by node name, the curves that the waits in messages prove.
func curvesStated(s *snapshot.Snapshot, stated map[string]statements) map[string]Policy {
	learnt := map[string]Policy{}
	for name, st := range stated {
		node, _ := snapshot.Find(s.Nodes, "", name)
		if p, ok := st.curve(cadenceOf(node).aimed); ok {
			learnt[name] = p
		} else if st.longest() > commonMaximum {
			learnt[name] = DefaultPolicy()
		}
	}
	return learnt
}

// observations returns, by node name, the waits that messages state, and the pauses
// that were served since the kubelet started.
func observations(s *snapshot.Snapshot) (stated map[string]statements, served map[string][]pause) {
	stated = map[string]statements{}
	served = map[string][]pause{}
	restarted := kubeletStarts(s)
	for _, p := range s.Pods {
		name := p.Spec.NodeName
		node, _ := snapshot.Find(s.Nodes, "", name)
		for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
			if wait, ok := statedWait(c); ok {
				addStatement(stated, name, wait, int(c.RestartCount))
			} else if pause, ok := pauseOf(p, c.Name, node, s.At); ok && pause.started().After(restarted[name]) {
				served[name] = append(served[name], pause)
			}
		}
	}
	return stated, served
}

// addStatement adds a wait that a message states to those of its node.
func addStatement(stated map[string]statements, node string, wait time.Duration, restarts int) {
	if stated[node] == nil {
		stated[node] = statements{}
	}
	stated[node].add(wait, restarts)
}

// kubeletStarts returns, by node name, when its kubelet started last. A kubelet that
// starts has forgotten what it counted.
func kubeletStarts(s *snapshot.Snapshot) map[string]time.Time {
	restarted := map[string]time.Time{}
	for _, e := range s.Events {
		node := e.InvolvedObject.Name
		if m := markOf(e); kubeletStart(e) && m.last.After(restarted[node]) {
			restarted[node] = m.last
		}
	}
	return restarted
}

// statedWait returns the wait that the container's message states.
func statedWait(c corev1.ContainerStatus) (time.Duration, bool) {
	if c.State.Waiting == nil || c.State.Waiting.Reason != pod.ReasonCrashLoop {
		return 0, false
	}
	return ParseMessage(c.State.Waiting.Message)
}
