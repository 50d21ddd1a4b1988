package diagnose_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// look returns "pod/container status" of the unhealthy containers of a
// snapshot.
func look(objects ...interface{ GetName() string }) []string {
	s := &snapshot.Snapshot{At: now}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.Pod:
			s.Add(o)
		case *batchv1.Job:
			s.Add(o)
		case *batchv1.CronJob:
			s.Add(o)
		case *corev1.Event:
			s.Add(o)
		case *appsv1.ReplicaSet:
			s.Add(o)
		}
	}
	s.Sort()
	out := []string{}
	for _, c := range diagnose.Unhealthy(owners.Build(s), diagnose.Options{}) {
		text := fmt.Sprintf("%s/%s %s", c.Pod, c.Name, c.Status)
		if c.Suspect {
			text += "?"
		}
		out = append(out, text)
	}
	return out
}

// one makes a pod with one app container in a state.
func one(name string, policy corev1.RestartPolicy, status corev1.ContainerStatus, change ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: meta(name, "uid-"+name, time.Hour)}
	pod.Spec = corev1.PodSpec{RestartPolicy: policy, NodeName: "node-1", Containers: []corev1.Container{{Name: "c", Image: "i"}}}
	status.Name = "c"
	start := ago(time.Hour)
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &start, ContainerStatuses: []corev1.ContainerStatus{status}}
	for _, f := range change {
		f(pod)
	}
	return pod
}

func waits(reason string, restarts int32) corev1.ContainerStatus {
	cs := corev1.ContainerStatus{RestartCount: restarts, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}}
	if restarts > 0 {
		cs.LastTerminationState = died(1, 5*time.Minute)
	}
	return cs
}

func died(code int32, before time.Duration) corev1.ContainerState {
	reason := "Error"
	if code == 0 {
		reason = "Completed"
	}
	return corev1.ContainerState{
		Terminated: &corev1.ContainerStateTerminated{
			ExitCode:   code,
			Reason:     reason,
			StartedAt:  ago(before + time.Second),
			FinishedAt: ago(before),
		},
	}
}

func dead(code, restarts int32) corev1.ContainerStatus {
	return corev1.ContainerStatus{RestartCount: restarts, State: died(code, 2*time.Second)}
}

func runs(since time.Duration, restarts int32) corev1.ContainerStatus {
	cs := corev1.ContainerStatus{
		RestartCount: restarts,
		State:        corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: ago(since)}},
	}
	if restarts > 0 {
		cs.LastTerminationState = died(1, since+time.Second)
	}
	return cs
}

func phase(p corev1.PodPhase) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.Phase = p }
}

// initial adds an init container, a sidecar with always.
func initial(status corev1.ContainerStatus, always bool) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		c := corev1.Container{Name: "i", Image: "i"}
		if always {
			policy := corev1.ContainerRestartPolicyAlways
			c.RestartPolicy = &policy
		}
		status.Name = "i"
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
		pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, status)
	}
}

