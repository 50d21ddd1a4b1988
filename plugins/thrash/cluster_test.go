package thrash_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

const (
	chain     = "d11-core/snap-20261123T192048Z.tar.gz"
	chainDate = "Mon, 23 Nov 2026 19:20:48 GMT"
)

// kubectl runs the command and returns what it wrote.
func kubectl(t testing.TB, args ...string) (out, errOut string, err error) {
	t.Helper()
	return ofSize(t, 0, 0, args...)
}

// ofSize runs the command on a terminal of that size, on none if it is 0.
func ofSize(t testing.TB, width, height int, args ...string) (out, errOut string, err error) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return width }, Height: func() int { return height },
	}
	cmd := thrash.NewCommand(env)
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	err = cmd.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

// items returns the items of a report and its gaps, as JSON.
func items(t *testing.T, report string) (items, gaps any) {
	t.Helper()
	var r struct{ Items, Gaps any }
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatalf("%v in %s", err, report)
	}
	return r.Items, r.Gaps
}

// A cluster and the files that were recorded from it get the same verdicts.
func TestClusterAndFilesAgree(t *testing.T) {
	_, url := newServer(t, chain)
	live, errOut, err := kubectl(t, "--server", url, "-n", "parlor-core", "-o", "json")
	if err != nil || errOut != "" {
		t.Fatalf("%v: %s", err, errOut)
	}
	recorded, _, err := kubectl(t, "-f", filepath.Join("..", "..", "testdata", "corpus", chain), "-o", "json", "--at", "2026-11-23T19:20:48Z")
	if err != nil {
		t.Fatal(err)
	}
	got, _ := items(t, live)
	want, _ := items(t, recorded)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A healthy namespace costs three lists; an unhealthy one also the evidence on
// the unhealthy pods.
func TestRequests(t *testing.T) {
	s, url := newServer(t, "d20-avatars/snap-20261123T190746Z.tar.gz")
	out, _, err := kubectl(t, "--server", url, "-n", "parlor-avatars")
	if err != nil || out != "Nothing thrashes in namespace parlor-avatars: 3 pods, 3 containers looked at.\n" {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff([]string{"cronjobs", "jobs", "pods"}, s.asked()); diff != "" {
		t.Error(diff)
	}
	s, url = newServer(t, chain)
	if _, _, err := kubectl(t, "--server", url, "-n", "parlor-core"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"cronjobs", "daemonsets", "deployments", "endpointslices", "events involvedObject.kind=Node",
		"events involvedObject.kind=Pod,involvedObject.name=parlor-api-57d4bd6cb-dvw9k", "events involvedObject.kind=Pod,involvedObject.name=parlor-api-57d4bd6cb-hvfgr",
		"events involvedObject.kind=Pod,involvedObject.name=parlor-bff-6bc89cd9d7-cwvtw", "events involvedObject.kind=Pod,involvedObject.name=parlor-bff-6bc89cd9d7-k9mdm",
		"events type=Warning", "jobs",
		"log/parlor-api-57d4bd6cb-dvw9k/api current", "log/parlor-api-57d4bd6cb-hvfgr/api current",
		"log/parlor-bff-6bc89cd9d7-cwvtw/bff current", "log/parlor-bff-6bc89cd9d7-k9mdm/bff current",
		"nodes/worker-a", "nodes/worker-b", "pods", "replicasets", "services", "statefulsets",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// A pod whose own log decides costs no list of its namespace, however large
// that is; neither does its workload.
func TestRequestsForASinglePod(t *testing.T) {
	for _, target := range []string{"parlor-api-57d4bd6cb-dvw9k", "deploy/parlor-api"} {
		s, url := newServer(t, chain)
		out, _, err := kubectl(t, "--server", url, "-n", "parlor-core", target, "-o", "json")
		if err != nil || !strings.Contains(out, `"confidence": "high"`) {
			t.Fatalf("%v: %s", err, out)
		}
		for _, asked := range s.asked() {
			if !strings.ContainsAny(asked, "/ ") {
				t.Errorf("%s: the whole list of %s is read", target, asked)
			}
		}
	}
}

// For a single pod its neighbors are read and judged too, because its
// dependency may be among them, but they are not shown.
func TestNamedPodIsToldWithItsChain(t *testing.T) {
	_, url := newServer(t, chain)
	out, _, err := kubectl(t, "--server", url, "-n", "parlor-core", "parlor-bff-6bc89cd9d7-cwvtw", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(out, `"cause": {`) != 1 || !strings.Contains(out, "MAX_UPLOAD_MB") {
		t.Errorf("got %s", out)
	}
}

// A refused read is a gap and a warning, and the rest is shown.
func TestForbiddenEvidenceIsAGap(t *testing.T) {
	for resource, verdict := range map[string]string{"events": "dependency", "services": "dependency", "replicasets": "dependency"} {
		s, url := newServer(t, chain)
		s.forbid = resource
		out, errOut, err := kubectl(t, "--server", url, "-n", "parlor-core", "-o", "json")
		if err != nil {
			t.Fatal(err)
		}
		if _, gaps := items(t, out); !strings.Contains(errOut, "warning: "+resource+" in parlor-core not read") || gaps == nil ||
			!strings.Contains(out, `"category": "`+verdict+`"`) {
			t.Errorf("%s: %s %s", resource, errOut, out)
		}
	}
	s, url := newServer(t, chain)
	s.forbid = "pods"
	if _, _, err := kubectl(t, "--server", url, "-n", "parlor-core"); err == nil || !strings.Contains(err.Error(), "forbidden") {
		t.Errorf("pods that may not be read: %v", err)
	}
}

// --until stable ends when nothing thrashes; --timeout with a code of its own,
// telling what it waited for.
func TestUntil(t *testing.T) {
	_, sound := newServer(t, "d20-avatars/snap-20261123T190746Z.tar.gz")
	_, sick := newServer(t, chain)
	for name, test := range map[string]struct {
		args      []string
		code      int
		out, tell string
	}{
		"stable":    {[]string{"--server", sound, "-n", "parlor-avatars", "--until", "stable"}, cli.ExitDone, "all well: 3 pods looked at", ""},
		"thrashing": {[]string{"--server", sick, "-n", "parlor-core", "--until", "stable", "--timeout", "2s"}, cli.ExitTimeout, "pod/parlor-api-57d4bd6cb-dvw9k/api thrashing CrashLoopBackOff: 9 restarts; app-config", "of waiting until stable: pod/parlor-api-"},
		"one document": {
			[]string{"--server", sick, "-n", "parlor-core", "-w", "-o", "jsonpath={.kind} ", "--timeout", "10s"}, cli.ExitTimeout, "ThrashReport", "timed out after 10s",
		},
		"nothing to wait for": {[]string{"--server", sick, "-n", "empty", "--until", "stable"}, cli.ExitFailed, "", "wait until stable: no pod was found"},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := kubectl(t, test.args...)
			code, said := cli.ExitDone, ""
			if err != nil {
				code, said = cli.ExitFailed, err.Error()
			}
			if exit, ok := errors.AsType[*cli.ExitError](err); ok {
				code = exit.Code
			}
			if code != test.code || (strings.Count(out, test.out) != 1 && test.out != "") || !strings.Contains(said, test.tell) {
				t.Errorf("code %d, want %d; out %q, want %q; error %q, want %q", code, test.code, out, test.out, said, test.tell)
			}
		})
	}
}

// On a terminal, however small, the head stays and the windows count down, and
// the server is asked for nothing more but watches and, once, the evidence again.
func TestWatchCountsDown(t *testing.T) {
	s, url := newServer(t, chain)
	out, _, err := ofSize(t, 100, 9, "--server", url, "-n", "parlor-core", "-w", "--timeout", "15s")
	if exit, ok := errors.AsType[*cli.ExitError](err); !ok || exit.Code != cli.ExitTimeout {
		t.Fatalf("got %v, want exit code 4", err)
	}
	frames := strings.Split(out, "\x1b[H")[1:]
	windows := map[string]bool{}
	for _, frame := range frames {
		frame, _, _ = strings.Cut(frame, "\x1b[?25h")
		if rows := strings.Split(frame, "\r\n"); len(rows) > 9 || !strings.Contains(rows[0], "kubectl thrash -n parlor-core") {
			t.Errorf("a frame of %d rows: %q", len(rows), frame)
		}
		if m := regexp.MustCompile(`in (\d+m)?\d+s–`).FindString(frame); m != "" {
			windows[m] = true
		}
	}
	if !strings.HasPrefix(out, "\x1b[?1049h\x1b[?25l") || !strings.Contains(out, "\x1b[?25h\x1b[?1049l") {
		t.Errorf("the cursor is not hidden and shown again: %.60q", out)
	}
	if len(windows) < 2 {
		t.Errorf("the windows %v in %d frames, want that they count down", windows, len(frames))
	}
	counts := map[string]int{}
	for _, asked := range s.asked() {
		if counts[asked]++; (counts[asked] > 1 && !strings.HasPrefix(asked, "log/") && !strings.HasPrefix(asked, "events involvedObject")) ||
			counts[asked] > 2 {
			t.Errorf("%s is asked for %d times", asked, counts[asked])
		}
	}
	if counts["watch/pods"] != 1 {
		t.Errorf("%d watches of pods, want one: %v", counts["watch/pods"], counts)
	}
}
