package diagnose

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// podsOf returns pods of one bare ReplicaSet whose container crashes.
func podsOf(count int) *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	for i := range count {
		name := fmt.Sprintf("web-%d", i)
		owner := metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web", UID: "web", Controller: new(true)}
		s.Add(&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(name), OwnerReferences: []metav1.OwnerReference{owner}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "web:1"}}},
			Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{
				Name: "web", RestartCount: 3, LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1}},
				State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
			}}},
		})
	}
	s.Sort()
	return s
}

// The pods of one revision are compared once, not for each of them.
func TestTheHistoryOfARevisionIsFoundOnce(t *testing.T) {
	s := podsOf(50)
	f := owners.Build(s)
	root := f.Root(s.Pods[0])
	w := rollout.Of(f, map[owners.Ref]bool{root: true})[root]
	all := newHistories(s)
	for _, p := range s.Pods {
		c, _ := pod.Find(p, "web")
		if h := all.of(w, c); h.now == nil || len(h.unhealthy) != len(s.Pods) {
			t.Fatalf("%s: revision %v, %d unhealthy pods", p.Name, h.now, len(h.unhealthy))
		}
	}
	if len(all.known) != 1 {
		t.Errorf("%d histories of one revision", len(all.known))
	}
}

// A thing is listed once, and not for itself.
func TestListedBut(t *testing.T) {
	var l listed[string]
	for _, name := range []string{"a", "b", "a", "c", "d", "e"} {
		l.add(name)
	}
	for but, want := range map[string]string{"a": "b, c, d and 1 more", "e": "a, b, c and 1 more", "x": "a, b, c and 2 more"} {
		if got := l.but(but); got != want {
			t.Errorf("all but %s: %s, want %s", but, got, want)
		}
	}
	var alone listed[string]
	alone.add("a")
	if got := alone.but("a"); got != "" {
		t.Errorf("one alone has others: %s", got)
	}
}

// Of very many containers that were OOMKilled each of the others names some.
func TestNeighboursAreNotAllNamed(t *testing.T) {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	for i := range 100 {
		name := fmt.Sprintf("c%d", i)
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: name})
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{
			Name: name, LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: pod.ReasonOOMKilled}},
		})
	}
	c, _ := pod.Find(p, "c3")
	f := &caseFile{inquiry: &inquiry{killed: map[*corev1.Pod][]string{}}, Container: Container{Name: "c3", Pod: "web"}, c: c}
	cause := &Cause{}
	f.refuseNeighbours(cause)
	last := cause.Against[len(cause.Against)-1]
	if len(cause.Against) != mostNeighbours+1 || last.Claim != "further containers beside it were OOMKilled; this one was not" {
		t.Errorf("%d claims, the last: %s", len(cause.Against), last.Claim)
	}
}

// BenchmarkCrashingPodsOfARevision judges 2,000 crashing pods of one revision.
func BenchmarkCrashingPodsOfARevision(b *testing.B) {
	f := owners.Build(podsOf(2000))
	for b.Loop() {
		if items := Report(f, Options{}); len(items) != len(f.Snapshot.Pods) {
			b.Fatal(len(items))
		}
	}
}
