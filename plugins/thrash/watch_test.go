package thrash_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

// bubble runs a test on the clock of synctest. The runtime starts the goroutine
// that delivers signals at the first Notify; that must not be in a bubble.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	signal.Stop(signals)
	synctest.Test(t, test)
}

// network connects commands to servers within a bubble of synctest, in which a
// real connection would keep the clock from moving.
type network map[string]*inMemory // by host and port

// inMemory is the listener of a server on the network.
type inMemory struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (l *inMemory) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *inMemory) Close() error {
	close(l.closed)
	return nil
}

func (l *inMemory) Addr() net.Addr { return &net.UnixAddr{Name: "in memory"} }

// serve starts a server on the network until the test ends.
func (n network) serve(t *testing.T, address string, handler http.Handler) {
	t.Helper()
	listener := &inMemory{accepted: make(chan net.Conn), closed: make(chan struct{})}
	n[address] = listener
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }() // its error is that it was closed
	t.Cleanup(func() { _ = server.Close() })
}

// dial connects to a server, and is refused if there is none.
func (n network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	listener := n[address]
	if listener == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	select {
	case listener.accepted <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// kubectl runs the command on the network, on a terminal of that size or on none
// if it is 0, and returns what it wrote.
func (n network) kubectl(t *testing.T, width, height int, args ...string) (out string, err error) {
	t.Helper()
	var stdout bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: io.Discard},
		Now:       time.Now, Getenv: func(string) string { return "" },
		Width: func() int { return width }, Height: func() int { return height },
		Dial: n.dial,
	}
	cmd := thrash.NewCommand(env)
	cmd.SetArgs(append(args, "--cache-dir", t.TempDir()))
	cmd.SetOut(io.Discard)
	err = cmd.ExecuteContext(t.Context())
	return stdout.String(), err
}

// exitCode returns the exit code and the text of a command's error.
func exitCode(err error) (code int, text string) {
	if err == nil {
		return cli.ExitDone, ""
	}
	if exit, ok := errors.AsType[*cli.ExitError](err); ok {
		return exit.Code, err.Error()
	}
	return cli.ExitFailed, err.Error()
}

const (
	crashing = "crashing.test:80"
	healthy  = "healthy.test:80"
	refusing = "refusing.test:80"
)

// --until stable waits for all contexts: for one that thrashes, and for one that
// cannot be read.
func TestFleetUntil(t *testing.T) {
	for name, test := range map[string]struct {
		eu, us, namespace string
		out, err          string
	}{
		"thrashes": {crashing, crashing, "parlor-core", " us pod/parlor-api-57d4bd6cb-dvw9k/api thrashing", "until stable: eu pod/parlor-api-"},
		"unread": {
			refusing, healthy, "parlor-avatars",
			" all well: 3 pods looked at", "until stable: eu was not read (The connection to the server ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := kubeconfig(t, "http://"+test.eu, "http://"+test.us)
			bubble(t, func(t *testing.T) {
				n := recordedNetwork(t)
				out, err := n.kubectl(t, 0, 0, "--kubeconfig", config, "--all-contexts", "-n", test.namespace, "--until", "stable", "--timeout", "6s")
				code, text := exitCode(err)
				if code != cli.ExitTimeout || !strings.Contains(text, test.err) || !strings.Contains(out, test.out) {
					t.Errorf("code %d: %s\n%s", code, text, out)
				}
			})
		})
	}
}

// recordedNetwork returns a network with a server that has crashing pods and one
// that has not.
func recordedNetwork(t *testing.T) network {
	t.Helper()
	n := network{}
	n.serve(t, crashing, recorded(t, chain))
	n.serve(t, healthy, recorded(t, "d20-avatars/snap-20261123T190746Z.tar.gz"))
	return n
}

// --until stable ends when nothing thrashes. With --timeout it ends with a code
// of its own, and the error names what it waited for.
func TestUntil(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	for name, test := range map[string]struct {
		args     []string
		code     int
		out, err string
	}{
		"stable": {
			[]string{"--server", "http://" + healthy, "-n", "parlor-avatars", "--until", "stable"},
			cli.ExitDone, "all well: 3 pods looked at", "",
		},
		"thrashing": {
			[]string{"--server", "http://" + crashing, "-n", "parlor-core", "--until", "stable", "--timeout", "2s"},
			cli.ExitTimeout, "pod/parlor-api-57d4bd6cb-dvw9k/api thrashing CrashLoopBackOff: 9 restarts; app-config",
			"of waiting until stable: pod/parlor-api-",
		},
		"one document": {
			[]string{"--server", "http://" + crashing, "-n", "parlor-core", "-w", "-o", "jsonpath={.kind} ", "--timeout", "10s"},
			cli.ExitTimeout, "ThrashReport", "timed out after 10s",
		},
		"nothing to wait for": {
			[]string{"--server", "http://" + crashing, "-n", "empty", "--until", "stable"},
			cli.ExitFailed, "", "wait until stable: no pod was found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				out, err := recordedNetwork(t).kubectl(t, 0, 0, test.args...)
				code, text := exitCode(err)
				if code != test.code || (strings.Count(out, test.out) != 1 && test.out != "") || !strings.Contains(text, test.err) {
					t.Errorf("code %d, want %d; out %q, want %q; error %q, want %q", code, test.code, out, test.out, text, test.err)
				}
			})
		})
	}
}

// On a terminal, however small, the head stays and the windows count down, and
// the server is asked for nothing more but watches and, once, the evidence again.
func TestWatchCountsDown(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	bubble(t, func(t *testing.T) {
		n := network{}
		s := recorded(t, chain)
		n.serve(t, crashing, s)
		out, err := n.kubectl(t, 100, 9, "--server", "http://"+crashing, "-n", "parlor-core", "-w", "--timeout", "15s")
		if code, text := exitCode(err); code != cli.ExitTimeout {
			t.Fatalf("code %d: %s", code, text)
		}
		checkFrames(t, out)
		counts := map[string]int{}
		for _, asked := range s.asked() {
			counts[asked]++
		}
		for asked, count := range counts {
			again := strings.HasPrefix(asked, "log/") || strings.HasPrefix(asked, "events involvedObject")
			if count > 2 || (count > 1 && !again) {
				t.Errorf("%s is asked for %d times", asked, count)
			}
		}
		if counts["watch/pods"] != 1 {
			t.Errorf("%d watches of pods, want one: %v", counts["watch/pods"], counts)
		}
	})
}

var windowOfStart = regexp.MustCompile(`in (\d+m)?\d+s–`)

// checkFrames checks what a watch of crashing pods drew on a terminal of nine lines.
func checkFrames(t *testing.T, out string) {
	t.Helper()
	frames := strings.Split(out, "\x1b[H")[1:]
	windows := map[string]bool{}
	for _, frame := range frames {
		frame, _, _ = strings.Cut(frame, "\x1b[?25h")
		if rows := strings.Split(frame, "\r\n"); len(rows) > 9 || !strings.Contains(rows[0], "kubectl thrash -n parlor-core") {
			t.Errorf("a frame of %d rows: %q", len(rows), frame)
		}
		if window := windowOfStart.FindString(frame); window != "" {
			windows[window] = true
		}
	}
	if !strings.HasPrefix(out, "\x1b[?1049h\x1b[?25l") || !strings.Contains(out, "\x1b[?25h\x1b[?1049l") {
		t.Errorf("the cursor is not hidden and shown again: %.60q", out)
	}
	if len(windows) < 10 {
		t.Errorf("the windows %v in %d frames of 15 s, want one a second", windows, len(frames))
	}
}
