package snapshot_test

import (
	"math/rand"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	"k8s.io/apimachinery/pkg/api/resource"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"pgregory.net/rapid"
	"sigs.k8s.io/randfill"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// fataler is a test, a benchmark or a run of rapid.
type fataler interface{ Fatal(...any) }

// whole is a pod decoded by its own Unmarshal, then trimmed.
func whole(t fataler, data []byte) *corev1.Pod {
	pod := &corev1.Pod{}
	if err := pod.Unmarshal(data); err != nil {
		t.Fatal(err)
	}
	snapshot.Trim(pod)
	return pod
}

// sameAsWhole decodes pods with one Decoder, and compares all of them afterwards,
// since later ones share with earlier ones. It returns how many were trimmed.
func sameAsWhole(t fataler, pods []*corev1.Pod) (trimmed, packed int) {
	kind := snapshot.KindNamed("pods")
	var d snapshot.Decoder
	var got, want []*corev1.Pod
	for _, pod := range pods {
		data, err := pod.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, whole(t, data))
		object, err := d.Decode(kind, data)
		if err != nil {
			t.Fatal(err)
		}
		clear(data) // it is only valid during the call
		if _, is := object.(*snapshot.PackedPod); is {
			packed++
		}
		decoded := podOf(t, object)
		if len(pod.Spec.Tolerations) > 0 && decoded.Spec.Tolerations == nil {
			trimmed++
		}
		got = append(got, decoded)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal("whole and decoded pods differ (-whole +decoded):\n" + diff)
	}
	return trimmed, packed
}

// podOf returns the pod that was decoded, packed or not. What a packed one
// answers by itself must be what the pod has.
func podOf(t fataler, object runtime.Object) *corev1.Pod {
	obj, ok := object.(metav1.Object)
	if !ok {
		t.Fatal("no object")
	}
	pod := snapshot.PodOf(obj)
	if pod == nil {
		t.Fatal("no pod")
	}
	if diff := cmp.Diff(identity(pod), identity(obj)); diff != "" {
		t.Fatal("pod and packed pod differ (-pod +packed):\n" + diff)
	}
	return pod
}

func identity(o metav1.Object) []any {
	return []any{
		o.GetNamespace(), o.GetName(), o.GetGenerateName(), o.GetUID(), o.GetResourceVersion(), o.GetCreationTimestamp(),
		o.GetDeletionTimestamp(), o.GetLabels(), o.GetAnnotations(), o.GetOwnerReferences(), o.GetFinalizers(), o.GetManagedFields(),
	}
}

