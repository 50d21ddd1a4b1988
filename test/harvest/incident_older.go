//go:build linux

package main

import (
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// older returns the ReplicaSet of the former revision.
func (c cluster) older(top metav1.ObjectMeta, template corev1.PodTemplateSpec) []any {
	if c.inc.OldImage == "" {
		return nil
	}
	one := int32(1)
	m := c.owned("ReplicaSet", c.olderName(), "Deployment", c.Workload)
	m.CreationTimestamp = top.CreationTimestamp
	m.Labels = map[string]string{"app.kubernetes.io/name": c.Workload, "pod-template-hash": hash(c.inc.OldImage, 9)}
	m.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	template.Labels = m.Labels
	template.Spec.Containers = slices.Clone(template.Spec.Containers)
	template.Spec.Containers[0].Image = c.inc.OldImage
	return []any{&appsv1.ReplicaSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"}, ObjectMeta: m,
		Spec:   appsv1.ReplicaSetSpec{Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: m.Labels}, Template: template},
		Status: appsv1.ReplicaSetStatus{Replicas: 1, ReadyReplicas: 1, AvailableReplicas: 1, FullyLabeledReplicas: 1, ObservedGeneration: 1},
	}}
}

func (c cluster) olderName() string { return c.Workload + "-" + hash(c.inc.OldImage, 9) }

// olderPods returns the pod of the former revision, which runs.
func (c cluster) olderPods() []any {
	if c.inc.OldImage == "" {
		return nil
	}
	p := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, Spec: c.podSpec()}
	p.ObjectMeta = c.owned("Pod", c.olderName()+"-"+hash(c.inc.OldImage+"pod", 5), "ReplicaSet", c.olderName())
	p.CreationTimestamp = metav1.NewTime(c.before())
	p.Labels = map[string]string{"app.kubernetes.io/name": c.Workload, "pod-template-hash": hash(c.inc.OldImage, 9)}
	p.Spec.NodeName = c.nodeName()
	p.Spec.Containers[0].Image = c.inc.OldImage
	yes := true
	started := metav1.NewTime(c.before().Add(8 * time.Second))
	p.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: nodeAddress, PodIP: "10.244.1.7", StartTime: &p.CreationTimestamp,
		Conditions: []corev1.PodCondition{
			{Type: "Initialized", Status: "True", LastTransitionTime: p.CreationTimestamp},
			{Type: "Ready", Status: "True", LastTransitionTime: started},
			{Type: "ContainersReady", Status: "True", LastTransitionTime: started},
			{Type: "PodScheduled", Status: "True", LastTransitionTime: p.CreationTimestamp},
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: c.container(), Image: c.inc.OldImage, Ready: true, Started: &yes,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
		}},
	}
	return []any{p}
}
