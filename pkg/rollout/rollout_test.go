package rollout_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// world is a Deployment "web" at noon with its ReplicaSets and pods.
type world struct {
	snapshot.Snapshot
	d *appsv1.Deployment
}

func spec(image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}},
	}
}

func deployment(image string, replicas int32, surge, unavailable intstr.IntOrString, conditions ...appsv1.DeploymentCondition) *world {
	w := &world{d: &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "d", Generation: 1}}}
	w.At = noon.Time
	w.d.Spec = appsv1.DeploymentSpec{
		Replicas: &replicas, Template: spec(image), ProgressDeadlineSeconds: new(int32(600)),
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
		Strategy: appsv1.DeploymentStrategy{
			Type:          "RollingUpdate",
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &unavailable},
		},
	}
	w.d.Status.ObservedGeneration = 1
	w.d.Status.Conditions = conditions
	w.Add(w.d)
	return w
}

func progressing(status corev1.ConditionStatus, reason string, age time.Duration) appsv1.DeploymentCondition {
	at := metav1.NewTime(noon.Add(-age))
	return appsv1.DeploymentCondition{
		Type:               appsv1.DeploymentProgressing,
		Status:             status,
		Reason:             reason,
		LastUpdateTime:     at,
		LastTransitionTime: at,
	}
}

// set adds a ReplicaSet with that many pods wanted, there, and available, and
// pods with the statuses given.
func (w *world) set(number, image string, wanted, there, available int32, pods ...corev1.ContainerStatus) *appsv1.ReplicaSet {
	name := fmt.Sprintf("web-%d", len(w.ReplicaSets)+1)
	rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: name, UID: types.UID(name), Annotations: map[string]string{"deployment.kubernetes.io/revision": number},
		CreationTimestamp: metav1.NewTime(noon.Add(time.Duration(len(w.ReplicaSets)-10) * time.Hour)),
		OwnerReferences:   []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: "web", UID: "d", Controller: new(true)}},
	}}
	rs.Spec.Replicas = &wanted
	rs.Spec.Template = spec(image)
	rs.Spec.Template.Labels["pod-template-hash"] = name
	rs.Status = appsv1.ReplicaSetStatus{Replicas: there, ReadyReplicas: available, AvailableReplicas: available}
	w.Add(rs)
	w.d.Status.Replicas += there
	w.d.Status.ReadyReplicas += available
	w.d.Status.AvailableReplicas += available
	if image == w.d.Spec.Template.Spec.Containers[0].Image {
		w.d.Status.UpdatedReplicas += there
	}
	for i, s := range pods {
		p := built(corev1.PodRunning, nil, named("web", s))
		p.Namespace = "shop"
		p.Name = fmt.Sprintf("%s-%d", name, i)
		p.UID = types.UID(fmt.Sprintf("%s-%d", name, i))
		p.CreationTimestamp = rs.CreationTimestamp
		p.Labels = map[string]string{"app": "web", "pod-template-hash": name}
		p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: name, UID: rs.UID, Controller: new(true)}}
		status := corev1.ConditionFalse
		if s.Ready {
			status = corev1.ConditionTrue
		}
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: status, LastTransitionTime: noon}}
		w.Add(p)
	}
	return rs
}

func (w *world) build(t *testing.T) *rollout.Workload {
	t.Helper()
	w.Sort()
	for _, item := range rollout.Build(owners.Build(&w.Snapshot)) {
		if item.Ref.Name == "web" {
			return item
		}
	}
	t.Fatal("the Deployment is no workload")
	return nil
}

var (
	one       = intstr.FromInt32(1)
	none      = intstr.FromInt32(0)
	quarter   = intstr.FromString("25%")
	updated   = progressing(corev1.ConditionTrue, "ReplicaSetUpdated", time.Minute)
	available = progressing(corev1.ConditionTrue, "NewReplicaSetAvailable", time.Hour)
	crash     = corev1.ContainerStatus{
		RestartCount: 5,
		State:        corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
	}
	starting = waiting("ContainerCreating")
)

