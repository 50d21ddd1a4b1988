package cri

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// scriptEnv is the environment variable that may hold a script.
const scriptEnv = "LAB_SCRIPT"

// script returns what the container itself says, or else its image.
func script(cfg *runtimeapi.ContainerConfig, image Script) (Script, error) {
	if line := slices.Concat(cfg.GetCommand(), cfg.GetArgs()); len(line) > 0 && line[0] == "fake" {
		return Parse(line[1:])
	}
	for _, e := range cfg.GetEnvs() {
		if e.GetKey() == scriptEnv {
			words, err := Split(string(e.GetValue()))
			if err != nil {
				return nil, err
			}
			return Parse(words)
		}
	}
	return image, nil
}

// CreateContainer implements the CRI. It reads the images file.
func (s *server) CreateContainer(_ context.Context, r *runtimeapi.CreateContainerRequest) (*runtimeapi.CreateContainerResponse, error) {
	name := r.Config.GetImage().GetUserSpecifiedImage()
	image, err := s.find(name)
	if err != nil {
		return nil, err
	}
	sc, err := script(r.Config, image.Script)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	a := sc.Attempt(r.Config.GetMetadata().GetAttempt())
	if a.CreateError != "" {
		return nil, status.Error(codes.Unknown, a.CreateError)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sb := s.sandboxes[r.PodSandboxId]
	if sb == nil {
		return nil, notFound("sandbox", r.PodSandboxId)
	}
	c := newContainer(sb, r.Config, s.stored(name), a)
	s.containers[c.id] = c
	return &runtimeapi.CreateContainerResponse{ContainerId: c.id}, nil
}

// StartContainer implements the CRI. Its ports are open when it returns, unless they open later.
func (s *server) StartContainer(_ context.Context, r *runtimeapi.StartContainerRequest) (*runtimeapi.StartContainerResponse, error) {
	c, err := s.container(r.ContainerId)
	if err != nil {
		return nil, err
	}
	if c.attempt.StartError != "" {
		s.failStart(c)
		return nil, status.Error(codes.Unknown, c.attempt.StartError)
	}
	if c.log, err = openLog(logPath(c)); err != nil {
		return nil, status.Errorf(codes.Unknown, "failed to create container loggers: %v", err)
	}
	s.mu.Lock()
	c.started = time.Now()
	c.state = runtimeapi.ContainerState_CONTAINER_RUNNING
	s.mu.Unlock()
	c.openPorts(s.ipOf(c))
	go func() {
		e := c.live()
		s.end(c, e)
	}()
	return &runtimeapi.StartContainerResponse{}, nil
}

// failStart leaves a container as containerd does when its process could not
// be started: it has ended, but never began.
func (s *server) failStart(c *container) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.state = runtimeapi.ContainerState_CONTAINER_EXITED
	c.finished = time.Now()
	c.exit = exitStartError
	c.reason = "StartError"
	c.message = c.attempt.StartError
	close(c.done)
}

// end records that a container is over.
func (s *server) end(c *container, e ending) {
	c.closePts()
	if err := errors.Join(c.leaveMessage(), c.log.close()); err != nil {
		slog.Info("container ended badly", "container", c.id, "err", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.state = runtimeapi.ContainerState_CONTAINER_EXITED
	c.finished = time.Now()
	c.exit = e.exit
	c.reason = e.reason
	close(c.done)
}

// StopContainer implements the CRI: SIGTERM, and SIGKILL after the time that the request gives.
func (s *server) StopContainer(ctx context.Context, r *runtimeapi.StopContainerRequest) (*runtimeapi.StopContainerResponse, error) {
	c, err := s.container(r.ContainerId)
	if err != nil {
		return &runtimeapi.StopContainerResponse{}, nil //nolint:nilerr // it is gone, which is what was asked for
	}
	if !s.running(c) {
		return &runtimeapi.StopContainerResponse{}, nil
	}
	if r.Timeout > 0 {
		c.term()
		select {
		case <-c.done:
			return &runtimeapi.StopContainerResponse{}, nil
		case <-ctx.Done():
			return nil, status.FromContextError(ctx.Err()).Err()
		case <-time.After(time.Duration(r.Timeout) * time.Second):
		}
	}
	c.kill()
	<-c.done
	return &runtimeapi.StopContainerResponse{}, nil
}

// RemoveContainer implements the CRI.
func (s *server) RemoveContainer(_ context.Context, r *runtimeapi.RemoveContainerRequest) (*runtimeapi.RemoveContainerResponse, error) {
	if c, err := s.container(r.ContainerId); err == nil && s.running(c) {
		c.kill()
		<-c.done
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.containers, r.ContainerId)
	return &runtimeapi.RemoveContainerResponse{}, nil
}

// container returns a container by its ID, or the error that containerd gives for an unknown one.
func (s *server) container(id string) (*container, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.containers[id]; c != nil {
		return c, nil
	}
	return nil, notFound("container", id)
}

// running reports whether a container runs. A created one that was never started does not.
func (s *server) running(c *container) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.state == runtimeapi.ContainerState_CONTAINER_RUNNING
}

// ipOf returns the address on which a container listens: its pod's, or the node's.
func (s *server) ipOf(c *container) string {
	if c.sandbox.ip == "" {
		return s.ips.nodeIP().String()
	}
	return c.sandbox.ip
}

// logPath returns the file that the kubelet reads the log of a container from.
func logPath(c *container) string {
	if c.sandbox.cfg.GetLogDirectory() == "" || c.cfg.GetLogPath() == "" {
		return ""
	}
	return filepath.Join(c.sandbox.cfg.GetLogDirectory(), c.cfg.GetLogPath())
}
