package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// walk is one workload "web" and the random steps that it goes through.
type walk struct {
	t        *testing.T
	lab      *Lab
	client   kubernetes.Interface
	rng      *rand.Rand
	workload string
	did      []string
}

// histories runs as many random walks as a kind is to have.
func histories(t *testing.T, play func(*walk)) {
	t.Helper()
	l := theLab(t)
	l.NeedNodes(t)
	for image, words := range behaviours {
		l.Image(t, image, words...)
	}
	many := number(t, "THRASHKIT_HISTORIES", map[bool]int{false: 12, true: 200}[os.Getenv("THRASHKIT_SOAK") != ""])
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("seeds %d to %d; replay one with THRASHKIT_SEED=N THRASHKIT_HISTORIES=1", seed, seed+many-1)
	for i := range many {
		t.Run(fmt.Sprintf("seed-%d", seed+i), func(t *testing.T) {
			t.Parallel()
			l := newSpace(t)
			play(&walk{t: t, lab: l, client: l.Client, rng: rand.New(rand.NewPCG(uint64(seed+i), 1))})
		})
	}
}

func (w *walk) story() string { return strings.Join(w.did, ", ") }

// one returns a random one of several texts.
func (w *walk) one(of ...string) string { return of[w.rng.IntN(len(of))] }

// kubectl runs a command that may be refused, as undo without an older revision is.
func (w *walk) kubectl(args ...string) {
	w.did = append(w.did, strings.Join(args, " "))
	w.lab.Kubectl(w.t, args...)
}

func (w *walk) patch(patch string) { w.kubectl("patch", w.workload, "--type=merge", "-p", patch) }

