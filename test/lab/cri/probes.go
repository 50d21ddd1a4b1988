package cri

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// States of an answer that are not numbers.
const (
	ok   = "ok"
	fail = "fail"
	hang = "hang"
)

// ExecSync implements the CRI for probes and hooks: what a command gives is
// the script's word exec, and success without it.
func (s *server) ExecSync(ctx context.Context, r *runtimeapi.ExecSyncRequest) (*runtimeapi.ExecSyncResponse, error) {
	c, err := s.container(r.ContainerId)
	if err != nil {
		return nil, err
	}
	if !s.running(c) {
		return nil, status.Error(codes.Unknown, "failed to exec in container: container is in CONTAINER_EXITED state")
	}
	command := strings.Join(r.Cmd, " ")
	phases := c.attempt.Exec.For(func(match string) bool { return strings.Contains(command, match) })
	state := phases.At(time.Since(c.started))
	switch state {
	case "", ok, "0":
		return &runtimeapi.ExecSyncResponse{}, nil
	case hang:
		return nil, hangExec(ctx, c, time.Duration(r.Timeout)*time.Second)
	case fail:
		state = "1"
	}
	code, err := exitCode(state)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &runtimeapi.ExecSyncResponse{ExitCode: code, Stdout: []byte(c.attempt.Output)}, nil
}

// hangExec waits for the time-out of a command (0: none) and returns the error that containerd gives for it.
func hangExec(ctx context.Context, c *container, timeout time.Duration) error {
	var late <-chan time.Time
	if timeout > 0 {
		late = time.After(timeout)
	}
	select {
	case <-late:
		return status.Errorf(codes.DeadlineExceeded, "failed to exec in container: timeout %s exceeded: context deadline exceeded", timeout)
	case <-c.done:
		return status.Error(codes.Unknown, "failed to exec in container: container ended")
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

// openPorts opens what the script listens on, at its time, until closePts.
func (c *container) openPorts(ip string) {
	srv := &http.Server{Handler: http.HandlerFunc(c.answer), ReadHeaderTimeout: time.Minute}
	var timers []*time.Timer
	for _, l := range c.attempt.Listen {
		open := func() { c.openPort(srv, net.JoinHostPort(ip, strconv.Itoa(l.Port))) }
		if l.After == 0 {
			open()
		} else {
			timers = append(timers, time.AfterFunc(l.After, open))
		}
	}
	c.closePts = sync.OnceFunc(func() {
		for _, t := range timers {
			t.Stop()
		}
		if err := srv.Close(); err != nil {
			slog.Info("ports not closed", "container", c.id, "err", err)
		}
	})
}

// openPort serves HTTP on an address. If the address is taken, the container logs that, as a program would.
func (c *container) openPort(srv *http.Server, addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		c.say(Line{Stream: string(runtimeapi.Stderr), Text: err.Error()})
		return
	}
	go func() { _ = srv.Serve(l) }() // always http.ErrServerClosed: it ends with the container
}

// answer gives the status code that the script has for the path.
func (c *container) answer(w http.ResponseWriter, r *http.Request) {
	phases := c.attempt.HTTP.For(func(match string) bool { return strings.HasPrefix(r.URL.Path, match) })
	state := phases.At(time.Since(c.started))
	if state == hang {
		select {
		case <-r.Context().Done():
		case <-c.done:
		}
		return
	}
	code, err := strconv.Atoi(state)
	if err != nil {
		code = http.StatusOK // no word of it
	}
	w.WriteHeader(code)
	_, _ = w.Write([]byte(http.StatusText(code) + "\n")) // the asker may be gone
}
