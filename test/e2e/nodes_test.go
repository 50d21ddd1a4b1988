package e2e

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// thrashReport is what thrash -o json gave with some flags.
type thrashReport struct {
	Gaps  []snapshot.Gap
	Items []diagnose.Item
}

func thrashWith(t *testing.T, l *Lab, flags ...string) (report thrashReport, stderr string) {
	t.Helper()
	out, stderr, exit := l.Kubectl(t, append([]string{"thrash", "-n", l.Current, "-o", "json"}, flags...)...)
	if err := json.Unmarshal([]byte(out), &report); err != nil || exit != 0 {
		t.Fatalf("thrash: exit %d, %v\n%s\n%s", exit, err, out, stderr)
	}
	return report, stderr
}

// TestNodeConfig asks a real kubelet for its back-off through the API server, with the
// permissions that the documentation gives, and without them.
func TestNodeConfig(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	l.NeedNodes(t)
	l.Apply(t, Manifest("crashes", "run=1s exit=1"))
	l.WaitFor(t, "the pod to thrash", func() bool { r, _ := thrashWith(t, l); return len(r.Items) == 1 })

	roles, err := os.ReadFile("../../docs/permissions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l.Apply(t, string(roles))
	l.Do(t, "create", "rolebinding", "reads", "--clusterrole=thrashkit-thrash", "--user=jane")
	report, stderr := thrashWith(t, l, "--node-config", "--as", "jane")
	if p := report.Items[0].Backoff.Policy; p.Source == backoff.PolicyNode || !strings.Contains(stderr, `cannot get resource "nodes/proxy"`) {
		t.Errorf("jane, who may not ask: policy %+v, warnings %s", p, stderr)
	}
	l.Do(t, "create", "clusterrolebinding", l.Current, "--clusterrole=thrashkit-node-config", "--user=jane")
	t.Cleanup(func() { l.Do(t, "delete", "clusterrolebinding", l.Current) })
	l.WaitFor(t, "the permission to count", func() bool {
		report, stderr = thrashWith(t, l, "--node-config", "--as", "jane")
		return !strings.Contains(stderr, "nodes/proxy")
	})
	want := backoff.Policy{Initial: snapshot.Duration(2 * time.Second), Max: snapshot.Duration(2 * time.Second), Source: backoff.PolicyNode}
	if p := report.Items[0].Backoff.Policy; p != want {
		t.Errorf("policy %+v, want %+v", p, want)
	}
	holds(t, l.Do(t, "thrash", "crashes", "--node-config"), "the node is configured to wait 2s, doubled up to 2s")
}

// TestKubeletRestart ends and starts a kubelet while a container waits: the
// window is then that of the restart, and the series begins anew.
func TestKubeletRestart(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--max-restart-period", "0")
	l.NeedNodes(t)
	l.Apply(t, Manifest("crashes", "run=1s exit=1"))
	l.WaitFor(t, "a wait of 40 s", func() bool { c := l.Container(t, "crashes"); return c.RestartCount >= 3 && c.State.Running == nil })
	before := l.Container(t, "crashes").RestartCount
	killed := time.Now()
	l.Kill(t, "kubelet-lab-node-1")
	l.Start(t, "kubelet-lab-node-1")
	// It is said until the container is started, which a slow machine may not see.
	l.WaitFor(t, "the event of the kubelet's start", func() bool {
		text := l.Do(t, "thrash", "crashes")
		return strings.Contains(text, "the kubelet restarted at ") || l.Container(t, "crashes").RestartCount > before
	})
	l.WaitFor(t, "the container to be started", func() bool { return l.Container(t, "crashes").RestartCount > before })
	if c := l.Container(t, "crashes"); c.RestartCount == before+1 {
		started := c.LastTerminationState.Terminated
		if c.State.Running != nil && c.State.Running.StartedAt.Sub(killed) > 40*time.Second {
			t.Errorf("it waited on: started %s after the kubelet was ended; last end %v", c.State.Running.StartedAt.Sub(killed), started)
		}
	}
	var entry *snapshot.Duration
	l.WaitFor(t, "the death after it", func() bool {
		r, _ := thrashWith(t, l)
		for _, i := range r.Items {
			if i.State != "Running" && i.Restarts == before+1 {
				entry = i.Backoff.Current
			}
		}
		return entry != nil || l.Container(t, "crashes").RestartCount > before+1
	})
	if entry != nil && time.Duration(*entry) != 10*time.Second {
		t.Errorf("after the restart the wait is said to be %s, want 10s: the series was forgotten", entry)
	}
}
