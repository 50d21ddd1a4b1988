package rsmap

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// everything is a source that has read all objects, as a watch has.
type everything []runtime.Object

func (e everything) Load(_ context.Context, s *snapshot.Snapshot, _ snapshot.Query) error {
	if !s.At.IsZero() {
		return nil
	}
	s.At = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, o := range e {
		s.Add(o)
	}
	s.Sort()
	return nil
}

// BenchmarkWatch evaluates a watch of 100,000 pods in 1,000 Deployments, of which
// 2,500 are not ready, and reports the processor time of that.
func BenchmarkWatch(b *testing.B) {
	o := &options{env: &cli.Env{}, flags: cli.NewFlags(), source: large()}
	o.flags.Output = "text"
	o.watch.Watch = true
	before := processorTime(b)
	for b.Loop() {
		m, err := o.read(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if facts := len(o.update(m).Facts); facts != 102_000 {
			b.Fatal(facts)
		}
	}
	b.ReportMetric(float64((processorTime(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
}

// processorTime returns the time that this process has spent on processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// large returns the objects of a large namespace.
func large() everything {
	var out everything
	at := metav1.NewTime(time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC))
	decoder := snapshot.Decoder{}
	for d := range 1000 {
		app := fmt.Sprintf("app-%04d", d)
		set, objects := rolledOut(app, at)
		out = append(out, objects...)
		for i := range 100 {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", GenerateName: set.Name + "-", Name: fmt.Sprintf("%s-p%04d", set.Name, i),
				UID:             types.UID(fmt.Sprintf("%08x-0000-4000-8000-%012x", d, i)),
				ResourceVersion: "71234567", CreationTimestamp: at, Labels: set.Spec.Template.Labels,
				OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))},
			}}
			pod.Spec = *set.Spec.Template.Spec.DeepCopy()
			pod.Spec.NodeName = fmt.Sprintf("node-%03d", i)
			pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &at, PodIP: "192.0.2.1"}
			ready := corev1.ConditionTrue
			if (100*d+i)%40 == 0 {
				ready = corev1.ConditionFalse
			}
			for _, c := range []corev1.PodConditionType{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"} {
				pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: c, Status: ready, LastTransitionTime: at})
			}
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
				Name: "main", Image: "registry.example/app:1", ImageID: "registry.example/app@sha256:0000000", Ready: ready == corev1.ConditionTrue,
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}},
			}}
			out = append(out, decoder.Pack(pod))
		}
	}
	return out
}

// rolledOut returns a Deployment that is rolled out, and its ReplicaSet.
func rolledOut(app string, at metav1.Time) (*appsv1.ReplicaSet, []runtime.Object) {
	replicas := int32(100)
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": app}}}
	template.Spec.Containers = []corev1.Container{{Name: "main", Image: "registry.example/app:1"}}
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: app, UID: types.UID(app), CreationTimestamp: at, Generation: 1},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas, Selector: selector, Template: template},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 1, Replicas: replicas, UpdatedReplicas: replicas, ReadyReplicas: replicas, AvailableReplicas: replicas,
		},
	}
	set := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: app + "-1", UID: types.UID(app + "-1"), CreationTimestamp: at,
			Annotations:     map[string]string{"deployment.kubernetes.io/revision": "1"},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))},
		},
		Spec:   appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: selector, Template: template},
		Status: appsv1.ReplicaSetStatus{Replicas: replicas, ReadyReplicas: replicas, AvailableReplicas: replicas},
	}
	return set, []runtime.Object{d, set}
}
