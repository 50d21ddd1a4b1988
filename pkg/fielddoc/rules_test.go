package fielddoc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// pod returns a Pod with more fields in its spec and in its first container.
func pod(spec, container string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {" + spec + "containers: [{name: a, image: b" + container + "}]}"
}

// manifest returns an object with a spec, or with other fields at its top.
func manifest(apiVersion, kind, fields string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: a.b.example.org}\n" + fields
}

func service(fields string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n" + fields
}

// mistakes are objects with one mistake that the API server of Kubernetes 1.37
// refuses, and what is to be found: path and kind of the problem.
var mistakes = []struct{ object, want string }{
	// range.txt
	{pod("", ", ports: [{containerPort: 70000}]"), "spec.containers[0].ports[0].containerPort wrong-type"},
	{pod("", ", livenessProbe: {tcpSocket: {port: 0}}"), "spec.containers[0].livenessProbe.tcpSocket.port wrong-type"},
	{
		manifest(
			"apps/v1",
			"DaemonSet",
			"spec: {minReadySeconds: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}",
		),
		"spec.minReadySeconds wrong-type",
	},
	// format.txt
	{pod("", ", ports: [{containerPort: 80, name: a_b}]"), "spec.containers[0].ports[0].name wrong-type"},
	{pod("hostname: A.b, ", ""), "spec.hostname wrong-type"},
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A_b}", "metadata.name wrong-type"},
	{"apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}", "metadata.name wrong-type"},
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: 'b c'}}", "metadata.labels.a wrong-type"},
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {'a/b': c}", "data.a/b wrong-type"},
	{
		manifest(
			"batch/v1",
			"CronJob",
			"spec: {schedule: '60 * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}",
		),
		"spec.schedule wrong-type",
	},
	{manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: 10.0.0.1}]}"), "spec.rules[0].host wrong-type"},
	{
		manifest("networking.k8s.io/v1", "NetworkPolicy", "spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.300/8}}]}]}"),
		"spec.ingress[0].from[0].ipBlock.cidr wrong-type",
	},
	// unique.txt
	{
		pod("volumes: [{name: v}, {name: w}], ", ", volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a}]"),
		"spec.containers[0].volumeMounts[1].mountPath wrong-type",
	},
	{service("spec: {ports: [{name: a, port: 80}, {name: b, port: 80}]}"), "spec.ports[1].port wrong-type"},
	// choice.txt
	{
		pod("", ", env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
		"spec.containers[0].env[0].valueFrom wrong-type",
	},
	{pod("", ", envFrom: [{prefix: A}]"), "spec.containers[0].envFrom[0] missing-required"},
	{manifest("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 1, maxUnavailable: 1}"), "spec.maxUnavailable wrong-type"},
	// cross rules
	{pod("", ", volumeMounts: [{name: v, mountPath: /a}]"), "spec.containers[0].volumeMounts[0].name wrong-type"},
	{pod("initContainers: [{name: a, image: b}], ", ""), "spec.containers[0].name wrong-type"},
	{pod("", ", resources: {requests: {cpu: 2}, limits: {cpu: 1}}"), "spec.containers[0].resources.requests.cpu wrong-type"},
	{pod("", ", resources: {limits: {gpu: 1}}"), "spec.containers[0].resources.limits.gpu wrong-type"},
	{pod("", ", resources: {limits: {memory: -1}}"), "spec.containers[0].resources.limits.memory wrong-type"},
	{pod("hostNetwork: true, ", ", ports: [{containerPort: 80, hostPort: 81}]"), "spec.containers[0].ports[0].hostPort wrong-type"},
	{pod("dnsPolicy: None, ", ""), "spec.dnsConfig.nameservers missing-required"},
	{pod("tolerations: [{operator: Exists, key: a, value: b}], ", ""), "spec.tolerations[0].value wrong-type"},
	{pod("tolerations: [{operator: Exists, tolerationSeconds: 3}], ", ""), "spec.tolerations[0].tolerationSeconds wrong-type"},
	{
		pod("", ", livenessProbe: {successThreshold: 2, exec: {command: [a]}}"),
		"spec.containers[0].livenessProbe.successThreshold wrong-type",
	},
	{
		pod("", ", securityContext: {privileged: true, allowPrivilegeEscalation: false}"),
		"spec.containers[0].securityContext.allowPrivilegeEscalation wrong-type",
	},
	{pod("", ", env: [{name: A, value: 9223372036854775808}]"), "spec.containers[0].env[0].value wrong-type"},
	{pod("activeDeadlineSeconds: 9223372036854775808, ", ""), "spec.activeDeadlineSeconds wrong-type"},
	{
		manifest(
			"apps/v1",
			"Deployment",
			"spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}",
		),
		"spec.strategy.rollingUpdate wrong-type",
	},
	{
		manifest(
			"apps/v1",
			"Deployment",
			"spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}",
		),
		"spec.strategy.rollingUpdate.maxUnavailable wrong-type",
	},
	{
		manifest(
			"batch/v1",
			"Job",
			"spec: {completionMode: Indexed, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}",
		),
		"spec.completions missing-required",
	},
	{
		manifest(
			"autoscaling/v2",
			"HorizontalPodAutoscaler",
			"spec: {minReplicas: 5, maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: a}}",
		),
		"spec.maxReplicas wrong-type",
	},
	{service("spec: {ports: [{port: 80, nodePort: 30000}]}"), "spec.ports[0].nodePort wrong-type"},
	{service("spec: {externalTrafficPolicy: Local, ports: [{port: 80}]}"), "spec.externalTrafficPolicy wrong-type"},
	{manifest("v1", "Secret", "type: kubernetes.io/tls\nstringData: {tls.crt: a}"), "data[\"tls.key\"] missing-required"},
	{
		manifest(
			"v1",
			"PersistentVolumeClaim",
			"spec: {accessModes: [ReadWriteOnce, ReadWriteOncePod], resources: {requests: {storage: 1Gi}}}",
		),
		"spec.accessModes wrong-type",
	},
	{
		manifest(
			"networking.k8s.io/v1",
			"Ingress",
			"spec: {rules: [{http: {paths: [{path: a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}",
		),
		"spec.rules[0].http.paths[0].path wrong-type",
	},
	{
		manifest("rbac.authorization.k8s.io/v1", "Role", "rules: [{verbs: [get], nonResourceURLs: [/a]}]"),
		"rules[0].nonResourceURLs wrong-type",
	},
	{
		manifest(
			"apiextensions.k8s.io/v1",
			"CustomResourceDefinition",
			"spec: {group: example.org, scope: Namespaced, names: {kind: Box, plural: boxes}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}",
		),
		"metadata.name wrong-type",
	},
}

// TestMistakes: each of these objects has the mistake and no other.
func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		o := object(t, m.object)
		apiVersion, _ := o["apiVersion"].(string)
		name, _ := o["kind"].(string)
		var got []string
		for _, p := range fielddoc.Check(kind(t, apiVersion, name), o) {
			got = append(got, fmt.Sprintf("%s %s", p.Path, p.Kind))
		}
		if !slices.Equal(got, []string{m.want}) {
			t.Errorf("%s\ngot %s\nwant %s", m.object, strings.Join(got, "; "), m.want)
		}
	}
}
