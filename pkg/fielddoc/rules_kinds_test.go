package fielddoc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// definition returns a CustomResourceDefinition with a schema for spec, in JSON, and with
// more fields of its version.
func definition(spec, more string) string {
	return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.org}\n" +
		"spec: {group: example.org, scope: Namespaced, names: {plural: widgets, kind: Widget}, versions: [{name: v1, served: true, " +
		"storage: true, " + more + "schema: {openAPIV3Schema: {type: object, properties: {spec: " + spec + "}}}}]}"
}

func policy(fields string) string {
	return manifest("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy",
		"spec: {matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: ['*']}]}, "+fields+"}")
}

func webhook(fields string) string {
	return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n" +
		"webhooks: [{name: a.b.c, sideEffects: None, " + fields + "}]"
}

func slice(fields, device string) string {
	return manifest("resource.k8s.io/v1", "ResourceSlice", "spec: {driver: a.b, pool: {name: a, resourceSliceCount: 1}, "+fields+
		"devices: [{name: a"+device+"}]}")
}

const (
	inSchema = "spec.versions[0].schema.openAPIV3Schema.properties.spec"
	target   = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}"
)

// mistakesByKind are mistakes in kinds that are written less often, in the order of their
// groups, and what is to be found: path and kind of the problem.
var mistakesByKind = []struct{ object, want string }{
	// admissionregistration.k8s.io
	{policy("validations: [{expression: 'object.a +'}]"), "spec.validations[0].expression wrong-type"},
	{policy("validations: [{expression: params.a}]"), "spec.validations[0].expression wrong-type"},
	{policy("validations: [{expression: '1'}]"), "spec.validations[0].expression wrong-type"},
	{policy("validations: [{expression: variables.b, message: a}], variables: [{name: a, expression: '1'}]"), "spec.validations[0].expression wrong-type"},
	{policy("validations: [{expression: request.object.a}]"), "spec.validations[0].expression wrong-type"},
	{policy("validations: [{expression: 'true', messageExpression: '1'}]"), "spec.validations[0].messageExpression wrong-type"},
	{policy("validations: [{expression: 'true', message: \"a\\nb\"}]"), "spec.validations[0].message wrong-type"},
	{policy("validations: [{expression: 'true', reason: Teapot}]"), "spec.validations[0].reason not-in-enum"},
	{policy("variables: [{name: if, expression: '1'}], validations: [{expression: 'true'}]"), "spec.variables[0].name wrong-type"},
	{policy("auditAnnotations: [{key: 'a b', valueExpression: \"'a'\"}]"), "spec.auditAnnotations[0].key wrong-type"},
	{policy("paramKind: {apiVersion: a/b/c, kind: A}, validations: [{expression: 'true'}]"), "spec.paramKind.apiVersion wrong-type"},
	{policy(""), "spec missing-required"},
	{webhook("admissionReviewVersions: [v2], clientConfig: {url: 'https://a'}"), "webhooks[0].admissionReviewVersions wrong-type"},
	{webhook("admissionReviewVersions: [v1, v1], clientConfig: {url: 'https://a'}"), "webhooks[0].admissionReviewVersions[1] wrong-type"},
	{webhook("admissionReviewVersions: [v1], clientConfig: {url: 'https://a?b=c'}"), "webhooks[0].clientConfig.url wrong-type"},
	{webhook("admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b, path: a}}"), "webhooks[0].clientConfig.service.path wrong-type"},
	{
		webhook("admissionReviewVersions: [v1], clientConfig: {url: 'https://a'}, rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', pods]}]"),
		"webhooks[0].rules[0].resources wrong-type",
	},
	{
		webhook("admissionReviewVersions: [v1], clientConfig: {url: 'https://a'}, rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: [pods/*, pods/log]}]"),
		"webhooks[0].rules[0].resources[1] wrong-type",
	},
	{
		webhook("admissionReviewVersions: [v1], clientConfig: {url: 'https://a'}, matchConditions: [{name: a, expression: variables.a}]"),
		"webhooks[0].matchConditions[0].expression wrong-type",
	},
	// apiextensions.k8s.io
	{definition("{properties: {}}", ""), inSchema + ".type missing-required"},
	{definition("{type: array}", ""), inSchema + ".items missing-required"},
	{definition("{type: array, items: {type: strng}}", ""), inSchema + ".items.type not-in-enum"},
	{definition("{type: array, items: {}}", ""), inSchema + ".items.type missing-required"},
	{definition("{type: object, uniqueItems: true}", ""), inSchema + ".uniqueItems wrong-type"},
	{definition("{type: string, pattern: '('}", ""), inSchema + ".pattern wrong-type"},
	{definition("{type: integer, default: a}", ""), inSchema + ".default wrong-type"},
	{definition("{type: object, default: {a: 1}, properties: {b: {type: string}}}", ""), inSchema + ".default wrong-type"},
	{definition("{type: object, additionalProperties: false, properties: {b: {type: string}}}", ""), inSchema + ".additionalProperties wrong-type"},
	{definition("{type: object, oneOf: [{properties: {a: {minimum: 1}}}]}", ""), inSchema + ".oneOf[0].properties.a wrong-type"},
	{definition("{type: object, properties: {a: {type: integer}}, oneOf: [{properties: {a: {type: integer}}}]}", ""), inSchema + ".oneOf[0].properties.a.type wrong-type"},
	{definition("{type: array, x-kubernetes-list-type: map, items: {type: object}}", ""), inSchema + ".x-kubernetes-list-map-keys missing-required"},
	{
		definition("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a], items: {type: object, properties: {a: {type: string}}}}", ""),
		inSchema + ".items.properties.a wrong-type",
	},
	{definition("{type: object, x-kubernetes-preserve-unknown-fields: false}", ""), inSchema + ".x-kubernetes-preserve-unknown-fields wrong-type"},
	{definition("{type: object, x-kubernetes-validations: [{rule: 'self.a > 1'}], properties: {b: {type: integer}}}", ""), inSchema + ".x-kubernetes-validations[0].rule wrong-type"},
	{definition("{type: object, x-kubernetes-validations: [{rule: 'sel.b > 1'}], properties: {b: {type: integer}}}", ""), inSchema + ".x-kubernetes-validations[0].rule wrong-type"},
	{definition("{type: object}", "subresources: {scale: {specReplicasPath: .replicas, statusReplicasPath: .status.n}}, "), "spec.versions[0].subresources.scale.specReplicasPath wrong-type"},
	{definition("{type: object}", "additionalPrinterColumns: [{name: a, type: int, jsonPath: .a}], "), "spec.versions[0].additionalPrinterColumns[0].type not-in-enum"},
	{definition("{type: object}", "selectableFields: [{jsonPath: .spec.a}], "), "spec.versions[0].selectableFields[0].jsonPath wrong-type"},
	{definition("{type: object}", "deprecationWarning: a, "), "spec.versions[0].deprecationWarning wrong-type"},
	{strings.ReplaceAll(definition("{type: object}", ""), "example.org", "example"), "spec.group wrong-type"},
	{strings.ReplaceAll(definition("{type: object}", ""), "example.org", "a.k8s.io"), `metadata.annotations["api-approved.kubernetes.io"] missing-required`},
	{strings.ReplaceAll(definition("{type: object}", ""), "name: v1", "name: 1.0"), "spec.versions[0].name wrong-type"},
	// apiregistration.k8s.io
	{"apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.a.b}", "spec missing-required"},
	{manifest("v1", "Node", "spec: {podCIDR: 10.0.0.1/24, podCIDRs: [10.0.0.1/24]}"), "spec.podCIDRs[0] wrong-type"},
	{manifest("v1", "Pod", "spec: {hostAliases: [{ip: '::ffff:1.2.3.4', hostnames: [a]}], containers: [{name: a, image: b}]}"), "spec.hostAliases[0].ip wrong-type"},
	{
		"apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.a.b}\nspec: {group: a.b, version: v1, groupPriorityMinimum: 0, versionPriority: 1}",
		"spec.groupPriorityMinimum wrong-type",
	},
	{
		"apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.a.b}\nspec: {group: a.b, version: v1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true}",
		"spec.insecureSkipTLSVerify wrong-type",
	},
	// apps
	{
		manifest("apps/v1", "DaemonSet", "spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 200%}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}"),
		"spec.updateStrategy.rollingUpdate.maxSurge wrong-type",
	},
	{
		manifest("apps/v1", "Deployment", "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {activeDeadlineSeconds: 5, containers: [{name: a, image: b}]}}}"),
		"spec.template.spec.activeDeadlineSeconds wrong-type",
	},
	// autoscaling
	{"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 2, " + target + ", behavior: {scaleUp: {policies: []}}}", "spec.behavior.scaleUp.policies wrong-type"},
	{"apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 2, targetCPUUtilizationPercentage: 0, " + target + "}", "spec.targetCPUUtilizationPercentage wrong-type"},
	{
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 2, " + target + ", metrics: [{type: ContainerResource, containerResource: {name: ram, container: a, target: {type: Utilization, averageUtilization: 1}}}]}",
		"spec.metrics[0].containerResource.name wrong-type",
	},
	// core
	{"apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{addresses: [{ip: 127.0.0.1}]}]", "subsets[0].addresses[0].ip wrong-type"},
	{"apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{ports: [{port: 1}]}]", "subsets[0] missing-required"},
	{"apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {podCIDRs: [10.0.0.0/24, 10.1.0.0/24]}", "spec.podCIDRs wrong-type"},
	{"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {limit.cpu: 1}}", `spec.hard["limit.cpu"] wrong-type`},
	{"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {pods: 1}, scopes: [BestEffort, NotBestEffort]}", "spec.scopes wrong-type"},
	{
		"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {pods: 1}, scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: In, values: [a]}]}}",
		"spec.scopeSelector.matchExpressions[0].operator wrong-type",
	},
	{"apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, max: {storage: 1}}]}", "spec.limits[0].max.storage wrong-type"},
	{"apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: PersistentVolumeClaim, default: {storage: 1}}]}", "spec.limits[0].max missing-required"},
	{"apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, maxLimitRequestRatio: {cpu: 500m}}]}", "spec.limits[0].maxLimitRequestRatio.cpu wrong-type"},
	{"apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {controller.kubernetes.io/pod-deletion-cost: high}}\nspec: {containers: [{name: a, image: b}]}", `metadata.annotations["controller.kubernetes.io/pod-deletion-cost"] wrong-type`},
	{"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: ' b'}]}", "spec.containers[0].image wrong-type"},
	{"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}], ephemeralContainers: [{name: c, image: d}]}", "spec.ephemeralContainers wrong-type"},
	{pod("", ", ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}]"), "spec.containers[0].ports[1].hostPort wrong-type"},
	{pod("nodeName: a, schedulingGates: [{name: a}], ", ""), "spec.nodeName wrong-type"},
	{pod("restartPolicy: Never, ", ", resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]"), "spec.containers[0].resizePolicy[0].restartPolicy wrong-type"},
	{pod("", ", resources: {limits: {hugepages-2Mi: 2Mi}}"), "spec.containers[0].resources.limits.hugepages-2Mi wrong-type"},
	{pod("", ", resources: {limits: {hugepages-2Mi: 3Mi, cpu: 1}}"), "spec.containers[0].resources.limits.hugepages-2Mi wrong-type"},
	{pod("volumes: [{name: v, emptyDir: {}}], ", ", volumeDevices: [{name: v, devicePath: /dev/x}]"), "spec.containers[0].volumeDevices[0].name wrong-type"},
	{pod("resources: {requests: {cpu: 1}}, ", ", resources: {requests: {cpu: 2}}"), "spec.resources.requests.cpu wrong-type"},
	{pod("resources: {limits: {ephemeral-storage: 1Gi}}, ", ""), "spec.resources.limits.ephemeral-storage wrong-type"},
	{pod("dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}, ", ""), "spec.dnsConfig.nameservers wrong-type"},
	{pod("hostnameOverride: a, hostNetwork: true, ", ""), "spec.hostnameOverride wrong-type"},
	{pod("", ", env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a b']\"}}}]"), "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath wrong-type"},
	{pod("", ", volumeMounts: [{name: v, mountPath: /a, subPath: a, subPathExpr: b}]}], volumes: [{name: v"), "spec.containers[0].volumeMounts[0].subPathExpr wrong-type"},
	{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: b, controller: true}, {apiVersion: v1, kind: A, name: c, uid: d, controller: true}]}", "metadata.ownerReferences[1].controller wrong-type"},
	{"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], capacity: {storage: 1, cpu: 1}, hostPath: {path: /a}}", "spec.capacity.cpu wrong-type"},
	{"apiVersion: v1\nkind: Event\nmetadata: {name: a, namespace: b}\ninvolvedObject: {namespace: c}", "involvedObject.namespace wrong-type"},
	// events.k8s.io
	{
		"apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a}\neventTime: '2026-01-01T00:00:00.000000Z'\naction: a\nreason: b\nreportingController: a.b/c\nreportingInstance: d\ntype: normal",
		"type not-in-enum",
	},
	// flowcontrol.apiserver.k8s.io
	{manifest("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "spec: {type: Exempt}"), "spec.type wrong-type"},
	{manifest("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "spec: {type: Limited}"), "spec.limited missing-required"},
	{manifest("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "spec: {type: Limited, limited: {limitResponse: {type: Reject, queuing: {queues: 1, handSize: 1}}}}"), "spec.limited.limitResponse.queuing wrong-type"},
	{manifest("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 512, handSize: 8}}}}"), "spec.limited.limitResponse.queuing.handSize wrong-type"},
	// networking.k8s.io
	{manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{http: {paths: [{path: a, pathType: ImplementationSpecific, backend: {resource: {kind: A, name: b}}}]}}]}"), "spec.rules[0].http.paths[0].path wrong-type"},
	{"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, annotations: {kubernetes.io/ingress.class: b}}\nspec: {ingressClassName: c, defaultBackend: {resource: {kind: A, name: b}}}", `metadata.annotations["kubernetes.io/ingress.class"] wrong-type`},
	// node.k8s.io
	{"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: a\nscheduling: {tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]}", "scheduling.tolerations[1].key wrong-type"},
	// resource.k8s.io
	{slice("", ""), "spec missing-required"},
	{slice("allNodes: false, nodeName: a, ", ""), "spec.allNodes wrong-type"},
	{slice("allNodes: true, nodeName: a, ", ""), "spec.allNodes wrong-type"},
	{slice("nodeName: a, ", ", nodeName: b"), "spec.devices[0].nodeName wrong-type"},
	{slice("nodeName: a, ", ", attributes: {a: {}}"), "spec.devices[0].attributes.a missing-required"},
	{slice("nodeName: a, ", ", attributes: {a: {version: '1.2'}}"), "spec.devices[0].attributes.a.version wrong-type"},
	{slice("nodeName: a, ", ", attributes: {a-b: {int: 1}}"), "spec.devices[0].attributes.a-b wrong-type"},
	{slice("nodeName: a, ", ", capacity: {a: {value: 1, requestPolicy: {default: 1}}}"), "spec.devices[0].capacity.a.requestPolicy wrong-type"},
	{slice("nodeName: a, ", ", allowMultipleAllocations: true, capacity: {a: {value: 4, requestPolicy: {default: 3, validValues: [1, 2]}}}"), "spec.devices[0].capacity.a.requestPolicy.default wrong-type"},
	{manifest("resource.k8s.io/v1", "ResourceClaim", "spec: {devices: {requests: [{name: a}]}}"), "spec.devices.requests[0] missing-required"},
	{manifest("resource.k8s.io/v1", "ResourceClaim", "spec: {devices: {requests: [{name: a, exactly: {deviceClassName: a, allocationMode: All, count: 2}}]}}"), "spec.devices.requests[0].exactly.count wrong-type"},
	{manifest("resource.k8s.io/v1", "ResourceClaim", "spec: {devices: {requests: [{name: a, exactly: {deviceClassName: a}}], constraints: [{requests: [b], matchAttribute: a/b}]}}"), "spec.devices.constraints[0].requests[0] wrong-type"},
	// scheduling.k8s.io
	{"apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: system-a}\nvalue: 1", "metadata.name wrong-type"},
	// storage.k8s.io
	{manifest("storage.k8s.io/v1", "CSIDriver", "spec: {tokenRequests: [{}, {}]}"), "spec.tokenRequests[1].audience wrong-type"},
	{manifest("storage.k8s.io/v1", "CSIDriver", "spec: {serviceAccountTokenInSecrets: true}"), "spec.serviceAccountTokenInSecrets wrong-type"},
	{manifest("storage.k8s.io/v1", "CSINode", "spec: {drivers: [{name: a, nodeID: b, topologyKeys: [c, c]}]}"), "spec.drivers[0].topologyKeys[1] wrong-type"},
	{manifest("storage.k8s.io/v1", "StorageClass", "provisioner: a\nallowedTopologies: [{}]"), "allowedTopologies[0].matchLabelExpressions missing-required"},
	{manifest("storage.k8s.io/v1", "VolumeAttachment", "spec: {attacher: a, nodeName: b, source: {}}"), "spec.source missing-required"},
	{
		manifest("storage.k8s.io/v1", "VolumeAttachment", "spec: {attacher: a, nodeName: b, source: {inlineVolumeSpec: {accessModes: [ReadWriteOnce], csi: {driver: a, volumeHandle: b}, storageClassName: c}}}"),
		"spec.source.inlineVolumeSpec.storageClassName wrong-type",
	},
	{manifest("storage.k8s.io/v1", "VolumeAttributesClass", "driverName: a"), "parameters missing-required"},
}

// acceptedByKind are objects of such kinds that look wrong and that the API server takes.
var acceptedByKind = []string{
	policy("validations: [{expression: 'object.a.all(x, x > 1) && request.userInfo.username != \"a\"', messageExpression: \"'a' + string(object.a)\"}]"),
	policy("paramKind: {apiVersion: v1, kind: ConfigMap}, variables: [{name: a, expression: params.data}], validations: [{expression: 'variables.a == {}'}]"),
	webhook("admissionReviewVersions: [v1, v2], clientConfig: {service: {name: a, namespace: b, path: ''}}, rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', pods/log]}]"),
	definition("{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}", ""),
	definition("{type: object, additionalProperties: true, properties: {a: {type: string}}}", ""),
	definition("{type: object, x-kubernetes-preserve-unknown-fields: true, default: {a: 1}}", ""),
	definition("{type: object, oneOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string}, b: {type: string}}}", ""),
	"apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 2, scaleTargetRef: {apiVersion: v1, kind: ReplicationController, name: a}}",
	"apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {podCIDR: 10.0.0.0/24, podCIDRs: [a]}",
	"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {count/jobs.batch: 5, requests.example.org/gpu: 1, hugepages-2Mi: 1Gi}}",
	manifest("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {handSize: 0}}}}"),
	"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\nstatus: {allocatedResourceStatuses: {storage: NodeExpansionRequired}}",
}

// TestMistakesByKind: each of these objects has the mistake and no other.
func TestMistakesByKind(t *testing.T) {
	for _, m := range mistakesByKind {
		var got []string
		for _, p := range judged(t, m.object) {
			got = append(got, fmt.Sprintf("%s %s", p.Path, p.Kind))
		}
		if !slices.Equal(got, []string{m.want}) {
			t.Errorf("%s\ngot %s\nwant %s", m.object, strings.Join(got, "; "), m.want)
		}
	}
}

// TestAcceptedByKind: nothing is reported on what the server takes.
func TestAcceptedByKind(t *testing.T) {
	for _, text := range acceptedByKind {
		for _, p := range judged(t, text) {
			t.Errorf("%s\n%s %s", text, p.Path, p.Message)
		}
	}
}

// judged returns the problems of an object of a built-in kind.
func judged(t *testing.T, text string) []fielddoc.Problem {
	t.Helper()
	o := object(t, text)
	apiVersion, _ := o["apiVersion"].(string)
	name, _ := o["kind"].(string)
	return slices.DeleteFunc(fielddoc.Check(kind(t, apiVersion, name), o), func(p fielddoc.Problem) bool {
		return p.Kind == fielddoc.DeprecatedField
	})
}
