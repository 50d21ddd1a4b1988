//go:build linux

package hostile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// built returns the folder of the plugins: that of make build if nothing has
// changed since, as in make test, otherwise a new one.
var built = sync.OnceValues(func() (string, error) {
	top := filepath.Join("..", "..")
	made, err := os.Stat(filepath.Join(top, "bin", "kubectl-thrash"))
	if err == nil && !changedSince(top, made.ModTime()) {
		return filepath.Join(top, "bin"), nil
	}
	dir, err := os.MkdirTemp("", "thrashkit-hostile")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", dir+string(filepath.Separator), "./cmd/...")
	build.Dir = top
	build.Env = environment
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return dir, nil
})

// changedSince reports whether a file of the plugins is younger than at.
func changedSince(top string, at time.Time) bool {
	changed := false
	for _, dir := range []string{"cmd", "pkg", "plugins"} {
		err := filepath.WalkDir(filepath.Join(top, dir), func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			changed = changed || (err == nil && !entry.IsDir() && info.ModTime().After(at))
			return err
		})
		changed = changed || err != nil
	}
	return changed
}

// environment is that of whoever runs the tests, with their build cache.
var environment = os.Environ()

// process is a plugin in a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

// start starts a plugin without a home directory and kubeconfig.
func start(t *testing.T, change func(*process), plugin string, args ...string) *process {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	program, err := filepath.Abs(filepath.Join(dir, "kubectl-"+plugin)) // it runs elsewhere
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, program, args...)}
	p.Dir = t.TempDir()
	p.Env = []string{"KUBECONFIG=/nonexistent"}
	p.Stdout = &p.stdout
	p.Stderr = &p.stderr
	if change != nil {
		change(p)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// end waits for the end and returns the exit code, 128 and the signal for one
// that ended the process, as shells do.
func (p *process) end(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	exit, failed := errors.AsType[*exec.ExitError](err)
	if err == nil {
		return 0
	}
	if !failed {
		t.Fatal(err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// serverWith starts an API server of which a path that ends in stuck is answered never.
// It closes the channel when it is asked for it.
func serverWith(t *testing.T, stuck string) (url string, reached <-chan struct{}) {
	t.Helper()
	asked := make(chan struct{})
	once := sync.Once{}
	a := &api{recording: recorded(t, recording), fault: func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if stuck == "" || !strings.HasSuffix(r.URL.Path, stuck) {
			return false
		}
		once.Do(func() { close(asked) })
		<-r.Context().Done()
		return true
	}}
	return a.start(t, false).URL, asked
}

// interrupted is how long after a Ctrl-C a plugin may still run. It is 0.2 s on a
// machine that has nothing else to do; a plugin that waits for the server waits much longer.
const interrupted = 10 * time.Second

func TestAnInterruptEndsAProcess(t *testing.T) {
	for name, test := range map[string]struct {
		plugin, stuck string
		signal        syscall.Signal
		code          int
	}{
		"in the first read": {"thrash", "/pods", syscall.SIGINT, 130}, "terminated": {"rsmap", "/deployments", syscall.SIGTERM, 143},
		"in the evidence": {"thrash", "/events", syscall.SIGINT, 130}, "in discovery": {"explainfields", "/api", syscall.SIGINT, 130},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, reached := serverWith(t, test.stuck)
			args := []string{"-n", "parlor-core", "--server", url}
			if test.plugin == "explainfields" {
				args = append(args, "widgets/a")
			}
			p := start(t, nil, test.plugin, args...)
			select {
			case <-reached:
			case <-time.After(time.Minute):
				t.Fatalf("it never asks for %s", test.stuck)
			}
			began := time.Now()
			if err := p.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			code := p.end(t)
			took := time.Since(began)
			if code != test.code || took > interrupted || p.stdout.Len() > 0 || p.stderr.Len() > 0 {
				t.Errorf("exit code %d after %s, %s%s; want %d and no output", code, took, &p.stdout, &p.stderr, test.code)
			}
			t.Logf("%s after the signal", took)
		})
	}
}

// An interrupt at any time, also while the process starts, ends it with 130.
func TestAnInterruptAtAnyTime(t *testing.T) {
	url, _ := serverWith(t, "/nodes/worker-a")
	for after := time.Duration(0); after < 60*time.Millisecond; after += 4 * time.Millisecond {
		p := start(t, nil, "thrash", "-n", "parlor-core", "--server", url)
		time.Sleep(after) // chance decides where it hits: any place must do
		_ = p.Process.Signal(os.Interrupt)
		if code := p.end(t); code != 130 || strings.Contains(p.stderr.String(), "goroutine") {
			t.Errorf("after %s: exit code %d, %s", after, code, &p.stderr)
		}
	}
}

// What waits without a question to a server ends at an interrupt too: a read of
// standard input that brings nothing, and a watch of what does not change.
func TestAnInterruptEndsAWait(t *testing.T) {
	url, _ := serverWith(t, "")
	for name, args := range map[string][]string{
		"standard input":      {"thrash", "-f", "-"},
		"manifests on it":     {"explainfields", "-f", "-"},
		"a watch into a pipe": {"thrash", "-n", "parlor-core", "--server", url, "--watch"},
		"a watch as JSON":     {"rsmap", "-n", "parlor-core", "--server", url, "--watch", "-o", "json"},
		"a watch until":       {"rsmap", "-n", "parlor-core", "--server", url, "--watch", "--until", "complete", "deploy/parlor-bff"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer write.Close()
			p := start(t, func(p *process) { p.Stdin = read }, args[0], args[1:]...)
			if err := read.Close(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond) // chance decides how far it is: any place must do
			if err := p.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if code := p.end(t); code != 130 || time.Since(began) > interrupted || strings.Contains(p.stderr.String(), "goroutine") {
				t.Errorf("exit code %d after %s, %s", code, time.Since(began), &p.stderr)
			}
			t.Logf("%s after the signal", time.Since(began))
		})
	}
}

