package explainfields

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// BenchmarkProcess starts the plugin on a file of one Deployment, without a
// cluster, and waits for its end, as a shell does.
func BenchmarkProcess(b *testing.B) {
	plugin := filepath.Join(b.TempDir(), "kubectl-explainfields")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", plugin, "../../cmd/kubectl-explainfields").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	file := filepath.Join(b.TempDir(), "deployment.yaml")
	if err := os.WriteFile(file, []byte(firstDocument(b)), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if out, err := exec.Command(plugin, "-f", file).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}

func firstDocument(b *testing.B) string {
	b.Helper()
	data, err := os.ReadFile("../../pkg/annotate/testdata/synergychat.yaml")
	if err != nil {
		b.Fatal(err)
	}
	one, _, _ := strings.Cut(string(data), "\n---\n")
	return one
}

// BenchmarkThousandDocuments explains a file of 1,000 Deployments.
func BenchmarkThousandDocuments(b *testing.B) {
	many := []byte(strings.Repeat(firstDocument(b)+"\n---\n", 1000))
	explainBytes(b, many)
}

// explainBytes explains a file.
func explainBytes(b *testing.B, text []byte, args ...string) {
	b.Helper()
	for b.Loop() {
		env := &cli.Env{
			IOStreams: genericiooptions.IOStreams{In: bytes.NewReader(text), Out: io.Discard, ErrOut: io.Discard},
			Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
		}
		cmd := NewCommand(env)
		cmd.SetArgs(append([]string{"-f", "-"}, args...))
		if err := cmd.ExecuteContext(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMixedFile explains 1.9 MB of Deployments, Services, ConfigMaps and
// CustomResourceDefinitions.
func BenchmarkMixedFile(b *testing.B) {
	many := mixed(1_900_000)
	b.SetBytes(int64(len(many)))
	explainBytes(b, many)
}

// BenchmarkMixedFileAsJSON does the same for programs, which get sixty times the length of the file.
func BenchmarkMixedFileAsJSON(b *testing.B) {
	many := mixed(1_900_000)
	b.SetBytes(int64(len(many)))
	explainBytes(b, many, "-o", "json")
}

// BenchmarkManyKeys explains one ConfigMap with 200,000 keys.
func BenchmarkManyKeys(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: keys\ndata:\n")
	for i := range 200_000 {
		fmt.Fprintf(&text, "  key-%d: value\n", i)
	}
	explainBytes(b, text.Bytes())
}

// BenchmarkManyConditions explains one object in JSON with 45,000 conditions, in one line.
func BenchmarkManyConditions(b *testing.B) {
	const condition = `{"type":"C%d","status":"True","reason":"Fine","message":"all is well here","lastTransitionTime":"2026-11-23T10:00:00Z"}`
	var text bytes.Buffer
	text.WriteString(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"web:1"}]},`)
	text.WriteString(`"status":{"conditions":[`)
	for i := range 45_000 {
		if i > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, condition, i)
	}
	text.WriteString("]}}")
	explainBytes(b, text.Bytes())
}

// BenchmarkManyManagers explains one object in JSON with 20,000 keys, each of which 20 managers own.
func BenchmarkManyManagers(b *testing.B) {
	var keys, owned []string
	for i := range 20_000 {
		keys = append(keys, fmt.Sprintf(`"key-%d":"v"`, i))
		owned = append(owned, fmt.Sprintf(`"f:key-%d":{}`, i))
	}
	var managers []string
	for i := range 20 {
		managers = append(managers, fmt.Sprintf(`{"manager":"m%d","operation":"Apply","apiVersion":"v1","time":"2026-11-23T10:00:00Z",`+
			`"fieldsType":"FieldsV1","fieldsV1":{"f:data":{%s}}}`, i, strings.Join(owned, ",")))
	}
	text := fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[%s]},"data":{%s}}`,
		strings.Join(managers, ","), strings.Join(keys, ","))
	explainBytes(b, []byte(text))
}

// BenchmarkEmptyLines explains one ConfigMap with a value of 5,000,000 empty lines.
func BenchmarkEmptyLines(b *testing.B) {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    x\n" + strings.Repeat("\n", 5_000_000) + "    y\n"
	explainBytes(b, []byte(text))
}

// mixed returns the given number of bytes of different documents.
func mixed(size int) []byte {
	var text bytes.Buffer
	for i := 0; text.Len() < size; i++ {
		fmt.Fprintf(&text, mixedWorkload, i)
		if i%20 == 0 {
			fmt.Fprintf(&text, mixedDefinition, i)
			for field := range 60 {
				fmt.Fprintf(&text, mixedField, field)
			}
		}
	}
	return text.Bytes()
}

const (
	mixedWorkload = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%[1]d
  namespace: shop
  labels:
    app.kubernetes.io/name: web-%[1]d
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: web-%[1]d
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-%[1]d
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.org/web:%[1]d.2.3
          args: ["--port=8080", "--verbose"]
          env:
            - name: LOG_LEVEL
              value: info
            - name: TOKEN
              valueFrom:
                secretKeyRef:
                  name: web
                  key: token
          ports:
            - name: http
              containerPort: 8080
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 5
          volumeMounts:
            - name: config
              mountPath: /etc/web
      volumes:
        - name: config
          configMap:
            name: web-%[1]d
---
apiVersion: v1
kind: Service
metadata:
  name: web-%[1]d
  namespace: shop
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: web-%[1]d
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-%[1]d
  namespace: shop
data:
  app.properties: |
    key=value
    other=thing %[1]d
  mode: "prod"
`
	mixedDefinition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widget%[1]ds.example.org
spec:
  group: example.org
  names:
    kind: Widget%[1]d
    plural: widget%[1]ds
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
`
	mixedField = `                field%[1]d:
                  type: string
                  description: Field %[1]d of the widget, which has a text that goes on for some words.
`
)
