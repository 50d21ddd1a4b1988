package snapshot_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func pod(namespace, name, version string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: "u", ResourceVersion: version}}
}

func names(pods []*corev1.Pod) []string {
	var out []string
	for _, p := range pods {
		out = append(out, p.Namespace+"/"+p.Name+"@"+p.ResourceVersion)
	}
	return out
}

func TestSortKeepsTheNewestOfAnObjectReadTwice(t *testing.T) {
	s := &snapshot.Snapshot{}
	for _, p := range []*corev1.Pod{pod("b", "x", "1"), pod("a", "y", "1000"), pod("a", "y", "999"), pod("a", "x", "7")} {
		s.Add(p)
	}
	s.Sort()
	want := []string{"a/x@7", "a/y@1000", "b/x@1"}
	if diff := cmp.Diff(want, names(s.Pods)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a/x@7", "a/y@1000"}, names(snapshot.InNamespace(s.Pods, "a"))); diff != "" {
		t.Error(diff)
	}
	if p, ok := snapshot.Find(s.Pods, "b", "x"); !ok || p.Namespace != "b" {
		t.Errorf("Find b/x = %v, %v", p, ok)
	}
	if _, ok := snapshot.Find(s.Pods, "b", "y"); ok {
		t.Error("Find b/y found an object that is not there")
	}
}

func TestCompleteOfAllNamespacesCoversEach(t *testing.T) {
	s := &snapshot.Snapshot{}
	s.MarkComplete("services", "")
	s.MarkComplete("pods", "a")
	if !s.Complete("services", "a") || !s.Complete("pods", "a") || s.Complete("pods", "b") || s.Complete("pods", "") {
		t.Error("completeness is not by resource and namespace")
	}
}

func ExampleFind() {
	s := &snapshot.Snapshot{}
	s.Add(pod("default", "web-1", "1"))
	s.Sort()
	p, found := snapshot.Find(s.Pods, "default", "web-1")
	fmt.Println(p.Name, found)
	// Output: web-1 true
}

func TestInNamespaceReturnsAllOfOne(t *testing.T) {
	var list []*corev1.Pod
	for _, namespace := range []string{"", "a", "b", "b", "b", "c"} {
		list = append(list, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}})
	}
	for namespace, want := range map[string]int{"": 6, "a": 1, "b": 3, "c": 1, "aa": 0, "d": 0} {
		if got := len(snapshot.InNamespace(list, namespace)); got != want {
			t.Errorf("%d objects are in %q, want %d", got, namespace, want)
		}
	}
	if got := snapshot.InNamespace([]*corev1.Pod{}, "a"); len(got) != 0 {
		t.Errorf("%d objects of none", len(got))
	}
}
