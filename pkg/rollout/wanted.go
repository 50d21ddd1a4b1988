package rollout

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// mostExplained bounds for how many pods of a workload more is read: the others
// are in the same trouble nearly always.
const mostExplained = 3

// nodeReasons are the reasons of a pod that its node may explain.
var nodeReasons = []string{"NotReady", "Unhealthy", "Terminating", creatingReason, notStartedReason, nodeLost}

// Wanted returns the reads that would explain why pods of the workloads do not
// start: their nodes and claims, and all events about those that wait without a
// reason.
func Wanted(list []*Workload) snapshot.Query {
	var q snapshot.Query
	for _, w := range list {
		// The controller of a DaemonSet does not count pods of nodes that are not ready.
		over := (w.Phase == Complete || w.Phase == ScaledToZero) && w.Ref.Kind != "DaemonSet"
		if over || w.Phase == Paused {
			continue
		}
		for _, read := range w.explaining() {
			if !slices.Contains(q.Reads, read) {
				q.Reads = append(q.Reads, read)
			}
		}
	}
	return q
}

// explaining returns the reads that would explain the first pods of w in trouble.
func (w *Workload) explaining() []snapshot.Read {
	onNode := w.Ref.Kind == "DaemonSet" && deref(w.Strategy.MaxSurge, 0) > 0
	var all []snapshot.Read
	explained := 0
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if explained == mostExplained {
				return all
			}
			if reads := explaining(p, onNode); len(reads) > 0 {
				explained++
				all = append(all, reads...)
			}
		}
	}
	return all
}

// explaining returns the reads that would explain the state of one pod. What its
// controller does next may depend on its node; see mayHaveNoNode.
func explaining(p Pod, onNode bool) []snapshot.Read {
	if ended(&p) || pod.Is(p.object, corev1.PodReady) {
		return nil
	}
	o := p.Object()
	if o.Spec.NodeName == "" {
		return append(claimReads(o), ScaleUps(o.Namespace)...)
	}
	reason := ""
	if p.trouble != nil {
		reason = p.trouble.reason
	}
	if reason != "" && !slices.Contains(nodeReasons, reason) && !onNode {
		return nil // a crash or an image that cannot be pulled explains itself
	}
	reads := []snapshot.Read{{
		Resource: "nodes", Name: o.Spec.NodeName, Optional: true, Impact: "whether the node of a pod is ready is not known",
	}}
	if reason == creatingReason || reason == notStartedReason {
		reads = append(reads, about("Pod", o.Namespace, o.Name))
	}
	return reads
}

// claimReads returns the reads of the claims of a pod that has no node.
func claimReads(o *corev1.Pod) []snapshot.Read {
	var reads []snapshot.Read
	for _, v := range o.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		name := v.PersistentVolumeClaim.ClaimName
		reads = append(reads,
			snapshot.Read{
				Resource: "persistentvolumeclaims", Namespace: o.Namespace, Name: name, Optional: true,
				Impact: "whether the claims of a pod are bound is not known",
			},
			about("PersistentVolumeClaim", o.Namespace, name))
	}
	return reads
}

// ScaleUps returns the reads of what autoscalers report while they add nodes. They do so some
// time after a pod found no node, without a change of the pod: the lists can be watched.
func ScaleUps(namespace string) []snapshot.Read {
	var reads []snapshot.Read
	for _, reason := range []string{"TriggeredScaleUp", "Nominated"} {
		reads = append(reads, snapshot.Read{
			Resource: "events", Namespace: namespace, Fields: "reason=" + reason, Optional: true,
			Impact: "whether a node is being added is not known",
		})
	}
	return reads
}

// about returns the read of the events about one object.
func about(kind, namespace, name string) snapshot.Read {
	return snapshot.Read{
		Resource: "events", Namespace: namespace, Fields: "involvedObject.kind=" + kind + ",involvedObject.name=" + name,
		Impact: "why pods cannot be created or mounted may be missing",
	}
}
