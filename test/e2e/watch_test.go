package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// output collects what a running program writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// watching is a plugin that runs beside the test.
type watching struct {
	out, errs output
	done      chan struct{}
	err       error // once done is closed
}

// Watch starts a plugin, which ends with the test at the latest.
func (l *Lab) Watch(t *testing.T, plugin string, args ...string) *watching {
	t.Helper()
	w := &watching{done: make(chan struct{})}
	cmd := exec.CommandContext(t.Context(), l.plugin(plugin), args...)
	cmd.Env = append(l.env[:len(l.env):len(l.env)], "KUBECONFIG="+l.Kubeconfig)
	cmd.Stdout = &w.out
	cmd.Stderr = &w.errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(w.done)
		w.err = cmd.Wait()
	}()
	return w
}

// says waits until the program has written text.
func (w *watching) says(t *testing.T, l *Lab, text string) {
	t.Helper()
	l.WaitFor(t, "the watch to say "+text, func() bool { return strings.Contains(w.out.String()+w.errs.String(), text) })
}

// exit waits for the end of the program and returns its exit code.
func (w *watching) exit(t *testing.T, l *Lab) int {
	t.Helper()
	l.WaitFor(t, "the watch to end", func() bool {
		select {
		case <-w.done:
			return true
		default:
			return false
		}
	})
	var failed *exec.ExitError
	if errors.As(w.err, &failed) {
		return failed.ExitCode()
	}
	if w.err != nil {
		t.Fatal(w.err)
	}
	return 0
}

// watched is a Deployment of one pod whose image says what it does.
func watched(image string) string {
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  progressDeadlineSeconds: 40
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: "` + image + `"}]
`
}

// A rollout that completes ends --until with 0, one that crashes with 3, and
// --timeout with 4.
func TestWatchUntil(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Image(t, "lab/watch-bad:1", "exit=1")
	l.Apply(t, watched("lab/app:1"))
	good := l.Watch(t, "rsmap", "web", "-w", "--until", "complete")
	if code := good.exit(t, l); code != 0 || !strings.Contains(good.out.String(), "Complete: revision 1 ") {
		t.Fatalf("exit %d, want 0:\n%s%s", code, &good.out, &good.errs)
	}
	if code := l.Watch(t, "rsmap", "web", "-w", "--timeout", "3s").exit(t, l); code != 4 {
		t.Errorf("exit %d after --timeout, want 4", code)
	}
	documents := l.Watch(t, "rsmap", "web", "-w", "-o", "json")
	documents.says(t, l, `"phase": "Complete"`)
	lines := l.Watch(t, "thrash", "-w")
	lines.says(t, l, "all well")
	bad := l.Watch(t, "rsmap", "web", "-w")
	bad.says(t, l, "web Complete")
	l.Do(t, "set", "image", "deployment/web", "web=lab/watch-bad:1")
	failed := l.Watch(t, "rsmap", "web", "--until", "complete")
	if code := failed.exit(t, l); code != 3 || !strings.Contains(failed.errs.String(), "deployment/web is Stalled") {
		t.Errorf("exit %d, want 3:\n%s%s", code, &failed.out, &failed.errs)
	}
	bad.says(t, l, "deployment/web Progressing → Stalled: ")
	lines.says(t, l, "thrashing ")
	documents.says(t, l, `"phase": "Stalled"`)
	phases := map[string]bool{}
	for in := json.NewDecoder(strings.NewReader(documents.out.String())); in.More(); {
		var document struct{ Items []struct{ Phase string } }
		if err := in.Decode(&document); err != nil {
			break // it is being written
		}
		phases[document.Items[0].Phase] = true
	}
	if !phases["Complete"] || !phases["Progressing"] || !phases["Stalled"] {
		t.Errorf("documents of the phases %v, want Complete, Progressing and Stalled", phases)
	}
}

// A server that goes away and comes back is reported, and then the view goes on.
func TestWatchSurvivesTheServer(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--nodes", "0")
	l.Apply(t, watched("lab/app:1"))
	w := l.Watch(t, "rsmap", "web", "-w")
	w.says(t, l, "deployment/web Progressing")
	l.Kill(t, "kube-apiserver")
	w.says(t, l, "not current since ")
	l.Start(t, "kube-apiserver")
	l.WaitFor(t, "the server to be back", func() bool {
		_, err := l.output("scale", "deployment/web", "--replicas=0")
		return err == nil
	})
	w.says(t, l, "→ ScaledToZero")
}
