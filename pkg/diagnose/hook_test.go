package diagnose_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// failedHook is the event with which kubelets before 1.25 reported a postStart hook; newer ones
// leave out what it printed.
const failedHook = `Exec lifecycle hook ([sh -c load]) for Container "web" in Pod "web-2-x_default(1)" failed - ` +
	`error: command 'sh -c load' exited with 1: , message: "load: no bucket \"orders\"\nsee load -h\n"`

// The state of a container that the kubelet killed for its hook changes to CrashLoopBackOff in seconds; its events stay.
func TestPostStartHookByItsEvent(t *testing.T) {
	for _, c := range []struct {
		name    string
		exit    int32
		message string
		before  time.Duration // the exit
		want    diagnose.Category
		words   string
	}{
		{"with its words", 0, failedHook, time.Second, diagnose.AppConfig, `kills the container for it: load: no bucket "orders"`},
		{"without", 137, "PostStartHook failed", time.Second, diagnose.AppConfig, "what the hook prints"},
		{"of a run before", 137, failedHook, 10 * time.Minute, diagnose.ExternalKill, "sender is unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			item := crash(t, c.exit, "INFO serving\n", func(w *world) {
				w.mutate = append(w.mutate, func(p *corev1.Pod) {
					p.Spec.Containers[0].LivenessProbe = nil
					ended := p.Status.ContainerStatuses[0].LastTerminationState.Terminated.FinishedAt.Time
					event("FailedPostStartHook", c.message, 1, now.Sub(ended)+c.before)(w)
				})
			})
			if item.Cause.Category != c.want || !strings.Contains(facts(item), c.words) {
				t.Errorf("got %s:\n%s\nwant %s with %q", item.Cause.Category, facts(item), c.want, c.words)
			}
		})
	}
}
