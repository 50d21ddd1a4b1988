package snapshot

import (
	"slices"
	"sort"

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
	from := sort.Search(len(list), func(i int) bool { return list[i].GetNamespace() >= namespace })
	length := sort.Search(len(list)-from, func(i int) bool { return list[from+i].GetNamespace() > namespace })
	return list[from : from+length]
}
