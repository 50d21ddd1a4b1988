package provenance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// judged returns "origin basis manager/subresource,…" for the paths of an object.
func judged(t *testing.T, text string, paths ...string) map[string]string {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(o)
	apiVersion, _ := o["apiVersion"].(string)
	kind, _ := o["kind"].(string)
	s, ok := fielddoc.Builtin(schema.FromAPIVersionAndKind(apiVersion, kind))
	if !ok {
		t.Fatalf("no kind %s", kind)
	}
	h := provenance.Read(o)
	out := map[string]string{}
	for _, text := range paths {
		path, ok := fielddoc.ParsePath(text)
		if !ok {
			t.Fatalf("bad path %s", text)
		}
		at, c, value := h.Root(), s.Root(o), any(o)
		for _, step := range path {
			c = c.Step(step)
			value = c.Value()
			if step.List {
				at = at.Item(step.Index, value)
				continue
			}
			at = at.Key(step.Name)
		}
		origin, basis := at.Origin(c.Doc(), value)
		var names []string
		for _, m := range at.Managers() {
			names = append(names, strings.TrimSuffix(m.Manager+"/"+m.Subresource, "/"))
		}
		out[text] = strings.TrimSpace(fmt.Sprintf("%s %s %s", origin, basis, strings.Join(names, ",")))
	}
	if fmt.Sprint(o) != before {
		t.Error("the object was changed")
	}
	return out
}

const applied = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  uid: u
  finalizers: [a/b, c/d]
  managedFields:
  - manager: alice
    operation: Apply
    time: "2026-11-23T10:00:00Z"
    fieldsV1:
      f:metadata: {f:finalizers: {"v:\"a/b\"": {}}}
      f:spec:
        f:selector: {}
        f:template: {f:spec: {f:containers: {'k:{"name":"web"}': {".": {}, f:name: {}, f:image: {},
          f:ports: {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, f:containerPort: {}}},
          f:args: {"i:1": {}}}}}}
  - manager: bob
    operation: Apply
    fieldsV1:
      f:metadata: {f:finalizers: {"v:\"c/d\"": {}}}
      f:spec: {f:template: {f:spec: {f:containers: {'k:{"name":"web"}': {f:image: {}}, 'k:{"name":"mesh"}': {".": {}, f:name: {}, f:image: {}}}}}}
  - {manager: hpa-controller, operation: Update, subresource: scale, fieldsV1: {f:spec: {f:replicas: {}}}}
  - {manager: kubectl, operation: Update, subresource: status, fieldsV1: {f:status: {f:replicas: {}}}}
  - {manager: empty, operation: Update}
  - {manager: broken, operation: Update, fieldsV1: {nonsense: 1}}
  - just text
spec:
  replicas: 3
  progressDeadlineSeconds: 600
  selector: {matchLabels: {app: web}}
  template:
    spec:
      containers:
      - {name: mesh, image: m, imagePullPolicy: Always}
      - name: web
        image: w
        args: [a, b]
        ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]
status: {replicas: 3}
`

func TestManagedFields(t *testing.T) {
	want := map[string]string{
		"metadata.uid":                     "server deduced",
		"metadata.finalizers[0]":           "user observed alice",
		"metadata.finalizers[1]":           "user observed bob",
		"spec.replicas":                    "controller observed hpa-controller/scale",
		"spec.progressDeadlineSeconds":     "default deduced",
		"spec.selector":                    "user observed alice",
		"spec.selector.matchLabels.app":    "user observed alice", // owned as a whole
		"spec.template.spec.containers":    "unknown deduced",
		"spec.template.spec.containers[1]": "user observed alice",
		// Items are found by their keys, not by where they stand.
		"spec.template.spec.containers[0].image":                  "user observed bob",
		"spec.template.spec.containers[1].image":                  "user observed alice,bob",
		"spec.template.spec.containers[0].imagePullPolicy":        "default deduced",
		"spec.template.spec.containers[1].ports[0].containerPort": "user observed alice",
		"spec.template.spec.containers[1].ports[1].containerPort": "server deduced",
		"spec.template.spec.containers[1].args[0]":                "server deduced",
		"spec.template.spec.containers[1].args[1]":                "user observed alice",
		"status.replicas": "controller observed kubectl/status",
	}
	var paths []string
	for path := range want {
		paths = append(paths, path)
	}
	if diff := cmp.Diff(want, judged(t, applied, paths...)); diff != "" {
		t.Error(diff)
	}
}

func TestUpdatesOwnTheDefaultsToo(t *testing.T) {
	text := `
