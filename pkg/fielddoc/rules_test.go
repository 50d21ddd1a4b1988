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
			"spec: {minReplicas: 5, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}",
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
	// declarative validation: markers.txt
	{
		"apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {devices: {requests: [{name: a, firstAvailable: [{name: b, deviceClassName: A_b}]}]}}",
		"spec.devices.requests[0].firstAvailable[0].deviceClassName wrong-type",
	},
	// mutations of every field: format.txt, filled.txt, only.txt
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ''}", "metadata.name missing-required"},
	{pod("hostAliases: [{ip: 10.0.0.1, hostnames: [A_b]}], ", ""), "spec.hostAliases[0].hostnames[0] wrong-type"},
	{pod("dnsConfig: {nameservers: [a]}, ", ""), "spec.dnsConfig.nameservers[0] wrong-type"},
	{pod("dnsConfig: {options: [{value: a}]}, ", ""), "spec.dnsConfig.options[0].name missing-required"},
	{pod("os: {name: ''}, ", ""), "spec.os.name not-in-enum"},
	{pod("os: {name: windows}, hostPID: true, ", ""), "spec.hostPID wrong-type"},
	{
		pod("os: {name: linux}, ", ", securityContext: {windowsOptions: {runAsUserName: a}}"),
		"spec.containers[0].securityContext.windowsOptions wrong-type",
	},
	{
		pod("", ", securityContext: {windowsOptions: {runAsUserName: 'a:b'}}"),
		"spec.containers[0].securityContext.windowsOptions.runAsUserName wrong-type",
	},
	{pod("", ", securityContext: {procMount: Unmasked}"), "spec.containers[0].securityContext.procMount wrong-type"},
	{
		pod("securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}, hostNetwork: true, ", ""),
		"spec.securityContext.sysctls[0].name wrong-type",
	},
	{pod("securityContext: {sysctls: [{name: A b, value: '1'}]}, ", ""), "spec.securityContext.sysctls[0].name wrong-type"},
	{
		pod("securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: a}}, ", ""),
		"spec.securityContext.seccompProfile.localhostProfile wrong-type",
	},
	{pod("securityContext: {seccompProfile: {type: Localhost}}, ", ""), "spec.securityContext.seccompProfile.localhostProfile missing-required"},
	{pod("securityContext: {supplementalGroups: [-1]}, ", ""), "spec.securityContext.supplementalGroups[0] wrong-type"},
	{pod("securityContext: {fsGroupChangePolicy: ''}, ", ""), "spec.securityContext.fsGroupChangePolicy not-in-enum"},
	{pod("overhead: {a: 1}, ", ""), "spec.overhead.a wrong-type"},
	{pod("", ", lifecycle: {preStop: {sleep: {seconds: 31}}}"), "spec.containers[0].lifecycle.preStop.sleep.seconds wrong-type"},
	{
		pod("", ", livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: a b, value: c}]}}"),
		"spec.containers[0].livenessProbe.httpGet.httpHeaders[0].name wrong-type",
	},
	{pod("", ", resizePolicy: [{resourceName: cpu, restartPolicy: Never}]"), "spec.containers[0].resizePolicy[0].restartPolicy not-in-enum"},
	{pod("", ", resources: {claims: [{name: a}]}"), "spec.containers[0].resources.claims[0].name wrong-type"},
	{pod("", ", envFrom: [{secretRef: {name: A_b}}]"), "spec.containers[0].envFrom[0].secretRef.name wrong-type"},
	{pod("volumes: [{name: v, emptyDir: {sizeLimit: -1}}], ", ""), "spec.volumes[0].emptyDir.sizeLimit wrong-type"},
	{pod("volumes: [{name: v, hostPath: {path: /a/../b}}], ", ""), "spec.volumes[0].hostPath.path wrong-type"},
	{pod("volumes: [{name: v, nfs: {server: a, path: b}}], ", ""), "spec.volumes[0].nfs.path wrong-type"},
	{pod("volumes: [{name: v, csi: {driver: a b}}], ", ""), "spec.volumes[0].csi.driver wrong-type"},
	{pod("volumes: [{name: v, fc: {targetWWNs: [a]}}], ", ""), "spec.volumes[0].fc.lun missing-required"},
	{pod("volumes: [{name: v, iscsi: {targetPortal: a, iqn: b, lun: 1}}], ", ""), "spec.volumes[0].iscsi.iqn wrong-type"},
	{pod("volumes: [{name: v, ephemeral: {}}], ", ""), "spec.volumes[0].ephemeral.volumeClaimTemplate missing-required"},
	{
		pod("volumes: [{name: v, projected: {sources: [{secret: {name: a, items: [{key: a, path: p}]}}, {configMap: {name: b, items: [{key: a, path: p}]}}]}}], ", ""),
		"spec.volumes[0].projected.sources[1].configMap.items[0].path wrong-type",
	},
	{
		pod("volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {signerName: a, path: p}}]}}], ", ""),
		"spec.volumes[0].projected.sources[0].clusterTrustBundle.signerName wrong-type",
	},
	{
		pod("volumes: [{name: v, downwardAPI: {items: [{path: p, resourceFieldRef: {containerName: a, resource: limits.cpu, divisor: '2'}}]}}], ", ""),
		"spec.volumes[0].downwardAPI.items[0].resourceFieldRef.divisor wrong-type",
	},
	{
		pod("volumes: [{name: v, emptyDir: {}}], ", ", volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]"),
		"spec.containers[0].volumeMounts[0].mountPropagation wrong-type",
	},
	{
		pod("volumes: [{name: v, emptyDir: {}}], ", ", volumeMounts: [{name: v, mountPath: /a, recursiveReadOnly: Enabled}]"),
		"spec.containers[0].volumeMounts[0].recursiveReadOnly wrong-type",
	},
	{
		pod("topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 1}], ", ""),
		"spec.topologySpreadConstraints[0].minDomains wrong-type",
	},
	{
		pod("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: Gt, values: [a]}]}]}}}, ", ""),
		"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].operator wrong-type",
	},
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, finalizers: [a]}", "metadata.finalizers[0] wrong-type"},
	{service("spec: {ipFamilyPolicy: '', ports: [{port: 80}]}"), "spec.ipFamilyPolicy not-in-enum"},
	{service("spec: {clusterIPs: [None], ports: [{port: 80}]}"), "spec.clusterIPs wrong-type"},
	{service("spec: {type: ExternalName, externalName: a b}"), "spec.externalName wrong-type"},
	{service("spec: {ports: []}"), "spec.ports missing-required"},
	{
		manifest("batch/v1", "Job", "spec: {managedBy: a, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"),
		"spec.managedBy wrong-type",
	},
	{
		manifest("batch/v1", "Job", "spec: {podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: z, operator: In, values: [1]}}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"),
		"spec.podFailurePolicy.rules[0].onExitCodes.containerName wrong-type",
	},
	{
		manifest("batch/v1", "Job", "spec: {podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: NotIn, values: [1, 1]}}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"),
		"spec.podFailurePolicy.rules[0].onExitCodes.values[1] wrong-type",
	},
	{
		manifest("batch/v1", "Job", "spec: {completionMode: Indexed, completions: 3, successPolicy: {rules: [{succeededIndexes: 3-1}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"),
		"spec.successPolicy.rules[0].succeededIndexes wrong-type",
	},
	{
		manifest("batch/v1", "CronJob", "spec: {schedule: '* * * * *', timeZone: Nowhere, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}"),
		"spec.timeZone wrong-type",
	},
	{
		manifest("batch/v1", "CronJob", "spec: {schedule: '* * * * *', timeZone: Europe/Nowhere, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}"),
		"spec.timeZone wrong-type",
	},
	{
		"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv6\nendpoints: [{addresses: [10.0.0.1]}]",
		"endpoints[0].addresses[0] wrong-type",
	},
	{
		"apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: a}\nspec: {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User, user: {name: a}}], nonResourceRules: [{verbs: [run], nonResourceURLs: ['/']}]}]}",
		"spec.rules[0].nonResourceRules[0].verbs[0] not-in-enum",
	},
	{
		"apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a, validationActions: [Deny], matchResources: {resourceRules: [{apiGroups: ['*', apps], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}}",
		"spec.matchResources.resourceRules[0].apiGroups wrong-type",
	},
	{
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}",
		"spec.metrics[0].resource.target.averageUtilization missing-required",
	},
	{
		"apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.0.0.0/16, 10.1.0.0/16]}",
		"spec.cidrs wrong-type",
	},
	{
		"apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\nspec: {renewTime: '2026-01-01T00:00:00Z'}",
		"spec.renewTime wrong-type",
	},
}

