package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

func template(t *testing.T, text string) *corev1.PodTemplateSpec {
	t.Helper()
	out := &corev1.PodTemplateSpec{}
	if err := yaml.UnmarshalStrict([]byte(text), out); err != nil {
		t.Fatal(err)
	}
	return out
}

const base = `
metadata: {labels: {app: web, pod-template-hash: abc}, annotations: {checksum/config: one}}
spec:
  initContainers: [{name: migrate, image: "web:1"}]
  volumes: [{name: cfg, configMap: {name: web-1}}]
  containers:
  - name: web
    image: registry.example.com/shop/web:1.4
    args: [serve, --port=80]
    env: [{name: A, value: "1"}, {name: B, value: "2"}]
    ports: [{containerPort: 80, protocol: TCP}]
    resources: {limits: {memory: 512Mi}}
    readinessProbe: {httpGet: {path: /a, port: 80}}
`

func TestDiff(t *testing.T) {
	tests := map[string]struct {
		edit    *strings.Replacer
		verdict rollout.Verdict
		want    []string
	}{
		"image": {strings.NewReplacer("web:1.4", "web:1.5"), rollout.Changed, []string{"image web: 1.4 → 1.5"}},
		"another repository": {
			strings.NewReplacer("registry.example.com/shop/web:1.4", "other.example.com/web:1.4"),
			rollout.Changed,
			[]string{"image web: registry.example.com/shop/web:1.4 → other.example.com/web:1.4"},
		},
		"pinned": {
			strings.NewReplacer("web:1.4", "web@sha256:0123456789abcdef"),
			rollout.Changed,
			[]string{"image web: 1.4 → @0123456"},
		},
		"init image":  {strings.NewReplacer(`"web:1"`, `"web:2"`), rollout.Changed, []string{"init image migrate: 1 → 2"}},
		"environment": {strings.NewReplacer(`value: "2"`, `value: "3"`), rollout.Changed, []string{"env B changed"}},
		"value to reference": {
			strings.NewReplacer(`value: "2"`, `valueFrom: {secretKeyRef: {name: s, key: k}}`),
			rollout.Changed,
			[]string{"env B changed"},
		},
		"environment added":   {strings.NewReplacer("env: [", `env: [{name: C, value: "4"}, `), rollout.Changed, []string{"env C added"}},
		"environment removed": {strings.NewReplacer(`{name: A, value: "1"}, `, ""), rollout.Changed, []string{"env A removed"}},
		"environment order": {
			strings.NewReplacer(`{name: A, value: "1"}, {name: B, value: "2"}`, `{name: B, value: "2"}, {name: A, value: "1"}`),
			rollout.Changed,
			[]string{"env order A, B → order B, A"},
		},
		"limit":               {strings.NewReplacer("512Mi", "256Mi"), rollout.Changed, []string{"limits.memory 512Mi → 256Mi"}},
		"limit in other unit": {strings.NewReplacer("512Mi", "0.5Gi"), rollout.Identical, []string{"template identical"}},
		"limits removed": {
			strings.NewReplacer("resources: {limits: {memory: 512Mi}}", ""),
			rollout.Changed,
			[]string{"limits.memory removed"},
		},
		"probe":     {strings.NewReplacer("path: /a", "path: /b"), rollout.Changed, []string{"readinessProbe.httpGet.path /a → /b"}},
		"arguments": {strings.NewReplacer("--port=80", "--port=81"), rollout.Changed, []string{"args changed"}},
		"volume":    {strings.NewReplacer("web-1", "web-2"), rollout.Changed, []string{"volume cfg: configMap.name web-1 → web-2"}},
		"annotation": {
			strings.NewReplacer("config: one", "config: two"),
			rollout.Changed,
			[]string{"annotation checksum/config changed"},
		},
		"hash": {strings.NewReplacer("hash: abc", "hash: def"), rollout.Identical, []string{"template identical"}},
		"restart": {
			strings.NewReplacer("annotations: {", "annotations: {kubectl.kubernetes.io/restartedAt: now, "),
			rollout.RestartOnly,
			[]string{"restart only"},
		},
		"restart and more": {
			strings.NewReplacer("annotations: {", "annotations: {kubectl.kubernetes.io/restartedAt: now, ", "/a", "/b"),
			rollout.Changed,
			[]string{"readinessProbe.httpGet.path /a → /b"},
		},
		"two containers": {
			strings.NewReplacer("512Mi", "256Mi", `image: "web:1"`, `image: "web:1", args: [up]`),
			rollout.Changed,
			[]string{"init args added (migrate)", "limits.memory 512Mi → 256Mi (web)"},
		},
		"container removed": {
			strings.NewReplacer(`initContainers: [{name: migrate, image: "web:1"}]`, ""),
			rollout.Changed,
			[]string{"init container migrate removed"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			from := template(t, base)
			to := template(t, test.edit.Replace(base))
			kept := from.DeepCopy()
			change := rollout.Diff(from, to)
			if change.Verdict != test.verdict {
				t.Errorf("verdict %s, want %s", change.Verdict, test.verdict)
			}
			if diff := cmp.Diff(test.want, change.Words()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(kept, from, cmp.Comparer(func(a, b resource.Quantity) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Errorf("Diff changed what it was given: %s", diff)
			}
			if (change.Verdict == rollout.Identical) != rollout.SameTemplate(from, to) {
				t.Error("identical, and not the same template to the controllers")
			}
		})
	}
}

func ExampleDiff() {
	pod := func(image string) *corev1.PodTemplateSpec {
		return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}}}
	}
	change := rollout.Diff(pod("example.com/web:1.4"), pod("example.com/web:1.5"))
	fmt.Println(change.Verdict, change.Words(), change.Items[0].Path)
	// Output: changed [image web: 1.4 → 1.5] spec.containers[web].image
}
