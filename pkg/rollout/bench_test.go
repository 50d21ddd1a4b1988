package rollout_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// A namespace of 1,000 Deployments with ten ReplicaSets and ten pods each.
func BenchmarkBuild(b *testing.B) {
	s := &snapshot.Snapshot{At: noon.Time}
	for i := range 1000 {
		w := deployment("image:9", 10, one, none, available)
		for n := range 9 {
			w.set(fmt.Sprint(n+1), fmt.Sprint("image:", n), 0, 0, 0)
		}
		w.set("10", "image:9", 10, 10, 10)
		suffix := fmt.Sprint("-", i)
		w.d.Name = "web" + suffix
		w.d.UID = types.UID("d" + suffix)
		for _, rs := range w.ReplicaSets {
			rs.UID += types.UID(suffix)
			rs.Name += suffix
			rs.OwnerReferences[0].UID = w.d.UID
			s.Add(rs)
		}
		for p := range 10 {
			pod := built("Running", nil, named("web", running(true, 0)))
			pod.Namespace = "shop"
			pod.Name = fmt.Sprint("p", p, suffix)
			pod.UID = types.UID(fmt.Sprint("p", p, suffix))
			pod.OwnerReferences = []metav1.OwnerReference{
				{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "x", UID: w.ReplicaSets[9].UID, Controller: new(true)},
			}
			s.Add(pod)
		}
		s.Add(w.d)
	}
	s.Sort()
	for b.Loop() {
		if got := len(rollout.Build(owners.Build(s))); got != 1000 {
			b.Fatal(got)
		}
	}
}

// BenchmarkHealthyPod reports how many bytes a healthy pod takes of a large cluster: when it was read, when it
// hangs below its owner, and when the table of rsmap -A is computed.
func BenchmarkHealthyPod(b *testing.B) {
	const pods = 100_000
	list := podList(b, pods)
	kept := map[string]float64{}
	for b.Loop() {
		before := heap()
		report := func(step string) { kept[step] = float64(heap()-before) / pods }
		s := readPods(b, list)
		report("read")
		f := owners.Build(s)
		report("linked")
		found := rollout.Rows(f, false)
		report("judged")
		if len(found) != pods/100 || len(s.PackedPods) != pods {
			b.Fatalf("%d workloads, %d packed pods", len(found), len(s.PackedPods))
		}
		runtime.KeepAlive([]any{s, f, found})
	}
	runtime.KeepAlive(list)
	for step, bytes := range kept {
		b.ReportMetric(bytes, step+"-B/pod")
	}
}

// heap returns the bytes that are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// readPods returns a snapshot of pods in their protobuf form.
func readPods(b *testing.B, list [][]byte) *snapshot.Snapshot {
	b.Helper()
	s := &snapshot.Snapshot{At: noon.Time}
	var decoder snapshot.Decoder
	for _, data := range list {
		pod, err := decoder.Decode(snapshot.KindNamed("pods"), data)
		if err != nil {
			b.Fatal(err)
		}
		s.Add(pod)
	}
	s.Sort()
	return s
}

// podList returns the protobuf form of healthy pods, a hundred of each ReplicaSet, with names, addresses and times
// as they are in clusters.
func podList(b *testing.B, count int) [][]byte {
	b.Helper()
	list := make([][]byte, 0, count)
	for i := range count {
		set := fmt.Sprintf("web-%04d-5d78c9b6f4", i/100)
		pod := built("Running", nil, named("web", running(true, 0)))
		pod.Namespace = "shop"
		pod.GenerateName = set + "-"
		pod.Name = fmt.Sprintf("%s-%05d", set, i%100)
		pod.UID = types.UID(fmt.Sprintf("%08x-6d1f-4c3b-9a57-%012x", i, i))
		pod.ResourceVersion = fmt.Sprint(71_000_000 + i)
		pod.OwnerReferences = []metav1.OwnerReference{
			{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: set, UID: types.UID(set), Controller: new(true)},
		}
		pod.Spec.NodeName = fmt.Sprintf("ip-10-0-%d-%d.eu-central-1.compute.internal", i%500/100, i%100)
		pod.Status.PodIP = fmt.Sprintf("10.%d.%d.%d", i/65536, i/256%256, i%256)
		began := noon.Add(-time.Duration(i) * time.Minute)
		pod.CreationTimestamp = metav1.NewTime(began)
		pod.Status.StartTime = &metav1.Time{Time: began}
		pod.Status.ContainerStatuses[0].State.Running.StartedAt = metav1.NewTime(began.Add(20 * time.Second))
		pod.Status.Conditions = nil
		for n, kind := range []corev1.PodConditionType{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"} {
			pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{
				Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(began.Add(time.Duration(15*n) * time.Second)),
			})
		}
		data, err := pod.Marshal()
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, data)
	}
	return list
}
