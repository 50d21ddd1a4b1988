package diagnose

import (
	"cmp"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// startingFor is how long a container may be created before its pod's events
// are asked what keeps it.
const startingFor = time.Minute

// Options is what is of interest.
type Options struct {
	// Since is how far back a restart makes a container that runs well now
	// Recovered, and how far back an evicted pod is still listed; 0 for a day.
	Since time.Duration
	// Select picks the pods to judge; nil for all. Jobs whose pods are gone are
	// judged if SelectJob, nil for all, picks them.
	Select    func(*corev1.Pod) bool
	SelectJob func(*batchv1.Job) bool
	// NoLogs reports that logs were not asked for, so that a missing log proves nothing.
	NoLogs bool
}

// since is how far back to look.
func (o Options) since() time.Duration { return cmp.Or(o.Since, 24*time.Hour) }

// pod reports whether p is to be judged. Files may hold a pod without a name,
// which nothing can refer to.
func (o Options) pod(p *corev1.Pod) bool { return p.Name != "" && (o.Select == nil || o.Select(p)) }

// job reports whether a Job whose pods are gone is to be judged.
func (o Options) job(j *batchv1.Job) bool { return o.SelectJob == nil || o.SelectJob(j) }

// Container is an unhealthy container. Pod and Name are empty for a Job whose
// pods are gone.
type Container struct {
	Namespace string
	Pod, Name string
	Type      pod.Type
	Root      owners.Ref // what the pod belongs to in the end, itself for a bare pod
	Status    Status
	// Suspect reports that the pod's events must show whether it is blocked: it
	// has been creating containers for long.
	Suspect bool

	container pod.Container
	job       *batchv1.Job // the Job that the pod is of
}

// Unhealthy returns the containers of f that thrash, are blocked, gave up or
// recovered lately: by namespace, root and pod, and in the order in which the
// containers start. Things that never misbehaved, finished Jobs, completed
// init containers and the normal ends of pods are none. Of a Job or a CronJob
// it is the latest failing pod.
func Unhealthy(f *owners.Forest, o Options) []Container {
	s := f.Snapshot
	var unhealthy []Container
	jobs := newRuns(s, f)
	for _, p := range s.Pods { // without the packed ones, which are healthy
		if !jobs.owns(p) && o.pod(p) {
			unhealthy = append(unhealthy, unhealthyIn(s, f, p, o)...)
		}
	}
	unhealthy = append(unhealthy, jobs.unhealthy(o)...)
	slices.SortStableFunc(unhealthy, byPlace) // stable: the containers of a pod stay in the order in which they start
	return unhealthy
}

// byPlace compares containers by namespace, root and pod.
func byPlace(a, b Container) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Root.Kind, b.Root.Kind),
		cmp.Compare(a.Root.Name, b.Root.Name),
		cmp.Compare(a.Pod, b.Pod),
	)
}

// unhealthyIn returns the unhealthy containers of one pod, regardless of its owner.
func unhealthyIn(s *snapshot.Snapshot, f *owners.Forest, p *corev1.Pod, o Options) []Container {
	if p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodSucceeded {
		return nil
	}
	if p.Status.Phase == corev1.PodFailed {
		return failedIn(s, f, p, o)
	}
	var unhealthy []Container
	over := ending(p)
	for c := range pod.Containers(p) {
		status, suspect := judge(c, s.At, o, over)
		// One of the containers that wait for the same thing is enough.
		again := suspect && len(unhealthy) > 0 && unhealthy[len(unhealthy)-1].Suspect
		if status != "" && !again {
			unhealthy = append(unhealthy, of(f, c, status, suspect))
		}
	}
	return unhealthy
}

// of makes the unhealthy container of a pod.
func of(f *owners.Forest, c pod.Container, status Status, suspect bool) Container {
	return Container{
		Namespace: c.Pod.Namespace, Pod: c.Pod.Name, Name: c.Spec.Name, Type: c.Type,
		Root: f.Root(c.Pod), Status: status, Suspect: suspect, container: c,
	}
}

// ending reports whether every app container of pod has ended for good, so
// that its sidecars are being stopped.
func ending(p *corev1.Pod) bool {
	for c := range pod.Containers(p) {
		if c.Type != pod.App {
			continue
		}
		if t := c.Status.State.Terminated; t == nil || restarts(c, t) {
			return false
		}
	}
	return true
}

// restarts reports whether the kubelet starts the container again after t.
func restarts(c pod.Container, t *corev1.ContainerStateTerminated) bool {
	again, _ := c.Restarts(t, false)
	return again
}

// judge returns the status of a container, "" for a healthy one.
func judge(c pod.Container, at time.Time, o Options, over bool) (Status, bool) {
	state := c.Status.State
	switch {
	case c.Type == pod.Ephemeral && !c.Blocked():
		return "", false
	case state.Waiting != nil:
		return judgeWaiting(c, at)
	case state.Terminated != nil:
		return judgeTerminated(c, over), false
	case state.Running != nil:
		return judgeRunning(c, at, o), false
	}
	return "", false
}

