package seed

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/kubernetes/scheme"
)

func TestDeploymentObjects(t *testing.T) {
	m := maker{namespace: "load", now: time.Unix(1_800_000_000, 0), crashing: 20}
	objects := m.deploymentObjects(7, 700, 45)
	d := objects[0].(*appsv1.Deployment)
	set := objects[1].(*appsv1.ReplicaSet)
	if !metav1.IsControlledBy(set, d) {
		t.Error("the ReplicaSet is not the Deployment's")
	}
	if d.Status.ReadyReplicas != 42 || *set.Spec.Replicas != 45 {
		t.Errorf("%d of %d replicas are ready, want 42 of 45", d.Status.ReadyReplicas, *set.Spec.Replicas)
	}
	names := sets.New[string]()
	waiting := 0
	for _, o := range objects[2:] {
		p := o.(*corev1.Pod)
		names.Insert(p.Name)
		if !metav1.IsControlledBy(p, set) {
			t.Errorf("pod %s is not the ReplicaSet's", p.Name)
		}
		if p.Status.ContainerStatuses[0].State.Waiting != nil {
			waiting++
		}
	}
	if names.Len() != 45 || waiting != 3 {
		t.Errorf("%d pods, of which %d wait; want 45 and 3", names.Len(), waiting)
	}
}

// The API server reads what is written as what it was.
func TestEncoding(t *testing.T) {
	m := maker{namespace: "load", now: time.Unix(1_800_000_000, 0), crashing: 20}
	for _, o := range append(m.deploymentObjects(0, 0, 1), m.namespaceObject()) {
		op, err := put(o)
		if err != nil {
			t.Fatal(err)
		}
		name := o.(metav1.Object).GetName()
		if key := string(op.KeyBytes()); !strings.HasPrefix(key, "/registry/") || !strings.HasSuffix(key, "/"+name) {
			t.Errorf("key %s of %s", key, name)
		}
		back, gvk, err := scheme.Codecs.UniversalDeserializer().Decode(op.ValueBytes(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if back.(metav1.Object).GetUID() != o.(metav1.Object).GetUID() || gvk.Kind == "" {
			t.Errorf("%s is read as %s %s", name, gvk.Kind, back.(metav1.Object).GetName())
		}
	}
}
