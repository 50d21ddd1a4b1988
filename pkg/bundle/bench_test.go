package bundle_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// podText is a pod of usual size as kubectl get -o yaml prints it, about 6 KB.
func podText(n int) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubectl.kubernetes.io/restartedAt: "2026-03-01T09:00:00Z"
  creationTimestamp: "2026-03-01T10:00:00Z"
  labels:
    app: web
    pod-template-hash: 6bc8f46975
  managedFields:
`)
	for _, manager := range []string{"kube-controller-manager", "kubelet"} {
		fmt.Fprintf(&out, "  - apiVersion: v1\n    fieldsType: FieldsV1\n    fieldsV1:\n      f:status:\n        f:conditions:\n")
		for _, condition := range []string{"ContainersReady", "Initialized", "PodScheduled", "Ready"} {
			fmt.Fprintf(&out, "          k:{\"type\":%q}:\n            .: {}\n", condition)
			for _, field := range []string{"lastProbeTime", "lastTransitionTime", "message", "observedGeneration", "reason", "status", "type"} {
				fmt.Fprintf(&out, "            f:%s: {}\n", field)
			}
		}
		fmt.Fprintf(&out, "    manager: %s\n    operation: Update\n    time: \"2026-03-01T10:00:03Z\"\n", manager)
	}
	fmt.Fprintf(
		&out,
		"  name: web-%05d\n  namespace: shop\n  resourceVersion: \"%d\"\n  uid: 00000000-0000-0000-0000-%012d\nspec:\n  containers:\n",
		n,
		n,
		n,
	)
	for _, c := range []string{"app", "proxy"} {
		fmt.Fprintf(&out, "  - args:\n    - --port=8080\n    - -v\n    env:\n")
		for i := range 12 {
			fmt.Fprintf(&out, "    - name: SETTING_%d\n      value: some value of the setting\n", i)
		}
		fmt.Fprintf(
			&out,
			"    image: registry.example.com/shop/%s:1.8.2\n    name: %s\n    ports:\n    - containerPort: 8080\n      protocol: TCP\n    resources:\n      limits:\n        cpu: 500m\n        memory: 64Mi\n",
			c,
			c,
		)
	}
	fmt.Fprintf(&out, "  nodeName: worker-a\nstatus:\n  conditions:\n")
	for _, condition := range []string{"ContainersReady", "Initialized", "PodScheduled", "Ready"} {
		fmt.Fprintf(
			&out,
			"  - lastProbeTime: null\n    lastTransitionTime: \"2026-03-01T10:00:04Z\"\n    status: \"True\"\n    type: %s\n",
			condition,
		)
	}
	fmt.Fprintf(
		&out,
		"  containerStatuses:\n  - name: app\n    ready: true\n    restartCount: 3\n    state:\n      running:\n        startedAt: \"2026-03-01T10:00:05Z\"\n  phase: Running\n",
	)
	return out.String()
}

func benchmarkFiles(b *testing.B, path string) {
	b.ReportAllocs()
	for b.Loop() {
		s := &snapshot.Snapshot{}
		if err := bundle.New([]string{path}, bundle.Options{}).Load(b.Context(), s, everything()); err != nil {
			b.Fatal(err)
		}
		if len(s.Pods) == 0 {
			b.Fatal("no pods")
		}
	}
}

func BenchmarkFilesThousandDocuments(b *testing.B) {
	var text bytes.Buffer
	for n := range 1000 {
		text.WriteString("---\n" + podText(n))
	}
	b.SetBytes(int64(text.Len()))
	benchmarkFiles(b, writeFile(b, "in.yaml", text.Bytes()))
}

func BenchmarkFilesListOfThousand(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("apiVersion: v1\nitems:\n")
	for n := range 1000 {
		text.WriteString("- ")
		text.Write(bytes.TrimSpace(bytes.ReplaceAll([]byte(podText(n)), []byte("\n"), []byte("\n  "))))
		text.WriteString("\n")
	}
	text.WriteString("kind: List\n")
	b.SetBytes(int64(text.Len()))
	benchmarkFiles(b, writeFile(b, "in.yaml", text.Bytes()))
}

func BenchmarkFilesMustGather(b *testing.B) {
	files := story(b, "must-gather.txtar")
	for n := range 30 {
		files[fmt.Sprintf("m/namespaces/shop/core/pods/web-%d.yaml", n)] = podText(n)
	}
	benchmarkFiles(b, filepath.Clean(writeDir(b, files)))
}
