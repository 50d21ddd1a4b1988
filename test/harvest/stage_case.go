//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// stageCase runs in the namespaces of a case, as their first process: it lays
// out the root and the network, starts what the program talks to, runs the
// program and writes the recording.
func stageCase(file string) error {
	in, err := readOrder(file)
	if err != nil {
		return err
	}
	root, err := in.layRoot()
	if err != nil {
		return fmt.Errorf("lay out the root: %w", err)
	}
	if err := in.layNetwork(); err != nil {
		return fmt.Errorf("lay out the network: %w", err)
	}
	if err := in.layPod(root); err != nil {
		return err
	}
	if err := in.startPeers(root); err != nil {
		return fmt.Errorf("start what it talks to: %w", err)
	}
	r, err := in.record(file)
	if err != nil {
		return err
	}
	if r.Version, err = version(in.Study, root); err != nil {
		return err
	}
	return writeJSON(in.Out, r)
}

// output runs a shell script in the root and returns what it prints.
func output(root, script string) (string, error) {
	cmd := exec.Command("/bin/sh", "-euc", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	cmd.Dir = "/"
	cmd.Env = imageEnv()
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func imageEnv() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
}

// record runs the program as the first process of a pod's namespace.
func (in order) record(file string) (recording, error) {
	var r recording
	read, write, err := os.Pipe()
	if err != nil {
		return r, err
	}
	if user := in.Study.Setup.User; user != nil { // as runc does for its containers
		if err := write.Chown(int(*user), int(*user)); err != nil {
			return r, err
		}
	}
	cmd := exec.Command("/proc/self/exe", "stage-init", file)
	cmd.Stdout = write
	cmd.Stderr = write
	cmd.Env = in.environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID, Setsid: true}
	r.Started = time.Now().UTC()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	if err := write.Close(); err != nil {
		return r, err
	}
	var lines sync.WaitGroup
	lines.Go(func() { r.Lines = readLines(read) })
	r.Running = in.await(cmd)
	r.Finished = time.Now().UTC()
	lines.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return r, errors.New("no exit status")
	}
	if r.ExitCode = status.ExitStatus(); status.Signaled() {
		r.Signal = int(status.Signal())
		r.ExitCode = 128 + r.Signal
	}
	r.OOMKilled = in.Cgroup != "" && killedForMemory(in.Cgroup)
	return r, nil
}

// await waits for the program, sends what stops it, and reports whether it had
// to be ended because it does not fail by itself.
func (in order) await(cmd *exec.Cmd) bool {
	var running atomic.Bool
	gone := make(chan struct{})
	after := longest
	stop := in.Study.Setup.Stop
	if stop != nil {
		after = stop.After.Duration
	}
	timer := time.AfterFunc(after, func() {
		if stop == nil {
			running.Store(true)
		} else if stop.Signal == "TERM" {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-gone:
			case <-time.After(20 * time.Second): // the grace period
			}
		}
		_ = cmd.Process.Kill() // of no effect if it is gone
	})
	defer timer.Stop()
	_ = cmd.Wait() // its state is read by the caller
	close(gone)
	return running.Load()
}

// readLines returns the last lines that are written to r, with their times.
func readLines(r io.Reader) []line {
	var out []line
	text := bufio.NewReaderSize(r, 1<<20)
	for {
		s, err := text.ReadString('\n')
		if s = strings.TrimSuffix(s, "\n"); s != "" || err == nil {
			out = append(out, line{At: time.Now().UTC(), Text: strings.ToValidUTF8(s, "\uFFFD")})
		}
		if len(out) > 10*keptLines {
			out = slices.Clone(out[len(out)-keptLines:])
		}
		if err != nil {
			return out[max(0, len(out)-keptLines):]
		}
	}
}

// environment returns what the kubelet sets: the pod's variables and those of the Services.
func (in order) environment() []string {
	env := append(imageEnv(), "HOSTNAME="+in.Study.podName(), "KUBERNETES_SERVICE_HOST=10.96.0.1", "KUBERNETES_SERVICE_PORT=443")
	for _, p := range in.Study.Setup.Peers {
		if address := p.address(); p.State != "absent" && p.inside() {
			name := strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_"))
			env = append(env, name+"_SERVICE_HOST="+address, name+"_SERVICE_PORT="+strconv.Itoa(int(p.Port)),
				name+"_PORT=tcp://"+net.JoinHostPort(address, strconv.Itoa(int(p.Port))))
		}
	}
	for key, value := range in.Study.Setup.Env {
		env = append(env, key+"="+value)
	}
	for key, value := range in.Study.Setup.Secrets {
		env = append(env, key+"="+value)
	}
	return env
}
