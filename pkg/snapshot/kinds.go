package snapshot

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// object is a pointer to a typed API object.
type object[T any] interface {
	*T
	metav1.Object
	runtime.Object
}

// in returns the access to the field of a Snapshot that field points to.
func in[T any, P object[T]](field func(*Snapshot) *[]P) *list {
	return &list{
		new: func() runtime.Object { return P(new(T)) },
		add: func(s *Snapshot, o runtime.Object) {
			objects := field(s)
			*objects = append(*objects, o.(P))
		},
		sort: func(s *Snapshot) {
			objects := field(s)
			*objects = tidy(*objects)
		},
		each: func(s *Snapshot, do func(metav1.Object)) {
			for _, o := range *field(s) {
				do(o)
			}
		},
	}
}

var (
	core        = corev1.SchemeGroupVersion
	apps        = appsv1.SchemeGroupVersion
	batch       = batchv1.SchemeGroupVersion
	autoscaling = autoscalingv2.SchemeGroupVersion
	policy      = policyv1.SchemeGroupVersion
	discovery   = discoveryv1.SchemeGroupVersion
	admission   = schema.GroupVersion{Group: "admissionregistration.k8s.io", Version: "v1"}
	crd         = schema.GroupVersion{Group: "apiextensions.k8s.io", Version: "v1"}
	apiservice  = schema.GroupVersion{Group: "apiregistration.k8s.io", Version: "v1"}
	argo        = schema.GroupVersion{Group: "argoproj.io", Version: "v1alpha1"}
	certificate = schema.GroupVersion{Group: "certificates.k8s.io", Version: "v1"}
	lease       = schema.GroupVersion{Group: "coordination.k8s.io", Version: "v1"}
	network     = schema.GroupVersion{Group: "networking.k8s.io", Version: "v1"}
	node        = schema.GroupVersion{Group: "node.k8s.io", Version: "v1"}
	openshift   = schema.GroupVersion{Group: "apps.openshift.io", Version: "v1"}
	rbac        = schema.GroupVersion{Group: "rbac.authorization.k8s.io", Version: "v1"}
	scheduling  = schema.GroupVersion{Group: "scheduling.k8s.io", Version: "v1"}
	storage     = schema.GroupVersion{Group: "storage.k8s.io", Version: "v1"}
)