func TestRecordedPodsAreDecodedAsTrimLeavesThem(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*/*.tar.gz")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d recorded snapshots: %v", len(files), err)
	}
	trimmed := 0
	packed := 0
	for _, file := range files {
		moreTrimmed, morePacked := sameAsWhole(t, read(t, file).Pods)
		trimmed += moreTrimmed
		packed += morePacked
	}
	if trimmed < 50 || packed < 50 {
		t.Errorf("only %d recorded pods were trimmed and %d packed: the test proves little", trimmed, packed)
	}
}

// random returns pods of which about half are healthy, several of each kind alike.
func random(t *rapid.T) []*corev1.Pod {
	seed := rapid.Int64().Draw(t, "seed")
	filler := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(metafuzzer.Funcs), rand.NewSource(seed), scheme.Codecs).
		NilChance(0.5).NumElements(0, 2).Funcs(
		func(v *resource.Quantity, c randfill.Continue) {
			*v = *resource.NewQuantity(c.Int63(), resource.BinarySI)
		},
	)
	var pods []*corev1.Pod
	for range rapid.IntRange(1, 3).Draw(t, "revisions") {
		model := &corev1.Pod{}
		filler.Fill(model)
		for range rapid.IntRange(1, 3).Draw(t, "pods") {
			pod := model.DeepCopy()
			if rapid.Bool().Draw(t, "healthy") {
				heal(pod, rapid.Int32Range(0, 2).Draw(t, "form"))
			}
			pod.Name = rapid.StringN(0, 9, -1).Draw(t, "name")
			pod.Spec.NodeName = rapid.StringN(0, 5, -1).Draw(t, "node")
			pods = append(pods, pod)
		}
	}
	return pods
}

// heal makes a pod one in which nothing went wrong.
func heal(pod *corev1.Pod, form int32) {
	pod.DeletionTimestamp = nil
	pod.Spec.EphemeralContainers = nil
	pod.Status.Phase = []corev1.PodPhase{corev1.PodRunning, corev1.PodSucceeded, corev1.PodRunning}[form]
	well := func(specs []corev1.Container) []corev1.ContainerStatus {
		var out []corev1.ContainerStatus
		for _, c := range specs {
			s := corev1.ContainerStatus{Name: c.Name, Image: c.Image, Ready: true, VolumeMounts: []corev1.VolumeMountStatus{{Name: "v"}}}
			if form == 1 {
				s.State.Terminated = &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: metav1.NewTime(time.Unix(1, 0))}
			} else {
				s.State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(time.Unix(1, 0))}
			}
			out = append(out, s)
		}
		return out
	}
	pod.Status.InitContainerStatuses = well(pod.Spec.InitContainers)
	pod.Status.ContainerStatuses = well(pod.Spec.Containers)
	if form == 2 {
		return // with the messages that it had
	}
	pod.Status.Message = ""
	pod.Status.EphemeralContainerStatuses = nil
	for i := range pod.Status.Conditions {
		pod.Status.Conditions[i].Message = ""
	}
}

func TestRandomPodsAreDecodedAsTrimLeavesThem(t *testing.T) {
	trimmed := 0
	packed := 0
	rapid.Check(t, func(t *rapid.T) {
		moreTrimmed, morePacked := sameAsWhole(t, random(t))
		trimmed += moreTrimmed
		packed += morePacked
	})
	if trimmed < 20 || packed < 5 {
		t.Errorf("only %d random pods were trimmed and %d packed: the test proves little", trimmed, packed)
	}
}

// On either side of each limit of health the decoder decides as Trim does.
func TestTheLimitsOfHealthAreThoseOfTrim(t *testing.T) {
	ended := func(code int32, reason string) corev1.ContainerState {
		return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason}}
	}
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	deleted := metav1.NewTime(time.Unix(1, 0))
	var pods []*corev1.Pod
	for _, change := range []func(*corev1.Pod){
		func(*corev1.Pod) {},
		func(p *corev1.Pod) { p.DeletionTimestamp = &deleted },
		func(p *corev1.Pod) { p.Status.Phase = corev1.PodPending },
		func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed },
		func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded },
		func(p *corev1.Pod) { p.Spec.EphemeralContainers = make([]corev1.EphemeralContainer, 1) },
		func(p *corev1.Pod) { p.Spec.Containers = make([]corev1.Container, 2) },
		func(p *corev1.Pod) { p.Spec.InitContainers = make([]corev1.Container, 1) },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].RestartCount = 1 },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].State = corev1.ContainerState{} },
		func(p *corev1.Pod) {
			p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{}}
		},
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].State = ended(0, "Completed") },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].State = ended(0, "OOMKilled") },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].State = ended(1, "Error") },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].LastTerminationState = ended(0, "Completed") },
		func(p *corev1.Pod) { p.Status.ContainerStatuses[0].LastTerminationState = running },
	} {
		pod := &corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{State: running}}}}
		pod.Spec.Containers = []corev1.Container{{Name: "web", Command: []string{"serve"}}}
		pod.Spec.Tolerations = []corev1.Toleration{{Key: "a"}}
		pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet"}}
		change(pod)
		pods = append(pods, pod)
	}
	// The first, Succeeded, Completed, a last state that is no end.
	if trimmed, _ := sameAsWhole(t, pods); trimmed != 4 {
		t.Errorf("%d of %d pods are trimmed", trimmed, len(pods))
	}
}

// Whatever the bytes are, the decoder does not fail where Unmarshal succeeds.
func FuzzDecode(f *testing.F) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"app": "web"}}}
	pod.Spec.Containers = []corev1.Container{{Name: "web"}}
	heal(pod, 0)
	data, err := pod.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	kind := snapshot.KindNamed("pods")
	f.Fuzz(func(t *testing.T, data []byte) {
		want := &corev1.Pod{}
		if want.Unmarshal(data) != nil {
			return
		}
		snapshot.Trim(want)
		var d snapshot.Decoder
		got, err := d.Decode(kind, data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, podOf(t, got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	model := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", Labels: map[string]string{"app": "web"}}}
	model.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(string(make([]byte, 1500)))}}
	model.Spec.Containers = []corev1.Container{{Name: "web", Image: "shop/web:1", Env: make([]corev1.EnvVar, 20)}}
	model.Status.Conditions = make([]corev1.PodCondition, 5)
	heal(model, 0)
	data, err := model.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			whole(b, data)
		}
	})
	b.Run("unpack", func(b *testing.B) {
		b.ReportAllocs()
		var d snapshot.Decoder
		packed, ok := d.Pack(model.DeepCopy()).(*snapshot.PackedPod)
		if !ok {
			b.Fatal("not packed")
		}
		for b.Loop() {
			packed.Pod()
		}
	})
	b.Run("decoder", func(b *testing.B) {
		b.ReportAllocs()
		kind := snapshot.KindNamed("pods")
		var d snapshot.Decoder
		for b.Loop() {
			if _, err := d.Decode(kind, data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What pods of one revision have in common is kept once, also if pods of others
// come in between.
func TestShuffledPodsShareWhatTheyHaveInCommon(t *testing.T) {
	d := &snapshot.Decoder{}
	pack := func(app, name string) *snapshot.PackedPod {
		t.Helper()
		packed, ok := d.Pack(runningPod(app, name)).(*snapshot.PackedPod)
		if !ok {
			t.Fatalf("%s is not packed", name)
		}
		return packed
	}
	first := pack("web", "web-1")
	other := pack("shop", "shop-1")
	second := pack("web", "web-2")
	if first.Common() != second.Common() || first.Common() == other.Common() {
		t.Error("pods of one revision do not share what they have in common")
	}
	got := map[string]int{}
	for pod, count := range snapshot.Alike([]*snapshot.PackedPod{first, other, second}) {
		got[pod.Labels["app"]+" "+pod.Spec.Containers[0].Image] = count
	}
	if diff := cmp.Diff(map[string]int{"web web:1": 2, "shop shop:1": 1}, got); diff != "" {
		t.Error(diff)
	}
	if second.Pod().Name != "web-2" || second.Pod().Labels["app"] != "web" {
		t.Errorf("unpacked: %v", second.Pod())
	}
}

// Pods of several Jobs of one CronJob have other labels and owners, and share the rest.
func TestPodsOfSeveralJobsShareAllButTheirMetadata(t *testing.T) {
	var d snapshot.Decoder
	var pods []*corev1.Pod
	for _, job := range []string{"backup-1", "backup-2"} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: job + "-x", Namespace: "shop", Labels: map[string]string{"job-name": job}}}
		pod.Spec.Containers = []corev1.Container{{Name: "backup", Image: "shop/backup:1"}}
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
		heal(pod, 1)
		packed, ok := d.Pack(pod).(*snapshot.PackedPod)
		if !ok {
			t.Fatalf("%s is not packed", pod.Name)
		}
		if got := packed.Pod().Labels["job-name"]; got != job {
			t.Errorf("%s has the label of %s", pod.Name, got)
		}
		pods = append(pods, packed.Common())
	}
	if pods[0] != pods[1] {
		t.Error("each has a spec and status of its own")
	}
}

// A pod that was read twice, once packed and once not, is kept as it was last.
func TestSortKeepsTheNewestOfAPodThatIsPackedOnce(t *testing.T) {
	for version, want := range map[string]string{"5": "packed web-1@7, web-2@1", "9": "web-1@9, packed web-2@1"} {
		s := &snapshot.Snapshot{}
		d := &snapshot.Decoder{}
		for name, of := range map[string]string{"web-1": "7", "web-2": "1"} {
			pod := runningPod("web", name)
			pod.ResourceVersion = of
			s.Add(d.Pack(pod))
		}
		whole := runningPod("web", "web-1")
		whole.ResourceVersion = version
		s.Add(whole)
		s.Sort()
		var got []string
		for _, p := range s.Pods {
			got = append(got, p.Name+"@"+p.ResourceVersion)
		}
		for i, p := range s.PackedPods {
			word := ""
			if i == 0 {
				word = "packed "
			}
			got = append(got, word+p.GetName()+"@"+p.GetResourceVersion())
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("version %s: %s, want %s", version, all, want)
		}
	}
}

func runningPod(app, name string) *corev1.Pod {
	pod := &corev1.Pod{}
	pod.Namespace = "shop"
	pod.Name = name
	pod.UID = types.UID(name)
	pod.Labels = map[string]string{"app": app}
	pod.Spec.Containers = []corev1.Container{{Name: "main", Image: app + ":1"}}
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "main", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}
	return pod
}
