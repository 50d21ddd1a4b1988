package rollout_test

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

var noon = metav1.NewTime(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))

func running(ready bool, restarts int32) corev1.ContainerStatus {
	s := corev1.ContainerStatus{
		Ready:        ready,
		RestartCount: restarts,
		State:        corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: noon}},
	}
	if restarts > 0 {
		s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{FinishedAt: noon}
	}
	return s
}

func waiting(reason string) corev1.ContainerStatus {
	return corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}}
}

func ended(code, signal int32, reason string) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Signal: signal, Reason: reason}},
	}
}

func named(name string, s corev1.ContainerStatus) corev1.ContainerStatus {
	s.Name = name
	return s
}

func started(s corev1.ContainerStatus) corev1.ContainerStatus {
	s.Started = new(true)
	return s
}

// built makes a pod of its init containers, "+" before the name of a sidecar,
// and its containers' statuses.
func built(phase corev1.PodPhase, inits []corev1.ContainerStatus, main ...corev1.ContainerStatus) *corev1.Pod {
	p := &corev1.Pod{Status: corev1.PodStatus{Phase: phase, ContainerStatuses: main}}
	for i, s := range inits {
		c := corev1.Container{Name: s.Name}
		if s.Name != "" && s.Name[0] == '+' {
			c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		}
		if s.Name == "" {
			c.Name = fmt.Sprint("init", i)
			s.Name = c.Name
		}
		p.Spec.InitContainers = append(p.Spec.InitContainers, c)
		p.Status.InitContainerStatuses = append(p.Status.InitContainerStatuses, s)
	}
	for i := range main {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: main[i].Name})
	}
	return p
}

func with(p *corev1.Pod, change func(*corev1.Pod)) *corev1.Pod {
	change(p)
	return p
}

func condition(kind corev1.PodConditionType, status corev1.ConditionStatus, reason string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: kind, Status: status, Reason: reason})
	}
}

func deleted(p *corev1.Pod) { p.DeletionTimestamp = &noon }

// The cases and their columns are those of kubectl get pods (TestPrintPod in
// k8s.io/kubernetes pkg/printers/internalversion).
func TestPodStatus(t *testing.T) {
	none := []corev1.ContainerStatus(nil)
	tests := map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"running":              {built("Running", none, running(true, 6), running(true, 0)), "2/2 Running 6 12:00"},
		"one of two not ready": {built("Running", none, running(true, 0), running(false, 0)), "1/2 Running 0"},
		"waiting, the first decides": {
			built("Pending", none, waiting("ContainerCreating"), waiting("ErrImagePull")),
			"0/2 ContainerCreating 0",
		},
		"a waiting one without a reason": {built("Running", none, waiting(""), running(true, 0)), "1/2 Running 0"},
		"reason of the pod":              {with(built("Failed", none), func(p *corev1.Pod) { p.Status.Reason = "Evicted" }), "0/0 Evicted 0"},
		"gated": {
			with(built("Pending", none), condition(corev1.PodScheduled, corev1.ConditionFalse, "SchedulingGated")),
			"0/0 SchedulingGated 0",
		},
		"signal":    {built("Running", none, ended(137, 9, "")), "0/1 Signal:9 0"},
		"exit code": {built("Running", none, ended(3, 0, "")), "0/1 ExitCode:3 0"},
		"completed": {built("Succeeded", none, ended(0, 0, "Completed")), "0/1 Completed 0"},
		"completed beside a ready one": {
			with(built("Running", none, ended(0, 0, "Completed"), running(true, 0)), condition(corev1.PodReady, corev1.ConditionTrue, "")),
			"1/2 Running 0",
		},
		"completed beside an unready pod": {built("Running", none, ended(0, 0, "Completed"), running(true, 0)), "1/2 NotReady 0"},
		"completed beside a failed one":   {built("Running", none, ended(0, 0, "Completed"), ended(1, 0, "Error")), "0/2 Error 0"},
		"second init container": {
			built("Pending", []corev1.ContainerStatus{ended(0, 0, "Completed"), running(false, 0)}, waiting("PodInitializing")),
			"0/1 Init:1/2 0",
		},
		"init container waits to begin": {
			built("Pending", []corev1.ContainerStatus{waiting("PodInitializing")}, waiting("PodInitializing")),
			"0/1 Init:0/1 0",
		},
		"init container crashes": {
			built(
				"Pending",
				[]corev1.ContainerStatus{
					{RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}},
				},
				waiting("PodInitializing"),
			),
			"0/1 Init:CrashLoopBackOff 3",
		},
		"init container failed":       {built("Pending", []corev1.ContainerStatus{ended(2, 0, "Error")}), "0/0 Init:Error 0"},
		"init container got a signal": {built("Pending", []corev1.ContainerStatus{ended(2, 15, "")}), "0/0 Init:Signal:15 0"},
		"init container exit code":    {built("Pending", []corev1.ContainerStatus{ended(2, 0, "")}), "0/0 Init:ExitCode:2 0"},
		"restarts of init are forgotten": {
			built("Running", []corev1.ContainerStatus{{RestartCount: 3, State: ended(0, 0, "Completed").State}}, running(true, 1)),
			"1/1 Running 1 12:00",
		},
		"a sidecar counts": {
			built("Running", []corev1.ContainerStatus{named("+s", started(running(true, 2)))}, running(true, 1)),
			"2/2 Running 3 12:00",
		},
		"a started sidecar is not ready": {
			built("Running", []corev1.ContainerStatus{named("+s", started(running(false, 0)))}, running(true, 0)),
			"1/2 Running 0",
		},
		"a sidecar that has not started": {
			built("Pending", []corev1.ContainerStatus{named("+s", running(false, 0))}, waiting("PodInitializing")),
			"0/2 Init:0/1 0",
		},
		"initialized although init reruns": {
			with(
				built("Running", []corev1.ContainerStatus{named("+s", waiting("CrashLoopBackOff"))}, running(true, 0)),
				condition(corev1.PodInitialized, corev1.ConditionTrue, ""),
			),
			"1/2 Init:CrashLoopBackOff 0",
		},
		"terminating":                 {with(built("Running", none, running(true, 0)), deleted), "1/1 Terminating 0"},
		"terminating when it is done": {with(built("Succeeded", none, ended(0, 0, "Completed")), deleted), "0/1 Completed 0"},
		"its node is lost": {with(built("Running", none, running(true, 0)), func(p *corev1.Pod) {
			deleted(p)
			p.Status.Reason = "NodeLost"
		}), "1/1 Unknown 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ready, status, restarts, last := rollout.PodStatus(test.pod)
			got := fmt.Sprintf("%s %s %d", ready, status, restarts)
			if !last.IsZero() {
				got += last.Format(" 15:04")
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
