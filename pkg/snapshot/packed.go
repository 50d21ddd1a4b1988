package snapshot

import (
	"slices"
	"time"

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

// Alike returns for each group of pods that have everything in common but what is
// each one's own (name, UID, version, node, address and times) one of them
// without that, and how many there are.
func Alike(list []*PackedPod) map[*corev1.Pod]int {
	groups := map[*corev1.Pod]int{}
	for _, p := range list {
		groups[p.Common()]++
	}
	return groups
}

// Common returns what p has in common with other pods, and shares with them: a pod
// without name, UID, version, node, address and times. Readers must not change it.
func (p *PackedPod) Common() *corev1.Pod {
	common, ok := p.shared.(*corev1.Pod)
	if !ok {
		return &corev1.Pod{}
	}
	return common
}

// ConditionChanged returns when the condition of a type became what it is, the
// zero time if the pod has none or that is not recorded.
func (p *PackedPod) ConditionChanged(kind corev1.PodConditionType) time.Time {
	u := unpacker(p.own)
	for range texts {
		u.text()
	}
	since := u.time(0).seconds
	for _, c := range p.Common().Status.Conditions {
		changed := u.time(since).at.Time
		if c.Type == kind {
			return changed
		}
	}
	return time.Time{}
}

// node returns the name of the pod's node.
func (p *PackedPod) node() string {
	u := unpacker(p.own)
	for range texts - 2 {
		u.text()
	}
	return u.text()
}

// ip returns the pod's address.
func (p *PackedPod) ip() string {
	u := unpacker(p.own)
	for range texts - 1 {
		u.text()
	}
	return u.text()
}
