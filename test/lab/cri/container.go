package cri

import (
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Exit codes that are not the script's: of SIGTERM, of SIGKILL, and of a
// container that could not be started (containerd: internal/cri/server, errorStartExitCode).
const (
	exitTerm       = 143
	exitKill       = 137
	exitStartError = 128
)

// terminationPathAnnotation holds the path inside the container to which the kubelet mounted the
// file of the termination message (kubernetes: pkg/kubelet/kuberuntime/labels.go).
const terminationPathAnnotation = "io.kubernetes.container.terminationMessagePath"

// container is one attempt of a container of a pod.
type container struct {
	id      string
	sandbox *sandbox
	cfg     *runtimeapi.ContainerConfig
	image   *runtimeapi.Image
	attempt Attempt
	created time.Time
	log     *logFile

	// Guarded by server.mu.
	state             runtimeapi.ContainerState
	started, finished time.Time
	exit              int32
	reason, message   string
	resources         *runtimeapi.LinuxContainerResources

	term     func()        // SIGTERM; may be called often
	kill     func()        // SIGKILL; may be called often
	termed   chan struct{} // closed by term
	killed   chan struct{} // closed by kill
	done     chan struct{} // closed when it has ended
	closePts func()        // closes its ports
}

// newContainer returns a container that was created and not started. term and kill may be called often, since the
// kubelet repeats a stop that took too long.
func newContainer(sb *sandbox, cfg *runtimeapi.ContainerConfig, image *runtimeapi.Image, a Attempt) *container {
	c := &container{
		id: newID(), sandbox: sb, cfg: cfg, image: image, attempt: a, created: time.Now(),
		resources: cfg.GetLinux().GetResources(),
		termed:    make(chan struct{}), killed: make(chan struct{}), done: make(chan struct{}),
	}
	c.term = sync.OnceFunc(func() { close(c.termed) })
	c.kill = sync.OnceFunc(func() { close(c.killed) })
	return c
}

// ending is how a container ended.
type ending struct {
	exit   int32
	reason string
}

// newEnding returns an ending, with the reason that containerd reports if there is none.
func newEnding(exit int32, reason string) ending {
	switch {
	case reason != "":
	case exit == 0:
		reason = "Completed"
	default:
		reason = "Error"
	}
	return ending{exit: exit, reason: reason}
}

// live plays the script until the container ends.
func (c *container) live() ending {
	for _, l := range c.attempt.timed() {
		if c.attempt.Ends && l.After > c.attempt.Run {
			break
		}
		if e, ended := c.sleep(l.After); ended {
			return e
		}
		c.say(l)
	}
	if !c.attempt.Ends {
		e, _ := c.sleep(-1)
		return e
	}
	if e, ended := c.sleep(c.attempt.Run); ended {
		return e
	}
	c.say(c.attempt.lines(AtExit)...)
	return newEnding(c.attempt.Exit, c.attempt.Reason)
}

// sleep waits until d after the start, forever if d is negative. It
// reports how the container ended if it was stopped meanwhile.
func (c *container) sleep(d time.Duration) (ending, bool) {
	var due <-chan time.Time
	if d >= 0 {
		due = time.After(time.Until(c.started.Add(d)))
	}
	select {
	case <-due:
		return ending{}, false
	case <-c.killed:
		return newEnding(exitKill, ""), true
	case <-c.termed:
		return c.shutDown(), true
	}
}

// shutDown plays the part of the script about SIGTERM.
func (c *container) shutDown() ending {
	c.say(c.attempt.lines(AtStop)...)
	stop := c.attempt.Stop
	if !stop.Handled && !stop.Never {
		return newEnding(exitTerm, "")
	}
	var due <-chan time.Time
	if !stop.Never {
		due = time.After(stop.After)
	}
	select {
	case <-due:
		return newEnding(stop.Exit, "")
	case <-c.killed:
		return newEnding(exitKill, "")
	}
}

// say writes lines to the log. A log that cannot be written loses them, as with a real runtime.
func (c *container) say(lines ...Line) {
	for _, l := range lines {
		if err := c.log.write(l.Stream, l.Text); err != nil {
			slog.Info("log lost", "container", c.id, "err", err)
		}
	}
}

// leaveMessage writes the termination message to the file that the kubelet mounted for it.
func (c *container) leaveMessage() error {
	if c.attempt.Termination == "" {
		return nil
	}
	path := c.cfg.GetAnnotations()[terminationPathAnnotation]
	for _, m := range c.cfg.GetMounts() {
		if m.GetContainerPath() == path {
			return os.WriteFile(m.GetHostPath(), []byte(c.attempt.Termination), 0o644)
		}
	}
	return errors.New("leave termination message: the kubelet mounted no file for it")
}
