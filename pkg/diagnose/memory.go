package diagnose

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// memoryOf returns the memory limit and request of a container as they are in
// force, "" if there is none. The status shows them after a resize in place.
func memoryOf(c pod.Container) (limit, request string) {
	limit = memoryIn(c.Spec.Resources.Limits)
	request = memoryIn(c.Spec.Resources.Requests)
	if r := c.Status.Resources; r != nil {
		if q := memoryIn(r.Limits); q != "" {
			limit = q
		}
		if q := memoryIn(r.Requests); q != "" {
			request = q
		}
	}
	return limit, request
}

func memoryIn(list corev1.ResourceList) string {
	if q, ok := list[corev1.ResourceMemory]; ok {
		return q.String()
	}
	return ""
}
