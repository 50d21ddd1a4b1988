package backoff

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// subject is the container whose back-off is computed.
type subject struct{ pod.Container }

// find returns the named container and whether the pod has it, with a status.
func find(p *corev1.Pod, name string) (subject, bool) {
	c, ok := pod.Find(p, name)
	return subject{c}, ok && c.Reported
}

// probed reports whether the kubelet may kill the container for a probe.
func (s subject) probed() bool {
	return s.Type != pod.Ephemeral && (s.Spec.LivenessProbe != nil || s.Spec.StartupProbe != nil)
}

// quiet reports whether nothing but its own waits makes the kubelet look at
// the pod: no probes and no container beside it that could change.
func (s subject) quiet() bool {
	if s.Type == pod.Ephemeral || s.probed() || s.Spec.ReadinessProbe != nil {
		return false
	}
	beside := 0
	for i := range s.Pod.Spec.InitContainers {
		if pod.IsSidecar(&s.Pod.Spec.InitContainers[i]) {
			beside++
		}
	}
	if s.Type == pod.Init {
		return beside == 0
	}
	return beside+len(s.Pod.Spec.Containers) == 1
}

// run is one life of a container. Times have whole seconds, cut off. A zero
// time is not known; a run that never started begins when it ended.
type run struct {
	started, finished time.Time
	never             bool // the runtime could not start it
	end               corev1.ContainerStateTerminated
}

// runOf returns a termination as a run, nil if there is none.
func runOf(t *corev1.ContainerStateTerminated) *run {
	finished := pod.Finished(t)
	if finished.IsZero() {
		return nil
	}
	r := &run{started: pod.Started(t), finished: finished, end: *t}
	if r.started.IsZero() {
		r.started = finished
		r.never = true
	}
	return r
}

// life returns how long the run lasted, give or take a second.
func (r *run) life() time.Duration { return r.finished.Sub(r.started) }

// forgotten returns when the kubelet drops the back-off entry that was written
// just before the run started.
func (r *run) forgotten() time.Time { return r.started.Add(forgetAfter) }

// terminations returns the last termination and the one before it; nil if not known.
// While a container waits or runs, lastState holds the last termination.
// Otherwise state holds it, and lastState the one before.
func (s subject) terminations() (last, before *run) {
	now := s.Status.State.Terminated
	earlier := s.Status.LastTerminationState.Terminated
	if now == nil {
		return runOf(earlier), nil
	}
	last = runOf(now)
	if earlier != nil && (earlier.ContainerID == "" || earlier.ContainerID != now.ContainerID) {
		before = runOf(earlier)
	}
	if before != nil && last != nil && before.finished.After(last.started.Add(time.Second)) {
		before = nil // the same exit reported twice
	}
	return last, before
}

// over reports whether the kubelet starts nothing more here: the container is
// ephemeral, or the pod is at its end.
func (s subject) over() bool { return s.Type == pod.Ephemeral || pod.Ended(s.Pod) }

// goesOn reports whether the kubelet starts the container again after an end,
// and whether a rule restarts every container of the pod, which takes no back-off.
func (s subject) goesOn(end *corev1.ContainerStateTerminated, probeKilled bool) (again, all bool) {
	if s.over() {
		return false, false
	}
	return s.Restarts(end, probeKilled)
}
