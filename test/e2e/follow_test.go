package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// gated is a workload whose pods are ready when somebody says so, and only then.
func gated(kind, spec string) string {
	all := manifest(kind, "sit/ok:1", spec, "readinessGates: [{conditionType: lab.thrashkit.dev/ready}]", "")
	var kept []string
	for line := range strings.Lines(all) {
		if !strings.Contains(line, "readinessProbe:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

var followed = map[string]struct {
	workload, manifest string
	pods               int // of one revision
}{
	"surge":       {"deployment/web", gated("Deployment", "replicas: 3\nstrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"), 3},
	"unavailable": {"deployment/web", gated("Deployment", "replicas: 3\nstrategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}"), 3},
	"recreate":    {"deployment/web", gated("Deployment", "replicas: 2\nstrategy: {type: Recreate}"), 2},
	"min-ready":   {"deployment/web", gated("Deployment", "replicas: 2\nminReadySeconds: 2"), 2},
	"set":         {"statefulset/web", gated("StatefulSet", "replicas: 3"), 3},
	"set-all": {
		"statefulset/web",
		gated("StatefulSet", "replicas: 3\npodManagementPolicy: Parallel\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}"),
		3,
	},
	"daemons": {"daemonset/web", gated("DaemonSet", ""), 2},
	"surging": {"daemonset/web", gated("DaemonSet", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"), 2},
}

// TestWaitingForIsWhatHoldsItUp lets no pod be ready but the first one that rsmap
// says a rollout waits for, each time that it stands still. That way each rollout must end,
// and take no more pods than a revision has.
func TestWaitingForIsWhatHoldsItUp(t *testing.T) {
	l := theLab(t)
	l.NeedNodes(t)
	for _, image := range []string{"sit/ok:1", "sit/ok:2"} {
		l.Image(t, image, behaviours[image]...)
	}
	for name, test := range followed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newSpace(t)
			client := l.Client
			l.Apply(t, test.manifest)
			for _, step := range []string{"", "set image " + test.workload + " main=sit/ok:2"} {
				if step != "" {
					l.steps(t, []string{step})
				}
				if took := l.follow(t, client, test.workload); took != test.pods {
					t.Errorf("%q took %d pods to be made ready, want %d", step, took, test.pods)
				}
			}
		})
	}
}

// follow makes ready what a rollout waits for until it is complete, and returns
// how many pods that took. It is patient: there are many steps.
func (l *Lab) follow(t *testing.T, client kubernetes.Interface, workload string) int {
	t.Helper()
	made := map[types.UID]bool{}
	last := ""
	for began := time.Now(); time.Since(began) < 5*waitTimeout; time.Sleep(200 * time.Millisecond) {
		w := l.mapOf(t, workload)
		if w.Phase == rollout.Complete {
			return len(made)
		}
		at := fmt.Sprint(l.condensed(w), w.Next)
		still := at == last && w.Next != nil && w.Next.MayCreate+w.Next.MayDelete == 0 && len(w.Next.WaitingFor) > 0
		if last = at; still {
			if uid := l.makeReady(t, client, w.Next.WaitingFor[0]); uid != "" {
				made[uid] = true
			}
		}
	}
	t.Fatalf("%s is not complete after %d pods were made ready: %s", workload, len(made), last)
	return 0
}

// makeReady says that a pod is ready, and returns its UID. It is empty for a pod
// that is gone or goes by itself.
func (l *Lab) makeReady(t *testing.T, client kubernetes.Interface, name string) types.UID {
	t.Helper()
	const ready = `{"status":{"conditions":[{"type":"lab.thrashkit.dev/ready","status":"True"}]}}`
	pods := client.CoreV1().Pods(l.Current)
	pod, err := pods.Get(t.Context(), name, metav1.GetOptions{})
	if err == nil && pod.DeletionTimestamp == nil {
		pod, err = pods.Patch(t.Context(), name, types.StrategicMergePatchType, []byte(ready), metav1.PatchOptions{}, "status")
	}
	if apierrors.IsNotFound(err) || (err == nil && pod.DeletionTimestamp != nil) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return pod.UID
}
