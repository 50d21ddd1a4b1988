package gather_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/gather"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func app(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
}

// custom returns an object with a selector of any form.
func custom(selector map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.org/v1", "kind": "Widget", "metadata": map[string]any{"namespace": "shop", "name": "w"},
		"spec": map[string]any{"selector": selector},
	}}
}

func TestChildrenAreSelectedAsTheirControllersDo(t *testing.T) {
	meta := metav1.ObjectMeta{Namespace: "shop", Name: "web"}
	for name, test := range map[string]struct {
		snapshot snapshot.Snapshot
		want     []string
	}{
		"Deployment": {snapshot.Snapshot{Deployments: []*appsv1.Deployment{{
			ObjectMeta: meta,
			Spec:       appsv1.DeploymentSpec{Selector: app("web")},
		}}}, []string{"replicasets app=web", "pods app=web"}},
		"StatefulSet": {snapshot.Snapshot{StatefulSets: []*appsv1.StatefulSet{{
			ObjectMeta: meta,
			Spec:       appsv1.StatefulSetSpec{Selector: app("db")},
		}}}, []string{"controllerrevisions app=db", "pods app=db"}},
		"CronJob": {snapshot.Snapshot{CronJobs: []*batchv1.CronJob{{ObjectMeta: meta}}}, []string{"jobs ", "pods job-name"}},
		"label selector of a custom resource": {
			snapshot.Snapshot{Others: []*unstructured.Unstructured{custom(map[string]any{"matchLabels": map[string]any{"app": "w"}})}}, []string{"replicasets app=w", "pods app=w"},
		},
		"plain labels of a custom resource": {
			snapshot.Snapshot{Others: []*unstructured.Unstructured{custom(map[string]any{"app": "w"})}},
			[]string{"replicasets app=w", "pods app=w"},
		},
		"no labels of a custom resource": {snapshot.Snapshot{Others: []*unstructured.Unstructured{custom(map[string]any{"size": int64(1)})}}, []string{"replicasets ", "pods "}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range gather.Children(&test.snapshot) {
				if r.Namespace != "shop" || r.Impact == "" {
					t.Errorf("%+v has another namespace or no impact", r)
				}
				got = append(got, r.Resource+" "+r.Labels)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The walk upwards asks for the ReplicaSet, then for the Deployment that it names.
func TestOwnersAreReadUpToTheWorkload(t *testing.T) {
	by := func(kind, name string) []metav1.OwnerReference {
		return []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: "uid-" + "x", Controller: new(true)}}
	}
	s := &snapshot.Snapshot{
		Pods: []*corev1.Pod{
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1-a", UID: "p", OwnerReferences: by("ReplicaSet", "web-1")}},
		},
	}
	var asked []string
	_, err := gather.Load(func(_ context.Context, s *snapshot.Snapshot, q snapshot.Query) error {
		for _, r := range q.Reads {
			asked = append(asked, r.Resource+"/"+r.Name)
		}
		if len(asked) == 1 {
			owners := by("Deployment", "web")
			owners[0].UID = "d"
			s.Add(&appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", UID: "uid-x", OwnerReferences: owners}})
		}
		return nil
	}).Owners(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"replicasets/web-1", "deployments/web"}, asked); diff != "" {
		t.Error(diff)
	}
}
