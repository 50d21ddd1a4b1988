package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// TestRivalsAreNotAllNamed checks that of fifty workloads with the same labels each names ten others, and reports that there are more.
func TestRivalsAreNotAllNamed(t *testing.T) {
	s := &snapshot.Snapshot{At: noon.Time}
	labels := map[string]string{"app": "web"}
	for i := range 50 {
		name := fmt.Sprintf("web-%02d", i)
		s.Add(&appsv1.StatefulSet{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(name)},
			Spec:       appsv1.StatefulSetSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}},
		})
		s.Add(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: name + "-0", UID: types.UID(name + "-0"), Labels: labels,
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "StatefulSet", Name: name, UID: types.UID(name), Controller: new(true),
			}},
		}})
	}
	s.Sort()
	for _, w := range rollout.Build(owners.Build(s)) {
		var notes []string
		for _, note := range w.Notes {
			if strings.Contains(note, "also matches the pods") {
				notes = append(notes, note)
			}
		}
		if len(notes) != 11 || !strings.HasSuffix(notes[10], "the pods of further workloads") {
			t.Fatalf("%s has %d notes: %v", w.Ref, len(notes), notes)
		}
	}
}