func TestSickTellsWhatIsWrongFromWhatIsNormal(t *testing.T) {
	const (
		always    = corev1.RestartPolicyAlways
		onFailure = corev1.RestartPolicyOnFailure
		never     = corev1.RestartPolicyNever
	)
	deleted := func(pod *corev1.Pod) { at := ago(5 * time.Second); pod.DeletionTimestamp = &at }
	for _, c := range []struct {
		name string
		pod  *corev1.Pod
		want []string
	}{
		{"runs without a restart", one("p", always, runs(time.Minute, 0)), nil},
		{"restarted a minute ago", one("p", always, runs(time.Minute, 1)), []string{"p/c thrashing"}},
		{"ran for just less than the kubelet's reset", one("p", always, runs(599*time.Second, 3)), []string{"p/c thrashing"}},
		{"ran for the kubelet's reset", one("p", always, runs(600*time.Second, 3)), []string{"p/c recovered"}},
		{"restarted two days ago", one("p", always, runs(48*time.Hour, 3)), nil},
		{"waits in back-off", one("p", always, waits("CrashLoopBackOff", 4)), []string{"p/c thrashing"}},
		{"terminated, and will be started again", one("p", always, dead(1, 2)), []string{"p/c thrashing"}},
		{"ended in order, and will be started again", one("p", always, dead(0, 2)), []string{"p/c thrashing"}},
		{"ended in order for good", one("p", onFailure, dead(0, 2), phase(corev1.PodSucceeded)), nil},
		{"failed for good", one("p", never, dead(3, 0), phase(corev1.PodFailed)), []string{"p/c failed"}},
		{"failed beside a container that runs", one("p", never, dead(3, 0)), []string{"p/c failed"}},
		{"is deleted", one("p", always, dead(143, 0), deleted), nil},
		{"cannot pull", one("p", always, waits("ImagePullBackOff", 0)), []string{"p/c blocked"}},
		{"lacks a ConfigMap", one("p", always, waits("CreateContainerConfigError", 0)), []string{"p/c blocked"}},
		{"is being created for long", one("p", always, waits("ContainerCreating", 0)), []string{"p/c blocked?"}},
		{"waits for its init containers", one("p", always, waits("PodInitializing", 0), initial(runs(time.Minute, 0), false)), nil},
		{
			"init container crashes", one("p", always, waits("PodInitializing", 0), initial(waits("CrashLoopBackOff", 3), false)),
			[]string{"p/i thrashing"},
		},
		{"init container completed after restarts", one("p", always, runs(time.Hour, 0), initial(dead(0, 3), false)), nil},
		{"init container failed for good", one("p", never, waits("PodInitializing", 0), initial(dead(1, 0), false),
			phase(corev1.PodFailed)), []string{"p/i failed"}},
		{"sidecar crashes", one("p", always, runs(time.Hour, 0), initial(dead(1, 3), true)), []string{"p/i thrashing"}},
		{"sidecar is stopped at the end of the pod", one("p", never, dead(0, 0), initial(dead(143, 0), true)), nil},
		{
			"sidecar is restarted though the policy is Never", one("p", never, runs(time.Hour, 0), initial(dead(1, 0), true)),
			[]string{"p/i thrashing"},
		},
		{"evicted", one("p", always, corev1.ContainerStatus{}, phase(corev1.PodFailed),
			func(p *corev1.Pod) { p.Status.Reason = "Evicted" }), []string{"p/c failed"}},
		{"node was shut down", one("p", always, dead(143, 0), phase(corev1.PodFailed),
			func(p *corev1.Pod) { p.Status.Reason = "Terminated" }), nil},
		{"debugged, and left with an error", one("p", always, runs(time.Hour, 0), func(p *corev1.Pod) {
			p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debugger"}}}
			p.Status.EphemeralContainerStatuses = []corev1.ContainerStatus{{Name: "debugger", State: died(130, time.Minute)}}
		}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(append([]string{}, c.want...), look(c.pod)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func job(name string, age time.Duration, conditions ...batchv1.JobConditionType) *batchv1.Job {
	j := &batchv1.Job{ObjectMeta: meta(name, "job-"+name, age)}
	for _, c := range conditions {
		j.Status.Conditions = append(j.Status.Conditions, batchv1.JobCondition{Type: c, Status: corev1.ConditionTrue})
	}
	return j
}

func of(kind, name string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{
		{APIVersion: "batch/v1", Kind: kind, Name: name, UID: types.UID(strings.ToLower(kind) + "-" + name), Controller: &yes},
	}
}

func run(pod *corev1.Pod, job string) *corev1.Pod {
	pod.OwnerReferences = of("Job", job)
	return pod
}

func TestJobsAreJudgedAtTheirRoot(t *testing.T) {
	const (
		never     = corev1.RestartPolicyNever
		onFailure = corev1.RestartPolicyOnFailure
	)
	cron := func(j *batchv1.Job) *batchv1.Job { j.OwnerReferences = of("CronJob", "nightly"); return j }
	owner := &batchv1.CronJob{ObjectMeta: meta("nightly", "cronjob-nightly", 48*time.Hour)}
	younger := func(p *corev1.Pod) { p.CreationTimestamp = ago(time.Minute) }
	for _, c := range []struct {
		name    string
		objects []interface{ GetName() string }
		want    []string
	}{
		{"succeeded after a failed pod", []interface{ GetName() string }{
			job("j", time.Hour, batchv1.JobComplete),
			run(one("a", never, dead(1, 0), phase(corev1.PodFailed)), "j"), run(one("b", never, dead(0, 0), phase(corev1.PodSucceeded)), "j"),
		}, nil},
		{"still tries: the latest failing pod", []interface{ GetName() string }{
			job("j", time.Hour), run(one("a", never, dead(1, 0), phase(corev1.PodFailed)), "j"), run(one("b", never, dead(2, 0), phase(corev1.PodFailed), younger), "j"),
		}, []string{"b/c thrashing"}},
		{"gave up", []interface{ GetName() string }{
			job("j", time.Hour, batchv1.JobFailed), run(one("a", never, dead(1, 0), phase(corev1.PodFailed)), "j"),
		}, []string{"a/c failed"}},
		{"gave up, and its pod is gone", []interface{ GetName() string }{job("j", time.Hour, batchv1.JobFailed)}, []string{"/ failed"}},
		{"restarts in place", []interface{ GetName() string }{job("j", time.Hour), run(one("a", onFailure, waits("CrashLoopBackOff", 2)),
			"j")}, []string{"a/c thrashing"}},
		{"the next run of a CronJob succeeded", []interface{ GetName() string }{
			owner, cron(job("j1", 2*time.Hour, batchv1.JobFailed)), cron(job("j2", time.Hour, batchv1.JobComplete)),
		}, nil},
		{"the next run of a CronJob goes well so far", []interface{ GetName() string }{
			owner, cron(job("j1", 2*time.Hour, batchv1.JobFailed)), cron(job("j2", time.Minute)), run(one("p", never, runs(time.Minute, 0)), "j2"),
		}, []string{"/ failed"}},
		{"one item for many failed runs of a CronJob", []interface{ GetName() string }{
			owner, cron(job("j1", 2*time.Hour, batchv1.JobFailed)), cron(job("j2", time.Hour, batchv1.JobFailed)), run(one("p", never, dead(1, 0), phase(corev1.PodFailed)), "j2"),
		}, []string{"p/c failed"}},
		{"suspended", []interface{ GetName() string }{job("j", time.Hour, batchv1.JobSuspended)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(append([]string{}, c.want...), look(c.objects...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
