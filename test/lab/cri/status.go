package cri

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// matches reports whether a filter selects a container: an absent part of it selects all.
func (c *container) matches(f *runtimeapi.ContainerFilter) bool {
	return (f.GetId() == "" || f.GetId() == c.id) &&
		(f.GetPodSandboxId() == "" || f.GetPodSandboxId() == c.sandbox.id) &&
		(f.GetState() == nil || f.GetState().State == c.state) &&
		selects(f.GetLabelSelector(), c.cfg.Labels)
}

// ListContainers implements the CRI.
func (s *server) ListContainers(_ context.Context, r *runtimeapi.ListContainersRequest) (*runtimeapi.ListContainersResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &runtimeapi.ListContainersResponse{}
	for id, c := range s.containers {
		if !c.matches(r.GetFilter()) {
			continue
		}
		out.Containers = append(out.Containers, &runtimeapi.Container{
			Id: id, PodSandboxId: c.sandbox.id, Metadata: c.cfg.Metadata, State: c.state, CreatedAt: nanos(c.created),
			Image: c.cfg.Image, ImageRef: imageRef(c.image), ImageId: c.image.Id,
			Labels: c.cfg.Labels, Annotations: c.cfg.Annotations,
		})
	}
	return out, nil
}

// ContainerStatus implements the CRI.
func (s *server) ContainerStatus(_ context.Context, r *runtimeapi.ContainerStatusRequest) (*runtimeapi.ContainerStatusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.containers[r.ContainerId]
	if c == nil {
		return nil, notFound("container", r.ContainerId)
	}
	return &runtimeapi.ContainerStatusResponse{Status: &runtimeapi.ContainerStatus{
		Id: c.id, Metadata: c.cfg.Metadata, State: c.state,
		CreatedAt: nanos(c.created), StartedAt: nanos(c.started), FinishedAt: nanos(c.finished),
		ExitCode: c.exit, Reason: c.reason, Message: c.message,
		Image:    &runtimeapi.ImageSpec{Image: imageName(c.image), UserSpecifiedImage: c.cfg.GetImage().GetUserSpecifiedImage()},
		ImageRef: imageRef(c.image), ImageId: c.image.Id,
		Labels: c.cfg.Labels, Annotations: c.cfg.Annotations, Mounts: c.cfg.Mounts, LogPath: logPath(c),
		Resources: &runtimeapi.ContainerResources{Linux: c.resources},
	}}, nil
}

// UpdateContainerResources implements the CRI: the resources are noted.
func (s *server) UpdateContainerResources(
	_ context.Context,
	r *runtimeapi.UpdateContainerResourcesRequest,
) (*runtimeapi.UpdateContainerResourcesResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.containers[r.ContainerId]
	if c == nil {
		return nil, notFound("container", r.ContainerId)
	}
	c.resources = r.GetLinux()
	return &runtimeapi.UpdateContainerResourcesResponse{}, nil
}

// ReopenContainerLog implements the CRI.
func (s *server) ReopenContainerLog(
	_ context.Context,
	r *runtimeapi.ReopenContainerLogRequest,
) (*runtimeapi.ReopenContainerLogResponse, error) {
	c, err := s.container(r.ContainerId)
	if err != nil {
		return nil, err
	}
	if !s.running(c) {
		return nil, status.Error(codes.FailedPrecondition, "container is not running")
	}
	if err := c.log.reopen(); err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	return &runtimeapi.ReopenContainerLogResponse{}, nil
}
