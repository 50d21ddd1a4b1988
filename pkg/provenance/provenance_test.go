package provenance_test

import (
	"fmt"
	"maps"
	"slices"
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
		at := h.Root()
		c := s.Root(o)
		value := any(o)
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
  labels: {mesh: "yes"}
  managedFields:
  - manager: kubectl
    operation: Apply
    time: "2026-11-23T10:00:00Z"
    fieldsV1:
      f:metadata: {f:finalizers: {"v:\"a/b\"": {}}}
      f:spec:
        f:selector: {}
        f:template: {f:spec: {f:containers: {'k:{"name":"web"}': {".": {}, f:name: {}, f:image: {}, f:args: {},
          f:ports: {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, f:containerPort: {}}}}}}}
  - manager: bob
    operation: Apply
    fieldsV1:
      f:metadata: {f:finalizers: {"v:\"c/d\"": {}}}
      f:spec: {f:paused: {}, f:template: {f:spec: {f:containers: {'k:{"name":"web"}': {f:image: {}}, 'k:{"name":"mesh"}': {".": {}, f:name: {}, f:image: {}}}}}}
  - {manager: kube-controller-manager, operation: Update, subresource: scale, fieldsV1: {f:spec: {f:replicas: {}}}}
  - {manager: kube-controller-manager, operation: Update, subresource: status, fieldsV1: {f:status: {f:replicas: {}}}}
  - {manager: team-operator, operation: Update, subresource: status, fieldsV1: {f:status: {f:readyReplicas: {}}}}
  - {manager: kubectl-edit, operation: Update, subresource: status, fieldsV1: {f:status: {f:unavailableReplicas: {}}}}
  - {manager: before-first-apply, operation: Update, fieldsV1: {f:spec: {f:minReadySeconds: {}}}}
  - {manager: kubectl-edit, operation: Update, fieldsV1: {f:spec: {f:revisionHistoryLimit: {}, f:strategy: {f:rollingUpdate: {".": {}, f:maxSurge: {}}}}}}
  - {manager: empty, operation: Update}
  - {manager: broken, operation: Update, fieldsV1: {nonsense: 1}}
  - just text
spec:
  replicas: 1
  paused: true
  minReadySeconds: 5
  progressDeadlineSeconds: 600
  revisionHistoryLimit: 10
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 25%}}
  template:
    spec:
      containers:
      - {name: mesh, image: m, imagePullPolicy: Always}
      - name: web
        image: w
        args: [a, b]
        ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]
status: {replicas: 3, readyReplicas: 3, unavailableReplicas: 1, collisionCount: 0}
`

func TestManagedFields(t *testing.T) {
	compare(t, applied, map[string]string{
		"metadata.uid":                  "server deduced",
		"metadata.finalizers":           "user observed bob,kubectl",
		"metadata.labels.mesh":          "admission deduced", // without a manager
		"spec.progressDeadlineSeconds":  "default deduced",
		"spec.selector":                 "user observed kubectl",
		"spec.selector.matchLabels.app": "user observed kubectl", // owned as a whole
		"spec.paused":                   "user deduced bob",      // who knows who bob is
		"spec.minReadySeconds":          "unknown deduced before-first-apply",
		// The value of the default, but set on something that was there; and one that came with what holds it.
		"spec.replicas":                        "controller observed kube-controller-manager/scale",
		"spec.revisionHistoryLimit":            "user deduced kubectl-edit",
		"spec.strategy.rollingUpdate.maxSurge": "default deduced kubectl-edit",
		"spec.template.spec.containers":        "unknown deduced",
		"spec.template.spec.containers[1]":     "user observed kubectl",
		// Items are found by their keys, not by their positions.
		"spec.template.spec.containers[0].image":                  "user deduced bob",
		"spec.template.spec.containers[1].image":                  "user observed bob,kubectl",
		"spec.template.spec.containers[1].args":                   "user observed kubectl",
		"spec.template.spec.containers[0].imagePullPolicy":        "default deduced",
		"spec.template.spec.containers[1].ports[0].containerPort": "user observed kubectl",
		"spec.template.spec.containers[1].ports[1].containerPort": "admission deduced",
		"status.replicas":            "controller observed kube-controller-manager/status",
		"status.readyReplicas":       "controller deduced team-operator/status",
		"status.unavailableReplicas": "user deduced kubectl-edit/status",
		"status.collisionCount":      "server deduced",
	})
}

func compare(t *testing.T, object string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, judged(t, object, slices.Collect(maps.Keys(want))...)); diff != "" {
		t.Errorf("%s%s", object, diff)
	}
}

func TestUpdatesOwnTheDefaultsToo(t *testing.T) {
	manager := " kubectl-client-side-apply"
	compare(t, `
