package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// policies makes what changes objects on their way in: default limits, a
// default storage class, and a policy that adds a label and overrides a value.
func (r *provenanceRecorder) policies(t *testing.T) {
	t.Helper()
	class := "lab-" + r.Current
	t.Cleanup(func() { r.direct.Do(t, "delete", "storageclass", class) })
	r.direct.Apply(t, `
apiVersion: v1
kind: LimitRange
metadata: {name: memory}
spec: {limits: [{type: Container, default: {memory: 64Mi}, defaultRequest: {memory: 32Mi}}]}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: `+class+`, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: lab.example/none
`)
	if version := r.policyVersion(); version != "" {
		t.Cleanup(func() {
			r.direct.Do(t, "delete", "mutatingadmissionpolicy,mutatingadmissionpolicybinding", r.Current)
		})
		r.direct.Apply(t, strings.NewReplacer("VERSION", version, "NAME", r.Current).Replace(policy))
		r.direct.WaitFor(t, "the policy to act", func() bool {
			return r.direct.Do(t, "create", "configmap", "try", "--dry-run=server", "-o", "jsonpath={.metadata.labels.policy}") == "added"
		})
	}
}

// policyVersion is the version of policies that the server serves, empty for none.
func (r *provenanceRecorder) policyVersion() string {
	for _, version := range []string{"v1", "v1beta1"} {
		if out, _, _ := r.direct.run("", r.direct.kubectl(), "api-resources", "--api-group=admissionregistration.k8s.io", "--no-headers"); strings.Contains(
			out,
			"admissionregistration.k8s.io/"+version+" ",
		) &&
			strings.Contains(out, "mutatingadmissionpolicies") {
			return version
		}
	}
	return ""
}

const policy = `
apiVersion: admissionregistration.k8s.io/VERSION
kind: MutatingAdmissionPolicy
metadata: {name: NAME}
spec:
  reinvocationPolicy: Never
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAME}}
    resourceRules:
    - {apiGroups: ["", apps, batch], apiVersions: [v1], operations: [CREATE], resources: [deployments, pods, configmaps, jobs, cronjobs, replicasets]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels: {"policy": "added"}}}'}
  - patchType: JSONPatch
    jsonPatch: {expression: 'has(object.spec) && has(object.spec.minReadySeconds) ? [JSONPatch{op: "replace", path: "/spec/minReadySeconds", value: 7}] : []'}
---
apiVersion: admissionregistration.k8s.io/VERSION
kind: MutatingAdmissionPolicyBinding
metadata: {name: NAME}
spec: {policyName: NAME}
`

// people creates objects by kubectl's own verbs, and from files that have defaults in them, too.
func (r *provenanceRecorder) people(t *testing.T) {
	t.Helper()
	r.file(t, "create", "provenance-create.yaml")
	for _, words := range []string{
		"create deployment plain --image=lab/app:1 --port=80", "create job once --image=lab/app:1",
		"create cronjob often --image=lab/app:1 --schedule=@yearly",
		"create secret generic keys --from-literal=a=b", "create configmap words --from-literal=a=b --append-hash",
		"create role reader --verb=get --resource=pods",
		"create rolebinding readers --role=reader --serviceaccount=x:y --user=u", "create ingress web --rule=a.example/x=plain:80",
		"create quota few --hard=pods=100",
		"create poddisruptionbudget some --selector=app=plain --min-available=1", "create serviceaccount robot",
		"create service nodeport open --tcp=80:8080",
		"run bare --image=lab/app:latest --port=80 --env=A=B --labels=app=bare", "expose deployment plain --name=inside",
		"expose pod bare --type=LoadBalancer --name=outside",
		"autoscale deployment plain --min=3 --max=5",
	} {
		r.Do(t, strings.Fields(words)...)
	}
}

func (r *provenanceRecorder) file(t *testing.T, verb, name string, more ...string) {
	t.Helper()
	r.Do(t, append([]string{verb, "-f", filepath.Join("testdata", "fields", name)}, more...)...)
}

// appliers apply on the server: two of them own some fields together, one takes
// fields from the other, and one gives some up.
func (r *provenanceRecorder) appliers(t *testing.T) {
	t.Helper()
	apply := func(who, file string, more ...string) {
		r.file(t, "apply", file, append([]string{"--server-side", "--field-manager=" + who}, more...)...)
	}
	apply("alice", "provenance-alice.yaml")
	apply("bob", "provenance-bob.yaml")
	apply("bob", "provenance-bob-more.yaml", "--force-conflicts")
	apply("alice", "provenance-alice-less.yaml", "--force-conflicts")
	apply("kubectl", "provenance-kubectl.yaml")
	r.Do(t, "scale", "deployment/shared", "--replicas=1") // what nobody applied, to what it is
	r.Do(t, "label", "deployment/shared", "team=a")
	// A program applies, another one updates.
	r.send(t, "PATCH", "/apis/apps/v1/namespaces/"+r.Current+"/deployments/shared", "keda-operator", "application/apply-patch+yaml",
		`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"shared","annotations":{"keda":"was here"}}}`)
}

