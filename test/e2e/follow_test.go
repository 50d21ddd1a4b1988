package e2e

import (
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// gated is a workload whose pods are ready only when somebody says so.
func gated(kind, spec string) string {
	return manifest(kind, "sit/ok:1", spec, "readinessGates: [{conditionType: lab.thrashkit.dev/ready}]", "")
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
	"set-all":     {"statefulset/web", gated("StatefulSet", "replicas: 3\npodManagementPolicy: Parallel\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}"), 3},
	"daemons":     {"daemonset/web", gated("DaemonSet", ""), 2},
	"surging":     {"daemonset/web", gated("DaemonSet", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"), 2},
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
			client := l.Client(t)
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
// how many pods that took.
func (l *Lab) follow(t *testing.T, client kubernetes.Interface, workload string) int {
	t.Helper()
	made, last := map[string]bool{}, ""
	l.WaitFor(t, workload+" to be complete, "+fmt.Sprint(made), func() bool {
		w := l.mapOf(t, workload)
		if w.Phase == rollout.Complete {
			return true
		}
		at := fmt.Sprint(l.picture(w), w.Next)
		still := at == last && w.Next != nil && w.Next.MayCreate+w.Next.MayDelete == 0 && len(w.Next.WaitingFor) > 0
		if last = at; !still || made[w.Next.WaitingFor[0]+podUID(w)] {
			return false
		}
		name := w.Next.WaitingFor[0]
		patch := `{"status":{"conditions":[{"type":"lab.thrashkit.dev/ready","status":"True"}]}}`
		pod, err := client.CoreV1().Pods(l.Current).Get(t.Context(), name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || err == nil && pod.DeletionTimestamp != nil {
			return false // it goes by itself
		}
		if err == nil {
			_, err = client.CoreV1().Pods(l.Current).Patch(t.Context(), name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
		}
		if err != nil {
			t.Fatal(err)
		}
		made[name+string(pod.UID)] = true
		return false
	})
	return len(made)
}

// podUID returns the UID of the first pod that a rollout waits for.
func podUID(w rollout.Workload) string {
	for _, r := range w.Revisions {
		for _, p := range r.Pods {
			if p.Name == w.Next.WaitingFor[0] {
				return string(p.UID)
			}
		}
	}
	return strings.Repeat("?", 3)
}
