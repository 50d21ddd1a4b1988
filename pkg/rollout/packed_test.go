package rollout_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Of packed pods the same is judged as of whole ones, whatever their times are and
// as time passes, although few of them are unpacked for it.
func TestPackedPodsAreJudgedAsWholeOnes(t *testing.T) {
	kept := map[string]int{}
	for seed := range uint64(100) {
		whole := randomCluster(rand.New(rand.NewPCG(seed, 1)))
		packed := packedCopy(whole)
		for _, later := range []time.Duration{0, 40 * time.Second, 90 * time.Second, 11 * time.Minute} {
			whole.At = noon.Add(later)
			packed.At = whole.At
			want := rollout.Build(owners.Build(whole))
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, rollout.Build(owners.Build(packed)))); diff != "" {
				t.Fatalf("seed %d, %s later: whole and packed pods differ (-whole +packed):\n%s", seed, later, diff)
			}
			rows := rollout.Rows(owners.Build(packed), true)
			if diff := cmp.Diff(rowsOf(want), rowsOf(rows)); diff != "" {
				t.Fatalf("seed %d, %s later: a table and the whole report differ (-report +table):\n%s", seed, later, diff)
			}
			for _, w := range rows {
				if len(w.Notes)+len(w.Orphans) > 0 {
					t.Fatalf("seed %d: a row has %q and %v, which no table shows", seed, w.Notes, w.Orphans)
				}
				for _, r := range w.Revisions {
					kept["dropped"] += len(r.Packed())
					kept["shown"] += len(r.Pods)
				}
			}
		}
		kept["packed"] += len(packed.PackedPods)
		kept["whole"] += len(packed.Pods)
	}
	for _, of := range []string{"dropped", "shown", "packed", "whole"} {
		if kept[of] < 200 {
			t.Errorf("only %d pods were %s: the test proves little", kept[of], of)
		}
	}
}

// rowsOf returns what a table shows of each workload.
func rowsOf(list []*rollout.Workload) []string {
	var out []string
	for _, w := range list {
		out = append(out, fmt.Sprintf("%s %s: %s %v, %v", w.Ref, w.Phase, w.Summary, w.BlockedBy, w.CouldBe))
	}
	return out
}

func asJSON(t *testing.T, list []*rollout.Workload) string {
	t.Helper()
	data, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// packedCopy returns a copy of a snapshot in which the pods are packed that can be.
func packedCopy(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := *s
	out.Pods = nil
	d := snapshot.Decoder{}
	for _, pod := range s.Pods {
		out.Add(d.Pack(pod.DeepCopy()))
	}
	out.Sort()
	return &out
}

// randomCluster returns one workload of each kind with random pods on three nodes,
// of which one is not ready.
func randomCluster(random *rand.Rand) *snapshot.Snapshot {
	s := &snapshot.Snapshot{At: noon.Time, Source: snapshot.Source{Type: "cluster"}}
	for _, resource := range []string{"pods", "replicasets", "controllerrevisions"} {
		s.MarkComplete(resource, "")
	}
	for n, status := range []corev1.ConditionStatus{corev1.ConditionTrue, corev1.ConditionTrue, corev1.ConditionUnknown} {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("node-", n)}}
		node.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status, LastTransitionTime: before(5 * time.Minute)}}
		s.Add(node)
	}
	number := int32(1 + random.IntN(5))
	minReady := int32(random.IntN(2) * 60)
	labels := func(app string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}
	}
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(name), CreationTimestamp: before(time.Hour), Generation: 1}
	}
	template := spec("image:2")
	counted := func() int32 { return max(0, number-int32(random.IntN(2))) }

	d := &appsv1.Deployment{ObjectMeta: meta("web")}
	d.Spec = appsv1.DeploymentSpec{Replicas: &number, Selector: labels("web"), Template: template, MinReadySeconds: minReady}
	if random.IntN(4) == 0 {
		d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType
	}
	d.Status = appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: number, UpdatedReplicas: counted(), ReadyReplicas: counted(), AvailableReplicas: counted(),
	}
	s.Add(d)
	for n := range 2 {
		rs := &appsv1.ReplicaSet{ObjectMeta: meta(fmt.Sprint("web-", n+1))}
		rs.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
		rs.Annotations = map[string]string{"deployment.kubernetes.io/revision": fmt.Sprint(n + 1)}
		rs.Spec = appsv1.ReplicaSetSpec{Replicas: new(number * int32(n)), Selector: labels("web"), Template: spec(fmt.Sprint("image:", n+1))}
		rs.Status = appsv1.ReplicaSetStatus{Replicas: number * int32(n), ReadyReplicas: counted(), AvailableReplicas: counted()}
		s.Add(rs)
		addPods(s, random, rs, "ReplicaSet", int(number))
	}

	set := &appsv1.StatefulSet{ObjectMeta: meta("db")}
	set.Spec = appsv1.StatefulSetSpec{Replicas: &number, Selector: labels("db"), Template: template, MinReadySeconds: minReady}
	set.Status = appsv1.StatefulSetStatus{
		ObservedGeneration: 1, Replicas: number, ReadyReplicas: counted(), AvailableReplicas: counted(), UpdatedReplicas: counted(),
		CurrentRevision: "db-1", UpdateRevision: "db-1",
	}
	s.Add(set)
	addPods(s, random, set, "StatefulSet", int(number))

	daemon := &appsv1.DaemonSet{ObjectMeta: meta("log")}
	daemon.Spec = appsv1.DaemonSetSpec{Selector: labels("log"), Template: template, MinReadySeconds: minReady}
	daemon.Status = appsv1.DaemonSetStatus{
		ObservedGeneration: 1, DesiredNumberScheduled: number, CurrentNumberScheduled: number, UpdatedNumberScheduled: counted(),
		NumberReady: counted(), NumberAvailable: counted(), NumberMisscheduled: int32(random.IntN(2)),
	}
	s.Add(daemon)
	addPods(s, random, daemon, "DaemonSet", int(number))

	job := &batchv1.Job{ObjectMeta: meta("task")}
	job.Spec.Completions = &number
	job.Status = batchv1.JobStatus{Active: counted(), Ready: new(counted())}
	s.Add(job)
	addPods(s, random, job, "Job", int(number))
	s.Sort()
	return s
}

