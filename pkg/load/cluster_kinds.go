package load

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// client is what the typed clients of client-go have in common, and all of it
// that is used here.
type client[T, L any] interface {
	Get(ctx context.Context, name string, o metav1.GetOptions) (T, error)
	List(ctx context.Context, o metav1.ListOptions) (L, error)
	Watch(ctx context.Context, o metav1.ListOptions) (watch.Interface, error)
}

// reader gets, lists and watches the objects of one resource in one namespace.
type reader struct {
	get   func(ctx context.Context, name string) (runtime.Object, error)
	list  func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error)
	watch func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error)
}

// kind returns the reader of a resource in a namespace.
type kind func(c kubernetes.Interface, namespace string) reader

// of turns the accessor of a typed client into a kind.
func of[T, L runtime.Object](in func(c kubernetes.Interface, namespace string) client[T, L]) kind {
	return func(c kubernetes.Interface, namespace string) reader { return readerOf(in(c, namespace)) }
}

func readerOf[T, L runtime.Object](c client[T, L]) reader {
	return reader{
		get: func(ctx context.Context, name string) (runtime.Object, error) {
			return c.Get(ctx, name, metav1.GetOptions{})
		},
		list:  func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return c.List(ctx, o) },
		watch: c.Watch,
	}
}

// kinds are the resources that a snapshot has lists of.
var kinds = map[string]kind{
	"pods": of(func(c kubernetes.Interface, ns string) client[*corev1.Pod, *corev1.PodList] {
		return c.CoreV1().Pods(ns)
	}),
	"events": of(func(c kubernetes.Interface, ns string) client[*corev1.Event, *corev1.EventList] {
		return c.CoreV1().Events(ns)
	}),
	"nodes": of(func(c kubernetes.Interface, _ string) client[*corev1.Node, *corev1.NodeList] {
		return c.CoreV1().Nodes()
	}),
	"services": of(func(c kubernetes.Interface, ns string) client[*corev1.Service, *corev1.ServiceList] {
		return c.CoreV1().Services(ns)
	}),
	"configmaps": of(func(c kubernetes.Interface, ns string) client[*corev1.ConfigMap, *corev1.ConfigMapList] {
		return c.CoreV1().ConfigMaps(ns)
	}),
	"secrets": of(func(c kubernetes.Interface, ns string) client[*corev1.Secret, *corev1.SecretList] {
		return c.CoreV1().Secrets(ns)
	}),
	"persistentvolumeclaims": of(func(c kubernetes.Interface, ns string) client[*corev1.PersistentVolumeClaim, *corev1.PersistentVolumeClaimList] {
		return c.CoreV1().PersistentVolumeClaims(ns)
	}),
	"replicationcontrollers": of(func(c kubernetes.Interface, ns string) client[*corev1.ReplicationController, *corev1.ReplicationControllerList] {
		return c.CoreV1().ReplicationControllers(ns)
	}),
	"namespaces": of(func(c kubernetes.Interface, _ string) client[*corev1.Namespace, *corev1.NamespaceList] {
		return c.CoreV1().Namespaces()
	}),
	"resourcequotas": of(func(c kubernetes.Interface, ns string) client[*corev1.ResourceQuota, *corev1.ResourceQuotaList] {
		return c.CoreV1().ResourceQuotas(ns)
	}),
	"deployments": of(func(c kubernetes.Interface, ns string) client[*appsv1.Deployment, *appsv1.DeploymentList] {
		return c.AppsV1().Deployments(ns)
	}),
	"replicasets": of(func(c kubernetes.Interface, ns string) client[*appsv1.ReplicaSet, *appsv1.ReplicaSetList] {
		return c.AppsV1().ReplicaSets(ns)
	}),
	"statefulsets": of(func(c kubernetes.Interface, ns string) client[*appsv1.StatefulSet, *appsv1.StatefulSetList] {
		return c.AppsV1().StatefulSets(ns)
	}),
	"daemonsets": of(func(c kubernetes.Interface, ns string) client[*appsv1.DaemonSet, *appsv1.DaemonSetList] {
		return c.AppsV1().DaemonSets(ns)
	}),
	"controllerrevisions": of(func(c kubernetes.Interface, ns string) client[*appsv1.ControllerRevision, *appsv1.ControllerRevisionList] {
		return c.AppsV1().ControllerRevisions(ns)
	}),
	"jobs": of(func(c kubernetes.Interface, ns string) client[*batchv1.Job, *batchv1.JobList] {
		return c.BatchV1().Jobs(ns)
	}),
	"cronjobs": of(func(c kubernetes.Interface, ns string) client[*batchv1.CronJob, *batchv1.CronJobList] {
		return c.BatchV1().CronJobs(ns)
	}),
	"horizontalpodautoscalers": of(func(c kubernetes.Interface, ns string) client[*autoscalingv2.HorizontalPodAutoscaler, *autoscalingv2.HorizontalPodAutoscalerList] {
		return c.AutoscalingV2().HorizontalPodAutoscalers(ns)
	}),
	"poddisruptionbudgets": of(func(c kubernetes.Interface, ns string) client[*policyv1.PodDisruptionBudget, *policyv1.PodDisruptionBudgetList] {
		return c.PolicyV1().PodDisruptionBudgets(ns)
	}),
	"endpointslices": of(func(c kubernetes.Interface, ns string) client[*discoveryv1.EndpointSlice, *discoveryv1.EndpointSliceList] {
		return c.DiscoveryV1().EndpointSlices(ns)
	}),
	//nolint:staticcheck // see Snapshot.Endpoints
	"endpoints": of(func(c kubernetes.Interface, ns string) client[*corev1.Endpoints, *corev1.EndpointsList] {
		return c.CoreV1().Endpoints(ns)
	}),
}
