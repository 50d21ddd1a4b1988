package snapshot

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Add puts obj into the list of its kind, and reports whether there is such a
// list: typed objects of kinds without one are refused, unstructured ones go
// to Others. Call Sort after the last Add.
func (s *Snapshot) Add(obj runtime.Object) bool {
	switch o := obj.(type) {
	case *corev1.Pod:
		s.Pods = append(s.Pods, o)
	case *corev1.Event:
		s.Events = append(s.Events, o)
	case *corev1.Node:
		s.Nodes = append(s.Nodes, o)
	case *corev1.Service:
		s.Services = append(s.Services, o)
	case *corev1.Endpoints: //nolint:staticcheck // see Snapshot.Endpoints
		s.Endpoints = append(s.Endpoints, o)
	case *corev1.ConfigMap:
		s.ConfigMaps = append(s.ConfigMaps, o)
	case *corev1.Secret:
		s.Secrets = append(s.Secrets, o)
	case *corev1.PersistentVolumeClaim:
		s.PersistentVolumeClaims = append(s.PersistentVolumeClaims, o)
	case *corev1.ReplicationController:
		s.ReplicationControllers = append(s.ReplicationControllers, o)
	case *corev1.Namespace:
		s.Namespaces = append(s.Namespaces, o)
	case *corev1.ResourceQuota:
		s.ResourceQuotas = append(s.ResourceQuotas, o)
	default:
		return s.addGroup(obj)
	}
	return true
}

// addGroup is Add for the kinds outside the core group.
func (s *Snapshot) addGroup(obj runtime.Object) bool {
	switch o := obj.(type) {
	case *appsv1.Deployment:
		s.Deployments = append(s.Deployments, o)
	case *appsv1.ReplicaSet:
		s.ReplicaSets = append(s.ReplicaSets, o)
	case *appsv1.StatefulSet:
		s.StatefulSets = append(s.StatefulSets, o)
	case *appsv1.DaemonSet:
		s.DaemonSets = append(s.DaemonSets, o)
	case *appsv1.ControllerRevision:
		s.ControllerRevisions = append(s.ControllerRevisions, o)
	case *batchv1.Job:
		s.Jobs = append(s.Jobs, o)
	case *batchv1.CronJob:
		s.CronJobs = append(s.CronJobs, o)
	case *autoscalingv2.HorizontalPodAutoscaler:
		s.HorizontalPodAutoscalers = append(s.HorizontalPodAutoscalers, o)
	case *policyv1.PodDisruptionBudget:
		s.PodDisruptionBudgets = append(s.PodDisruptionBudgets, o)
	case *discoveryv1.EndpointSlice:
		s.EndpointSlices = append(s.EndpointSlices, o)
	case *unstructured.Unstructured:
		s.Others = append(s.Others, o)
	default:
		return false
	}
	return true
}

// Sort orders every list by namespace, name and UID, and drops an object that
// was read twice: of two with the same UID, or the same name where a file has
// no UID, the one with the newer resourceVersion or else the later one stays.
func (s *Snapshot) Sort() {
	s.Pods = tidy(s.Pods)
	s.Events = tidy(s.Events)
	s.Nodes = tidy(s.Nodes)
	s.Services = tidy(s.Services)
	s.Endpoints = tidy(s.Endpoints)
	s.ConfigMaps = tidy(s.ConfigMaps)
	s.Secrets = tidy(s.Secrets)
	s.PersistentVolumeClaims = tidy(s.PersistentVolumeClaims)
	s.ReplicationControllers = tidy(s.ReplicationControllers)
	s.Namespaces = tidy(s.Namespaces)
	s.ResourceQuotas = tidy(s.ResourceQuotas)
	s.Deployments = tidy(s.Deployments)
	s.ReplicaSets = tidy(s.ReplicaSets)
	s.StatefulSets = tidy(s.StatefulSets)
	s.DaemonSets = tidy(s.DaemonSets)
	s.ControllerRevisions = tidy(s.ControllerRevisions)
	s.Jobs = tidy(s.Jobs)
	s.CronJobs = tidy(s.CronJobs)
	s.HorizontalPodAutoscalers = tidy(s.HorizontalPodAutoscalers)
	s.PodDisruptionBudgets = tidy(s.PodDisruptionBudgets)
	s.EndpointSlices = tidy(s.EndpointSlices)
	s.Others = tidyOthers(s.Others)
}

func tidy[T metav1.Object](list []T) []T {
	slices.SortStableFunc(list, func(a, b T) int { return compare(a, b) })
	return newest(list, func(a, b T) bool { return same(a, b) })
}

func tidyOthers(list []*unstructured.Unstructured) []*unstructured.Unstructured {
	slices.SortStableFunc(list, func(a, b *unstructured.Unstructured) int {
		return cmp.Or(cmp.Compare(a.GetAPIVersion(), b.GetAPIVersion()), cmp.Compare(a.GetKind(), b.GetKind()), compare(a, b))
	})
	return newest(list, func(a, b *unstructured.Unstructured) bool {
		return a.GroupVersionKind() == b.GroupVersionKind() && same(a, b)
	})
}

// newest keeps the last of each run of equal objects in a sorted list.
func newest[T any](list []T, equal func(a, b T) bool) []T {
	kept := list[:0]
	for i, o := range list {
		if i+1 < len(list) && equal(o, list[i+1]) {
			continue
		}
		kept = append(kept, o)
	}
	clear(list[len(kept):])
	return kept
}

func compare(a, b metav1.Object) int {
	return cmp.Or(
		cmp.Compare(a.GetNamespace(), b.GetNamespace()),
		cmp.Compare(a.GetName(), b.GetName()),
		cmp.Compare(a.GetUID(), b.GetUID()),
		// Resource versions are decimal numbers of growing length (since 1.35
		// by contract, before by practice): the longer is the newer.
		cmp.Compare(len(a.GetResourceVersion()), len(b.GetResourceVersion())),
		cmp.Compare(a.GetResourceVersion(), b.GetResourceVersion()),
	)
}

func same(a, b metav1.Object) bool {
	return a.GetNamespace() == b.GetNamespace() && a.GetName() == b.GetName() && a.GetUID() == b.GetUID()
}