// before returns a time before noon.
func before(d time.Duration) metav1.Time { return metav1.NewTime(noon.Add(-d)) }

// addPods adds random pods of an owner.
func addPods(s *snapshot.Snapshot, random *rand.Rand, owner metav1.Object, kind string, count int) {
	group := appsv1.SchemeGroupVersion
	if kind == "Job" {
		group = batchv1.SchemeGroupVersion
	}
	for i := range count {
		p := randomPod(random)
		p.Namespace = owner.GetNamespace()
		p.Name = fmt.Sprintf("%s-%d", owner.GetName(), i)
		p.UID = types.UID("pod-" + p.Name)
		p.Labels = map[string]string{"app": "x", appsv1.ControllerRevisionHashLabelKey: fmt.Sprint("db-", 1+random.IntN(2))}
		p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, group.WithKind(kind))}
		s.Add(p)
	}
}

// randomPod returns a pod that mostly runs, with times around those at which its
// judgement changes.
func randomPod(random *rand.Rand) *corev1.Pod {
	ago := func() metav1.Time {
		return before([]time.Duration{0, 30 * time.Second, 70 * time.Second, 10 * time.Minute, time.Hour}[random.IntN(5)])
	}
	at := func(status corev1.ContainerStatus) corev1.ContainerStatus {
		if status.State.Running != nil {
			status.State.Running.StartedAt = ago()
		}
		if status.State.Terminated != nil {
			status.State.Terminated.StartedAt = before(time.Hour)
			status.State.Terminated.FinishedAt = ago()
		}
		status.ImageID = fmt.Sprintf("registry.example/image@sha256:%07d", random.IntN(2))
		return status
	}
	ready := random.IntN(4) > 0
	var inits []corev1.ContainerStatus
	if random.IntN(3) == 0 {
		first := []corev1.ContainerStatus{ended(0, 0, "Completed"), running(false, 0), started(running(true, 0))}[random.IntN(3)]
		inits = append(inits, at(named("first", first)))
	}
	main := running(ready, 0)
	phase := corev1.PodRunning
	switch random.IntN(10) {
	case 0:
		main = ended(0, 0, "Completed")
		phase = corev1.PodSucceeded
	case 1:
		main = waiting("CrashLoopBackOff")
	case 2:
		main = running(ready, 2)
	}
	p := built(phase, inits, at(named("main", main)))
	p.CreationTimestamp = ago()
	p.Spec.NodeName = fmt.Sprint("node-", random.IntN(4)) // the last is not known
	for i := range p.Spec.InitContainers {
		if random.IntN(2) == 0 {
			p.Spec.InitContainers[i].RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		}
	}
	status := corev1.ConditionFalse
	if ready {
		status = corev1.ConditionTrue
	}
	p.Status.Conditions = []corev1.PodCondition{
		{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: ago()},
		{Type: corev1.PodReady, Status: status, LastTransitionTime: ago()},
	}
	if random.IntN(10) == 0 {
		p.Status.Conditions = p.Status.Conditions[:1]
	}
	if random.IntN(12) == 0 {
		p.DeletionTimestamp = new(ago())
	}
	return p
}
