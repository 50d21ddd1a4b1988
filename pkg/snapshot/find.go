package snapshot

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Find returns the object of that namespace and name in a sorted list of a
// Snapshot, and whether it is there.
func Find[T metav1.Object](list []T, namespace, name string) (T, bool) {
	i, found := slices.BinarySearchFunc(list, [2]string{namespace, name}, func(o T, want [2]string) int {
		return slices.Compare([]string{o.GetNamespace(), o.GetName()}, want[:])
	})
	if !found {
		var none T
		return none, false
	}
	return list[i], true
}

// InNamespace returns the objects of a sorted list of a Snapshot that are in
// namespace; all of them if namespace is empty.
func InNamespace[T metav1.Object](list []T, namespace string) []T {
	if namespace == "" {
		return list
	}
	from, _ := slices.BinarySearchFunc(list, namespace, func(o T, want string) int {
		if o.GetNamespace() < want {
			return -1
		}
		return 1
	})
	to := from
	for to < len(list) && list[to].GetNamespace() == namespace {
		to++
	}
	return list[from:to]
}