func TestPhase(t *testing.T) {
	tests := map[string]struct {
		make func() *world
		want string // phase, may create, may delete, waiting
	}{
		"complete": {func() *world {
			w := deployment("b", 2, one, none, available)
			w.set("2", "b", 2, 2, 2, running(true, 0), running(true, 0))
			return w
		}, "Complete"},
		"not seen by the controller": {func() *world {
			w := deployment("b", 2, one, none, available)
			w.set("2", "b", 2, 2, 2)
			w.d.Generation = 2
			return w
		}, "Progressing 0 0 []"},
		"new pods start": {func() *world {
			w := deployment("b", 3, one, none, updated)
			w.set("1", "a", 3, 3, 3, running(true, 0), running(true, 0), running(true, 0))
			w.set("2", "b", 1, 1, 0, starting)
			return w
		}, "Progressing 0 0 [web-2-0]"},
		"all that it waits for crashes": {func() *world {
			w := deployment("b", 3, one, none, updated)
			w.set("1", "a", 3, 3, 3)
			w.set("2", "b", 1, 1, 0, crash)
			return w
		}, "Stalled 0 0 [web-2-0]"},
		"one crashes, another still starts": {func() *world {
			w := deployment("b", 8, quarter, none, updated)
			w.set("1", "a", 8, 8, 8)
			w.set("2", "b", 2, 2, 0, crash, starting)
			return w
		}, "Progressing 0 0 [web-2-0 web-2-1]"},
		"a crash does not stop what may go on": {func() *world {
			w := deployment("b", 4, one, one, updated)
			w.set("1", "a", 3, 3, 3)
			w.set("2", "b", 1, 1, 0, crash)
			return w
		}, "Progressing 1 0 [web-2-0]"},
		"old pods that are not available go first": {func() *world {
			w := deployment("b", 4, one, one, updated)
			w.set("1", "a", 4, 4, 2)
			w.set("2", "b", 1, 1, 1, running(true, 0))
			return w
		}, "Progressing 0 2 []"},
		"deadline exceeded": {func() *world {
			w := deployment("b", 3, one, none, progressing(corev1.ConditionFalse, "ProgressDeadlineExceeded", time.Minute))
			w.set("1", "a", 3, 3, 3)
			w.set("2", "b", 1, 1, 0, starting)
			return w
		}, "Stalled 0 0 [web-2-0]"},
		"rolled out, crashes later": {func() *world {
			w := deployment("b", 2, one, none, available)
			w.set("2", "b", 2, 2, 1, crash, running(true, 0))
			return w
		}, "Degraded"},
		"available between two crashes": {func() *world {
			w := deployment("b", 1, one, none, available)
			w.set("2", "b", 1, 1, 1, running(true, 4))
			return w
		}, "Degraded"},
		"a new pod after scaling up": {func() *world {
			w := deployment("b", 2, one, none, available)
			w.set("2", "b", 2, 2, 1, running(true, 0), starting)
			return w
		}, "Progressing 0 0 [web-1-1]"},
		"paused": {func() *world {
			w := deployment("b", 2, one, none, available)
			w.d.Spec.Paused = true
			w.set("1", "a", 2, 2, 2)
			return w
		}, "Paused"},
		"scaled to zero": {func() *world { return deployment("b", 0, quarter, quarter, available) }, "ScaledToZero"},
		"going down to zero": {func() *world {
			w := deployment("b", 0, quarter, quarter, available)
			w.set("2", "b", 0, 1, 1, running(true, 0))
			return w
		}, "Progressing 0 0 []"},
		"ready, and not yet for minReadySeconds": {func() *world {
			w := deployment("b", 2, one, none, updated)
			w.d.Spec.MinReadySeconds = 60
			w.set("1", "a", 2, 2, 2)
			w.set("2", "b", 1, 1, 0, running(true, 0)).Status.ReadyReplicas = 1
			return w
		}, "Progressing 0 0 [web-2-0]"},
		"paused beside a crash": {func() *world {
			w := deployment("b", 2, one, none, updated)
			w.d.Spec.Paused = true
			w.set("1", "a", 2, 2, 2)
			w.set("2", "b", 1, 1, 0, crash)
			return w
		}, "Paused"},
		"Recreate deletes first": {func() *world {
			w := deployment("b", 2, one, none, updated)
			w.d.Spec.Strategy = appsv1.DeploymentStrategy{Type: "Recreate"}
			w.set("1", "a", 0, 0, 0)
			w.set("2", "b", 0, 0, 0)
			return w
		}, "Progressing 2 0 []"},
		"the ReplicaSet cannot be made": {func() *world {
			w := deployment("b", 2, one, none, progressing(corev1.ConditionFalse, "ReplicaSetCreateError", time.Minute))
			w.set("1", "a", 2, 2, 2)
			return w
		}, "Failed 1 0 []"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			item := test.make().build(t)
			got := string(item.Phase)
			if n := item.Next; n != nil {
				got += fmt.Sprintf(" %d %d %v", n.MayCreate, n.MayDelete, n.WaitingFor)
			}
			if got != test.want {
				t.Errorf("got %q, want %q; %s", got, test.want, item.Summary)
			}
		})
	}
}

