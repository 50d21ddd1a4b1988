package backoff

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// terminationOf returns a termination with what its exit code means, nil if there is none.
func terminationOf(t *corev1.ContainerStateTerminated, windows bool) *Termination {
	if t == nil {
		return nil
	}
	out := &Termination{Reason: t.Reason, ExitCode: t.ExitCode, Message: strings.TrimSpace(t.Message)}
	out.Signal, out.Meaning = pod.Meaning(t, windows)
	r := runOf(t)
	if r == nil {
		return out // made up by the kubelet, or lost by the runtime: no times
	}
	out.FinishedAt = snapshot.NewTime(r.finished)
	if !r.never {
		out.StartedAt = snapshot.NewTime(r.started)
		out.RanFor = snapshot.NewDuration(r.life())
	}
	return out
}
