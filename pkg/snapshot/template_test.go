package snapshot_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// form is an object that has a protobuf form.
type form interface {
	runtime.Object
	Marshal() ([]byte, error)
}

// ofTemplate returns an object of each kind with a template.
func ofTemplate(t corev1.PodTemplateSpec) map[string]form {
	labelled := *t.DeepCopy()
	labelled.Labels = map[string]string{appsv1.DefaultDeploymentUniqueLabelKey: "7d5f"}
	d := &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Template: t, MinReadySeconds: 5}}
	d.Name = "web"
	return map[string]form{
		"deployments":  d,
		"replicasets":  &appsv1.ReplicaSet{Spec: appsv1.ReplicaSetSpec{Template: labelled, MinReadySeconds: 5}},
		"statefulsets": &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{Template: t, ServiceName: "web"}},
		"daemonsets":   &appsv1.DaemonSet{Spec: appsv1.DaemonSetSpec{Template: t, MinReadySeconds: 5}},
		"jobs":         &batchv1.Job{Spec: batchv1.JobSpec{Template: t, Completions: new(int32)}},
	}
}

// template is one that uses a few kinds of fields.
func template() corev1.PodTemplateSpec {
	var t corev1.PodTemplateSpec
	t.Labels = map[string]string{"app": "web"}
	t.Spec.Containers = []corev1.Container{{Name: "web", Image: "shop/web:1", Env: []corev1.EnvVar{{Name: "A", Value: "b"}}}}
	t.Spec.NodeSelector = map[string]string{"disk": "ssd"}
	return t
}

// podSpecOf returns the pod spec of an object of ofTemplate.
func podSpecOf(t *testing.T, o runtime.Object) *corev1.PodSpec {
	t.Helper()
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template.Spec
	case *appsv1.ReplicaSet:
		return &o.Spec.Template.Spec
	case *appsv1.StatefulSet:
		return &o.Spec.Template.Spec
	case *appsv1.DaemonSet:
		return &o.Spec.Template.Spec
	case *batchv1.Job:
		return &o.Spec.Template.Spec
	default:
		t.Fatalf("a %T has no template", o)
		return nil
	}
}

func TestObjectsShareTheSameTemplate(t *testing.T) {
	templates := &snapshot.Templates{}
	decode := func(resource string, o form) runtime.Object {
		t.Helper()
		data, err := o.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		d := &snapshot.Decoder{Templates: templates} // each list has its own
		got, err := d.Decode(snapshot.KindNamed(resource), data)
		if err != nil {
			t.Fatal(err)
		}
		clear(data) // it is only valid during the call
		if diff := cmp.Diff(runtime.Object(o), got); diff != "" {
			t.Fatalf("%s (-encoded +decoded):\n%s", resource, diff)
		}
		return got
	}
	first := decode("deployments", ofTemplate(template())["deployments"])
	one := podSpecOf(t, first)
	for resource, o := range ofTemplate(template()) {
		if got := podSpecOf(t, decode(resource, o)); &got.Containers[0] != &one.Containers[0] {
			t.Errorf("%s: the template is not shared", resource)
		}
	}
	other := template()
	other.Spec.Containers[0].Image = "shop/web:2"
	if got := podSpecOf(t, decode("replicasets", ofTemplate(other)["replicasets"])); &got.Containers[0] == &one.Containers[0] {
		t.Error("another template is shared, too")
	}
	decode("deployments", &appsv1.Deployment{})
}

// Objects that were decoded from JSON share templates like those from protobuf.
func TestSharedTemplatesAreThoseOfEqualObjects(t *testing.T) {
	templates := &snapshot.Templates{}
	shared := func(o runtime.Object) *corev1.PodSpec {
		t.Helper()
		want := o.DeepCopyObject()
		d := &snapshot.Decoder{Templates: templates}
		d.Share(o)
		if diff := cmp.Diff(want, o); diff != "" {
			t.Fatalf("Share changes the object: %s", diff)
		}
		return podSpecOf(t, o)
	}
	one := shared(ofTemplate(template())["deployments"])
	for kind, o := range ofTemplate(template()) {
		if got := shared(o); &got.Containers[0] != &one.Containers[0] {
			t.Errorf("%s: the template is not shared", kind)
		}
	}
	other := template()
	other.Spec.Containers[0].Image = "shop/web:2"
	if got := shared(ofTemplate(other)["jobs"]); &got.Containers[0] == &one.Containers[0] {
		t.Error("another template is shared, too")
	}
	new(snapshot.Decoder).Share(&corev1.Service{})
}

// The labels of an object, of its template and of its selector are one map if they are equal.
func TestEqualLabelsAreOneMap(t *testing.T) {
	labels := func(value string) map[string]string { return map[string]string{"app": value} }
	same := func(a, b map[string]string) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }
	for _, c := range []struct {
		object, selector string
		wantObject       bool
		wantSelector     bool
	}{{"web", "web", true, true}, {"other", "web", false, true}, {"web", "other", true, false}, {"", "", false, false}} {
		d := &appsv1.Deployment{}
		d.Labels = labels(c.object)
		d.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels(c.selector)}
		d.Spec.Template.Labels = labels("web")
		want := d.DeepCopy()
		new(snapshot.Decoder).Share(d)
		if diff := cmp.Diff(want, d); diff != "" {
			t.Error(diff)
		}
		if got := same(d.Labels, d.Spec.Template.Labels); got != c.wantObject {
			t.Errorf("%v: the object has the map of the template: %v", c, got)
		}
		if got := same(d.Spec.Selector.MatchLabels, d.Spec.Template.Labels); got != c.wantSelector {
			t.Errorf("%v: the selector has the map of the template: %v", c, got)
		}
		data, err := want.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := (&snapshot.Decoder{Templates: &snapshot.Templates{}}).Decode(snapshot.KindNamed("deployments"), data)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := decoded.(*appsv1.Deployment); !ok || same(got.Labels, got.Spec.Template.Labels) != c.wantObject {
			t.Errorf("%v: a decoded object is not like that", c)
		}
	}
}

// Whatever the bytes are, the result is that of Unmarshal, whether the template is known or not.
func FuzzTemplates(f *testing.F) {
	for _, o := range ofTemplate(template()) {
		data, err := o.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(append(data, data...)) // fields that come twice are merged
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for resource := range ofTemplate(template()) {
			kind := snapshot.KindNamed(resource)
			want, failed := kind.Unmarshal(data)
			d := &snapshot.Decoder{Templates: &snapshot.Templates{}}
			for range 2 {
				got, err := d.Decode(kind, data)
				if (err == nil) != (failed == nil) {
					t.Fatalf("%s: %v, want %v", resource, err, failed)
				}
				if diff := cmp.Diff(want, got); err == nil && diff != "" {
					t.Fatalf("%s: %s", resource, diff)
				}
			}
		}
	})
}
