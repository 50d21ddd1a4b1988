package load

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// fileKind is a kind that has a list of its own in a snapshot.
type fileKind struct {
	resource string
	gvk      schema.GroupVersionKind
	empty    func() runtime.Object
}

func (k *fileKind) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: k.gvk.Group, Resource: k.resource}
}

var fileKinds = []*fileKind{
	{"pods", corev1.SchemeGroupVersion.WithKind("Pod"), func() runtime.Object { return &corev1.Pod{} }},
	{"events", corev1.SchemeGroupVersion.WithKind("Event"), func() runtime.Object { return &corev1.Event{} }},
	{"nodes", corev1.SchemeGroupVersion.WithKind("Node"), func() runtime.Object { return &corev1.Node{} }},
	{"services", corev1.SchemeGroupVersion.WithKind("Service"), func() runtime.Object { return &corev1.Service{} }},
	{"endpoints", corev1.SchemeGroupVersion.WithKind("Endpoints"), func() runtime.Object { return &corev1.Endpoints{} }}, //nolint:staticcheck // see Snapshot.Endpoints
	{"configmaps", corev1.SchemeGroupVersion.WithKind("ConfigMap"), func() runtime.Object { return &corev1.ConfigMap{} }},
	{"secrets", corev1.SchemeGroupVersion.WithKind("Secret"), func() runtime.Object { return &corev1.Secret{} }},
	{"persistentvolumeclaims", corev1.SchemeGroupVersion.WithKind("PersistentVolumeClaim"), func() runtime.Object { return &corev1.PersistentVolumeClaim{} }},
	{"replicationcontrollers", corev1.SchemeGroupVersion.WithKind("ReplicationController"), func() runtime.Object { return &corev1.ReplicationController{} }},
	{"namespaces", corev1.SchemeGroupVersion.WithKind("Namespace"), func() runtime.Object { return &corev1.Namespace{} }},
	{"resourcequotas", corev1.SchemeGroupVersion.WithKind("ResourceQuota"), func() runtime.Object { return &corev1.ResourceQuota{} }},
	{"deployments", appsv1.SchemeGroupVersion.WithKind("Deployment"), func() runtime.Object { return &appsv1.Deployment{} }},
	{"replicasets", appsv1.SchemeGroupVersion.WithKind("ReplicaSet"), func() runtime.Object { return &appsv1.ReplicaSet{} }},
	{"statefulsets", appsv1.SchemeGroupVersion.WithKind("StatefulSet"), func() runtime.Object { return &appsv1.StatefulSet{} }},
	{"daemonsets", appsv1.SchemeGroupVersion.WithKind("DaemonSet"), func() runtime.Object { return &appsv1.DaemonSet{} }},
	{"controllerrevisions", appsv1.SchemeGroupVersion.WithKind("ControllerRevision"), func() runtime.Object { return &appsv1.ControllerRevision{} }},
	{"jobs", batchv1.SchemeGroupVersion.WithKind("Job"), func() runtime.Object { return &batchv1.Job{} }},
	{"cronjobs", batchv1.SchemeGroupVersion.WithKind("CronJob"), func() runtime.Object { return &batchv1.CronJob{} }},
	{"horizontalpodautoscalers", autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"), func() runtime.Object { return &autoscalingv2.HorizontalPodAutoscaler{} }},
	{"poddisruptionbudgets", policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), func() runtime.Object { return &policyv1.PodDisruptionBudget{} }},
	{"endpointslices", discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"), func() runtime.Object { return &discoveryv1.EndpointSlice{} }},
}

var kindOfResource, kindOfGroupKind = indexKinds()

func indexKinds() (map[string]*fileKind, map[schema.GroupKind]*fileKind) {
	byResource := map[string]*fileKind{}
	byKind := map[schema.GroupKind]*fileKind{}
	for _, k := range fileKinds {
		byResource[k.resource] = k
		byKind[k.gvk.GroupKind()] = k
	}
	// Groups that served the same kinds before: their objects have the same shape
	// but for what decode converts.
	for _, kind := range []string{"Deployment", "ReplicaSet", "DaemonSet"} {
		byKind[schema.GroupKind{Group: "extensions", Kind: kind}] = byKind[schema.GroupKind{Group: "apps", Kind: kind}]
	}
	byKind[schema.GroupKind{Group: "events.k8s.io", Kind: "Event"}] = byKind[schema.GroupKind{Kind: "Event"}]
	return byResource, byKind
}

// listed returns the kind of a typed list, nil where the snapshot has none.
func listed(apiVersion, kind string) *fileKind {
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil
	}
	return kindOfGroupKind[schema.GroupKind{Group: gv.Group, Kind: kind}]
}

// isOf reports whether a kind without a typed list is what resource
// ("plural.group") names. The plural of a kind is not known from files: every
// regular form of it is accepted.
func isOf(resource, apiVersion, kind string) bool {
	plural, group, _ := strings.Cut(resource, ".")
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil || gv.Group != group {
		return false
	}
	singular := strings.ToLower(kind)
	if stem, isY := strings.CutSuffix(singular, "y"); isY && plural == stem+"ies" {
		return true
	}
	return plural == singular || plural == singular+"s" || plural == singular+"es"
}