// accepted are objects that look wrong and that the API server of Kubernetes 1.37 takes.
var accepted = []string{
	"apiVersion: v1\nkind: LimitRange\nspec: {}",
	"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}",
	"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: A_b}\nspec: {minAvailable: 1}",
	"apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: a.b/c\nreclaimPolicy: ''",
	"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
	pod("volumes: [{name: v, hostPath: {path: /a, type: ''}}], ", ""),
	pod("volumes: [{name: v, projected: {sources: [{}]}}], ", ""),
	pod("", ", lifecycle: {preStop: {sleep: {}}}"),
	pod("", ", lifecycle: {stopSignal: SIGANY, preStop: {exec: {command: [a]}}}"), // the gate is off: the server drops it
	pod("terminationGracePeriodSeconds: -1, ", ""),
	service("spec: {ports: [{port: 80, targetPort: 0}], externalName: a b}"),
	manifest("batch/v1", "Job", "spec: {selector: {}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"),
}

// TestAccepted: nothing is reported on what the server takes.
func TestAccepted(t *testing.T) {
	for _, text := range accepted {
		o := object(t, text)
		apiVersion, _ := o["apiVersion"].(string)
		name, _ := o["kind"].(string)
		for _, p := range fielddoc.Check(kind(t, apiVersion, name), o) {
			t.Errorf("%s\n%s %s", text, p.Path, p.Message)
		}
	}
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
