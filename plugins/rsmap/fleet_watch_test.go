package rsmap_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
)

// output is written by a command that runs, and read by its test.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(data)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// has waits until the output has all of the words.
func (o *output) has(t *testing.T, words ...string) {
	t.Helper()
	end := time.Now().Add(time.Minute)
	for _, word := range words {
		for !strings.Contains(o.String(), word) {
			if time.Now().After(end) {
				t.Fatalf("no %q in\n%s", word, o.String())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// watching is a command that watches.
type watching struct {
	out, errOut *output
	end         func() error // ends it and returns its error
}

// watch starts a command. width is that of its terminal, 0 for none.
func watch(t *testing.T, width int, args ...string) *watching {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	w := &watching{out: &output{}, errOut: &output{}}
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: w.out, ErrOut: w.errOut},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return width },
		Height: func() int { return 100 },
	}
	cmd := rsmap.NewCommand(env)
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- cmd.ExecuteContext(ctx) }()
	w.end = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = w.end() })
	return w
}

// A change in one cluster is one line that names it. A cluster that hangs or
// refuses the connection is a warning, and so is one that stops answering: what
// was known of it stays.
func TestFleetWatch(t *testing.T) {
	args, servers := fleetOf(t)
	w := watch(t, 0, append(args, "--all-contexts", "web", "-w")...)
	w.out.has(t, " prod-eu deployment/web Complete", "prod-us deployment/web Complete", "test deployment/web Complete")
	w.errOut.has(t, "warning: cluster prod-hangs not read: no answer within 4s; nothing of it is known\n", "warning: cluster prod-refuses not read: ")
	before := len(strings.Split(w.out.String(), "\n"))
	servers["prod-us"].pause(t, true)
	w.out.has(t, "prod-us deployment/web Complete → Paused")
	if lines := strings.Split(w.out.String(), "\n"); len(lines) != before+1 {
		t.Errorf("one change is %d lines:\n%s", len(lines)-before, w.out)
	}
	close(servers["test"].stopped)
	w.errOut.has(t, "warning: test: changes in shop not read: not current since ")
	servers["prod-eu"].pause(t, true)
	w.out.has(t, "prod-eu deployment/web Complete → Paused")
	if err := w.end(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if strings.Contains(w.out.String(), "gone") {
		t.Errorf("a cluster that stopped answering lost what was known:\n%s", w.out)
	}
}

// -o json prints one report for all contexts, and one more for a change.
func TestFleetWatchJSON(t *testing.T) {
	args, servers := fleetOf(t)
	w := watch(t, 0, append(args, "--all-contexts", "web", "-w", "-o", "json")...)
	w.out.has(t, "\n}\n")
	servers["test"].pause(t, true)
	w.out.has(t, `"phase": "Paused"`, "\n}\n{")
	_ = w.end()
	in := json.NewDecoder(strings.NewReader(w.out.String()))
	var phases []string
	for in.More() {
		var report struct {
			Gaps  []struct{ Resource, Context string }
			Items []struct{ Context, Phase string }
		}
		if err := in.Decode(&report); err != nil {
			t.Fatal(err)
		}
		of := map[string]string{}
		unread := map[string]bool{}
		for _, item := range report.Items {
			of[item.Context] = item.Phase
		}
		for _, gap := range report.Gaps {
			unread[gap.Context] = unread[gap.Context] || gap.Resource == "cluster"
		}
		if !unread["prod-hangs"] || !unread["prod-refuses"] {
			t.Errorf("gaps %v", report.Gaps)
		}
		phases = append(phases, of["prod-eu"]+" "+of["prod-us"]+" "+of["test"])
	}
	if got, want := strings.Join(phases, ", "), "Complete Complete Complete, Complete Complete Paused"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A terminal shows the clusters that have answered at once, worst first, and
// which ones have not.
func TestFleetWatchOnATerminal(t *testing.T) {
	args, servers := fleetOf(t)
	w := watch(t, 100, append(args, "--all-contexts", "-w")...)
	w.out.has(t, "kubectl rsmap --all-contexts -n shop", "cluster prod-hangs not read: no answer", "CONTEXT", "prod-us", "deployment/web")
	w.out.has(t, "cluster prod-hangs not read: no answer within 4s")
	servers["prod-us"].pause(t, true)
	w.out.has(t, "prod-us   deployment/web      Paused")
	_ = w.end()
	if out := w.out.String(); strings.Index(out, "Stalled") > strings.Index(out, "Complete") {
		t.Errorf("not worst first:\n%s", out)
	}
}

// --until waits for a rollout that is under way in one of several clusters.
func TestFleetUntil(t *testing.T) {
	args, servers := fleetOf(t)
	servers["prod-us"].pause(t, true)
	w := watch(t, 0, append(args, "--contexts", "prod-eu,prod-us", "web", "--until", "complete")...)
	w.out.has(t, "prod-eu deployment/web Complete", "prod-us deployment/web Paused")
	servers["prod-us"].pause(t, false)
	w.out.has(t, "prod-us deployment/web Paused → Complete")
	if err := w.end(); err != nil {
		t.Error(err)
	}
}
