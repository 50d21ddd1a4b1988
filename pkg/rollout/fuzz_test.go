package rollout_test

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// FuzzDiff compares pod templates. One that decodes is the same as itself, and two
// that are not the same differ in something.
func FuzzDiff(f *testing.F) {
	f.Add(`{"spec":{"containers":[{"name":"a","image":"x:1"}]}}`, `{"spec":{"containers":[{"name":"a","image":"x:2"}]}}`)
	f.Add(`{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"1"}}}`, `{"metadata":{"labels":{"pod-template-hash":"x"}}}`)
	f.Add(`{"spec":{"containers":[{"name":"a"},{"name":"a"}],"volumes":[{"name":""}]}}`, `{"spec":{"initContainers":[{}]}}`)
	f.Fuzz(func(t *testing.T, a, b string) {
		var from, to corev1.PodTemplateSpec
		if json.Unmarshal([]byte(a), &from) != nil || json.Unmarshal([]byte(b), &to) != nil {
			return
		}
		if d := rollout.Diff(&from, &from); d.Verdict != rollout.Identical || len(d.Items) > 0 {
			t.Errorf("%s differs from itself: %+v", a, d)
		}
		d := rollout.Diff(&from, &to)
		if same := rollout.SameTemplate(&from, &to); same != (d.Verdict == rollout.Identical) {
			t.Errorf("%s and %s: same %v, but %+v", a, b, same, d)
		}
		if d.Verdict != rollout.Identical && len(d.Items) == 0 {
			t.Errorf("%s and %s differ in nothing: %+v", a, b, d)
		}
	})
}
