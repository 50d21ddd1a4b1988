package provenance_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// TestWithoutManagers checks live objects without managed fields, as kubectl
// get prints them.
func TestWhatTheClusterMakes(t *testing.T) {
	for _, c := range []struct {
		object, path string
		want         provenance.Origin
	}{
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, uid: u}\ndata: {a: b}", "data.a", provenance.User},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt, uid: u}\ndata: {a: b}", "data.a", provenance.Controller},
		{
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt, uid: u, labels: {team: a}}", "metadata.labels.team",
			provenance.Unknown,
		},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\ndata: {a: b}", "data.a", provenance.User}, // a file
		{
			"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, uid: u}\nautomountServiceAccountToken: false",
			"automountServiceAccountToken", provenance.Unknown,
		},
		{
			"apiVersion: v1\nkind: Node\nmetadata: {name: n, uid: u, labels: {kubernetes.io/os: linux}}",
			`metadata.labels["kubernetes.io/os"]`, provenance.Controller,
		},
		{"apiVersion: v1\nkind: Node\nmetadata: {name: n, uid: u}\nspec: {unschedulable: true}", "spec.unschedulable", provenance.Unknown},
		{"apiVersion: v1\nkind: Node\nmetadata: {name: n, uid: u}\nspec: {podCIDR: 10.0.0.0/24}", "spec.podCIDR", provenance.Controller},
		{"apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: x, uid: u, annotations: {apf.kubernetes.io/autoupdate-spec: \"true\"}}\nspec: {matchingPrecedence: 5}", "spec.matchingPrecedence", provenance.Server},
		{"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: view, uid: u, labels: {kubernetes.io/bootstrapping: rbac-defaults}}\nrules: []", "metadata.name", provenance.Server},
		{"apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, uid: u}\nstatus: {ready: 0}", "status.ready", provenance.Server},
		{"apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, uid: u}\nstatus: {ready: 0, active: 1}", "status.ready", provenance.Controller},
		{limited, "spec.containers[0].resources.requests.cpu", provenance.Admission},
		{limited, "spec.containers[0].resources.requests.memory", provenance.User},
		{limited, "spec.containers[0].resources.limits.cpu", provenance.User},
		{limited, "spec.initContainers[0].resources.limits.memory", provenance.Admission},
	} {
		if got := judged(t, c.object, c.path)[c.path]; strings.TrimSpace(got) != string(c.want)+" deduced" {
			t.Errorf("%s of %s: %s, want %s", c.path, c.object, got, c.want)
		}
	}
}

const limited = `
apiVersion: v1
kind: Pod
metadata:
  name: x
  uid: u
  annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu, ephemeral-storage request for container a; memory limit for init container a"}
spec:
  containers: [{name: a, resources: {requests: {cpu: 1, memory: 1}, limits: {cpu: 1}}}]
  initContainers: [{name: a, resources: {limits: {memory: 1}}}]
`