// Streams that are closed from the start take nothing, and nothing that is opened
// later takes their place: the answer does not go into a connection or a file.
func TestClosedStreams(t *testing.T) {
	var asked atomic.Int64
	a := &api{recording: recorded(t, recording), fault: func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if r.Method != http.MethodGet {
			asked.Add(1)
		}
		return false
	}}
	url := a.start(t, false).URL
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	if dir, err = filepath.Abs(dir); err != nil { // they run elsewhere
		t.Fatal(err)
	}
	for _, streams := range []string{">&-", "2>&-", "<&-", ">&- 2>&- <&-"} {
		for _, command := range []string{"thrash", "rsmap", "explainfields deploy/parlor-api"} {
			line := "exec " + filepath.Join(dir, "kubectl-"+command) + " -n parlor-core --cache-dir cache --server " + url + " " + streams
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Env = []string{"KUBECONFIG=/nonexistent"}
			cmd.Dir = t.TempDir()
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v, %s", command, streams, err, out)
			}
			left, err := os.ReadDir(cmd.Dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range left {
				if entry.Name() != "cache" {
					t.Errorf("%s %s has written %s", command, streams, entry.Name())
				}
			}
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("%d requests are none: the output went into a connection", n)
	}
}

// terminal returns both ends of a pseudo-terminal.
func terminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { _ = ours.Close() })
	if err := unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	if err := unix.IoctlSetWinsize(int(theirs.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// A watch on a terminal leaves the screen when it is interrupted, and its last view.
func TestAnInterruptRestoresTheTerminal(t *testing.T) {
	url, _ := serverWith(t, "")
	ours, theirs := terminal(t)
	p := start(t, func(p *process) {
		p.Stdin = theirs
		p.Stdout = theirs
		p.Stderr = theirs
		p.Env = append(p.Env, "TERM=xterm")
	}, "thrash", "-n", "parlor-core", "--server", url, "--watch")
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	drawn := make(chan struct{})
	shown := make(chan string)
	go func() {
		var all strings.Builder
		data := make([]byte, 4096)
		once := false
		for {
			n, err := ours.Read(data)
			all.Write(data[:n])
			if !once && strings.Contains(all.String(), "\x1b[?1049h") {
				once = true
				close(drawn)
			}
			if err != nil { // the other end is closed
				shown <- all.String()
				return
			}
		}
	}()
	select {
	case <-drawn:
	case <-time.After(time.Minute):
		t.Fatal("nothing is drawn")
	}
	began := time.Now()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	code := p.end(t)
	took := time.Since(began)
	screen := <-shown
	if left := strings.LastIndex(screen, "\x1b[?1049l"); code != 130 || took > interrupted || left < strings.LastIndex(screen, "\x1b[?1049h") ||
		!strings.Contains(screen, "\x1b[?25h") {
		t.Errorf("exit code %d after %s, the screen: %q", code, took, screen)
	}
	t.Logf("%s after the signal", took)
}

// What cannot be written is an error, except to a reader that has gone.
func TestOutputThatCannotBeWritten(t *testing.T) {
	url, _ := serverWith(t, "")
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for _, args := range [][]string{
		{"thrash", "-n", "parlor-core"},
		{"thrash", "-n", "parlor-core", "-o", "json"},
		{"thrash", "-n", "parlor-core", "-o", "html"},
		{"thrash", "-n", "parlor-core", "-o", "name"},
		{"thrash", "-n", "parlor-core", "-o", "jsonpath={.items}"},
		{"thrash", "-n", "parlor-core", "--watch"},
		{"rsmap", "-n", "parlor-core"},
		{"rsmap", "-n", "parlor-core", "-o", "dot"},
		{"rsmap", "-n", "parlor-core", "parlor-api", "--diff"},
		{"explainfields", "-n", "parlor-core", "deploy/parlor-api"},
		{"explainfields", "-n", "parlor-core", "deploy/parlor-api", "-o", "table"},
		{"explainfields", "pods"},
		{"thrash", "--help"},
		{"thrash", "--version"},
		{"thrash", "completion", "bash"},
	} {
		p := start(t, func(p *process) { p.Stdout = full }, args[0], append(args[1:], "--server", url)...)
		if code := p.end(t); code != 1 || !strings.Contains(p.stderr.String(), "no space left on device") {
			t.Errorf("%v to a full disk: exit code %d, %s", args, code, &p.stderr)
		}
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p = start(t, func(p *process) { p.Stdout = write }, args[0], append(args[1:], "--server", url)...)
		_ = read.Close()
		_ = write.Close()
		if code := p.end(t); code != 128+int(syscall.SIGPIPE) || p.stderr.Len() > 0 {
			t.Errorf("%v to a reader that has gone: exit code %d, %s", args, code, &p.stderr)
		}
	}
}

// Without a home directory, and with a cache that cannot be written, discovery
// works and nothing is written elsewhere.
func TestNoPlaceForACache(t *testing.T) {
	url, _ := serverWith(t, "")
	for name, args := range map[string][]string{"no home": nil, "a file as the cache": {"--cache-dir", "/dev/null"}, "none": {"--cache-dir", "/proc/nothing"}} {
		p := start(t, nil, "explainfields", append(args, "-n", "parlor-core", "--server", url, "widgets/a")...)
		if code := p.end(t); code != 1 || !strings.Contains(p.stderr.String(), `the server doesn't have a resource type "widgets"`) {
			t.Errorf("%s: exit code %d, %s", name, code, &p.stderr)
		}
		if left, err := os.ReadDir(p.Dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is written into the working directory, %v", name, left, err)
		}
		p = start(t, nil, "thrash", append(args, "-n", "parlor-core", "--server", url)...)
		if code := p.end(t); code != 0 || p.stdout.Len() == 0 || p.stderr.Len() > 0 {
			t.Errorf("%s: exit code %d, %s", name, code, &p.stderr)
		}
	}
}
