package pod

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// The reasons of a termination that others depend on (k8s.io/kubernetes
// pkg/kubelet/kuberuntime and the container runtimes).
const (
	ReasonOOMKilled = "OOMKilled"
	// ReasonStartError is containerd's and ReasonCannotRun Docker's word for a
	// process that could not be started.
	ReasonStartError = "StartError"
	ReasonCannotRun  = "ContainerCannotRun"
	// ReasonLost is the kubelet's word for a container that it no longer finds.
	ReasonLost = "ContainerStatusUnknown"
	// ReasonUnknown is the runtime's word for a container that it lost.
	ReasonUnknown = "Unknown"
	// ReasonRestartingAll is of containers that a restart rule of another one
	// removed.
	ReasonRestartingAll = "RestartingAllContainers"
)

// Finished returns when the container terminated, zero if that is not reported.
func Finished(t *corev1.ContainerStateTerminated) time.Time {
	if t == nil || t.FinishedAt.Unix() <= 0 {
		return time.Time{}
	}
	return t.FinishedAt.Time
}

// Started returns when the run that ended with t started, zero if it never did:
// containerd reports 1970-01-01 for a container whose start failed.
func Started(t *corev1.ContainerStateTerminated) time.Time {
	if t == nil || t.StartedAt.Unix() <= 0 {
		return time.Time{}
	}
	return t.StartedAt.Time
}

// RanFor returns how long the run that ended with t lasted, and whether that is
// known.
func RanFor(t *corev1.ContainerStateTerminated) (time.Duration, bool) {
	started := Started(t)
	finished := Finished(t)
	if started.IsZero() || finished.IsZero() {
		return 0, false
	}
	return finished.Sub(started), true
}

// NeverStarted reports whether the runtime could not start the process at all.
func NeverStarted(t *corev1.ContainerStateTerminated) bool {
	return t.Reason == ReasonStartError || t.Reason == ReasonCannotRun || (t.ExitCode == 128 && Started(t).IsZero())
}

// ExitWord returns an exit as kubectl names it: its reason, else its signal or
// its code.
func ExitWord(t *corev1.ContainerStateTerminated) string {
	switch {
	case t.Reason != "":
		return t.Reason
	case t.Signal != 0:
		return fmt.Sprintf("Signal:%d", t.Signal)
	default:
		return fmt.Sprintf("ExitCode:%d", t.ExitCode)
	}
}
