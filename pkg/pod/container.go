// Package pod reads what the API reports of one container of a pod: its type,
// specification and status, its last termination and what that means, the
// reason for which it waits, whether the kubelet restarts it, and the events
// about it. Rollouts, back-off and diagnosis all build on it, so that each of
// these questions has one answer. It is a pure reading of the objects.
package pod

import (
	"iter"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Type is the list of the pod that a container is in, with sidecars apart from
// the other init containers.
type Type string

// The types of a container.
const (
	App       Type = "app"
	Init      Type = "init"
	Sidecar   Type = "sidecar" // an init container with restartPolicy Always
	Ephemeral Type = "ephemeral"
)

// Container is one container of a pod.
type Container struct {
	Pod  *corev1.Pod
	Type Type
	// Spec is the specification; of an ephemeral container, what it has in common
	// with the others.
	Spec *corev1.Container
	// Status is empty, but for its name, while the kubelet has reported none.
	Status corev1.ContainerStatus
	// Reported is whether the kubelet has reported a status.
	Reported bool
}

// IsSidecar reports whether an init container keeps running beside the app
// containers.
func IsSidecar(spec *corev1.Container) bool {
	return spec.RestartPolicy != nil && *spec.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// Containers yields the containers of p in the order in which they start.
func Containers(p *corev1.Pod) iter.Seq[Container] {
	return func(yield func(Container) bool) {
		var reported reports
		for d := range declarations(p) {
			if !yield(d.container(p, reported.find(d))) {
				return
			}
		}
	}
}

// declaration is a container of the spec, and the statuses of those of its type.
type declaration struct {
	typ      Type
	spec     *corev1.Container
	statuses []corev1.ContainerStatus
}

// declarations yields what the spec of p declares, in the order in which it starts.
func declarations(p *corev1.Pod) iter.Seq[declaration] {
	return func(yield func(declaration) bool) {
		for i := range p.Spec.InitContainers {
			spec := &p.Spec.InitContainers[i]
			typ := Init
			if IsSidecar(spec) {
				typ = Sidecar
			}
			if !yield(declaration{typ, spec, p.Status.InitContainerStatuses}) {
				return
			}
		}
		for i := range p.Spec.Containers {
			if !yield(declaration{App, &p.Spec.Containers[i], p.Status.ContainerStatuses}) {
				return
			}
		}
		for i := range p.Spec.EphemeralContainers {
			spec := corev1.Container(p.Spec.EphemeralContainers[i].EphemeralContainerCommon)
			if !yield(declaration{Ephemeral, &spec, p.Status.EphemeralContainerStatuses}) {
				return
			}
		}
	}
}

// container returns the container with its status, which is nil if none is reported.
func (d declaration) container(p *corev1.Pod, status *corev1.ContainerStatus) Container {
	c := Container{Pod: p, Type: d.typ, Spec: d.spec, Status: corev1.ContainerStatus{Name: d.spec.Name}}
	if status != nil {
		c.Status = *status
		c.Reported = true
	}
	return c
}

// reports finds the statuses of many containers of a pod. Nothing limits how many a pod has.
type reports struct {
	list   []corev1.ContainerStatus
	byName map[string]*corev1.ContainerStatus // of a long list
}

// fewStatuses is how many statuses are searched one by one.
const fewStatuses = 16

// find returns the status of a container, nil if there is none.
func (r *reports) find(d declaration) *corev1.ContainerStatus {
	if len(d.statuses) <= fewStatuses {
		return statusOf(d.statuses, d.spec.Name)
	}
	if len(r.list) == 0 || &r.list[0] != &d.statuses[0] {
		r.list = d.statuses
		r.byName = make(map[string]*corev1.ContainerStatus, len(r.list))
		for i := range slices.Backward(r.list) { // of two with one name the first counts
			r.byName[r.list[i].Name] = &r.list[i]
		}
	}
	return r.byName[d.spec.Name]
}

// statusOf returns the status of that name, nil if there is none.
func statusOf(list []corev1.ContainerStatus, name string) *corev1.ContainerStatus {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// Find returns the container of that name, and false if p has none.
func Find(p *corev1.Pod, name string) (Container, bool) {
	for d := range declarations(p) {
		if d.spec.Name == name {
			return d.container(p, statusOf(d.statuses, name)), true
		}
	}
	return Container{}, false
}

// Name returns the name of the container.
func (c Container) Name() string { return c.Spec.Name }

// FieldPath returns the path with which events name the container:
// spec.containers{web}.
func (c Container) FieldPath() string {
	list := map[Type]string{App: "containers", Init: "initContainers", Sidecar: "initContainers", Ephemeral: "ephemeralContainers"}
	return "spec." + list[c.Type] + "{" + c.Spec.Name + "}"
}

// Last returns the newest termination that the status reports, nil if it
// reports none.
func (c Container) Last() *corev1.ContainerStateTerminated {
	if t := c.Status.State.Terminated; t != nil {
		return t
	}
	return c.Status.LastTerminationState.Terminated
}

// WaitingReason returns the reason for which the container waits, "" if it does
// not wait.
func (c Container) WaitingReason() string {
	if w := c.Status.State.Waiting; w != nil {
		return w.Reason
	}
	return ""
}

// Running reports whether the container runs.
func (c Container) Running() bool { return c.Status.State.Running != nil }

// RunningFor returns for how long the container has run at that time, 0 if it
// does not run.
func (c Container) RunningFor(at time.Time) time.Duration {
	if r := c.Status.State.Running; r != nil && !r.StartedAt.IsZero() {
		return at.Sub(r.StartedAt.Time)
	}
	return 0
}

// StableAfter is how long a restarted container must run before the kubelet
// forgets its restarts (k8s.io/kubernetes pkg/kubelet/kubelet.go
// newCrashLoopBackOff, 1.37).
const StableAfter = 10 * time.Minute

// Healthy reports whether an init container succeeded, or another container
// runs and never terminated or runs for StableAfter since.
func (c Container) Healthy(at time.Time) bool {
	if t := c.Status.State.Terminated; c.Type == Init && t != nil {
		return t.ExitCode == 0
	}
	return c.Running() && (c.Status.RestartCount == 0 || c.RunningFor(at) >= StableAfter)
}

// State returns the state of the container as kubectl names it: the waiting
// reason, the reason or code of the exit, "Running", or the phase of the pod if
// no status is reported.
func (c Container) State() string {
	state := c.Status.State
	switch {
	case state.Waiting != nil && state.Waiting.Reason != "":
		return state.Waiting.Reason
	case state.Waiting != nil:
		return "Waiting"
	case state.Terminated != nil:
		return ExitWord(state.Terminated)
	case state.Running != nil:
		return "Running"
	case c.Pod.Status.Reason != "":
		return c.Pod.Status.Reason
	}
	return string(c.Pod.Status.Phase)
}
