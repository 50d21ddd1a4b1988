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
	"path/filepath"
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
	r, err := in.record(file, root)
	if err != nil {
		return err
	}
	if r.Version, err = output(root, "dpkg-query -W -f '${Version}' "+in.Study.Package); err != nil {
		return err
	}
	return writeJSON(in.Out, r)
}

// layRoot mounts a writable layer over the root, with what a container finds in it.
func (in order) layRoot() (string, error) {
	root := filepath.Join(in.Dir, "root")
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", in.Dir, "tmpfs", 0, "mode=755"); err != nil {
		return "", err
	}
	for _, name := range []string{"root", "upper", "work"} {
		if err := os.Mkdir(filepath.Join(in.Dir, name), 0o755); err != nil {
			return "", err
		}
	}
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", in.Root, in.Dir, in.Dir)
	if err := syscall.Mount("overlay", root, "overlay", 0, layers); err != nil {
		return "", err
	}
	mounts := []struct{ kind, at, data string }{
		{"proc", "proc", ""},
		{"tmpfs", "dev", "mode=755"},
		{"tmpfs", "dev/shm", "mode=1777,size=64m"},
	}
	for _, m := range mounts {
		at := filepath.Join(root, m.at)
		if err := errors.Join(os.MkdirAll(at, 0o755), syscall.Mount(m.kind, at, m.kind, 0, m.data)); err != nil {
			return "", fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	return root, in.layDevices(root)
}

func (in order) layDevices(root string) error {
	syscall.Umask(0)
	defer syscall.Umask(0o022)
	devices := map[string]int{"null": 1<<8 | 3, "zero": 1<<8 | 5, "full": 1<<8 | 7, "random": 1<<8 | 8, "urandom": 1<<8 | 9, "tty": 5 << 8}
	for name, number := range devices {
		if err := syscall.Mknod(filepath.Join(root, "dev", name), syscall.S_IFCHR|0o666, number); err != nil {
			return fmt.Errorf("make /dev/%s: %w", name, err)
		}
	}
	for name, to := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := os.Symlink("/proc/self/fd"+to, filepath.Join(root, "dev", name)); err != nil {
			return err
		}
	}
	return nil
}

// layPod writes the files of the ConfigMap, makes the volumes and runs the
// scripts that make the image.
func (in order) layPod(root string) error {
	s := in.Study.Setup
	resolv := fmt.Sprintf("search %s.svc.cluster.local svc.cluster.local cluster.local\nnameserver %s\noptions ndots:5\n",
		in.Study.namespace(), dnsAddress)
	system := map[string]string{
		"/etc/resolv.conf": resolv,
		"/etc/hosts":       "127.0.0.1\tlocalhost\n" + podAddress + "\t" + in.Study.podName() + "\n",
		"/etc/hostname":    in.Study.podName() + "\n",
	}
	if err := syscall.Sethostname([]byte(in.Study.podName())); err != nil {
		return err
	}
	for path, text := range system {
		if err := writeFile(root+path, text); err != nil {
			return err
		}
	}
	if s.Prepare != "" {
		if out, err := output(root, s.Prepare); err != nil {
			return fmt.Errorf("prepare: %w: %s", err, out)
		}
	}
	for _, v := range s.Volumes {
		if err := v.lay(root); err != nil {
			return fmt.Errorf("volume %s: %w", v.Path, err)
		}
	}
	for path, text := range s.Files {
		if err := writeFile(root+path, text); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// lay makes a volume in the root.
func (v volume) lay(root string) error {
	at := root + v.Path
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	data := "mode=777"
	if v.Claim {
		data = "mode=755"
	}
	if v.Mode != "" {
		data = "mode=" + v.Mode
	}
	if v.Size != "" {
		data += ",size=" + v.Size
	}
	if err := syscall.Mount("tmpfs", at, "tmpfs", 0, data); err != nil {
		return err
	}
	script := v.Prepare
	if v.Owner != "" {
		script += "\nchown " + v.Owner + " " + v.Path
	}
	if v.Full {
		script += "\ndd if=/dev/zero of=" + v.Path + "/.older bs=4k 2>/dev/null || true"
	}
	if out, err := output(root, script); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if v.ReadOnly {
		return syscall.Mount("", at, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, data)
	}
	return nil
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
func (in order) record(file, _ string) (recording, error) {
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
