package snapshot

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// PackedPod is a pod in which nothing ever went wrong, kept in about a tenth of
// the memory of a corev1.Pod: what it has in common with its neighbours, such as
// labels, owners and containers, is kept once for all of them.
type PackedPod struct {
	shared        // the pod without what own holds
	own    string // see packing.own
}

// shared hides the fields of the pod that several PackedPods have in common:
// none of them is the name or a time of one.
type shared interface {
	metav1.Object
	runtime.Object
}

// GetName returns the pod's name.
func (p *PackedPod) GetName() string {
	u := unpacker(p.own)
	return u.text()
}

// GetUID returns the pod's UID.
func (p *PackedPod) GetUID() types.UID {
	u := unpacker(p.own)
	u.text()
	return types.UID(u.text())
}

// GetResourceVersion returns the version of the pod that was read.
func (p *PackedPod) GetResourceVersion() string {
	u := unpacker(p.own)
	u.text()
	u.text()
	return u.text()
}

// GetCreationTimestamp returns when the pod was created.
func (p *PackedPod) GetCreationTimestamp() metav1.Time {
	u := unpacker(p.own)
	for range texts {
		u.text()
	}
	return u.time(0).at
}

// DeepCopyObject returns a copy of the pod that shares nothing.
func (p *PackedPod) DeepCopyObject() runtime.Object { return p.Pod().DeepCopy() }

// Pod returns the pod as Trim leaves it. It shares memory with others: readers
// must not change it.
func (p *PackedPod) Pod() *corev1.Pod {
	common, ok := p.shared.(*corev1.Pod)
	if !ok {
		return nil
	}
	pod := *common
	u := unpacker(p.own)
	pod.Name = u.text()
	pod.UID = types.UID(u.text())
	pod.ResourceVersion = u.text()
	pod.Spec.NodeName = u.text()
	pod.Status.PodIP = u.text()
	created := u.time(0)
	pod.CreationTimestamp = created.at
	since := created.seconds
	pod.Status.Conditions = slices.Clone(pod.Status.Conditions)
	for i := range pod.Status.Conditions {
		pod.Status.Conditions[i].LastTransitionTime = u.time(since).at
	}
	if pod.Status.StartTime != nil {
		pod.Status.StartTime = &u.timeIn(since).at
	}
	pod.Status.ContainerStatuses = u.statuses(pod.Status.ContainerStatuses, since)
	pod.Status.InitContainerStatuses = u.statuses(pod.Status.InitContainerStatuses, since)
	return &pod
}

func (p *PackedPod) ip() string {
	u := unpacker(p.own)
	for range texts - 1 {
		u.text()
	}
	return u.text()
}
