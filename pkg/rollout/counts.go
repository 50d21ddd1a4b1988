package rollout

import appsv1 "k8s.io/api/apps/v1"

// Controllers count pods in an order that leaves no doubt: what is available is ready,
// and what is ready exists. A count of 0 that another one contradicts was not filled in,
// as in objects that people or other programs wrote. These functions return the object
// with the least that the others prove.

// countedDeployment returns d (calculateStatus in k8s.io/kubernetes pkg/controller/deployment/sync.go, 1.37).
func countedDeployment(d *appsv1.Deployment) *appsv1.Deployment {
	if d.Status.ReadyReplicas > 0 || d.Status.AvailableReplicas == 0 {
		return d
	}
	filled := *d
	filled.Status.ReadyReplicas = d.Status.AvailableReplicas
	return &filled
}

// countedStatefulSet returns d (updateStatus in k8s.io/kubernetes
// pkg/controller/statefulset/stateful_set_control.go, 1.37).
func countedStatefulSet(d *appsv1.StatefulSet) *appsv1.StatefulSet {
	least := max(d.Status.ReadyReplicas, d.Status.CurrentReplicas, d.Status.UpdatedReplicas)
	if d.Status.Replicas > 0 || least == 0 {
		return d
	}
	filled := *d
	filled.Status.Replicas = least
	return &filled
}

// countedDaemonSet returns d (updateDaemonSetStatus in k8s.io/kubernetes
// pkg/controller/daemon/daemon_controller.go, 1.37).
func countedDaemonSet(d *appsv1.DaemonSet) *appsv1.DaemonSet {
	if d.Status.NumberReady > 0 || d.Status.NumberAvailable == 0 {
		return d
	}
	filled := *d
	filled.Status.NumberReady = d.Status.NumberAvailable
	return &filled
}
