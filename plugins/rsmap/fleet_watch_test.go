package rsmap_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/test/bubble"
)

// output is written by a command that runs, and read by its test.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{} // closed at the next write
}

func newOutput() *output { return &output{written: make(chan struct{})} }

func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.written)
	o.written = make(chan struct{})
	return o.text.Write(data)
}

func (o *output) String() string {
	text, _ := o.state()
	return text
}

func (o *output) state() (text string, written chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.written
}

// has waits until the output has all of the words.
func (o *output) has(t *testing.T, words ...string) {
	t.Helper()
	tooLate := time.After(time.Minute)
	for _, word := range words {
		for {
			text, written := o.state()
			if strings.Contains(text, word) {
				break
			}
			select {
			case <-written:
			case <-tooLate:
				t.Fatalf("no %q in\n%s", word, text)
			}
		}
	}
}

// watching is a command that watches.
type watching struct {
	out, errOut *output
	end         func() error // ends it and returns its error
}

// watch starts the command on the fleet. width is that of its terminal, 0 for none.
func (f fleet) watch(t *testing.T, width int, args ...string) *watching {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	w := &watching{out: newOutput(), errOut: newOutput()}
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: w.out, ErrOut: w.errOut},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return width },
		Height: func() int { return 100 }, Dial: f.network.Dial,
	}
	cmd := rsmap.NewCommand(env)
	cmd.SetArgs(append(slices.Clone(f.args), args...))
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
	bubble.Run(t, func(t *testing.T) {
		f := newFleet(t)
		w := f.watch(t, 0, "--all-contexts", "web", "-w")
		w.out.has(t, " prod-eu deployment/web Complete", "prod-us deployment/web Complete", "test deployment/web Complete")
		w.errOut.has(t, "warning: cluster prod-hangs not read: no answer within 4s; nothing is known about it\n", "warning: cluster prod-refuses not read: ")
		before := len(strings.Split(w.out.String(), "\n"))
		f.answering["prod-us"].pause(t, true)
		w.out.has(t, "prod-us deployment/web Complete → Paused")
		if lines := strings.Split(w.out.String(), "\n"); len(lines) != before+1 {
			t.Errorf("one change is %d lines:\n%s", len(lines)-before, w.out)
		}
		close(f.answering["test"].stopped)
		w.errOut.has(t, "warning: test: changes in shop not read: not current since ")
		f.answering["prod-eu"].pause(t, true)
		w.out.has(t, "prod-eu deployment/web Complete → Paused")
		if err := w.end(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if strings.Contains(w.out.String(), "gone") {
			t.Errorf("a cluster that stopped answering lost what was known:\n%s", w.out)
		}
	})
}

// -o json prints one report for all contexts, and one more for a change.
func TestFleetWatchJSON(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		f := newFleet(t)
		w := f.watch(t, 0, "--all-contexts", "web", "-w", "-o", "json")
		w.out.has(t, "\n}\n")
		f.answering["test"].pause(t, true)
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
		const want = "Complete Complete Complete, Complete Complete Paused"
		if got := strings.Join(phases, ", "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A terminal shows the clusters that have answered at once, worst first, and
// which ones have not.
func TestFleetWatchOnATerminal(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		f := newFleet(t)
		w := f.watch(t, 100, "--all-contexts", "-w")
		w.out.has(t, "kubectl rsmap --all-contexts -n shop", "cluster prod-hangs not read: no answer", "CONTEXT", "prod-us", "deployment/web")
		w.out.has(t, "cluster prod-hangs not read: no answer within 4s")
		f.answering["prod-us"].pause(t, true)
		w.out.has(t, "prod-us   deployment/web      Paused")
		_ = w.end()
		if out := w.out.String(); strings.Index(out, "Stalled") > strings.Index(out, "Complete") {
			t.Errorf("not worst first:\n%s", out)
		}
	})
}

// --until waits for a rollout that is under way in one of several clusters.
func TestFleetUntil(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		f := newFleet(t)
		f.answering["prod-us"].pause(t, true)
		w := f.watch(t, 0, "--contexts", "prod-eu,prod-us", "web", "--until", "complete")
		w.out.has(t, "prod-eu deployment/web Complete", "prod-us deployment/web Paused")
		f.answering["prod-us"].pause(t, false)
		w.out.has(t, "prod-us deployment/web Paused → Complete")
		if err := w.end(); err != nil {
			t.Error(err)
		}
	})
}
