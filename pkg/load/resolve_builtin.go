package load

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// builtIn is a type that need not be looked up. The singular is the kind in
// lower case.
type builtIn struct {
	group, version, kind, plural string
	short                        []string
	scope                        meta.RESTScope
}

// builtIns are the types of Kubernetes 1.28 to 1.37 with their short names, and
// two custom types that own pods: their version has never changed, and asking
// for them directly costs a request less than discovery.
var builtIns = []builtIn{
	{"", "v1", "Pod", "pods", []string{"po"}, meta.RESTScopeNamespace},
	{"", "v1", "Service", "services", []string{"svc"}, meta.RESTScopeNamespace},
	{"", "v1", "ConfigMap", "configmaps", []string{"cm"}, meta.RESTScopeNamespace},
	{"", "v1", "Secret", "secrets", nil, meta.RESTScopeNamespace},
	{"", "v1", "Endpoints", "endpoints", []string{"ep"}, meta.RESTScopeNamespace},
	{"", "v1", "Event", "events", []string{"ev"}, meta.RESTScopeNamespace},
	{"", "v1", "LimitRange", "limitranges", []string{"limits"}, meta.RESTScopeNamespace},
	{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", []string{"pvc"}, meta.RESTScopeNamespace},
	{"", "v1", "PodTemplate", "podtemplates", nil, meta.RESTScopeNamespace},
	{"", "v1", "ReplicationController", "replicationcontrollers", []string{"rc"}, meta.RESTScopeNamespace},
	{"", "v1", "ResourceQuota", "resourcequotas", []string{"quota"}, meta.RESTScopeNamespace},
	{"", "v1", "ServiceAccount", "serviceaccounts", []string{"sa"}, meta.RESTScopeNamespace},
	{"", "v1", "Namespace", "namespaces", []string{"ns"}, meta.RESTScopeRoot},
	{"", "v1", "Node", "nodes", []string{"no"}, meta.RESTScopeRoot},
	{"", "v1", "PersistentVolume", "persistentvolumes", []string{"pv"}, meta.RESTScopeRoot},
	{"apps", "v1", "Deployment", "deployments", []string{"deploy"}, meta.RESTScopeNamespace},
	{"apps", "v1", "ReplicaSet", "replicasets", []string{"rs"}, meta.RESTScopeNamespace},
	{"apps", "v1", "StatefulSet", "statefulsets", []string{"sts"}, meta.RESTScopeNamespace},
	{"apps", "v1", "DaemonSet", "daemonsets", []string{"ds"}, meta.RESTScopeNamespace},
	{"apps", "v1", "ControllerRevision", "controllerrevisions", nil, meta.RESTScopeNamespace},
	{"batch", "v1", "Job", "jobs", nil, meta.RESTScopeNamespace},
	{"batch", "v1", "CronJob", "cronjobs", []string{"cj"}, meta.RESTScopeNamespace},
	{"autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", []string{"hpa"}, meta.RESTScopeNamespace},
	{"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", []string{"pdb"}, meta.RESTScopeNamespace},
	{"networking.k8s.io", "v1", "Ingress", "ingresses", []string{"ing"}, meta.RESTScopeNamespace},
	{"networking.k8s.io", "v1", "IngressClass", "ingressclasses", nil, meta.RESTScopeRoot},
	{"networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", []string{"netpol"}, meta.RESTScopeNamespace},
	{"rbac.authorization.k8s.io", "v1", "Role", "roles", nil, meta.RESTScopeNamespace},
	{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", nil, meta.RESTScopeNamespace},
	{"rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", nil, meta.RESTScopeRoot},
	{"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", nil, meta.RESTScopeRoot},
	{"storage.k8s.io", "v1", "StorageClass", "storageclasses", []string{"sc"}, meta.RESTScopeRoot},
	{"storage.k8s.io", "v1", "CSIDriver", "csidrivers", nil, meta.RESTScopeRoot},
	{"storage.k8s.io", "v1", "CSINode", "csinodes", nil, meta.RESTScopeRoot},
	{"storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", nil, meta.RESTScopeRoot},
	{"scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", []string{"pc"}, meta.RESTScopeRoot},
	{"node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", nil, meta.RESTScopeRoot},
	{"coordination.k8s.io", "v1", "Lease", "leases", nil, meta.RESTScopeNamespace},
	{"discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", nil, meta.RESTScopeNamespace},
	{"certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", []string{"csr"}, meta.RESTScopeRoot},
	{"admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", nil, meta.RESTScopeRoot},
	{"admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", nil, meta.RESTScopeRoot},
	{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", []string{"crd", "crds"}, meta.RESTScopeRoot},
	{"apiregistration.k8s.io", "v1", "APIService", "apiservices", nil, meta.RESTScopeRoot},
	{"argoproj.io", "v1alpha1", "Rollout", "rollouts", []string{"ro"}, meta.RESTScopeNamespace},
	{"apps.openshift.io", "v1", "DeploymentConfig", "deploymentconfigs", []string{"dc"}, meta.RESTScopeNamespace},
}

// BuiltIn returns the mapping of a type that need not be looked up, by its
// plural, singular, kind or short name in any case, with or without its group:
// "deploy", "Deployment", "deployments.apps", "deployments.v1.apps".
func BuiltIn(name string) (*meta.RESTMapping, bool) {
	name = strings.ToLower(name)
	word, qualified, _ := strings.Cut(name, ".")
	for _, b := range builtIns {
		if !b.called(word) || (qualified != "" && qualified != b.group && qualified != b.version+"."+b.group) {
			continue
		}
		gv := schema.GroupVersion{Group: b.group, Version: b.version}
		return &meta.RESTMapping{Resource: gv.WithResource(b.plural), GroupVersionKind: gv.WithKind(b.kind), Scope: b.scope}, true
	}
	return nil, false
}

func (b builtIn) called(word string) bool {
	if word == b.plural || word == strings.ToLower(b.kind) {
		return true
	}
	for _, short := range b.short {
		if word == short {
			return true
		}
	}
	return false
}
