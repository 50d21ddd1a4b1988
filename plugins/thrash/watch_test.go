package thrash_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
	"github.com/thrashkit/thrashkit/test/bubble"
)

// kubectlOn runs the command on a network, on a terminal of that size or on none
// if it is 0, and returns what it wrote.
func kubectlOn(t *testing.T, n bubble.Network, width, height int, args ...string) (out string, err error) {
	t.Helper()
	var stdout bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: io.Discard},
		Now:       time.Now, Getenv: func(string) string { return "" },
		Width: func() int { return width }, Height: func() int { return height },
		Dial: n.Dial,
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
			bubble.Run(t, func(t *testing.T) {
				n := recordedNetwork(t)
				out, err := kubectlOn(t, n, 0, 0, "--kubeconfig", config, "--all-contexts", "-n", test.namespace, "--until", "stable", "--timeout", "6s")
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
func recordedNetwork(t *testing.T) bubble.Network {
	t.Helper()
	n := bubble.Network{}
	n.Serve(t, crashing, recorded(t, chain))
	n.Serve(t, healthy, recorded(t, "d20-avatars/snap-20261123T190746Z.tar.gz"))
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
			bubble.Run(t, func(t *testing.T) {
				out, err := kubectlOn(t, recordedNetwork(t), 0, 0, test.args...)
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
	bubble.Run(t, func(t *testing.T) {
		n := bubble.Network{}
		s := recorded(t, chain)
		n.Serve(t, crashing, s)
		out, err := kubectlOn(t, n, 100, 9, "--server", "http://"+crashing, "-n", "parlor-core", "-w", "--timeout", "15s")
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
