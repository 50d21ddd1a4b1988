package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Ended reports whether the kubelet starts no container of p any more: the pod
// is being deleted, or has succeeded or failed.
func Ended(p *corev1.Pod) bool {
	return p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded
}

// Restarts reports whether the kubelet starts the container again after t, if
// the pod has not ended, and whether a rule makes it restart every container of
// the pod with it, which takes no back-off. killedByProbe is whether a probe
// ended the run: such a run failed whatever its exit code, and no rule applies.
// Sources: ContainerShouldRestart of k8s.io/kubernetes pkg/api/v1/pod/util.go,
// computePodActions and isInitContainerFailed of pkg/kubelet/kuberuntime (1.37).
func (c Container) Restarts(t *corev1.ContainerStateTerminated, killedByProbe bool) (again, all bool) {
	if c.Type == Ephemeral || c.Type == Sidecar {
		return c.Type == Sidecar, false
	}
	failed := t.ExitCode != 0 || killedByProbe
	if c.Type == Init {
		failed = t.ExitCode != 0 || t.Reason == ReasonOOMKilled
		if !failed {
			return false, false
		}
	}
	policy := c.Pod.Spec.RestartPolicy
	if c.Spec.RestartPolicy != nil {
		policy = corev1.RestartPolicy(*c.Spec.RestartPolicy)
		if rule := c.restartRule(t.ExitCode); rule != nil && !killedByProbe {
			return true, rule.Action == corev1.ContainerRestartRuleActionRestartAllContainers
		}
	}
	switch policy {
	case corev1.RestartPolicyNever:
		return false, false
	case corev1.RestartPolicyOnFailure:
		return failed, false
	default:
		return true, false
	}
}

// restartRule returns the first restart rule that names the exit code, nil if
// none does.
func (c Container) restartRule(code int32) *corev1.ContainerRestartRule {
	for i, r := range c.Spec.RestartPolicyRules {
		if r.ExitCodes == nil {
			continue
		}
		in := slices.Contains(r.ExitCodes.Values, code)
		if (in && r.ExitCodes.Operator == corev1.ContainerRestartRuleOnExitCodesOpIn) ||
			(!in && r.ExitCodes.Operator == corev1.ContainerRestartRuleOnExitCodesOpNotIn) {
			return &c.Spec.RestartPolicyRules[i]
		}
	}
	return nil
}
