//go:build linux

package main

import (
	"cmp"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (c cluster) nodeName() string { return cmp.Or(c.inc.Node.Name, nodeName) }

// node returns the node of the pod, healthy.
func (c cluster) node() *corev1.Node {
	memory := resource.MustParse("16393108Ki")
	pods := resource.MustParse("110")
	cpu := resource.MustParse("4")
	capacity := corev1.ResourceList{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory, corev1.ResourcePods: pods}
	n := &corev1.Node{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}}
	n.Name = c.nodeName()
	n.UID = uid(c.nodeName())
	n.CreationTimestamp = metav1.NewTime(c.created.AddDate(0, -1, -9))
	n.Labels = map[string]string{
		"kubernetes.io/arch": cmp.Or(c.inc.Node.Arch, "amd64"), "kubernetes.io/os": "linux", "kubernetes.io/hostname": c.nodeName(),
	}
	n.Status = corev1.NodeStatus{
		Capacity: capacity, Allocatable: capacity, Addresses: []corev1.NodeAddress{{Type: "InternalIP", Address: nodeAddress}},
		NodeInfo: corev1.NodeSystemInfo{
			Architecture: "amd64", OperatingSystem: "linux", KubeletVersion: "v1.34.4", ContainerRuntimeVersion: "containerd://1.7.24",
			KernelVersion: "6.1.0-28-amd64", OSImage: "Debian GNU/Linux 12 (bookworm)",
		},
	}
	c.inc.Node.adapt(&n.Status.NodeInfo)
	n.Status.Conditions = c.nodeConditions()
	return n
}

// nodeConditions returns the conditions of a node that is well.
func (c cluster) nodeConditions() []corev1.NodeCondition {
	var out []corev1.NodeCondition
	for _, condition := range []struct{ kind, status, reason, message string }{
		{"MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
		{"DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
		{"PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
		{"Ready", "True", "KubeletReady", "kubelet is posting ready status"},
	} {
		out = append(out, corev1.NodeCondition{
			Type: corev1.NodeConditionType(condition.kind), Status: corev1.ConditionStatus(condition.status), Reason: condition.reason,
			Message: condition.message, LastHeartbeatTime: metav1.NewTime(c.at.Add(-20 * time.Second)),
			LastTransitionTime: metav1.NewTime(c.created.AddDate(0, -1, -9)),
		})
	}
	return out
}
