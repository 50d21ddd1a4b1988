package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// brokenManifests are manifests that the server refuses by its types and its validation,
// each with the problem that must be named. A text without apiVersion is the
// spec of a Deployment; C in it stands for a container without further fields,
// T for the rest of a valid spec.
var brokenManifests = []struct{ problem, text string }{
	{"spec.replica unknown-field", "{replica: 3, T}"},
	{"spec.replicas wrong-type", "{replicas: '3', T}"},
	{"spec.replicas wrong-type", "{replicas: 1.5, T}"},
	{"spec.replicas wrong-type", "{replicas: 3000000000, T}"},
	{"spec.replicas wrong-type", "{replicas: [1], T}"},
	{"spec.replicas wrong-type", "{replicas: {n: 1}, T}"},
	{"spec.paused wrong-type", "{paused: 'true', T}"},
	{"spec.paused wrong-type", "{paused: 1, T}"},
	{"spec.strategy.type not-in-enum", "{strategy: {type: Rolling}, T}"},
	{"spec.strategy.type not-in-enum", "{strategy: {type: recreate}, T}"},
	{"spec.strategy.rollingUpdate.maxSurge wrong-type", "{strategy: {rollingUpdate: {maxSurge: true}}, T}"},
	{"spec.strategy.rollingUpdate.maxSurges unknown-field", "{strategy: {rollingUpdate: {maxSurges: 1}}, T}"},
	{"spec.selector missing-required", "{template: {metadata: {labels: {a: b}}, spec: {containers: [C]}}}"},
	{"spec.selector missing-required", "{selector: null, template: {metadata: {labels: {a: b}}, spec: {containers: [C]}}}"},
	{"spec.template missing-required", "{selector: {matchLabels: {a: b}}}"},
	{
		"spec.selector.matchLabel unknown-field",
		"{selector: {matchLabel: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [C]}}}",
	},
	{
		"spec.selector.matchLabels.a wrong-type",
		"{selector: {matchLabels: {a: 1}}, template: {metadata: {labels: {a: '1'}}, spec: {containers: [C]}}}",
	},
	{
		"spec.template.metadata.labels.a wrong-type",
		"{selector: {matchLabels: {a: 'true'}}, template: {metadata: {labels: {a: true}}, spec: {containers: [C]}}}",
	},
	{"spec.template.spec.containers missing-required", "{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {}}}"},
	{
		"spec.template.spec.containers wrong-type",
		"{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: C}}}",
	},
	{"spec.template.spec.containers[0].image missing-required", pod("{containers: [{name: a}]}")},
	{"spec.template.spec.containers[0].name missing-required", pod("{containers: [{image: a}]}")},
	{"spec.template.spec.restartPolicy not-in-enum", pod("{restartPolicy: Sometimes, containers: [C]}")},
	{"spec.template.spec.dnsPolicy not-in-enum", pod("{dnsPolicy: None2, containers: [C]}")},
	{"spec.template.spec.hostNetwork wrong-type", pod("{hostNetwork: 'yes', containers: [C]}")},
	{"spec.template.spec.nodeSelector.a wrong-type", pod("{nodeSelector: {a: true}, containers: [C]}")},
	{"spec.template.spec.terminationGracePeriodSeconds wrong-type", pod("{terminationGracePeriodSeconds: 30s, containers: [C]}")},
	{"spec.template.spec.volumes[0].name missing-required", pod("{volumes: [{emptyDir: {}}], containers: [C]}")},
	{"spec.template.spec.volumes[0].configmap unknown-field", pod("{volumes: [{name: a, configmap: {name: b}}], containers: [C]}")},
	{
		"spec.template.spec.volumes[0].emptyDir.sizeLimit wrong-type",
		pod("{volumes: [{name: a, emptyDir: {sizeLimit: 1GB}}], containers: [C]}"),
	},
	{"spec.template.spec.volumes[0].hostPath.path missing-required", pod("{volumes: [{name: a, hostPath: {}}], containers: [C]}")},
	{"spec.template.spec.tolerations[0].operator not-in-enum", pod("{tolerations: [{key: a, operator: In}], containers: [C]}")},
	{
		"spec.template.spec.tolerations[0].effect not-in-enum",
		pod("{tolerations: [{key: a, operator: Exists, effect: NoRun}], containers: [C]}"),
	},
	{
		"spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable not-in-enum",
		pod("{topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: Never}], containers: [C]}"),
	},
	{
		"spec.template.spec.topologySpreadConstraints[0].topologyKey missing-required",
		pod("{topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}], containers: [C]}"),
	},
	{"spec.template.spec.securityContext.runAsUser wrong-type", pod("{securityContext: {runAsUser: root}, containers: [C]}")},
	{
		"spec.template.spec.securityContext.seccompProfile.type not-in-enum",
		pod("{securityContext: {seccompProfile: {type: runtime/default}}, containers: [C]}"),
	},
	{"spec.template.spec.containers[0].imagePullPolicy not-in-enum", container("imagePullPolicy: always")},
	{"spec.template.spec.containers[0].imagePullPolcy unknown-field", container("imagePullPolcy: Always")},
	{"spec.template.spec.containers[0].command wrong-type", container("command: sh")},
	{"spec.template.spec.containers[0].args[0] wrong-type", container("args: [1]")},
	{"spec.template.spec.containers[0].env wrong-type", container("env: {A: b}")},
	{"spec.template.spec.containers[0].env[0].value wrong-type", container("env: [{name: A, value: 1}]")},
	{"spec.template.spec.containers[0].env[0].value wrong-type", container("env: [{name: A, value: true}]")},
	{"spec.template.spec.containers[0].env[0].name missing-required", container("env: [{value: a}]")},
	{
		"spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key missing-required",
		container("env: [{name: A, valueFrom: {secretKeyRef: {name: a}}}]"),
	},
	{"spec.template.spec.containers[0].ports[0].containerPort wrong-type", container("ports: [{containerPort: '80'}]")},
	{"spec.template.spec.containers[0].ports[0].containerPort missing-required", container("ports: [{name: a}]")},
	{"spec.template.spec.containers[0].ports[0].protocol not-in-enum", container("ports: [{containerPort: 80, protocol: tcp}]")},
	{"spec.template.spec.containers[0].ports[0].port unknown-field", container("ports: [{containerPort: 80, port: 80}]")},
	{"spec.template.spec.containers[0].resources.limits.memory wrong-type", container("resources: {limits: {memory: 64Mb}}")},
	{"spec.template.spec.containers[0].resources.limits.cpu wrong-type", container("resources: {limits: {cpu: one}}")},
	{"spec.template.spec.containers[0].resources.limit unknown-field", container("resources: {limit: {cpu: 1}}")},
	{"spec.template.spec.containers[0].livenessProbe.httpGet.port missing-required", container("livenessProbe: {httpGet: {path: /}}")},
	{
		"spec.template.spec.containers[0].livenessProbe.httpGet.scheme not-in-enum",
		container("livenessProbe: {httpGet: {port: 80, scheme: https}}"),
	},
	{"spec.template.spec.containers[0].livenessProbe.httpget unknown-field", container("livenessProbe: {httpget: {port: 80}}")},
	{
		"spec.template.spec.containers[0].livenessProbe.periodSeconds wrong-type",
		container("livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 10s}"),
	},
	{"spec.template.spec.containers[0].volumeMounts[0].mountPath missing-required", container("volumeMounts: [{name: a}]")},
	{"spec.template.spec.containers[0].terminationMessagePolicy not-in-enum", container("terminationMessagePolicy: Logs")},
	{
		"spec.template.spec.containers[0].securityContext.capabilities.drop wrong-type",
		container("securityContext: {capabilities: {drop: ALL}}"),
	},
	{"metadata.name missing-required", "{apiVersion: v1, kind: ConfigMap, metadata: {}, data: {a: b}}"},
	{"metadata.labels.a wrong-type", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, labels: {a: 1}}}"},
	{"metadata.label unknown-field", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, label: {a: b}}}"},
	{"metadata.annotations wrong-type", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, annotations: [a]}}"},
	{"spec unknown-field", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, spec: {}}"},
	{"data.a wrong-type", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: {b: c}}}"},
	{"data.a wrong-type", "{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: 'plain text'}}"},
	{"spec.ports missing-required", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selector: {a: b}}}"},
	{"spec.type not-in-enum", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: Clusterip, ports: [{port: 80}]}}"},
	{"spec.clusterIp unknown-field", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIp: None, ports: [{port: 80}]}}"},
	{"spec.externalName missing-required", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: ExternalName}}"},
	{"spec.ports[0].port missing-required", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{targetPort: 80}]}}"},
	{
		"spec.sessionAffinity not-in-enum",
		"{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {sessionAffinity: Client, ports: [{port: 80}]}}",
	},
	{
		"spec.resources missing-required",
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce]}}",
	},
	{
		"spec.accessModes missing-required",
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {resources: {requests: {storage: 1Gi}}}}",
	},
	{
		"spec.accessModes[0] not-in-enum",
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [RWO], resources: {requests: {storage: 1Gi}}}}",
	},
	{
		"spec.template.spec.restartPolicy missing-required",
		"{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {containers: [C]}}}}",
	},
	{
		"spec.backoffLimit wrong-type",
		"{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {backoffLimit: none, template: {spec: {restartPolicy: Never, containers: [C]}}}}",
	},
	{
		"spec.completionMode not-in-enum",
		"{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: indexed, template: {spec: {restartPolicy: Never, containers: [C]}}}}",
	},
	{
		"spec.schedule missing-required",
		"{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [C]}}}}}}",
	},
	{"spec.jobTemplate missing-required", "{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: '* * * * *'}}"},
	{
		"spec.concurrencyPolicy not-in-enum",
		"{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: '* * * * *', concurrencyPolicy: Never, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [C]}}}}}}",
	},
	{
		"spec.maxReplicas missing-required",
		"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {scaleTargetRef: {kind: Deployment, name: a}}}",
	},
	{
		"spec.scaleTargetRef.name missing-required",
		"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment}}}",
	},
	{
		"spec.targetCPUUtilizationPercentage unknown-field",
		"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {maxReplicas: 2, targetCPUUtilizationPercentage: 5, scaleTargetRef: {kind: Deployment, name: a}}}",
	},
	{"spec.rules missing-required", "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {ingressClassName: a}}"},
	{
		"spec.rules[0].http.paths[0].pathType missing-required",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}}]}}",
	},
	{
		"spec.rules[0].http.paths[0].backend.serviceName unknown-field",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {serviceName: a, servicePort: 80}}]}}]}}",
	},
	{
		"spec.policyTypes[0] not-in-enum",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, spec: {podSelector: {}, policyTypes: [Ingres]}}",
	},
	{
		"roleRef missing-required",
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, subjects: [{kind: User, name: a, apiGroup: rbac.authorization.k8s.io}]}",
	},
	{
		"rules[0].verbs missing-required",
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: [{apiGroups: [''], resources: [pods]}]}",
	},
	{
		"rules[0].apiGroups missing-required",
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: [{resources: [pods], verbs: [get]}]}",
	},
	{"provisioner missing-required", "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}}"},
	{
		"spec.capacity missing-required",
		"{apiVersion: v1, kind: PersistentVolume, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], hostPath: {path: /a}}}",
	},
	{
		"apiVersion removed-version",
		"{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: x}, spec: {backend: {serviceName: a, servicePort: 80}}}",
	},
	{"apiVersion removed-version", "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: x}, spec: {minAvailable: 1}}"},
	{"apiVersion removed-version", "{apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: x}, spec: {}}"},
	{"apiVersion removed-version", "{apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {}}"},
	{
		"apiVersion removed-version",
		"{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: x}, spec: {schedule: '* * * * *', jobTemplate: {}}}",
	},
	{
		"apiVersion removed-version",
		"{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: x}, spec: {}}",
	},
}