// hands works on an applied object with all that kubectl offers.
func (r *provenanceRecorder) hands(t *testing.T) {
	t.Helper()
	r.file(t, "apply", "provenance-apply.yaml")
	r.file(t, "apply", "provenance-apply-more.yaml")
	editor := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i 's/revisionHistoryLimit: .*/revisionHistoryLimit: 10/; s/progressDeadlineSeconds: .*/progressDeadlineSeconds: 500/' \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	in := *r.Lab
	in.env = append(slices.Clone(in.env), "EDITOR="+editor)
	in.Do(t, "edit", "deployment/web")
	for _, words := range [][]string{
		{"scale", "deployment/web", "--replicas=2"},
		{"set", "image", "deployment/web", "main=lab/app:2"},
		{"set", "env", "deployment/web", "-c", "main", "NEW=1"},
		{"set", "resources", "deployment/web", "-c", "main", "--limits=cpu=1"},
		{"set", "serviceaccount", "deployment/web", "robot"},
		{"annotate", "deployment/web", "note=x"},
		{"label", "deployment/web", "team=a"},
		{"patch", "deployment/web", "--type=merge", "-p", `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":5}}}}`},
		{
			"patch", "deployment/web", "--type=json", "-p",
			`[{"op":"add","path":"/spec/template/spec/containers/0/ports/-","value":{"containerPort":9000}}]`,
		},
		{"patch", "deployment/web", "-p", `{"spec":{"template":{"spec":{"containers":[{"name":"more","image":"lab/side:1"}]}}}}`},
		{"rollout", "restart", "deployment/web"},
	} {
		r.Do(t, words...)
	}
	r.file(t, "apply", "provenance-undo.yaml")
	r.WaitFor(t, "the first revision", func() bool {
		return revisionOf(r.Deployment(t, "undone")) == "1"
	})
	r.Do(t, "set", "image", "deployment/undone", "main=lab/app:2")
	r.WaitFor(t, "the second revision", func() bool {
		return revisionOf(r.Deployment(t, "undone")) == "2"
	})
	r.Do(t, "rollout", "undo", "deployment/undone")
}

// revisionOf returns the revision that the controller has written on a Deployment.
func revisionOf(d *appsv1.Deployment) string {
	return d.Annotations["deployment.kubernetes.io/revision"]
}

// programs waits for what controllers and kubelets do by themselves.
func (r *provenanceRecorder) programs(t *testing.T) {
	t.Helper()
	r.WaitFor(t, "the autoscaler to scale", func() bool {
		return *r.Deployment(t, "plain").Spec.Replicas == 3
	})
	if r.Nodes > 0 {
		r.WaitFor(t, "the pods to run", func() bool {
			return r.Running(t, "app=bare") == 1 && r.Running(t, "app=plain") == 3
		})
	}
}

// others returns the truth about objects that programs made.
func (r *provenanceRecorder) others(t *testing.T) (map[string]ledger, map[string]map[string]any) {
	t.Helper()
	ledgers := map[string]ledger{}
	objects := map[string]map[string]any{}
	space := "/namespaces/" + r.Current + "/"
	for _, list := range []string{
		"/apis/apps/v1" + space + "replicasets", "/api/v1" + space + "pods", "/apis/discovery.k8s.io/v1" + space + "endpointslices",
		"/api/v1/nodes",
		"/api/v1" + space + "serviceaccounts", "/api/v1" + space + "configmaps", "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
		"/apis/scheduling.k8s.io/v1/priorityclasses",
	} {
		all := r.get(list)
		items, _ := all["items"].([]any)
		if len(items) == 0 {
			t.Fatalf("there are no %s", list)
		}
		for _, i := range items {
			o := &unstructured.Unstructured{Object: i.(map[string]any)}
			o.SetKind(strings.TrimSuffix(all["kind"].(string), "List"))
			o.SetAPIVersion(all["apiVersion"].(string))
			path := list + "/" + o.GetName()
			if l := r.made(o); l != nil {
				ledgers[path] = l
				objects[path] = o.Object
			}
		}
	}
	return ledgers, objects
}

// made is the truth about an object that a program made; nil if none did.
func (r *provenanceRecorder) made(o *unstructured.Unstructured) ledger {
	maker := "controller"
	if kind := o.GetKind(); (kind == "ServiceAccount" && o.GetName() != "default") || (kind == "ConfigMap" && o.GetName() != "kube-root-ca.crt") || (kind == "Pod" && o.GetGenerateName() == "") || strings.HasPrefix(o.GetName(), "fields-") || strings.HasPrefix(o.GetName(), "every") {
		return nil // people's, or of another test
	} else if kind == "FlowSchema" || kind == "PriorityClass" {
		maker = "server"
	}
	l := ledger{}
	template := map[string]any{}
	if o.GetKind() == "Pod" {
		for _, owner := range o.GetOwnerReferences() {
			group := map[string]string{"ReplicaSet": "/apis/apps/v1", "Job": "/apis/batch/v1"}[owner.Kind]
			parent := r.get(group + "/namespaces/" + r.Current + "/" + strings.ToLower(owner.Kind) + "s/" + owner.Name)
			inner, _, _ := unstructured.NestedMap(parent, "spec", "template")
			template = flatten(inner)
		}
	}
	for path := range flatten(o.Object) {
		_, copied := template[path]
		added := addedBy(o.GetKind(), path)
		switch {
		case path == "metadata.name" && o.GetGenerateName() != "":
			l[path] = truth{origin: "server"}
		case path == "status.phase" && o.GetKind() == "Pod" && strings.Contains(fmt.Sprint(o.Object["status"]), "phase:Pending"):
			l[path] = truth{origin: "server"}
		case path == "status.phase", path == "spec.nodeName", copied:
			l[path] = truth{origin: maker, update: true}
		case added != "" && !given(template, path):
			l[path] = truth{origin: added}
		case o.GetKind() == "Pod" && strings.HasPrefix(path, "spec."):
			l[path] = truth{origin: "default", update: true}
		default:
			l[path] = truth{origin: maker, update: true}
		}
	}
	return l
}