// rest waits until the controller has nothing left to do: the object and its pods
// have been the same for a while, and no pod is on its way. It returns the pods.
func (w *walk) rest(observed func() bool) []corev1.Pod {
	w.t.Helper()
	const longEnough = 3 * time.Second
	last := ""
	since := time.Now()
	var pods []corev1.Pod
	w.lab.WaitFor(w.t, "the controller to rest after "+w.story(), func() bool {
		list, err := w.client.CoreV1().Pods(w.lab.Current).List(w.t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		moving := !observed() || err != nil
		if err != nil {
			list = &corev1.PodList{}
		}
		pods = list.Items
		now := ""
		for _, p := range pods {
			status := podCondition(p, corev1.PodReady)
			now += fmt.Sprint(p.Name, p.UID, p.Status.Phase, status, p.Labels[appsv1.ControllerRevisionHashLabelKey])
			started := len(p.Status.ContainerStatuses) > 0 && p.Status.ContainerStatuses[0].State.Waiting == nil
			moving = moving || p.DeletionTimestamp != nil || !started
		}
		if now != last || moving {
			last = now
			since = time.Now()
		}
		return time.Since(since) >= longEnough
	})
	return pods
}

func podCondition(p corev1.Pod, kind corev1.PodConditionType) corev1.ConditionStatus {
	for _, c := range p.Status.Conditions {
		if c.Type == kind {
			return c.Status
		}
	}
	return corev1.ConditionUnknown
}

// judge holds what rsmap reports at rest against the pods, and against what
// rollout status says. onDelete: the controller replaces no pod by itself.
func (w *walk) judge(pods []corev1.Pod, update string, desired int32, onDelete bool) {
	w.t.Helper()
	got := w.lab.mapOf(w.t, w.workload)
	fail := func(format string, args ...any) {
		w.t.Helper()
		w.t.Errorf("after %s:\n%s\n%s\n%s", w.story(), fmt.Sprintf(format, args...), w.lab.condensed(got), got.Summary)
	}
	if n := got.Next; n != nil && n.MayCreate+n.MayDelete != 0 {
		fail("the controller rests, but rsmap expects +%d -%d", n.MayCreate, n.MayDelete)
	}
	want := map[string]int{}
	have := map[string]int{}
	ready := int32(0)
	for _, p := range pods {
		// A StatefulSet labels its pods with the name of the revision, a DaemonSet with the hash in it.
		want["web-"+strings.TrimPrefix(p.Labels[appsv1.ControllerRevisionHashLabelKey], "web-")]++
		if podCondition(p, corev1.PodReady) == corev1.ConditionTrue {
			ready++
		}
	}
	current := ""
	for _, r := range got.Revisions {
		if len(r.Pods) > 0 {
			have[r.Name] = len(r.Pods)
		}
		if r.Current {
			current = r.Name
		}
	}
	if diff := gocmp.Diff(want, have); diff != "" {
		fail("pods by revision: -cluster +rsmap\n%s", diff)
	}
	if update != "" && current != update {
		fail("the current revision is %s, not %s", update, current)
	}
	well := got.Phase == rollout.Complete || got.Phase == rollout.ScaledToZero
	if onDelete {
		if all := ready == desired && int32(len(pods)) == desired; all != well {
			fail("%d of %d pods are ready", ready, desired)
		}
		return
	}
	if status := w.lab.rolloutStatus(w.t, w.workload); (status == "done") != well {
		fail("rollout status says %s", status)
	}
}

// TestStatefulSetHistories takes StatefulSets through random edits. Whenever the
// controller rests, rsmap has the same revisions and pods, expects nothing more, and
// agrees with rollout status.
func TestStatefulSetHistories(t *testing.T) {
	histories(t, func(w *walk) {
		w.workload = "statefulset/web"
		policy := w.one("OrderedReady", "Parallel")
		spec := "replicas: 2\npodManagementPolicy: " + policy
		image := w.one("sit/ok:1", "sit/ok:1", "sit/never:1")
		w.did = append(w.did, policy+" "+image)
		w.lab.Apply(w.t, set(image, spec))
		for range 5 {
			w.checkSet()
			w.editSet()
		}
		w.checkSet()
	})
}

func (w *walk) editSet() {
	switch w.rng.IntN(8) {
	case 0, 1:
		w.kubectl("set", "image", w.workload, "main="+w.one("sit/ok:1", "sit/ok:2", "sit/ok:3", "sit/never:1"))
	case 2:
		w.kubectl("scale", w.workload, "--replicas="+w.one("0", "1", "2", "3"))
	case 3:
		w.patch(`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":` + w.one("0", "1", "2") + `}}}}`)
	case 4:
		w.patch(w.one(
			`{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":2}}}}`,
		))
	case 5:
		w.kubectl("delete", "pod", "web-"+w.one("0", "1", "2"), "--ignore-not-found", "--wait=false")
	case 6:
		w.kubectl("rollout", "undo", w.workload)
	default:
		w.kubectl("rollout", "restart", w.workload)
	}
}

func (w *walk) checkSet() {
	w.t.Helper()
	var s *appsv1.StatefulSet
	pods := w.rest(func() (seen bool) {
		var err error
		s, err = w.client.AppsV1().StatefulSets(w.lab.Current).Get(w.t.Context(), "web", metav1.GetOptions{})
		return err == nil && s.Status.ObservedGeneration >= s.Generation
	})
	w.judge(pods, s.Status.UpdateRevision, *s.Spec.Replicas, s.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType)
}

// TestDaemonSetHistories does the same with DaemonSets.
func TestDaemonSetHistories(t *testing.T) {
	histories(t, func(w *walk) {
		w.workload = "daemonset/web"
		image := w.one("sit/ok:1", "sit/ok:1", "sit/never:1")
		w.did = append(w.did, image)
		w.lab.Apply(w.t, daemon(image, ""))
		for range 5 {
			w.checkDaemons()
			w.editDaemons()
		}
		w.checkDaemons()
	})
}

func (w *walk) editDaemons() {
	switch w.rng.IntN(8) {
	case 0, 1, 2:
		w.kubectl("set", "image", w.workload, "main="+w.one("sit/ok:1", "sit/ok:2", "sit/ok:3", "sit/never:1"))
	case 3:
		w.patch(w.one(
			`{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}`,
			`{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":2}}}}`,
		))
	case 4:
		w.patch(`{"spec":{"template":{"spec":{"nodeSelector":` + w.one(`{"no":"node"}`, `null`, `null`) + `}}}}`)
	case 5:
		if pods := w.lab.Pods(w.t, "app=web"); len(pods) > 0 {
			w.kubectl("delete", "pod", pods[w.rng.IntN(len(pods))].Name, "--ignore-not-found", "--wait=false")
		}
	case 6:
		w.kubectl("rollout", "undo", w.workload)
	default:
		w.kubectl("rollout", "restart", w.workload)
	}
}

func (w *walk) checkDaemons() {
	w.t.Helper()
	var d *appsv1.DaemonSet
	pods := w.rest(func() (seen bool) {
		var err error
		d, err = w.client.AppsV1().DaemonSets(w.lab.Current).Get(w.t.Context(), "web", metav1.GetOptions{})
		return err == nil && d.Status.ObservedGeneration >= d.Generation
	})
	w.judge(pods, "", d.Status.DesiredNumberScheduled, d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType)
}

// TestJobHistories runs Jobs of random shapes to their end, suspends them and goes
// on. rsmap has the phase that the conditions of the Job give.
func TestJobHistories(t *testing.T) {
	histories(t, func(w *walk) {
		w.workload = "job/web"
		w.lab.Apply(w.t, w.job())
		for range 2 {
			w.patch(w.one(`{"spec":{"suspend":true}}`, `{"spec":{"parallelism":2}}`, `{"spec":{"suspend":false}}`))
			w.checkJob()
		}
		w.patch(`{"spec":{"suspend":false}}`)
		w.checkJob()
	})
}

// job returns a Job of a random shape.
func (w *walk) job() string {
	lines := []string{"completions: " + w.one("1", "2", "3"), "parallelism: " + w.one("1", "2")}
	if w.rng.IntN(2) == 0 {
		lines = append(lines, "completionMode: Indexed")
		lines = append(lines, w.one(
			"backoffLimitPerIndex: 0\nmaxFailedIndexes: 1",
			"backoffLimit: 0\nsuccessPolicy: {rules: [{succeededCount: 1}]}",
			"backoffLimit: 1",
		))
	} else {
		lines = append(lines, w.one(
			"backoffLimit: 0",
			"backoffLimit: 1",
			"backoffLimit: 3\npodFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1]}}]}",
		))
	}
	image := w.one("sit/done:1", "sit/done:1", "sit/crash:1", "sit/twice:1")
	w.did = append(w.did, strings.Join(lines, ", ")+", "+image)
	return job(image, strings.Join(lines, "\n"))
}

// checkJob waits until a Job has ended or is suspended, and compares its phase.
func (w *walk) checkJob() {
	w.t.Helper()
	var want rollout.Phase
	w.lab.WaitFor(w.t, "the Job to end or to be suspended after "+w.story(), func() bool {
		j, err := w.client.BatchV1().Jobs(w.lab.Current).Get(w.t.Context(), "web", metav1.GetOptions{})
		if err != nil {
			return false
		}
		conditions := map[batchv1.JobConditionType]bool{}
		for _, c := range j.Status.Conditions {
			conditions[c.Type] = c.Status == corev1.ConditionTrue
		}
		switch {
		case conditions[batchv1.JobComplete]:
			want = rollout.Complete
		case conditions[batchv1.JobFailed]:
			want = rollout.Failed
		case conditions[batchv1.JobFailureTarget]:
			// Nothing but Failed can follow. In 1.37 that never comes if the Job was suspended
			// at that moment: suspending it takes its startTime away, which a Job that has
			// ended must have (syncJob in pkg/controller/job/job_controller.go).
			want = rollout.Failed
		case conditions[batchv1.JobSuspended] && j.Status.Active == 0 && j.Status.Terminating != nil && *j.Status.Terminating == 0 && *j.Spec.Suspend:
			want = rollout.Paused
		default:
			return false
		}
		return true
	})
	if got := w.lab.mapOf(w.t, w.workload); got.Phase != want {
		w.t.Errorf("after %s: rsmap says %s, the conditions %s\n%s", w.story(), got.Phase, want, got.Summary)
	}
}