// pod returns the spec of a Deployment with that spec of a pod.
func pod(spec string) string {
	return "{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: " + spec + "}}"
}

// container returns the spec of a Deployment with fields of its container.
func container(fields string) string {
	return pod("{containers: [{name: a, image: 'b:1', " + fields + "}]}")
}

// TestBrokenManifests: what the server refuses is named, at its line.
func TestBrokenManifests(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	var texts []string
	for _, b := range brokenManifests {
		text := b.text
		if !strings.Contains(text, "apiVersion") {
			text = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: " + text + "}"
		}
		text = strings.NewReplacer(" T}", " selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [C]}}}").
			Replace(text)
		text = strings.NewReplacer("[C]", "[{name: a, image: 'b:1'}]", "containers: C", "containers: {name: a, image: 'b:1'}").Replace(text)
		var object map[string]any
		if err := yaml.Unmarshal([]byte(text), &object); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		block, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(block))
		if _, err := s.dryCreate(&unstructured.Unstructured{Object: object}); err == nil ||
			errors.Is(err, errNotServed) != strings.HasSuffix(b.problem, "removed-version") {
			t.Errorf("the server says of %s: %v", text, err)
		}
	}
	file := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(texts, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, exit := s.Kubectl(t, "explainfields", "-f", file, "-o", "json", "--fail-on", "unknown,invalid,missing,deprecated")
	var list struct {
		Items []fieldReport `json:"items"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Items) != len(brokenManifests) || exit != 3 {
		t.Fatalf("exit %d, %d reports, %v", exit, len(list.Items), err)
	}
	for i, b := range brokenManifests {
		var named []string
		for _, p := range list.Items[i].Problems {
			named = append(named, fmt.Sprintf("%s %s", p.Path, p.Kind))
			if p.Line == 0 || p.Column == 0 {
				t.Errorf("%s %s: no place", p.Path, p.Kind)
			}
		}
		if !slices.Contains(named, b.problem) {
			t.Errorf("want %s, but named is %q in\n%s", b.problem, named, texts[i])
		}
	}
	t.Logf("%d manifests that the server refuses, all named", len(brokenManifests))
}

// TestSoundManifests: of what the server takes nothing is said to be wrong.
func TestSoundManifests(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	files, err := filepath.Glob(filepath.Join("testdata", "fields", "*.yaml"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"explainfields",
		"-o",
		`jsonpath={range .items[*]}{.object.kind}/{.object.name}{range .problems[?(@.kind!="deprecated")]} WRONG {.path} {.message}{end}{"\n"}{end}`,
	}
	files = slices.DeleteFunc(files, func(f string) bool { // parts of objects, for server-side apply
		return strings.HasPrefix(filepath.Base(f), "provenance-")
	})
	for _, file := range append(files, filepath.Join(top, "examples", "synergychat", "synergychat.yaml")) {
		args = append(args, "-f", file)
	}
	out, errs, exit := s.Kubectl(t, args...)
	if exit != 0 {
		t.Fatal(errs)
	}
	for line := range strings.Lines(out) {
		// TestDefaults adds these through the subresource, as kubectl debug does.
		if strings.Contains(line, "WRONG") && !strings.HasPrefix(line, "Pod/ephemeral WRONG spec.ephemeralContainers cannot") {
			t.Error(line)
		}
	}
	t.Logf("%d manifests", strings.Count(out, "\n"))
}
