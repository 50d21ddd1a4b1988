package gather_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

var now = time.Date(2026, 8, 20, 12, 0, 0, 0, time.UTC)

// crashing returns a snapshot of one pod that exited with code 1 a moment ago.
func crashing() *snapshot.Snapshot {
	ended := &corev1.ContainerStateTerminated{
		ExitCode: 1, Reason: "Error", StartedAt: metav1.NewTime(now.Add(-time.Minute)), FinishedAt: metav1.NewTime(now.Add(-30 * time.Second)),
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "1", CreationTimestamp: metav1.NewTime(now.Add(-time.Hour))},
	}
	pod.Spec.NodeName = "n1"
	pod.Spec.Containers = []corev1.Container{{Name: "web", Image: "shop/web:1"}}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "web", RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
		LastTerminationState: corev1.ContainerState{Terminated: ended},
	}}
	return &snapshot.Snapshot{At: now, Pods: []*corev1.Pod{pod}}
}

// The log names a Service of another namespace: its namespace is asked for in a
// second round, and nothing is asked for twice.
func TestAnswersLeadToTheNextQuestion(t *testing.T) {
	asked := map[string]int{}
	loads := 0
	e := gather.Evidence{Load: func(_ context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
		loads++
		for _, r := range q.Reads {
			asked[fmt.Sprintf("%s %s/%s %s", r.Resource, r.Namespace, r.Name, r.Fields)]++
		}
		for _, l := range q.Logs {
			asked["log of "+l.Pod]++
			s.Logs = map[snapshot.LogKey]snapshot.Log{l.LogKey: {Text: "FATAL: dial tcp: lookup ledger.bank.svc.cluster.local: no such host\n"}}
		}
		return nil
	}}
	for range 2 {
		if _, err := e.Read(t.Context(), crashing(), nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"log of web", "services shop/ ", "services bank/ "} {
		if asked[want] == 0 {
			t.Errorf("%q is not asked for: %v", want, asked)
		}
	}
	for what, times := range asked {
		if times > 1 {
			t.Errorf("%q is asked for %d times", what, times)
		}
	}
	if loads < 2 {
		t.Errorf("%d rounds: the log did not lead to another question", loads)
	}
}

func TestReadsThatAreNotKeptOrKnownAreNotSent(t *testing.T) {
	known := snapshot.Read{Resource: "services", Namespace: "shop"}
	e := gather.Evidence{Options: diagnose.Options{NoLogs: true}, NodeConfig: true}
	nodes := 0
	e.Load = func(_ context.Context, _ *snapshot.Snapshot, q snapshot.Query) error {
		for _, r := range q.Reads {
			if r.Resource == "events" || r.Resource == known.Resource {
				t.Errorf("%+v is sent", r)
			}
			if r.Resource == snapshot.KubeletConfigResource && r.Name == "n1" {
				nodes++
			}
		}
		if len(q.Logs) > 0 {
			t.Errorf("logs are read with NoLogs: %+v", q.Logs)
		}
		return nil
	}
	e.Known(known)
	if _, err := e.Read(t.Context(), crashing(), func(r snapshot.Read) bool { return r.Resource != "events" }); err != nil {
		t.Fatal(err)
	}
	if nodes != 1 {
		t.Errorf("the kubelet of the node is asked %d times, want 1", nodes)
	}
}

func TestErrorsOfTheSourceAreReturned(t *testing.T) {
	gone := errors.New("connection lost")
	e := gather.Evidence{Load: func(context.Context, *snapshot.Snapshot, snapshot.Query) error { return gone }}
	if _, err := e.Read(t.Context(), crashing(), nil); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// Nodes are read by name, and as one list if pods crash on many.
func TestManyNodesAreOneList(t *testing.T) {
	for _, nodes := range []int{3, 60} {
		s := crashing()
		for i := range nodes - 1 {
			pod := s.Pods[0].DeepCopy()
			pod.Name = fmt.Sprintf("web-%d", i)
			pod.UID = types.UID(pod.Name)
			pod.Spec.NodeName = fmt.Sprintf("node-%d", i)
			s.Pods = append(s.Pods, pod)
		}
		names := 0
		lists := 0
		e := gather.Evidence{Load: func(_ context.Context, _ *snapshot.Snapshot, q snapshot.Query) error {
			for _, r := range q.Reads {
				switch {
				case r.Resource != "nodes":
				case r.Name == "":
					lists++
				default:
					names++
				}
			}
			return nil
		}}
		for range 2 {
			if _, err := e.Read(t.Context(), s, nil); err != nil {
				t.Fatal(err)
			}
		}
		want := [2]int{nodes, 0}
		if nodes > 50 {
			want = [2]int{0, 1}
		}
		if got := [2]int{names, lists}; got != want {
			t.Errorf("%d nodes: read %d by name and %d lists, want %v", nodes, names, lists, want)
		}
	}
}
