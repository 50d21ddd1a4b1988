package snapshot_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// What Trim takes out must be what nobody reads: on every recorded case
// the map and the verdicts are the same with it and without, and of packed pods too.
func TestTrimChangesNothingThatIsSaid(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*/*.tar.gz")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d recorded snapshots: %v", len(files), err)
	}
	trimmed := 0
	packed := 0
	for _, file := range files {
		whole := read(t, file)
		short := read(t, file)
		small := read(t, file)
		for _, pod := range short.Pods {
			before := len(pod.Spec.Tolerations)
			snapshot.Trim(pod)
			if before > 0 && len(pod.Spec.Tolerations) == 0 {
				trimmed++
			}
		}
		for _, kind := range snapshot.Kinds {
			kind.Each(short, func(o metav1.Object) { snapshot.Trim(o.(runtime.Object)) })
		}
		pack(small)
		packed += len(small.PackedPods)
		want := said(t, whole)
		if diff := cmp.Diff(want, said(t, short)); diff != "" {
			t.Errorf("%s: whole and trimmed objects differ (-whole +trimmed):\n%s", file, diff)
		}
		if diff := cmp.Diff(want, said(t, small)); diff != "" {
			t.Errorf("%s: whole and packed pods differ (-whole +packed):\n%s", file, diff)
		}
	}
	if trimmed < 50 || packed < 50 {
		t.Errorf("only %d recorded pods were trimmed and %d packed: the test proves little", trimmed, packed)
	}
}

// pack packs the pods of s that can be packed.
func pack(s *snapshot.Snapshot) {
	var d snapshot.Decoder
	pods := s.Pods
	s.Pods = nil
	for _, pod := range pods {
		s.Add(d.Pack(pod))
	}
	s.Sort()
}

func read(t *testing.T, file string) *snapshot.Snapshot {
	t.Helper()
	var q snapshot.Query
	for _, resource := range []string{
		"pods", "events", "nodes", "services", "configmaps", "secrets", "persistentvolumeclaims", "deployments", "replicasets",
		"statefulsets", "daemonsets", "controllerrevisions", "jobs", "cronjobs", "endpointslices",
	} {
		q.Reads = append(q.Reads, snapshot.Read{Resource: resource})
	}
	s := &snapshot.Snapshot{}
	if err := bundle.New([]string{file}, bundle.Options{}).Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	return s
}

// said is all that the packages say of a snapshot.
func said(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	forest := owners.Build(s)
	data, err := json.MarshalIndent([]any{rollout.Build(forest), diagnose.Report(forest, diagnose.Options{Since: 24 * time.Hour})}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A pod in which something went wrong keeps its spec.
func TestTrimKeepsWhatIsSick(t *testing.T) {
	pod := func(restarts int32) *corev1.Pod {
		p := &corev1.Pod{}
		p.Spec.Containers = []corev1.Container{{Name: "web", Env: []corev1.EnvVar{{Name: "A"}}}}
		p.Status.Phase = corev1.PodRunning
		p.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: "web", RestartCount: restarts, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
		}}
		return p
	}
	crashing := pod(1)
	healthy := pod(0)
	snapshot.Trim(crashing)
	snapshot.Trim(healthy)
	if len(crashing.Spec.Containers[0].Env) != 1 || len(healthy.Spec.Containers[0].Env) != 0 {
		t.Errorf("crashing pod %+v, healthy pod %+v", crashing.Spec, healthy.Spec)
	}
}

// Who manages the fields of an object shows who changed a workload. What a controller
// made is changed by that controller.
func TestTrimKeepsTheManagersOfWorkloads(t *testing.T) {
	managed := metav1.ObjectMeta{Name: "web", ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}}
	owned := *managed.DeepCopy()
	owned.OwnerReferences = []metav1.OwnerReference{{Kind: "Deployment", Name: "web", Controller: new(true)}}
	for _, test := range []struct {
		name string
		obj  metav1.Object
		want int
	}{
		{"Deployment of an operator", &appsv1.Deployment{ObjectMeta: owned}, 1},
		{"ReplicaSet of its own", &appsv1.ReplicaSet{ObjectMeta: managed}, 1},
		{"ReplicaSet of a Deployment", &appsv1.ReplicaSet{ObjectMeta: owned}, 0},
		{"Job of its own", &batchv1.Job{ObjectMeta: managed}, 1},
		{"Job of a CronJob", &batchv1.Job{ObjectMeta: owned}, 0},
		{"ControllerRevision", &appsv1.ControllerRevision{ObjectMeta: owned}, 0},
		{"event", &corev1.Event{ObjectMeta: managed}, 0},
	} {
		snapshot.Trim(test.obj.(runtime.Object))
		if got := len(test.obj.GetManagedFields()); got != test.want {
			t.Errorf("%s: %d managers, want %d", test.name, got, test.want)
		}
	}
}
