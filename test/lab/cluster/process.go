package cluster

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
)

// processes are the programs that a supervisor holds.
type processes struct {
	layout
	spawn chan func() // run on the one thread that is the parent of all

	mu      sync.Mutex
	running map[string]*process
}

// process is a program that was started.
type process struct {
	program
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; valid after done
}

// newProcesses starts the parent thread. On Linux a child is set to be killed with
// the thread that made it, so that thread has to stay.
func newProcesses(l layout) *processes {
	ps := &processes{layout: l, spawn: make(chan func()), running: map[string]*process{}}
	go func() {
		runtime.LockOSThread()
		for f := range ps.spawn {
			f()
		}
	}()
	return ps
}

// start runs a program, whose output goes to its log. It is an error if it runs already.
func (ps *processes) start(p program) (*process, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.running[p.name] != nil {
		return nil, fmt.Errorf("start %s: it runs already", p.name)
	}
	log, err := os.OpenFile(ps.log(p.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	cmd := ps.command(p, log)
	result := make(chan error)
	ps.spawn <- func() { result <- cmd.Start() }
	if err := <-result; err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	pr := &process{program: p, cmd: cmd, done: make(chan struct{})}
	ps.running[p.name] = pr
	go ps.wait(pr)
	return pr, os.WriteFile(ps.pid(p.name), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600)
}

// command returns what runs a program: this binary under another name.
func (ps *processes) command(p program, log *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path: self(), Args: append([]string{"lab", p.as}, p.args...), Dir: string(ps.layout),
		// No proxy and no credentials of the caller's.
		Env:    []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + string(ps.layout)},
		Stdout: log, Stderr: log, SysProcAttr: childAttr(),
	}
}

// wait waits for the end of a program and forgets it. The pid file goes before done is
// closed, so that it never names a process that somebody has seen end.
func (ps *processes) wait(pr *process) {
	pr.err = pr.cmd.Wait()
	slog.Info("ended", "program", pr.name, "how", pr.cmd.ProcessState)
	ps.mu.Lock()
	defer ps.mu.Unlock()
	delete(ps.running, pr.name)
	if err := os.Remove(ps.pid(pr.name)); err != nil {
		slog.Info("pid file left", "err", err)
	}
	close(pr.done)
}

// kill ends programs at once and waits for their end: the API server would take a minute
// over a polite request while somebody watches.
func (ps *processes) kill(prs ...*process) error {
	var errs []error
	for _, pr := range prs {
		if err := pr.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			errs = append(errs, fmt.Errorf("kill %s: %w", pr.name, err))
			continue
		}
		<-pr.done
	}
	return errors.Join(errs...)
}

// find returns a program that runs; nil if it does not.
func (ps *processes) find(name string) *process {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return ps.running[name]
}

// killAll ends all programs.
func (ps *processes) killAll() error {
	ps.mu.Lock()
	var prs []*process
	for _, pr := range ps.running {
		prs = append(prs, pr)
	}
	ps.mu.Unlock()
	return ps.kill(prs...)
}