apiVersion: v1
kind: Service
metadata:
  name: web
  uid: u
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"ports":[{"port":80},{"port":80,"protocol":"UDP"}],"type":"ClusterIP","externalName":"y"}}'
  managedFields:
  - manager: kubectl-client-side-apply
    operation: Update
    fieldsV1: {f:metadata: {f:annotations: {".": {}, f:kubectl.kubernetes.io/last-applied-configuration: {}}},
      f:spec: {f:internalTrafficPolicy: {}, f:sessionAffinity: {}, f:type: {}, f:externalName: {}, f:selector: {},
      f:ports: {".": {}, 'k:{"port":80,"protocol":"TCP"}': {".": {}, f:port: {}, f:protocol: {}, f:targetPort: {}},
        'k:{"port":80,"protocol":"UDP"}': {".": {}, f:port: {}, f:protocol: {}, f:targetPort: {}}}}}
spec:
  clusterIP: 10.0.0.1
  externalName: x
  internalTrafficPolicy: Cluster
  sessionAffinity: None
  type: ClusterIP
  selector: {added: "yes"}
  ports: [{port: 80, protocol: TCP, targetPort: 80}, {port: 80, protocol: UDP, targetPort: 80}]
`, map[string]string{
		"spec.type":                "user observed" + manager, // the default, but sent
		"spec.sessionAffinity":     "default deduced" + manager,
		"spec.externalName":        "admission deduced" + manager, // something else was sent
		"spec.selector.added":      "admission deduced" + manager, // put into what is owned as a whole
		"spec.clusterIP":           "server deduced",
		"spec.ports[0].port":       "user observed" + manager,
		"spec.ports[0].targetPort": "default deduced" + manager,
		"spec.ports[0].protocol":   "default deduced" + manager,
		"spec.ports[1].protocol":   "user observed" + manager,
		`metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]`: "user deduced" + manager,
	})
}

func TestObjectsOfControllers(t *testing.T) {
	compare(t, `
apiVersion: v1
kind: Pod
metadata:
  name: web-1-x
  generateName: web-1-
  uid: u
  ownerReferences: [{controller: true}]
  managedFields:
  - {manager: kube-controller-manager, operation: Update, fieldsV1: {f:metadata: {f:generateName: {}}, f:spec: {f:enableServiceLinks: {}, f:hostname: {},
      f:containers: {'k:{"name":"a"}': {".": {}, f:name: {}, f:image: {}, f:imagePullPolicy: {}}}}}}
  - {manager: kubelet, operation: Update, subresource: status, fieldsV1: {f:status: {f:phase: {}}}}
spec:
  nodeName: n
  hostname: h
  enableServiceLinks: true
  serviceAccountName: default
  tolerations: [{key: node.kubernetes.io/not-ready, tolerationSeconds: 300}]
  volumes: [{name: kube-api-access-x, projected: {defaultMode: 420}}]
  containers: [{name: a, image: b, imagePullPolicy: Always, volumeMounts: [{name: kube-api-access-x, mountPath: /x}]}]
status: {phase: Running, qosClass: Burstable}
`, map[string]string{
		"metadata.name": "server deduced", "kind": "controller deduced", "metadata.generateName": "controller deduced kube-controller-manager",
		"spec.nodeName": "controller deduced", "spec.hostname": "controller deduced kube-controller-manager",
		"spec.enableServiceLinks":                      "default deduced kube-controller-manager",
		"spec.serviceAccountName":                      "admission deduced",
		"spec.tolerations[0].key":                      "admission deduced",
		"spec.volumes[0].name":                         "admission deduced",
		"spec.containers[0].image":                     "controller deduced kube-controller-manager",
		"status.phase":                                 "controller observed kubelet/status",
		"status.qosClass":                              "server deduced",
		"spec.containers[0].imagePullPolicy":           "default deduced kube-controller-manager",
		"spec.containers[0].volumeMounts[0].mountPath": "admission deduced",
	})
}

func TestOtherVersionsOfTheAPI(t *testing.T) {
	compare(t, `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: x
  uid: u
  managedFields:
  - {manager: kubectl-client-side-apply, operation: Update, apiVersion: autoscaling/v1, fieldsV1: {f:spec: {f:maxReplicas: {}, f:targetCPUUtilizationPercentage: {}}}}
spec: {maxReplicas: 3, minReplicas: 1, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
`, map[string]string{
		"spec.maxReplicas": "user deduced kubectl-client-side-apply", "spec.minReplicas": "default deduced",
		"spec.metrics[0].resource.target.averageUtilization": "unknown deduced",
	})
}

func TestWithoutManagedFields(t *testing.T) {
	file := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: 1}\n"
	dump := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, uid: u, annotations: {deployment.kubernetes.io/revision: '1'}}\nspec: {replicas: 1, paused: true}\nstatus: {replicas: 1}\n"
	owned := "apiVersion: v1\nkind: Pod\nmetadata: {name: x, uid: u, ownerReferences: [{controller: true}]}\n" +
		"spec: {nodeName: n, tolerations: [{key: node.kubernetes.io/not-ready, tolerationSeconds: 300}], volumes: [{name: kube-api-access-x, projected: {}}, {name: y, emptyDir: {medium: Memory}}],\n" +
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
			"spec.volumes[0].projected": "admission deduced", "spec.volumes[1].emptyDir": "controller deduced",
			"spec.containers[0].volumeMounts[0].mountPath": "admission deduced",
		}},
	} {
		compare(t, c.text, c.want)
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
