package snapshot

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Trim removes from an object that has just been read what no evaluation of a
// rollout or a crash needs, so that a large cluster fits into little memory: who
// manages which fields of what a controller made, and, of a pod in which nothing ever
// went wrong, most of the spec. Of a workload the managers are kept: they show who
// changed it.
func Trim(o runtime.Object) {
	switch o := o.(type) {
	case *corev1.Pod:
		trimPod(o)
	case *corev1.Event:
		o.ManagedFields = nil
	case *appsv1.ReplicaSet, *appsv1.ControllerRevision, *batchv1.Job:
		if obj := o.(metav1.Object); metav1.GetControllerOfNoCopy(obj) != nil {
			obj.SetManagedFields(nil)
		}
	}
}

// trimPod removes from a pod what is not needed of a healthy one. Of any other only the managed fields
// go.
func trimPod(pod *corev1.Pod) {
	pod.ManagedFields = nil
	if !trimmable(pod) {
		return
	}
	pod.Annotations = nil
	pod.Spec = corev1.PodSpec{
		NodeName: pod.Spec.NodeName, RestartPolicy: pod.Spec.RestartPolicy, ReadinessGates: pod.Spec.ReadinessGates,
		InitContainers: bare(pod.Spec.InitContainers), Containers: bare(pod.Spec.Containers),
	}
	pod.Status.HostIP = ""
	pod.Status.HostIPs = nil
	pod.Status.PodIPs = nil
	for _, statuses := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range statuses {
			s := &statuses[i]
			s.ContainerID = ""
			if ended := s.State.Terminated; ended != nil {
				ended.ContainerID = ""
			}
			s.VolumeMounts = nil
			s.AllocatedResources = nil
			s.AllocatedResourcesStatus = nil
			s.Resources = nil
			s.User = nil
		}
	}
}

// trimmable reports whether all containers of a pod run, or ended well, and none
// was ever started again.
func trimmable(pod *corev1.Pod) bool {
	well := func(specs []corev1.Container, statuses []corev1.ContainerStatus) bool {
		for _, s := range statuses {
			ended := s.State.Terminated
			if s.RestartCount > 0 || s.LastTerminationState.Terminated != nil ||
				(s.State.Running == nil && (ended == nil || ended.ExitCode != 0 || ended.Reason == "OOMKilled")) {
				return false
			}
		}
		return len(specs) == len(statuses)
	}
	return pod.DeletionTimestamp == nil && len(pod.Spec.EphemeralContainers) == 0 &&
		(pod.Status.Phase == corev1.PodRunning || pod.Status.Phase == corev1.PodSucceeded) &&
		well(pod.Spec.InitContainers, pod.Status.InitContainerStatuses) && well(pod.Spec.Containers, pod.Status.ContainerStatuses)
}

// bare keeps only each container's name, image, ports, resources and restart policy.
func bare(containers []corev1.Container) []corev1.Container {
	if len(containers) == 0 {
		return nil
	}
	out := make([]corev1.Container, len(containers))
	for i, c := range containers {
		out[i] = corev1.Container{Name: c.Name, Image: c.Image, Ports: c.Ports, Resources: c.Resources, RestartPolicy: c.RestartPolicy}
	}
	return out
}
