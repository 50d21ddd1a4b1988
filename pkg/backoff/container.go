package backoff

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// subject is one container of a pod: what it should be, and what it is.
type subject struct {
	pod     *corev1.Pod
	name    string
	field   string            // as in events: spec.containers{name}
	spec    *corev1.Container // nil for an ephemeral container
	status  *corev1.ContainerStatus
	init    bool // an init container that is no sidecar
	sidecar bool // an init container that is always restarted
}

// find returns the named container and whether the pod has it, with a status.
func find(pod *corev1.Pod, name string) (subject, bool) {
	s := subject{pod: pod, name: name}
	var statuses []corev1.ContainerStatus
	switch named := func(c corev1.Container) bool { return c.Name == name }; {
	case slices.ContainsFunc(pod.Spec.Containers, named):
		s.spec = &pod.Spec.Containers[slices.IndexFunc(pod.Spec.Containers, named)]
		s.field, statuses = "spec.containers{"+name+"}", pod.Status.ContainerStatuses
	case slices.ContainsFunc(pod.Spec.InitContainers, named):
		s.spec = &pod.Spec.InitContainers[slices.IndexFunc(pod.Spec.InitContainers, named)]
		s.field, statuses = "spec.initContainers{"+name+"}", pod.Status.InitContainerStatuses
		s.sidecar = s.spec.RestartPolicy != nil && *s.spec.RestartPolicy == corev1.ContainerRestartPolicyAlways
		s.init = !s.sidecar
	default:
		s.field, statuses = "spec.ephemeralContainers{"+name+"}", pod.Status.EphemeralContainerStatuses
	}
	i := slices.IndexFunc(statuses, func(c corev1.ContainerStatus) bool { return c.Name == name })
	if i < 0 {
		return s, false
	}
	s.status = &statuses[i]
	return s, true
}

// probed reports whether the kubelet may kill the container for a probe.
func (s subject) probed() bool {
	return s.spec != nil && (s.spec.LivenessProbe != nil || s.spec.StartupProbe != nil)
}

// quiet reports whether nothing but its own waits makes the kubelet look at
// the pod: no probes and no container beside it that could change.
func (s subject) quiet() bool {
	if s.spec == nil || s.spec.LivenessProbe != nil || s.spec.StartupProbe != nil || s.spec.ReadinessProbe != nil {
		return false
	}
	beside := 0
	for _, c := range s.pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			beside++
		}
	}
	if s.init {
		return beside == 0
	}
	return beside+len(s.pod.Spec.Containers) == 1
}

// run is one life of a container. Times have whole seconds, cut off. A zero
// time is not known; a run that never started begins when it ended.
type run struct {
	started, finished time.Time
	never             bool // the runtime could not start it
	end               corev1.ContainerStateTerminated
}

func runOf(t *corev1.ContainerStateTerminated) *run {
	if t == nil || t.FinishedAt.IsZero() || t.FinishedAt.Unix() <= 0 {
		return nil
	}
	r := &run{started: t.StartedAt.Time, finished: t.FinishedAt.Time, end: *t}
	// containerd sets no start time where the start failed: 1970-01-01.
	if t.StartedAt.IsZero() || t.StartedAt.Unix() <= 0 {
		r.started, r.never = t.FinishedAt.Time, true
	}
	return r
}

// life returns how long the run lasted, give or take a second.
func (r *run) life() time.Duration { return r.finished.Sub(r.started) }

// forgotten returns when the kubelet drops the back-off entry that was written
// just before the run started.
func (r *run) forgotten() time.Time { return r.started.Add(forgetAfter) }

// deaths returns the last death and the one before it; nil where not known.
// While a container waits or runs the last death is in lastState, else in
// state and the one before in lastState.
func (s subject) deaths() (last, before *run) {
	now, earlier := s.status.State.Terminated, s.status.LastTerminationState.Terminated
	if now == nil {
		return runOf(earlier), nil
	}
	last = runOf(now)
	if earlier != nil && (earlier.ContainerID == "" || earlier.ContainerID != now.ContainerID) {
		before = runOf(earlier)
	}
	if before != nil && last != nil && before.finished.After(last.started.Add(time.Second)) {
		before = nil // the same death told twice
	}
	return last, before
}

// over reports whether the kubelet starts nothing more here: the container is
// ephemeral, or the pod is at its end.
func (s subject) over() bool {
	return s.spec == nil || s.pod.DeletionTimestamp != nil ||
		s.pod.Status.Phase == corev1.PodFailed || s.pod.Status.Phase == corev1.PodSucceeded
}

// goesOn reports whether the kubelet starts the container again after an end
// with that exit code (pkg/api/v1/pod/util.go ContainerShouldRestart, 1.37;
// kuberuntime computePodActions). all tells that a rule restarts every
// container of the pod, which takes no back-off.
func (s subject) goesOn(end *corev1.ContainerStateTerminated, probeKilled bool) (again, all bool) {
	if s.over() {
		return false, false
	}
	if s.sidecar {
		return true, false
	}
	failed := end.ExitCode != 0
	if s.init {
		if !failed && end.Reason != "OOMKilled" {
			return false, false
		}
		failed = true
	}
	policy := s.pod.Spec.RestartPolicy
	if s.spec.RestartPolicy != nil {
		policy = corev1.RestartPolicy(*s.spec.RestartPolicy)
		if rule := s.rule(end.ExitCode); rule != nil && !probeKilled {
			return true, rule.Action == corev1.ContainerRestartRuleActionRestartAllContainers
		}
	}
	switch policy {
	case corev1.RestartPolicyNever:
		return false, false
	case corev1.RestartPolicyOnFailure:
		return failed || probeKilled, false
	default:
		return true, false
	}
}

// rule returns the first restart rule that names the exit code, nil for none.
func (s subject) rule(code int32) *corev1.ContainerRestartRule {
	for i, r := range s.spec.RestartPolicyRules {
		if r.ExitCodes == nil {
			continue
		}
		in := slices.Contains(r.ExitCodes.Values, code)
		switch r.ExitCodes.Operator {
		case corev1.ContainerRestartRuleOnExitCodesOpIn:
			if in {
				return &s.spec.RestartPolicyRules[i]
			}
		case corev1.ContainerRestartRuleOnExitCodesOpNotIn:
			if !in {
				return &s.spec.RestartPolicyRules[i]
			}
		}
	}
	return nil
}
