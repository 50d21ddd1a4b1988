package rollout

import (
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
)

// desiredAnnotation is what a ReplicaSet keeps of the size that its Deployment
// had when the controller last sized it (k8s.io/kubernetes
// pkg/controller/deployment/util).
const desiredAnnotation = "deployment.kubernetes.io/desired-replicas"

// deploymentNext computes one sync of the Deployment controller: scale, then
// NewRSNewReplicas and reconcileOldReplicaSets of k8s.io/kubernetes
// pkg/controller/deployment (1.37). A sync only resizes ReplicaSets: pods that
// a ReplicaSet could not create yet are not counted again.
func deploymentNext(d *appsv1.Deployment, s Strategy, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) *Next {
	replicas := deref(d.Spec.Replicas, 1)
	if next := scalingNext(d, s, current, old); next != nil {
		return next
	}
	var created, unavailable, available, oldPods, unhealthy int32
	if current != nil {
		created = size(current)
		available = current.Status.AvailableReplicas
		unavailable = created - available
	}
	for _, rs := range old {
		oldPods += size(rs)
		available += rs.Status.AvailableReplicas
		unhealthy += max(0, size(rs)-rs.Status.AvailableReplicas)
	}
	next := &Next{WaitingFor: []string{}}
	if s.Type == "Recreate" {
		next.MayDelete = oldPods
		if oldPods == 0 {
			next.resize(created, replicas)
		}
		return next
	}
	if created > replicas {
		next.resize(created, replicas)
		return next
	}
	next.MayCreate = max(0, min(*s.MaxPods-created-oldPods, replicas-created))
	budget := created + oldPods - *s.MinAvailable - unavailable
	if budget > 0 && oldPods > 0 {
		cleaned := min(unhealthy, budget)
		next.MayDelete = cleaned + min(oldPods-cleaned, max(0, available-*s.MinAvailable))
	}
	return next
}

// scalingNext is the sync after spec.replicas was edited, which the controller
// handles before any rollout. If only one ReplicaSet has pods, it gets the new
// size; several grow or shrink in proportion. It is nil if nothing is to be
// scaled.
func scalingNext(d *appsv1.Deployment, s Strategy, current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) *Next {
	replicas := deref(d.Spec.Replicas, 1)
	active := slices.DeleteFunc(
		slices.Concat(old, []*appsv1.ReplicaSet{current}),
		func(rs *appsv1.ReplicaSet) bool { return rs == nil || size(rs) == 0 },
	)
	scaled := slices.ContainsFunc(active, func(rs *appsv1.ReplicaSet) bool {
		desired, err := strconv.Atoi(rs.Annotations[desiredAnnotation])
		return err == nil && int32(desired) != replicas // absent or malformed: the controller takes it for no scaling
	})
	if !scaled {
		return nil
	}
	pods := sizes(active)
	next := &Next{WaitingFor: []string{}}
	switch {
	case len(active) == 1:
		next.resize(pods, replicas)
	case isSaturated(current, replicas):
		next.MayDelete = pods - size(current)
	case s.Type == "RollingUpdate" && replicas == 0:
		next.MayDelete = pods
	case s.Type == "RollingUpdate":
		next.resize(pods, *s.MaxPods)
	}
	if next.MayCreate+next.MayDelete == 0 {
		return nil
	}
	return next
}

// sizes returns how many pods the ReplicaSets want together.
func sizes(sets []*appsv1.ReplicaSet) int32 {
	var pods int32
	for _, rs := range sets {
		pods += size(rs)
	}
	return pods
}

// isSaturated reports whether a ReplicaSet has all pods that the Deployment wants, and all are
// available (IsSaturated in k8s.io/kubernetes pkg/controller/deployment/util/deployment_util.go, 1.37).
func isSaturated(rs *appsv1.ReplicaSet, replicas int32) bool {
	return rs != nil && size(rs) == replicas && rs.Annotations[desiredAnnotation] == strconv.Itoa(int(replicas)) &&
		rs.Status.AvailableReplicas == replicas
}

// resize records that a number of pods changes to another.
func (n *Next) resize(from, to int32) {
	n.MayCreate = max(0, to-from)
	n.MayDelete = max(0, from-to)
}

func size(rs *appsv1.ReplicaSet) int32 { return deref(rs.Spec.Replicas, 1) }
