package rollout

import (
	"cmp"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// PodStatus returns the columns READY, STATUS and RESTARTS of kubectl get pods,
// by the rules of printPod in k8s.io/kubernetes
// pkg/printers/internalversion/printers.go (1.37). It also returns when the
// last of the counted restarts ended the previous run, the zero time if there
// was none or it is not recorded.
func PodStatus(p *corev1.Pod) (ready, status string, restarts int32, lastRestart time.Time) {
	c := columns{pod: p, status: ownStatus(p), total: len(p.Spec.Containers), sidecars: sidecars(p)}
	c.total += len(c.sidecars)
	initializing := c.initContainers()
	if !initializing || pod.Is(p, corev1.PodInitialized) {
		c.restarts = c.sidecarRestarts // init containers that are done count no more
		c.containers()
	}
	terminal := p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
	switch {
	case p.DeletionTimestamp == nil:
	case p.Status.Reason == nodeLost:
		c.status = "Unknown"
	case !terminal:
		c.status = "Terminating"
	}
	return fmt.Sprintf("%d/%d", c.ready, c.total), c.status, c.restarts.count, c.restarts.last
}

// ownStatus returns the status of a pod without regard to its containers: its phase, the reason of the
// pod, or that scheduling gates hold it.
func ownStatus(p *corev1.Pod) string {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Reason == corev1.PodReasonSchedulingGated {
			return corev1.PodReasonSchedulingGated
		}
	}
	return cmp.Or(p.Status.Reason, string(p.Status.Phase))
}

// sidecars returns the names of the init containers that keep running beside
// the containers.
func sidecars(p *corev1.Pod) map[string]bool {
	names := map[string]bool{}
	for i := range p.Spec.InitContainers {
		if spec := &p.Spec.InitContainers[i]; pod.IsSidecar(spec) {
			names[spec.Name] = true
		}
	}
	return names
}

// columns is what PodStatus gathers on its way through the containers.
type columns struct {
	pod                       *corev1.Pod
	sidecars                  map[string]bool
	status                    string
	ready, total              int
	restarts, sidecarRestarts tally
}

// tally counts restarts.
type tally struct {
	count int32
	last  time.Time // when the last run that was followed by one of them ended
}

// add counts the restarts of a container.
func (t *tally) add(s corev1.ContainerStatus) {
	t.count += s.RestartCount
	if last := s.LastTerminationState.Terminated; last != nil && last.FinishedAt.After(t.last) {
		t.last = last.FinishedAt.Time
	}
}

// initContainers goes through the init containers to the first that is not
// done, and reports whether there is one.
func (c *columns) initContainers() bool {
	for i, s := range c.pod.Status.InitContainerStatuses {
		c.restarts.add(s)
		sidecar := c.sidecars[s.Name]
		if sidecar {
			c.sidecarRestarts.add(s)
		}
		switch {
		case s.State.Terminated != nil && s.State.Terminated.ExitCode == 0:
			continue
		case sidecar && s.Started != nil && *s.Started:
			if s.Ready {
				c.ready++
			}
			continue
		case s.State.Terminated != nil:
			c.status = "Init:" + pod.ExitWord(s.State.Terminated)
		case s.State.Waiting != nil && s.State.Waiting.Reason != "" && s.State.Waiting.Reason != "PodInitializing":
			c.status = "Init:" + s.State.Waiting.Reason
		default:
			c.status = fmt.Sprintf("Init:%d/%d", i, len(c.pod.Spec.InitContainers))
		}
		return true
	}
	return false
}

// containers goes through the containers; the first of them decides the status.
func (c *columns) containers() {
	running := false
	failed := ""
	for i := len(c.pod.Status.ContainerStatuses) - 1; i >= 0; i-- {
		s := c.pod.Status.ContainerStatuses[i]
		c.restarts.add(s)
		switch {
		case s.State.Waiting != nil && s.State.Waiting.Reason != "":
			c.status = s.State.Waiting.Reason
		case s.State.Terminated != nil:
			c.status = pod.ExitWord(s.State.Terminated)
			if s.State.Terminated.ExitCode != 0 {
				failed = c.status
			}
		case s.Ready && s.State.Running != nil:
			running = true
			c.ready++
		}
	}
	if c.status == "Completed" {
		c.completed(running, failed)
	}
}

// completed corrects the status if the first container succeeded, which decides nothing while others
// run or failed. failed is the status of the first one that failed.
func (c *columns) completed(running bool, failed string) {
	switch {
	case running && pod.Is(c.pod, corev1.PodReady):
		c.status = "Running"
	case failed != "":
		c.status = failed
	case running:
		c.status = "NotReady"
	}
}