func TestStrategyRoundsAsTheController(t *testing.T) {
	tests := []struct {
		surge, unavailable intstr.IntOrString
		replicas           int32
		want               [4]int32 // maxSurge, maxUnavailable, maxPods, minAvailable
	}{
		{quarter, quarter, 10, [4]int32{3, 2, 13, 8}},
		{quarter, quarter, 1, [4]int32{1, 0, 2, 1}},
		{none, none, 3, [4]int32{0, 1, 3, 2}},
		{none, intstr.FromString("10%"), 3, [4]int32{0, 1, 3, 2}},
		{one, intstr.FromInt32(9), 3, [4]int32{1, 3, 4, 0}},
	}
	for _, test := range tests {
		s := deployment("a", test.replicas, test.surge, test.unavailable).build(t).Strategy
		if got := [4]int32{*s.MaxSurge, *s.MaxUnavailable, *s.MaxPods, *s.MinAvailable}; got != test.want {
			t.Errorf(
				"surge %v, unavailable %v of %d: got %v, want %v",
				test.surge.String(),
				test.unavailable.String(),
				test.replicas,
				got,
				test.want,
			)
		}
	}
}

func TestRevisionsGoByNumberAndHistory(t *testing.T) {
	w := deployment("a", 1, one, none, available)
	w.set("5", "a", 1, 1, 1).Annotations["deployment.kubernetes.io/revision-history"] = "1,3"
	w.set("2", "b", 0, 0, 0)
	w.set("4", "c", 0, 0, 0)
	w.set("9", "a", 0, 0, 0) // of the same template, younger: never the current one
	var got []string
	for _, r := range w.build(t).Revisions {
		line := fmt.Sprint(*r.Number, r.FormerNumbers, r.Current)
		if r.Change != nil && r.Change.From != nil {
			line += fmt.Sprint(" from ", *r.Change.From, " ", r.Change.Verdict)
		}
		got = append(got, line)
	}
	want := []string{"9 [] false from 5 identical", "5 [1 3] true from 4 changed", "4 [] false from 3 changed", "2 [] false from 1 changed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatChangedIsNotKnownWhereTheRevisionBeforeIsGone(t *testing.T) {
	w := deployment("a", 1, one, none, available)
	w.set("3", "a", 1, 1, 1).Annotations["deployment.kubernetes.io/revision-history"] = "1"
	if now, _ := w.build(t).Current(); now.Change != nil {
		t.Errorf("got %+v against itself", now.Change)
	}
}

func TestDeadlineCountsWhileItCan(t *testing.T) {
	w := deployment("b", 1, one, none, updated)
	w.set("1", "a", 1, 1, 1)
	item := w.build(t)
	if item.Deadline == nil || !item.Deadline.At.Equal(noon.Add(9*time.Minute)) || time.Duration(item.Deadline.Remaining) != 9*time.Minute {
		t.Errorf("deadline %+v, want 9 minutes from noon", item.Deadline)
	}
	w.d.Spec.ProgressDeadlineSeconds = new(int32(1<<31 - 1))
	if item := w.build(t); item.Deadline != nil {
		t.Errorf("a deadline of for ever ends at %v", item.Deadline.At)
	}
}

func TestRollbackGoesToWhatRunsWell(t *testing.T) {
	w := deployment("c", 3, one, none, updated)
	w.set("1", "a", 3, 3, 3, running(true, 0))
	w.set("2", "b", 0, 0, 0)
	w.set("3", "c", 1, 1, 0, crash)
	if r := w.build(t).Rollback; r == nil || r.To != 1 || r.Command != "kubectl rollout undo deployment/web -n shop --to-revision=1" {
		t.Errorf("got %+v, want revision 1, whose pods run", r)
	}
	w = deployment("c", 3, one, none, updated)
	w.set("2", "b", 3, 3, 0, crash)
	w.set("3", "c", 1, 1, 0, crash)
	if r := w.build(t).Rollback; r != nil {
		t.Errorf("got %+v: the pods of the old revision crash just the same", r)
	}
	w = deployment("c", 1, one, none, available)
	w.set("2", "c", 1, 1, 0, crash)
	if r := w.build(t).Rollback; r != nil {
		t.Errorf("got %+v, and there is no other revision", r)
	}
}

func TestRollbackIsDoubtedWhereConfigurationChangedSince(t *testing.T) {
	w := deployment("b", 2, one, none, updated)
	old := w.set("1", "a", 2, 2, 2, running(true, 0))
	w.set("2", "b", 1, 1, 0, crash)
	old.Spec.Template.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{
		{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}}},
	}
	later := metav1.NewTime(noon.Add(time.Minute))
	settings := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "settings", ManagedFields: []metav1.ManagedFieldsEntry{
			{Manager: "kubectl-edit", Operation: "Update", Time: &later, FieldsV1: metav1.NewFieldsV1(`{"f:data":{"f:key":{}}}`)},
		}},
	}
	w.Add(settings)
	w.At = noon.Add(time.Hour)
	item := w.build(t)
	if item.Rollback == nil || !strings.Contains(item.Rollback.Reason, "before ConfigMap settings changed") {
		t.Errorf("got %+v", item.Rollback)
	}
	if len(item.Notes) == 0 ||
		!strings.HasPrefix(item.Notes[len(item.Notes)-1], "ConfigMap settings was changed 59m ago, after 1 pod of revision 1 started") {
		t.Errorf("notes: %q", item.Notes)
	}
}

