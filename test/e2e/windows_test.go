package e2e

import (
	"fmt"
	"testing"
	"time"
)

// prediction is a window that thrash gave for the next start of a container.
type prediction struct {
	at, from, to time.Time
	restarts     int32
}

// TestStartsFallIntoTheirWindows lets containers crash under the kubelet's own
// back-off, notes each window that thrash gives, and holds the starts that
// really follow against them.
func TestStartsFallIntoTheirWindows(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--max-restart-period", "0")
	l.NeedNodes(t)
	lives := []int{1, 3, 7}
	for _, seconds := range lives {
		l.Apply(t, Manifest(fmt.Sprintf("lives-%ds", seconds), fmt.Sprintf("run=%ds exit=1", seconds)))
	}
	predicted := map[string][]prediction{}
	starts := map[string]map[int32]time.Time{} // by pod and restart count
	for began := time.Now(); time.Since(began) < 75*time.Second; time.Sleep(500 * time.Millisecond) {
		for _, item := range thrashJSON(t, l) {
			if b := item.Backoff; b.NotBefore != nil {
				predicted[item.Pod] = append(predicted[item.Pod], prediction{time.Now(), b.NotBefore.Time, b.ExpectedBy.Time, item.Restarts})
			}
		}
		for _, seconds := range lives {
			pod := fmt.Sprintf("lives-%ds", seconds)
			if c := l.Container(t, pod); c.State.Running != nil {
				if starts[pod] == nil {
					starts[pod] = map[int32]time.Time{}
				}
				starts[pod][c.RestartCount] = c.State.Running.StartedAt.Time
			}
		}
	}
	compared := 0
	for pod, list := range predicted {
		for _, p := range list {
			start, followed := starts[pod][p.restarts+1]
			if !followed {
				continue
			}
			compared++
			if slack := time.Second; start.Before(p.from.Add(-slack)) || start.After(p.to.Add(slack)) {
				t.Errorf(
					"%s: at %s the window of start %d was %s to %s; it started at %s",
					pod,
					p.at.UTC().
						Format(time.TimeOnly),
					p.restarts+1,
					p.from.UTC().Format(time.TimeOnly),
					p.to.UTC().Format(time.TimeOnly),
					start.UTC().Format(time.TimeOnly),
				)
			}
		}
	}
	if compared == 0 { // a machine that is busy with other tests asks seldom
		t.Error("no window could be compared")
	}
	t.Logf("%d windows compared with the starts that followed", compared)
}
