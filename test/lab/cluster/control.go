package cluster

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/rpc"
)

// Control is what a supervisor does for the commands of the lab, called by
// package net/rpc through a socket in the directory of the lab.
type Control struct{ s *supervisor }

// none stands for no argument or no result.
type none = struct{}

// listen serves Control.
func (s *supervisor) listen() error {
	l, err := net.Listen("unix", s.control())
	if err != nil {
		return err
	}
	srv := rpc.NewServer()
	if err := srv.Register(&Control{s}); err != nil {
		return err
	}
	go srv.Accept(l)
	return nil
}

// Down removes the lab; then the supervisor ends, perhaps before it can answer.
func (c *Control) Down(none, *none) error {
	err := c.s.release()
	c.s.down()
	return err
}

// Kill ends a program with SIGKILL.
func (c *Control) Kill(name string, _ *none) error {
	pr := c.s.find(name)
	if pr == nil {
		return fmt.Errorf("kill %s: it does not run", name)
	}
	c.s.mu.Lock()
	c.s.killed[name] = pr.program
	c.s.mu.Unlock()
	return c.s.kill(pr)
}

// Start starts a program again that was killed.
func (c *Control) Start(name string, _ *none) error {
	c.s.mu.Lock()
	p, ok := c.s.killed[name]
	c.s.mu.Unlock()
	if !ok {
		return fmt.Errorf("start %s: it was not killed", name)
	}
	_, err := c.s.start(p)
	return err
}

// call asks the supervisor of the lab in dir.
func call(dir, method string, arg any) error {
	c, err := rpc.Dial("unix", layout(dir).control())
	if err != nil {
		return errors.Join(errNoSupervisor, err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			slog.Debug("close control", "err", err)
		}
	}()
	return c.Call("Control."+method, arg, &none{})
}

// errNoSupervisor says that nobody holds the lab.
var errNoSupervisor = errors.New("the lab is not up")

// Kill ends a program of the lab in dir with SIGKILL, by its name in logs, as
// kube-scheduler or kubelet-lab-node-1.
func Kill(dir, name string) error { return call(dir, "Kill", name) }

// Start starts a program again that Kill ended.
func Start(dir, name string) error { return call(dir, "Start", name) }
