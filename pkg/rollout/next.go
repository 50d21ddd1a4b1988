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
	c := countSets(current, old)
	next := &Next{WaitingFor: []string{}}
	switch {
	case s.Type == "Recreate":
		next.MayDelete = c.old
		if c.old == 0 {
			next.resize(c.created, replicas)
		}
	case c.created > replicas:
		next.resize(c.created, replicas)
	default:
		next.MayCreate = max(0, min(*s.MaxPods-c.created-c.old, replicas-c.created))
		next.MayDelete = c.mayDelete(*s.MinAvailable)
	}
	return next
}

// setCounts are the pods of a Deployment by its ReplicaSets.
type setCounts struct {
	created     int32 // that the current ReplicaSet is to have
	unavailable int32 // of them
	old         int32 // that the old ReplicaSets are to have
	unhealthy   int32 // of these: not available
	available   int32 // of all
}

// countSets counts the pods of the current ReplicaSet, nil if there is none, and of the old ones.
func countSets(current *appsv1.ReplicaSet, old []*appsv1.ReplicaSet) setCounts {
	var c setCounts
	if current != nil {
		c.created = size(current)
		c.available = current.Status.AvailableReplicas
		c.unavailable = c.created - c.available
	}
	for _, rs := range old {
		c.old += size(rs)
		c.available += rs.Status.AvailableReplicas
		c.unhealthy += max(0, size(rs)-rs.Status.AvailableReplicas)
	}
	return c
}

// mayDelete returns how many old pods the controller deletes: first those that are not available anyway,
// then as many others as leave the least number available (reconcileOldReplicaSets).
func (c setCounts) mayDelete(minAvailable int32) int32 {
	budget := c.created + c.old - minAvailable - c.unavailable
	if budget <= 0 || c.old == 0 {
		return 0
	}
	cleaned := min(c.unhealthy, budget)
	return cleaned + min(c.old-cleaned, max(0, c.available-minAvailable))
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
	if !isScaled(active, replicas) {
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

// isScaled reports whether spec.replicas was edited since the controller last sized the ReplicaSets, by
// what they keep of it. If that is absent or malformed, the controller takes it for no scaling.
func isScaled(active []*appsv1.ReplicaSet, replicas int32) bool {
	return slices.ContainsFunc(active, func(rs *appsv1.ReplicaSet) bool {
		desired, err := strconv.Atoi(rs.Annotations[desiredAnnotation])
		return err == nil && int32(desired) != replicas
	})
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

// size returns how many pods a ReplicaSet wants.
func size(rs *appsv1.ReplicaSet) int32 { return deref(rs.Spec.Replicas, 1) }
