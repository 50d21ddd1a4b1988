package cri

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Config says for which node a Server works.
type Config struct {
	Node   string       // name of the node, for IMAGE@NODE
	Socket string       // path of the unix socket to serve on
	Subnet netip.Prefix // pods get its addresses but the first, which is the node's; the machine must hold all of them
	Images string       // path of the images file, read at each pull and start; need not exist
}

// Serve answers a kubelet until ctx ends.
func Serve(ctx context.Context, cfg Config) error {
	l, err := net.Listen("unix", cfg.Socket)
	if err != nil {
		return err
	}
	s := newServer(cfg)
	g := grpc.NewServer(grpc.UnaryInterceptor(logErrors))
	runtimeapi.RegisterRuntimeServiceServer(g, s)
	runtimeapi.RegisterImageServiceServer(g, s)
	stop := context.AfterFunc(ctx, g.Stop)
	defer stop()
	if err := g.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve %s: %w", cfg.Socket, err)
	}
	return nil
}

// logErrors notes the calls that fail, for whoever wonders about a node.
func logErrors(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	resp, err := next(ctx, req)
	if err != nil {
		slog.InfoContext(ctx, "refused", "call", info.FullMethod, "err", err)
	}
	return resp, err
}

// server holds one node's sandboxes, containers and images.
type server struct {
	runtimeapi.UnimplementedRuntimeServiceServer
	runtimeapi.UnimplementedImageServiceServer

	cfg Config
	ips *pool

	mu         sync.Mutex // guards what follows, and the state of each entry
	sandboxes  map[string]*sandbox
	containers map[string]*container
	pulled     map[string]*runtimeapi.Image // by full name
}

// newServer returns a runtime without pods. Nothing is kept on disk: a runtime that is started again has none,
// as after a reboot of the node.
func newServer(cfg Config) *server {
	return &server{
		cfg:        cfg,
		ips:        newPool(cfg.Subnet),
		sandboxes:  map[string]*sandbox{},
		containers: map[string]*container{},
		pulled:     map[string]*runtimeapi.Image{},
	}
}

// Version implements the CRI.
func (s *server) Version(context.Context, *runtimeapi.VersionRequest) (*runtimeapi.VersionResponse, error) {
	return &runtimeapi.VersionResponse{Version: "0.1.0", RuntimeName: "lab", RuntimeVersion: "1.0.0", RuntimeApiVersion: "v1"}, nil
}

// Status implements the CRI: runtime and network are always ready.
func (s *server) Status(context.Context, *runtimeapi.StatusRequest) (*runtimeapi.StatusResponse, error) {
	return &runtimeapi.StatusResponse{Status: &runtimeapi.RuntimeStatus{Conditions: []*runtimeapi.RuntimeCondition{
		{Type: runtimeapi.RuntimeReady, Status: true},
		{Type: runtimeapi.NetworkReady, Status: true},
	}}}, nil
}

// RuntimeConfig implements the CRI.
func (s *server) RuntimeConfig(context.Context, *runtimeapi.RuntimeConfigRequest) (*runtimeapi.RuntimeConfigResponse, error) {
	return &runtimeapi.RuntimeConfigResponse{Linux: &runtimeapi.LinuxRuntimeConfiguration{CgroupDriver: runtimeapi.CgroupDriver_CGROUPFS}}, nil
}

// UpdateRuntimeConfig implements the CRI: there is nothing to update.
func (s *server) UpdateRuntimeConfig(
	context.Context,
	*runtimeapi.UpdateRuntimeConfigRequest,
) (*runtimeapi.UpdateRuntimeConfigResponse, error) {
	return &runtimeapi.UpdateRuntimeConfigResponse{}, nil
}

// ListContainerStats implements the CRI: containers use nothing.
func (s *server) ListContainerStats(
	context.Context,
	*runtimeapi.ListContainerStatsRequest,
) (*runtimeapi.ListContainerStatsResponse, error) {
	return &runtimeapi.ListContainerStatsResponse{}, nil
}

// ListPodSandboxStats implements the CRI: sandboxes use nothing.
func (s *server) ListPodSandboxStats(
	context.Context,
	*runtimeapi.ListPodSandboxStatsRequest,
) (*runtimeapi.ListPodSandboxStatsResponse, error) {
	return &runtimeapi.ListPodSandboxStatsResponse{}, nil
}

// newID makes an identifier in the form that runtimes give.
func newID() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return hex.EncodeToString(b)
}

// notFound returns the error of an unknown object in the words of containerd, which the kubelet takes for a
// removal that is done.
func notFound(kind, id string) error {
	return status.Errorf(codes.NotFound, "an error occurred when try to find %s %q: not found", kind, id)
}

// selects reports whether the labels have all that a filter wants.
func selects(want, have map[string]string) bool {
	for k, v := range want {
		if have[k] != v {
			return false
		}
	}
	return true
}

// nanos is a time of the CRI: 0 for none.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