// Kinds are the types that need no discovery: those of Kubernetes 1.28 to 1.37
// with their short names, and two custom types that own pods, whose versions
// have never changed. A kind with a list is read typed; all others are read as
// unstructured objects. Controllers are in the order in which a bare name is
// looked up.
var Kinds = []*Kind{
	workload(apps, "Deployment", "deployments", in(func(s *Snapshot) *[]*appsv1.Deployment { return &s.Deployments }), "deploy"),
	workload(apps, "StatefulSet", "statefulsets", in(func(s *Snapshot) *[]*appsv1.StatefulSet { return &s.StatefulSets }), "sts"),
	workload(apps, "DaemonSet", "daemonsets", in(func(s *Snapshot) *[]*appsv1.DaemonSet { return &s.DaemonSets }), "ds"),
	controller(batch, "Job", "jobs", in(func(s *Snapshot) *[]*batchv1.Job { return &s.Jobs })),
	workload(batch, "CronJob", "cronjobs", in(func(s *Snapshot) *[]*batchv1.CronJob { return &s.CronJobs }), "cj"),
	controller(argo, "Rollout", "rollouts", nil, "ro"),
	controller(apps, "ReplicaSet", "replicasets", in(func(s *Snapshot) *[]*appsv1.ReplicaSet { return &s.ReplicaSets }), "rs"),
	controller(core, "ReplicationController", "replicationcontrollers",
		in(func(s *Snapshot) *[]*corev1.ReplicationController { return &s.ReplicationControllers }), "rc"),
	controller(openshift, "DeploymentConfig", "deploymentconfigs", nil, "dc"),

	owned(core, "Pod", "pods", podLists(), "po"),
	owned(apps, "ControllerRevision", "controllerrevisions",
		in(func(s *Snapshot) *[]*appsv1.ControllerRevision { return &s.ControllerRevisions })),

	evidence(core, "Event", "events", in(func(s *Snapshot) *[]*corev1.Event { return &s.Events }), "ev"),
	evidence(core, "Service", "services", in(func(s *Snapshot) *[]*corev1.Service { return &s.Services }), "svc"),
	//nolint:staticcheck // bundles of older clusters hold Endpoints
	evidence(core, "Endpoints", "endpoints", in(func(s *Snapshot) *[]*corev1.Endpoints { return &s.Endpoints }), "ep"),
	evidence(core, "ConfigMap", "configmaps", in(func(s *Snapshot) *[]*corev1.ConfigMap { return &s.ConfigMaps }), "cm"),
	evidence(core, "Secret", "secrets", in(func(s *Snapshot) *[]*corev1.Secret { return &s.Secrets })),
	evidence(core, "PersistentVolumeClaim", "persistentvolumeclaims",
		in(func(s *Snapshot) *[]*corev1.PersistentVolumeClaim { return &s.PersistentVolumeClaims }), "pvc"),
	evidence(core, "ResourceQuota", "resourcequotas",
		in(func(s *Snapshot) *[]*corev1.ResourceQuota { return &s.ResourceQuotas }), "quota"),
	evidence(autoscaling, "HorizontalPodAutoscaler", "horizontalpodautoscalers",
		in(func(s *Snapshot) *[]*autoscalingv2.HorizontalPodAutoscaler { return &s.HorizontalPodAutoscalers }), "hpa"),
	evidence(policy, "PodDisruptionBudget", "poddisruptionbudgets",
		in(func(s *Snapshot) *[]*policyv1.PodDisruptionBudget { return &s.PodDisruptionBudgets }), "pdb"),
	evidence(discovery, "EndpointSlice", "endpointslices",
		in(func(s *Snapshot) *[]*discoveryv1.EndpointSlice { return &s.EndpointSlices })),
	clusterWide(core, "Node", "nodes", in(func(s *Snapshot) *[]*corev1.Node { return &s.Nodes }), "no"),
	clusterWide(core, "Namespace", "namespaces", in(func(s *Snapshot) *[]*corev1.Namespace { return &s.Namespaces }), "ns"),

	evidence(core, "LimitRange", "limitranges", nil, "limits"),
	evidence(core, "PodTemplate", "podtemplates", nil),
	evidence(core, "ServiceAccount", "serviceaccounts", nil, "sa"),
	clusterWide(core, "PersistentVolume", "persistentvolumes", nil, "pv"),
	evidence(network, "Ingress", "ingresses", nil, "ing"),
	clusterWide(network, "IngressClass", "ingressclasses", nil),
	evidence(network, "NetworkPolicy", "networkpolicies", nil, "netpol"),
	evidence(rbac, "Role", "roles", nil),
	evidence(rbac, "RoleBinding", "rolebindings", nil),
	clusterWide(rbac, "ClusterRole", "clusterroles", nil),
	clusterWide(rbac, "ClusterRoleBinding", "clusterrolebindings", nil),
	clusterWide(storage, "StorageClass", "storageclasses", nil, "sc"),
	clusterWide(storage, "CSIDriver", "csidrivers", nil),
	clusterWide(storage, "CSINode", "csinodes", nil),
	clusterWide(storage, "VolumeAttachment", "volumeattachments", nil),
	clusterWide(scheduling, "PriorityClass", "priorityclasses", nil, "pc"),
	clusterWide(node, "RuntimeClass", "runtimeclasses", nil),
	evidence(lease, "Lease", "leases", nil),
	clusterWide(certificate, "CertificateSigningRequest", "certificatesigningrequests", nil, "csr"),
	clusterWide(admission, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", nil),
	clusterWide(admission, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", nil),
	clusterWide(crd, "CustomResourceDefinition", "customresourcedefinitions", nil, "crd", "crds"),
	clusterWide(apiservice, "APIService", "apiservices", nil),
}

// evidence returns the row of a kind that only explains others.
func evidence(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	return &Kind{GroupVersionKind: gv.WithKind(kind), Plural: plural, Short: short, list: l}
}

// clusterWide returns the row of such a kind that has no namespace.
func clusterWide(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Cluster = true
	return k
}

// owned returns the row of a kind that controllers make and own.
func owned(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Role = Owned
	return k
}

// controller returns the row of a kind that owns others.
func controller(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Role = Controller
	return k
}

// workload returns the row of a kind with a rollout.
func workload(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Role = Workload
	return k
}

// formerGroups are groups that served a kind in the same shape before its
// present group did, or beside it.
var formerGroups = map[schema.GroupKind]schema.GroupKind{
	{Group: "extensions", Kind: "Deployment"}: {Group: "apps", Kind: "Deployment"},
	{Group: "extensions", Kind: "ReplicaSet"}: {Group: "apps", Kind: "ReplicaSet"},
	{Group: "extensions", Kind: "DaemonSet"}:  {Group: "apps", Kind: "DaemonSet"},
	{Group: "events.k8s.io", Kind: "Event"}:   {Kind: "Event"},
}
