package snapshot

import (
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

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

// CommonOf returns the pod that obj is, of a packed one the spec and status that it has in common
// with others (see PackedPod.Common), nil if it is none. It unpacks nothing.
func CommonOf(obj metav1.Object) *corev1.Pod {
	switch pod := obj.(type) {
	case *corev1.Pod:
		return pod
	case *PackedPod:
		return pod.Common()
	}
	return nil
}

// NodeOf returns the name of the node of the pod that obj is, empty if it has none.
func NodeOf(obj metav1.Object) string {
	switch pod := obj.(type) {
	case *corev1.Pod:
		return pod.Spec.NodeName
	case *PackedPod:
		return pod.node.Value()
	}
	return ""
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
	want := string(addressForm.append(nil, ip))
	for _, pod := range s.PackedPods {
		if pod.hasAddress(want) {
			return pod.Pod()
		}
	}
	return nil
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
			s.PackedPods = tidyBy(s.PackedPods, compareNames)
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
	if len(pods) == 0 {
		return pods, packed
	}
	old := map[*corev1.Pod]bool{}
	twins := map[*PackedPod]bool{}
	for _, pod := range pods { // far fewer than those that are packed
		p, found := Find(packed, pod.Namespace, pod.Name)
		if !found || !same(pod, p) {
			continue
		}
		if compare(pod, p) < 0 {
			old[pod] = true
		} else {
			twins[p] = true
		}
	}
	return without(pods, old), without(packed, twins)
}

// without returns list without those that are in drop, as a copy if there are any.
func without[T comparable](list []T, drop map[T]bool) []T {
	if len(drop) == 0 {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(o T) bool { return drop[o] })
}
