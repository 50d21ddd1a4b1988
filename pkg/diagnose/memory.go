package diagnose

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// memoryOf returns the memory limit and request of a container as they are in
// force, "" if there is none. The status shows them after a resize in place.
func memoryOf(c pod.Container) (limit, request string) {
	limit = memoryIn(c.Spec.Resources.Limits)
	request = memoryIn(c.Spec.Resources.Requests)
	if r := c.Status.Resources; r != nil { // older kubelets do not report them
		limit = cmp.Or(memoryIn(r.Limits), limit)
		request = cmp.Or(memoryIn(r.Requests), request)
	}
	return limit, request
}

// memoryIn returns the memory of a list of resources as it is written, "512Mi"; "" if it has none.
func memoryIn(list corev1.ResourceList) string {
	if q, ok := list[corev1.ResourceMemory]; ok {
		return q.String()
	}
	return ""
}

// workingSet states how much memory the container uses now, beside its limit, if
// the metrics API measured it in the present run.
func workingSet(u Container, s *snapshot.Snapshot, limit string) []Claim {
	usage := s.PodUsages[snapshot.PodKey{Namespace: u.Namespace, Name: u.Pod}]
	run := u.container.Status.State.Running
	if usage == nil || run == nil || usage.At.Before(run.StartedAt.Time) {
		return nil // what was measured before is of the run that was killed, or of an earlier one
	}
	memory, measured := usage.Memory[u.Name]
	if !measured {
		return nil
	}
	beside := "no limit"
	if limit != "" {
		beside = "its limit is " + limit
	}
	used := resource.NewQuantity(memory.Value()>>20<<20, resource.BinarySI) // whole MiB: "212Mi"
	after := wording.Lasted(usage.At.Sub(run.StartedAt.Time))
	return []Claim{claim("metrics.k8s.io", "working set %s, %s after its start; %s", used, after, beside)}
}
