package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Up starts a lab and returns when it is ready. Progress and warnings go to
// notes, a line each. If ctx ends first, the lab is removed again.
func Up(ctx context.Context, opts Options, notes io.Writer) error {
	var err error
	if opts.Dir, err = absolute(opts.Dir); err != nil {
		return fmt.Errorf("create lab: %w", err)
	}
	if why := nodesPossible(opts.Dir); why != nil && opts.Nodes > 0 {
		if opts.RequireKubelet {
			return fmt.Errorf("create lab: %w", why)
		}
		opts.Nodes = 0
		fmt.Fprintf(notes, "warning: no nodes: %v; pods will stay Pending\n", why)
	}
	if err := create(opts); err != nil {
		return fmt.Errorf("create lab: %w", err)
	}
	err = supervise(ctx, opts, notes)
	if ctx.Err() != nil {
		return errors.Join(err, Down(opts.Dir))
	}
	return err
}

// create makes the directory of a lab and what it needs to begin with.
func create(opts Options) error {
	l := layout(opts.Dir)
	var images []byte
	if opts.Images != "" {
		var err error
		if images, err = os.ReadFile(opts.Images); err != nil {
			return err
		}
	}
	if err := l.create(opts.Nodes); err != nil {
		return err
	}
	if images != nil {
		if err := os.WriteFile(l.images(), images, 0o600); err != nil {
			return err
		}
	}
	return (&record{Options: opts}).save()
}

// supervise starts the supervisor and waits for its report.
func supervise(ctx context.Context, opts Options, notes io.Writer) error {
	l := layout(opts.Dir)
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close() // read to its end or given up
	log, err := os.OpenFile(l.log("supervisor"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the supervisor has its own
	cmd := &exec.Cmd{Path: self(), Args: []string{"lab", "supervise", "--dir", opts.Dir}}
	cmd.Stdout = log
	cmd.Stderr = log
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = supervisorAttr(opts.Nodes > 0)
	err = cmd.Start()
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}
	if err := os.WriteFile(l.pid("supervisor"), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(os.Interrupt) }) // it ends by itself then
	defer stop()
	return follow(r, notes, l)
}

// follow copies the report to notes until it says how the start went.
func follow(report io.Reader, notes io.Writer, l layout) error {
	lines := bufio.NewScanner(report)
	for lines.Scan() {
		line := lines.Text()
		if line == reportReady {
			return nil
		}
		if why, failed := strings.CutPrefix(line, reportFailed); failed {
			return fmt.Errorf("start lab: %s (logs are in %s)", why, l.at("logs"))
		}
		fmt.Fprintln(notes, line)
	}
	return fmt.Errorf("start lab: supervisor ended: see %s", l.log("supervisor"))
}

// Down removes the lab in dir: its processes, mounts, addresses and files.
// Nothing of it is left when it returns nil, even if its supervisor was killed.
func Down(dir string) error {
	dir, err := absolute(dir)
	if err != nil {
		return err
	}
	if _, err := load(dir); err != nil {
		return err
	}
	pids := []int{readPid(layout(dir).pid("supervisor"))}
	err = call(dir, "Down", none{})
	if err != nil && !errors.Is(err, errNoSupervisor) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("end lab: %w", err)
	}
	files, err := filepath.Glob(layout(dir).pid("*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		pids = append(pids, readPid(file))
	}
	if err := endAll(pids, dir); err != nil {
		return err
	}
	r, err := load(dir)
	if errors.Is(err, fs.ErrNotExist) { // by the supervisor; its addresses may be another lab's by now
		return os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	return r.remove()
}

// readPid returns the process ID in a file; 0, which no process has, if there is none.
func readPid(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(b))
	if err != nil {
		return 0
	}
	return pid
}

// patience is how long a process may take to end.
const patience = 10 * time.Second

// endAll waits for the end of those processes that belong to the lab in dir,
// which all are about to end, and kills one that does not.
func endAll(pids []int, dir string) error {
	for _, pid := range pids {
		if gone(pid, dir) {
			continue
		}
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // it may end right now
		}
		if !gone(pid, dir) {
			return fmt.Errorf("end lab: process %d does not end", pid)
		}
	}
	return nil
}

// gone waits for the end of a process. It reports false after a while.
func gone(pid int, dir string) bool {
	for began := time.Now(); alive(pid, dir); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			return false
		}
	}
	return true
}

// remove takes away what a lab leaves when its processes are gone.
func (r *record) remove() error {
	return errors.Join(r.giveSubnets(), unmountBelow(r.Options.Dir), os.RemoveAll(r.Options.Dir))
}

// giveSubnets takes the subnets off the loopback interface, and off the record:
// from now on another lab may take them.
func (r *record) giveSubnets() error {
	var errs []error
	for _, p := range r.Subnets {
		errs = append(errs, giveSubnet(p))
	}
	r.Subnets = nil
	return errors.Join(append(errs, r.save())...)
}