apiVersion: v1
kind: Service
metadata:
  name: web
  uid: u
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"ports":[{"port":80}],"type":"ClusterIP"}}'
  managedFields:
  - manager: kubectl-client-side-apply
    operation: Update
    fieldsV1: {f:spec: {f:internalTrafficPolicy: {}, f:sessionAffinity: {}, f:type: {}, f:externalName: {},
      f:ports: {".": {}, 'k:{"port":80,"protocol":"TCP"}': {".": {}, f:port: {}, f:protocol: {}, f:targetPort: {}}}}}
spec:
  clusterIP: 10.0.0.1
  externalName: x
  internalTrafficPolicy: Cluster
  sessionAffinity: None
  type: ClusterIP
  ports: [{port: 80, protocol: TCP, targetPort: 80}]
`
	manager := " kubectl-client-side-apply"
	want := map[string]string{
		"spec.type":                "user observed" + manager, // the default, but sent
		"spec.sessionAffinity":     "default deduced" + manager,
		"spec.externalName":        "admission deduced" + manager,
		"spec.clusterIP":           "server deduced",
		"spec.ports[0].port":       "user observed" + manager,
		"spec.ports[0].targetPort": "default deduced" + manager,
		"spec.ports[0].protocol":   "default deduced" + manager,
	}
	var paths []string
	for path := range want {
		paths = append(paths, path)
	}
	if diff := cmp.Diff(want, judged(t, text, paths...)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutManagedFields(t *testing.T) {
	file := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: 1}\n"
	dump := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, uid: u, annotations: {deployment.kubernetes.io/revision: '1'}}\nspec: {replicas: 1, paused: true}\nstatus: {replicas: 1}\n"
	owned := "apiVersion: v1\nkind: Pod\nmetadata: {name: x, uid: u, ownerReferences: [{controller: true}]}\n" +
		"spec: {nodeName: n, tolerations: [{key: node.kubernetes.io/not-ready}], volumes: [{name: kube-api-access-x, projected: {}}, {name: y, emptyDir: {medium: Memory}}],\n" +
		"  containers: [{name: a, volumeMounts: [{name: kube-api-access-x, mountPath: /x}]}]}\n"
	for _, c := range []struct {
		text string
		want map[string]string
	}{
		{file, map[string]string{"spec.replicas": "user deduced", "metadata.name": "user deduced"}},
		{dump, map[string]string{
			"spec.replicas": "default deduced", "spec.paused": "user deduced", "status.replicas": "controller deduced",
			`metadata.annotations["deployment.kubernetes.io/revision"]`: "controller deduced",
		}},
		{owned, map[string]string{
			"metadata.name": "controller deduced", "spec.nodeName": "controller deduced", "spec.tolerations[0].key": "admission deduced",
			"spec.volumes[0].projected": "admission deduced", "spec.volumes[1].emptyDir": "controller deduced", "spec.containers[0].volumeMounts[0].mountPath": "admission deduced",
		}},
	} {
		var paths []string
		for path := range c.want {
			paths = append(paths, path)
		}
		if diff := cmp.Diff(c.want, judged(t, c.text, paths...)); diff != "" {
			t.Errorf("%s%s", c.text, diff)
		}
	}
}

func ExampleRead() {
	h := provenance.Read(map[string]any{"metadata": map[string]any{"managedFields": []any{map[string]any{
		"manager": "alice", "operation": "Apply",
		"fieldsV1": map[string]any{"f:spec": map[string]any{"f:replicas": map[string]any{}}},
	}}}})
	for _, m := range h.Root().Key("spec").Key("replicas").Managers() {
		fmt.Println(m.Manager, m.Operation)
	}
	// Output: alice Apply
}
