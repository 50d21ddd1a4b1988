package cri

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// sandboxErrorAnnotation on a pod makes its sandbox fail with its value.
const sandboxErrorAnnotation = "lab.thrashkit.dev/sandbox-error"

// sandbox is a pod on the node; its state is guarded by server.mu.
type sandbox struct {
	id      string
	cfg     *runtimeapi.PodSandboxConfig
	state   runtimeapi.PodSandboxState
	created time.Time
	ip      string // empty: in the network of the node
}

// RunPodSandbox implements the CRI.
func (s *server) RunPodSandbox(_ context.Context, r *runtimeapi.RunPodSandboxRequest) (*runtimeapi.RunPodSandboxResponse, error) {
	if text := r.Config.GetAnnotations()[sandboxErrorAnnotation]; text != "" {
		return nil, status.Error(codes.Unknown, text)
	}
	b := &sandbox{id: newID(), cfg: r.Config, created: time.Now()}
	if !hostNetwork(r.Config) {
		ip, err := s.ips.take()
		if err != nil {
			return nil, status.Errorf(codes.ResourceExhausted, "failed to setup network for sandbox %q: %v", b.id, err)
		}
		b.ip = ip
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sandboxes[b.id] = b
	return &runtimeapi.RunPodSandboxResponse{PodSandboxId: b.id}, nil
}

func hostNetwork(cfg *runtimeapi.PodSandboxConfig) bool {
	return cfg.GetLinux().GetSecurityContext().GetNamespaceOptions().GetNetwork() == runtimeapi.NamespaceMode_NODE
}

// StopPodSandbox implements the CRI: what still runs in it is killed.
func (s *server) StopPodSandbox(_ context.Context, r *runtimeapi.StopPodSandboxRequest) (*runtimeapi.StopPodSandboxResponse, error) {
	s.killAll(r.PodSandboxId)
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.sandboxes[r.PodSandboxId]; b != nil && b.state == runtimeapi.PodSandboxState_SANDBOX_READY {
		b.state = runtimeapi.PodSandboxState_SANDBOX_NOTREADY
		s.ips.give(b.ip)
	}
	return &runtimeapi.StopPodSandboxResponse{}, nil
}

// RemovePodSandbox implements the CRI: its containers go with it.
func (s *server) RemovePodSandbox(
	ctx context.Context,
	r *runtimeapi.RemovePodSandboxRequest,
) (*runtimeapi.RemovePodSandboxResponse, error) {
	if _, err := s.StopPodSandbox(ctx, &runtimeapi.StopPodSandboxRequest{PodSandboxId: r.PodSandboxId}); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sandboxes, r.PodSandboxId)
	for id, c := range s.containers {
		if c.sandbox.id == r.PodSandboxId {
			delete(s.containers, id)
		}
	}
	return &runtimeapi.RemovePodSandboxResponse{}, nil
}

// killAll ends the running containers of a sandbox at once.
func (s *server) killAll(sandbox string) {
	s.mu.Lock()
	var running []*container
	for _, c := range s.containers {
		if c.sandbox.id == sandbox && c.state == runtimeapi.ContainerState_CONTAINER_RUNNING {
			running = append(running, c)
		}
	}
	s.mu.Unlock()
	for _, c := range running {
		c.kill()
		<-c.done
	}
}

// PodSandboxStatus implements the CRI.
func (s *server) PodSandboxStatus(_ context.Context, r *runtimeapi.PodSandboxStatusRequest) (*runtimeapi.PodSandboxStatusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.sandboxes[r.PodSandboxId]
	if b == nil {
		return nil, notFound("sandbox", r.PodSandboxId)
	}
	return &runtimeapi.PodSandboxStatusResponse{Status: &runtimeapi.PodSandboxStatus{
		Id: b.id, Metadata: b.cfg.Metadata, State: b.state, CreatedAt: nanos(b.created),
		Network: &runtimeapi.PodSandboxNetworkStatus{Ip: b.ip},
		Linux: &runtimeapi.LinuxPodSandboxStatus{Namespaces: &runtimeapi.Namespace{
			Options: b.cfg.GetLinux().GetSecurityContext().GetNamespaceOptions(),
		}},
		Labels: b.cfg.Labels, Annotations: b.cfg.Annotations,
	}}, nil
}

// matches reports whether a filter selects a sandbox: an absent part of it selects all.
func (b *sandbox) matches(f *runtimeapi.PodSandboxFilter) bool {
	return (f.GetId() == "" || f.GetId() == b.id) &&
		(f.GetState() == nil || f.GetState().State == b.state) &&
		selects(f.GetLabelSelector(), b.cfg.Labels)
}

// ListPodSandbox implements the CRI.
func (s *server) ListPodSandbox(_ context.Context, r *runtimeapi.ListPodSandboxRequest) (*runtimeapi.ListPodSandboxResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &runtimeapi.ListPodSandboxResponse{}
	for id, b := range s.sandboxes {
		if !b.matches(r.GetFilter()) {
			continue
		}
		out.Items = append(out.Items, &runtimeapi.PodSandbox{
			Id: id, Metadata: b.cfg.Metadata, State: b.state, CreatedAt: nanos(b.created),
			Labels: b.cfg.Labels, Annotations: b.cfg.Annotations,
		})
	}
	return out, nil
}
