package snapshot

import (
	"encoding/binary"
	"iter"
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

// unpacker reads what packing.own wrote.
type unpacker string

// texts is how many texts packing.own writes, the address last.
const texts = 5

func (u *unpacker) text() string {
	size, n := uvarint(string(*u))
	text := (*u)[n : n+int(size)]
	*u = (*u)[n+int(size):]
	return string(text)
}

// moment is a time as the API has it, and its seconds.
type moment struct {
	at      metav1.Time
	seconds int64
}

// time reads a time that was written as seconds since another.
func (u *unpacker) time(since int64) moment {
	value, n := uvarint(string(*u))
	*u = (*u)[n:]
	if value == 0 {
		return moment{}
	}
	seconds := since + unzigzag(value-1)
	return moment{metav1.Time{Time: time.Unix(seconds, 0)}, seconds}
}

func (u *unpacker) timeIn(since int64) *moment {
	m := u.time(since)
	return &m
}

// statuses returns the statuses with the times of their states.
func (u *unpacker) statuses(common []corev1.ContainerStatus, since int64) []corev1.ContainerStatus {
	list := slices.Clone(common)
	for i := range list {
		state := &list[i].State
		if state.Running != nil {
			state.Running = &corev1.ContainerStateRunning{StartedAt: u.time(since).at}
		}
		if state.Terminated != nil {
			ended := *state.Terminated
			ended.StartedAt = u.time(since).at
			ended.FinishedAt = u.time(since).at
			state.Terminated = &ended
		}
	}
	return list
}

func uvarint(text string) (uint64, int) {
	var value uint64
	for i := range len(text) {
		value |= uint64(text[i]&0x7f) << (7 * i)
		if text[i] < 0x80 {
			return value, i + 1
		}
	}
	return value, len(text)
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func appendText(to []byte, text []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// PodOf returns the pod that obj is, packed or not, nil if it is none.
func PodOf(obj metav1.Object) *corev1.Pod {
	switch pod := obj.(type) {
	case *corev1.Pod:
		return pod
	case *PackedPod:
		return pod.Pod()
	}
	return nil
}

// IsPod reports whether obj is a pod, packed or not.
func IsPod(obj metav1.Object) bool {
	switch obj.(type) {
	case *corev1.Pod, *PackedPod:
		return true
	}
	return false
}

// PodObjects returns the pods of namespace, of all if it is empty: PodOf unpacks
// those that are packed.
func (s *Snapshot) PodObjects(namespace string) iter.Seq[metav1.Object] {
	return func(yield func(metav1.Object) bool) {
		for _, pod := range InNamespace(s.Pods, namespace) {
			if !yield(pod) {
				return
			}
		}
		for _, pod := range InNamespace(s.PackedPods, namespace) {
			if !yield(pod) {
				return
			}
		}
	}
}

// CountPods returns how many pods of namespace, of all if it is empty, s holds.
func (s *Snapshot) CountPods(namespace string) int {
	return len(InNamespace(s.Pods, namespace)) + len(InNamespace(s.PackedPods, namespace))
}

// PodWithIP returns the pod that has the address, nil if s holds none.
func (s *Snapshot) PodWithIP(ip string) *corev1.Pod {
	for _, pod := range s.Pods {
		if pod.Status.PodIP == ip {
			return pod
		}
	}
	for _, pod := range s.PackedPods {
		if pod.ip() == ip {
			return pod.Pod()
		}
	}
	return nil
}

func (p *PackedPod) ip() string {
	u := unpacker(p.own)
	for range texts - 1 {
		u.text()
	}
	return u.text()
}

// podLists returns the access to both lists of pods.
func podLists() *list {
	whole := in(func(s *Snapshot) *[]*corev1.Pod { return &s.Pods })
	return &list{
		new: whole.new,
		add: func(s *Snapshot, o runtime.Object) {
			if pod, ok := o.(*PackedPod); ok {
				s.PackedPods = append(s.PackedPods, pod)
				return
			}
			whole.add(s, o)
		},
		sort: func(s *Snapshot) {
			whole.sort(s)
			s.PackedPods = tidy(s.PackedPods)
			s.Pods, s.PackedPods = withoutTwins(s.Pods, s.PackedPods)
		},
		each: func(s *Snapshot, do func(metav1.Object)) {
			for pod := range s.PodObjects("") {
				do(pod)
			}
		},
	}
}

// withoutTwins drops, of pods that are in both lists because they were read
// twice, the older.
func withoutTwins(pods []*corev1.Pod, packed []*PackedPod) ([]*corev1.Pod, []*PackedPod) {
	var old []*corev1.Pod
	packed = slices.DeleteFunc(packed, func(p *PackedPod) bool {
		pod, found := Find(pods, p.GetNamespace(), p.GetName())
		if !found || !same(pod, p) {
			return false
		}
		if compare(pod, p) < 0 {
			old = append(old, pod)
			return false
		}
		return true
	})
	if len(old) == 0 {
		return pods, packed
	}
	return slices.DeleteFunc(pods, func(pod *corev1.Pod) bool { return slices.Contains(old, pod) }), packed
}