func TestPodsOfReplicaSetsThatCannotBeReadAreShown(t *testing.T) {
	w := deployment("b", 1, one, none, available)
	w.set("2", "b", 1, 1, 1, running(true, 0))
	w.ReplicaSets = nil
	w.Pods[0].Labels["pod-template-hash"] = "1"
	w.AddGap(snapshot.Gap{Resource: "replicasets", Namespace: "shop", Reason: "forbidden"})
	item := w.build(t)
	if len(item.Revisions) != 1 || len(item.Revisions[0].Pods) != 1 || item.Revisions[0].Number != nil || !item.Revisions[0].Current {
		t.Errorf("got %+v, want one revision without number, with the pod; it is current, as all replicas are updated", item.Revisions)
	}
}

func TestBuildChangesNothing(t *testing.T) {
	w := deployment("b", 3, one, none, updated)
	w.set("1", "a", 3, 3, 3, running(true, 0))
	w.set("2", "b", 1, 1, 0, crash)
	w.Sort()
	kept := []any{w.d.DeepCopy(), w.ReplicaSets[0].DeepCopy(), w.ReplicaSets[1].DeepCopy(), w.Pods[0].DeepCopy(), w.Pods[1].DeepCopy()}
	w.build(t)
	for i, now := range []any{w.d, w.ReplicaSets[0], w.ReplicaSets[1], w.Pods[0], w.Pods[1]} {
		if !equality.Semantic.DeepEqual(kept[i], now) {
			t.Errorf("object %d was changed", i)
		}
	}
}

func ExampleBuild() {
	w := deployment("b", 3, one, none, updated)
	w.set("1", "a", 3, 3, 3)
	w.set("2", "b", 1, 1, 0, crash)
	for _, item := range rollout.Build(owners.Build(&w.Snapshot)) {
		now, _ := item.Current()
		fmt.Println(item.Ref, item.Phase, now.Title(), strings.Join(now.Change.Words(), ", "))
	}
	// Output: Deployment/web Stalled revision 2 image web: a → b
}
