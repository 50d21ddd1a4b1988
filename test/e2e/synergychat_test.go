package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// rsmapJSON runs kubectl rsmap NAME -o json.
func rsmapJSON(t *testing.T, l *Lab, name string) rollout.Workload {
	t.Helper()
	var report struct{ Items []rollout.Workload }
	out := l.Do(t, "rsmap", name, "-o", "json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Items) != 1 {
		t.Fatalf("rsmap %s: %v, %d items:\n%s", name, err, len(report.Items), out)
	}
	return report.Items[0]
}

// thrashJSON runs kubectl thrash -o json in the namespace.
func thrashJSON(t *testing.T, l *Lab) []diagnose.Item {
	t.Helper()
	var report struct{ Items []diagnose.Item }
	out := l.Do(t, "thrash", "-n", l.Current, "-o", "json")
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("thrash: %v\n%s", err, out)
	}
	return report.Items
}

// holds fails the test if a text lacks one of the words.
func holds(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in:\n%s", w, text)
		}
	}
}

// synergychat deploys the example and waits until all of it runs.
func synergychat(t *testing.T, l *Lab) {
	t.Helper()
	manifests, err := os.ReadFile(filepath.Join("..", "..", "examples", "synergychat", "synergychat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l.Apply(t, string(manifests))
	rolledOut(t, l)
}

func rolledOut(t *testing.T, l *Lab) {
	t.Helper()
	l.Do(t, "rollout", "status", "deployment/synergychat-web", patiently)
}

// TestSynergychat deploys, rolls out twice, rolls back, scales and pauses, and
// asks rsmap after each step.
func TestSynergychat(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	synergychat(t, l)
	holds(t, l.Do(t, "rsmap", "synergychat-web"), "Complete", "2/2", "synergychat-web:1.4.0", "Running")
	holds(t, l.Do(t, "rsmap"), "deployment/synergychat-web", "deployment/synergychat-api", "deployment/synergychat-crawler")

	l.Do(t, "set", "image", "deployment/synergychat-web", "synergychat-web=synergychat-web:1.4.1")
	rolledOut(t, l)
	l.Do(t, "set", "image", "deployment/synergychat-web", "synergychat-web=synergychat-web:1.5.0")
	rolledOut(t, l)
	holds(t, l.Do(t, "rsmap", "synergychat-web"), "revision 3", "1.4.1 → 1.5.0", "revision 1")

	l.Do(t, "rollout", "undo", "deployment/synergychat-web")
	rolledOut(t, l)
	w := rsmapJSON(t, l, "synergychat-web")
	current, ok := w.Current()
	if !ok || *current.Number != 4 || len(current.FormerNumbers) != 1 || current.FormerNumbers[0] != 2 {
		t.Errorf("after the rollback the current revision is %+v, want 4, once 2", current)
	}
	if w.Phase != rollout.Complete || len(w.Revisions) != 3 {
		t.Errorf("after the rollback: %s with %d revisions, want Complete with 3", w.Phase, len(w.Revisions))
	}

	l.Do(t, "scale", "deployment/synergychat-web", "--replicas=3")
	rolledOut(t, l)
	if w := rsmapJSON(t, l, "synergychat-web"); *w.Available != 3 || *w.Desired != 3 {
		t.Errorf("scaled to 3: %d of %d available", *w.Available, *w.Desired)
	}

	l.Do(t, "rollout", "pause", "deployment/synergychat-web")
	l.Do(t, "set", "image", "deployment/synergychat-web", "synergychat-web=synergychat-web:1.5.0")
	l.WaitFor(t, "the paused edit to be observed", func() bool {
		d := l.Deployment(t, "synergychat-web")
		return d.Status.ObservedGeneration == d.Generation
	})
	if w := rsmapJSON(t, l, "synergychat-web"); w.Phase != rollout.Paused || w.Deadline != nil {
		t.Errorf("paused: phase %s, deadline %v", w.Phase, w.Deadline)
	}
	if out, errs, exit := l.Kubectl(t, "rsmap", "synergychat-web", "--fail-on", "paused"); exit != 3 {
		t.Errorf("--fail-on paused: exit %d, want 3\n%s%s", exit, out, errs)
	}
	if items := thrashJSON(t, l); len(items) != 0 {
		t.Errorf("nothing thrashes, but: %+v", items)
	}
}

// TestExplainLiveObject holds that the annotated object is the object.
func TestExplainLiveObject(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	synergychatObjects(t, l)
	for range 20 {
		before := l.Do(t, "get", "deployment", "synergychat-web", "-o", "yaml")
		annotated := l.Do(t, "explainfields", "deployment/synergychat-web")
		if before != l.Do(t, "get", "deployment", "synergychat-web", "-o", "yaml") {
			continue // the controller wrote meanwhile
		}
		if !sameYAML(t, before, annotated) {
			t.Errorf("the annotated YAML is another object:\n%s\nthan:\n%s", annotated, before)
		}
		holds(t, annotated, "#: ", "replicas: 2", "kind: Deployment")
		return
	}
	t.Fatal("the Deployment never stood still")
}

// synergychatObjects deploys the example and does not wait for its pods.
func synergychatObjects(t *testing.T, l *Lab) {
	t.Helper()
	l.Do(t, "apply", "-f", filepath.Join("..", "..", "examples", "synergychat", "synergychat.yaml"))
	l.WaitFor(t, "the Deployment to be observed", func() bool {
		return l.Deployment(t, "synergychat-web").Status.ObservedGeneration > 0
	})
}

func sameYAML(t *testing.T, a, b string) bool {
	t.Helper()
	ja, errA := yaml.YAMLToJSON([]byte(a))
	jb, errB := yaml.YAMLToJSON([]byte(b))
	if errA != nil || errB != nil {
		t.Fatalf("not YAML: %v, %v\n%s", errA, errB, b)
	}
	return string(ja) == string(jb)
}