// judgeWaiting returns the status of a container that waits, empty if it is healthy, and whether
// it is only late. Every container waits for a moment when its pod starts: ContainerCreating is
// trouble only after a while.
func judgeWaiting(c pod.Container, at time.Time) (Status, bool) {
	reason := c.WaitingReason()
	switch {
	case c.Blocked():
		return Blocked, false
	case pod.WaitingFor(reason).Wait == pod.WaitCrash:
		return Thrashing, false
	case reason == pod.ReasonInitializing:
		return "", false // an init container is still to run: it is judged
	case c.Last() != nil && (c.Type != pod.Init || c.Last().ExitCode != 0):
		return Thrashing, false // between two runs
	case reason == "ContainerCreating" && started(c.Pod, at) > startingFor:
		return Blocked, true
	}
	return "", false
}

// started returns for how long the kubelet has known the pod, 0 if it is
// not scheduled.
func started(p *corev1.Pod, at time.Time) time.Duration {
	if p.Status.StartTime == nil {
		return 0
	}
	return at.Sub(p.Status.StartTime.Time)
}

// judgeTerminated returns the status of a container that has ended, empty if it is healthy. over
// reports whether the pod has ended or is about to.
func judgeTerminated(c pod.Container, over bool) Status {
	t := c.Status.State.Terminated
	switch {
	case over && (c.Type == pod.Sidecar || t.ExitCode == 0):
		return "" // the pod ends: its sidecars are stopped, whatever code they give
	case restarts(c, t):
		return Thrashing
	case t.ExitCode != 0:
		return Failed
	}
	return ""
}

// judgeRunning returns the status of a container that runs, empty if it is healthy. One that
// restarted counts as recovered only after it ran for as long as the kubelet takes to forget its
// back-off.
func judgeRunning(c pod.Container, at time.Time, o Options) Status {
	if c.Status.RestartCount == 0 {
		return ""
	}
	// An init container that succeeded runs again only because the sandbox of the
	// pod was made anew.
	if c.Type == pod.Init && succeeded(c.Last()) {
		return ""
	}
	ran := c.RunningFor(at)
	if ran < pod.StableAfter {
		return Thrashing
	}
	if ran <= o.since() {
		return Recovered
	}
	return ""
}

// failedIn judges a pod of phase Failed that is no Job's: what ended it for
// good. One that a controller replaces counts only for a while.
func failedIn(s *snapshot.Snapshot, f *owners.Forest, p *corev1.Pod, o Options) []Container {
	replaced := f.Root(p).Kind != "Pod"
	if (replaced && s.At.Sub(endOf(p)) > o.since()) || shutdown(p) {
		return nil
	}
	var first []Container // at most one: why it failed concerns the whole pod
	for c := range pod.Containers(p) {
		if !hasPart(c) {
			continue
		}
		if len(first) == 0 || (first[0].Type == pod.Sidecar && c.Type != pod.Sidecar) {
			first = []Container{of(f, c, Failed, false)}
		}
	}
	return first
}

// hasPart reports whether a container can show why its pod failed. If the pod has a reason of its own,
// such as Evicted, every container that was to run can: one that exits cleanly when a node evicts
// it is evicted nevertheless. Without one it is a container that failed.
func hasPart(c pod.Container) bool {
	t := c.Status.State.Terminated
	own := c.Pod.Status.Reason != ""
	switch {
	case c.Type == pod.Ephemeral:
		return false
	case t == nil:
		return own
	case t.ExitCode == 0:
		return own && c.Type != pod.Init
	}
	return true
}

// succeeded reports whether a run ended well. The kernel may have killed a child of a process that
// then exited with 0.
func succeeded(t *corev1.ContainerStateTerminated) bool {
	return t != nil && t.ExitCode == 0 && t.Reason != pod.ReasonOOMKilled
}

// shutdown reports whether a pod ended because its node was shut down in order,
// or came while that went on, which is normal (k8s.io/kubernetes
// pkg/kubelet/nodeshutdown, 1.37), or made room for another (pkg/kubelet/preemption).
func shutdown(p *corev1.Pod) bool {
	switch p.Status.Reason {
	case "Terminated", "NodeShutdown", "Shutdown", "Preempting":
		return true
	}
	return false
}

// endOf returns when the last container of a pod ended, or else when the pod
// was last heard of.
func endOf(p *corev1.Pod) time.Time {
	end := p.CreationTimestamp.Time
	for c := range pod.Containers(p) {
		if t := c.Status.State.Terminated; t != nil {
			end = latest(end, t.FinishedAt.Time)
		}
	}
	for _, c := range p.Status.Conditions {
		end = latest(end, c.LastTransitionTime.Time)
	}
	return end
}
