package snapshot

import (
	"reflect"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Role is the part that a kind plays in a rollout.
type Role int

// The roles of a Kind, each of which includes the ones before it.
const (
	// Evidence is only read to explain something else.
	Evidence Role = iota
	// Owned can own objects or be owned: the walk along ownerReferences visits it.
	Owned
	// Controller creates pods, itself or through other controllers: rsmap shows it.
	Controller
	// Workload is a controller at which the walk towards the owner ends, even if
	// an operator or a tool created it: people roll it out and roll it back.
	Workload
)

// Kind is a type of the Kubernetes API that is known without asking a server.
type Kind struct {
	schema.GroupVersionKind          // as servers 1.28 to 1.37 store it
	Plural                  string   // lower case: "pods"
	Short                   []string // short names: "po"
	Cluster                 bool     // its objects have no namespace
	Role                    Role

	list *list // nil: a Snapshot keeps these objects in Others
}

// list accesses the objects of one kind in a Snapshot.
type list struct {
	new  func() runtime.Object
	add  func(*Snapshot, runtime.Object)
	sort func(*Snapshot)
	each func(*Snapshot, func(metav1.Object))
}

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

func evidence(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	return &Kind{GroupVersionKind: gv.WithKind(kind), Plural: plural, Short: short, list: l}
}

func clusterWide(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Cluster = true
	return k
}

func owned(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Role = Owned
	return k
}

func controller(gv schema.GroupVersion, kind, plural string, l *list, short ...string) *Kind {
	k := evidence(gv, kind, plural, l, short...)
	k.Role = Controller
	return k
}

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

var (
	kindOfType      = map[reflect.Type]*Kind{}
	kindOfResource  = map[string]*Kind{}
	kindOfGroupKind = map[schema.GroupKind]*Kind{}
)

func init() {
	for _, k := range Kinds {
		kindOfResource[k.Resource()] = k
		kindOfGroupKind[k.GroupKind()] = k
		if k.list != nil {
			kindOfType[reflect.TypeOf(k.list.new())] = k
		}
	}
	kindOfType[reflect.TypeFor[*PackedPod]()] = kindOfResource["pods"]
	for former, present := range formerGroups {
		kindOfGroupKind[former] = kindOfGroupKind[present]
	}
}

// KindOf returns the kind of a typed object, nil if a Snapshot has no list for it.
func KindOf(o any) *Kind { return kindOfType[reflect.TypeOf(o)] }

// KindOfResource returns the kind that a Read names by its Resource, nil if a
// Snapshot has no list for it.
func KindOfResource(resource string) *Kind { return withList(kindOfResource[resource]) }

// ListedKind returns the kind of an object with that apiVersion and kind in any
// version and in the groups that served it before, nil if a Snapshot has no
// list for it.
func ListedKind(apiVersion, kind string) *Kind {
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil
	}
	return withList(kindOfGroupKind[schema.GroupKind{Group: gv.Group, Kind: kind}])
}

func withList(k *Kind) *Kind {
	if k == nil || k.list == nil {
		return nil
	}
	return k
}

// KnownKind returns the kind with that group and kind, nil if it needs discovery.
func KnownKind(gk schema.GroupKind) *Kind { return kindOfGroupKind[gk] }

// KindNamed returns the kind that a person names by its plural, singular, kind
// or short name in any case, with or without its group and version: "deploy",
// "Deployment", "deployments.apps", "deployments.v1.apps". It returns nil if
// the name needs discovery.
func KindNamed(name string) *Kind {
	word, qualifier, _ := strings.Cut(strings.ToLower(name), ".")
	for _, k := range Kinds {
		if !k.called(word) {
			continue
		}
		if qualifier == "" || qualifier == k.Group || qualifier == k.Version+"."+k.Group {
			return k
		}
	}
	return nil
}

func (k *Kind) called(word string) bool {
	return word == k.Plural || word == strings.ToLower(k.Kind) || slices.Contains(k.Short, word)
}

// Resource returns the name by which a Read asks for the kind: the plural, with
// the group if the objects are read as unstructured ones.
func (k *Kind) Resource() string {
	if k.list == nil && k.Group != "" {
		return k.Plural + "." + k.Group
	}
	return k.Plural
}

// IsCluster reports whether resource names a kind whose objects have no
// namespace. It is false for kinds that need discovery.
func IsCluster(resource string) bool {
	k := kindOfResource[resource]
	return k != nil && k.Cluster
}

// GroupResource returns the plural with its group, as errors of the API name it.
func (k *Kind) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: k.Group, Resource: k.Plural}
}

// Mapping returns the kind as discovery would.
func (k *Kind) Mapping() *meta.RESTMapping {
	scope := meta.RESTScopeNamespace
	if k.Cluster {
		scope = meta.RESTScopeRoot
	}
	return &meta.RESTMapping{Resource: k.GroupVersion().WithResource(k.Plural), GroupVersionKind: k.GroupVersionKind, Scope: scope}
}

// New returns an empty typed object. It panics if a Snapshot has no list for
// the kind.
func (k *Kind) New() runtime.Object { return k.list.new() }

// Each calls do for every object of the kind in s, in the order of its list.
func (k *Kind) Each(s *Snapshot, do func(metav1.Object)) {
	if k.list != nil {
		k.list.each(s, do)
	}
}
