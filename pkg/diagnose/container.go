package diagnose

import (
	"iter"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// container is one container of a pod: its place, its specification and its
// status, which is empty where the kubelet has written none yet.
type container struct {
	pod    *corev1.Pod
	typ    ContainerType
	spec   *corev1.Container
	status corev1.ContainerStatus
}

// containers yields the containers of pod in the order in which they start.
func containers(pod *corev1.Pod) iter.Seq[container] {
	return func(yield func(container) bool) {
		for i := range pod.Spec.InitContainers {
			spec := &pod.Spec.InitContainers[i]
			typ := Init
			if spec.RestartPolicy != nil && *spec.RestartPolicy == corev1.ContainerRestartPolicyAlways {
				typ = Sidecar
			}
			if !yield(container{pod, typ, spec, statusOf(pod.Status.InitContainerStatuses, spec.Name)}) {
				return
			}
		}
		for i := range pod.Spec.Containers {
			spec := &pod.Spec.Containers[i]
			if !yield(container{pod, App, spec, statusOf(pod.Status.ContainerStatuses, spec.Name)}) {
				return
			}
		}
		for i := range pod.Spec.EphemeralContainers {
			spec := corev1.Container(pod.Spec.EphemeralContainers[i].EphemeralContainerCommon)
			if !yield(container{pod, Ephemeral, &spec, statusOf(pod.Status.EphemeralContainerStatuses, spec.Name)}) {
				return
			}
		}
	}
}

func statusOf(list []corev1.ContainerStatus, name string) corev1.ContainerStatus {
	i := slices.IndexFunc(list, func(cs corev1.ContainerStatus) bool { return cs.Name == name })
	if i < 0 {
		return corev1.ContainerStatus{Name: name}
	}
	return list[i]
}

// find returns the container of that name.
func find(pod *corev1.Pod, name string) (container, bool) {
	for c := range containers(pod) {
		if c.spec.Name == name {
			return c, true
		}
	}
	return container{}, false
}

// death returns the last end of the container that the API still tells, nil
// where it tells none.
func (c container) death() *corev1.ContainerStateTerminated {
	if t := c.status.State.Terminated; t != nil {
		return t
	}
	return c.status.LastTerminationState.Terminated
}

// waiting returns the reason for which the container waits, "" where it does not.
func (c container) waiting() string {
	if w := c.status.State.Waiting; w != nil {
		return w.Reason
	}
	return ""
}

// restarts reports whether the kubelet starts the container again after it
// ended with code. It follows ContainerShouldRestart of k8s.io/kubernetes
// pkg/api/v1/pod/util.go (1.37): rules, then the container's policy, then the pod's.
func (c container) restarts(code int32) bool {
	if c.typ == Ephemeral || c.typ == Sidecar {
		return c.typ == Sidecar
	}
	for _, rule := range c.spec.RestartPolicyRules {
		if rule.Action == corev1.ContainerRestartRuleActionRestart && matches(rule.ExitCodes, code) {
			return true
		}
	}
	policy := c.pod.Spec.RestartPolicy
	if c.spec.RestartPolicy != nil {
		policy = corev1.RestartPolicy(*c.spec.RestartPolicy)
	}
	switch {
	case policy == corev1.RestartPolicyNever:
		return false
	case policy == corev1.RestartPolicyOnFailure, c.typ == Init:
		return code != 0
	default:
		return true
	}
}

func matches(on *corev1.ContainerRestartRuleOnExitCodes, code int32) bool {
	if on == nil {
		return false
	}
	in := slices.Contains(on.Values, code)
	return in == (on.Operator == corev1.ContainerRestartRuleOnExitCodesOpIn)
}

// runningFor returns for how long the container has run, 0 where it does not run.
func (c container) runningFor(at time.Time) time.Duration {
	if r := c.status.State.Running; r != nil && !r.StartedAt.IsZero() {
		return at.Sub(r.StartedAt.Time)
	}
	return 0
}

// ranFor returns how long the run that ended with t lasted, and whether that is
// known: a container that never started has no start time.
func ranFor(t *corev1.ContainerStateTerminated) (time.Duration, bool) {
	if t == nil || t.StartedAt.Year() < 1980 || t.FinishedAt.Year() < 1980 {
		return 0, false
	}
	return t.FinishedAt.Sub(t.StartedAt.Time), true
}

// healthy reports whether the container runs and has never ended, or ended
// long ago.
func (c container) healthy(at time.Time) bool {
	if c.typ == Init && c.status.State.Terminated != nil {
		return c.status.State.Terminated.ExitCode == 0
	}
	return c.status.State.Running != nil && (c.status.RestartCount == 0 || c.runningFor(at) >= StableAfter)
}
