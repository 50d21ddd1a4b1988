package snapshot

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Add puts obj into the list of its kind, and reports whether there is such a
// list: typed objects of kinds without one are refused, unstructured ones go
// to Others. Call Sort after the last Add.
func (s *Snapshot) Add(obj runtime.Object) bool {
	if u, ok := obj.(*unstructured.Unstructured); ok {
		s.Others = append(s.Others, u)
		return true
	}
	k := KindOf(obj)
	if k == nil {
		return false
	}
	k.list.add(s, obj)
	return true
}

// Sort orders every list by namespace, name and UID, and drops an object that
// was read twice: of two with the same UID, or the same name if a file has
// no UID, the one with the newer resourceVersion or else the later one stays.
func (s *Snapshot) Sort() {
	for _, k := range Kinds {
		if k.list != nil {
			k.list.sort(s)
		}
	}
	s.Others = tidyOthers(s.Others)
}

// tidy returns a list sorted. Of an object that is in it twice it keeps the newest. The given list stays as it is:
// others may still hold it.
func tidy[T metav1.Object](list []T) []T {
	return tidyBy(list, func(a, b T) int {
		return cmp.Or(cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()))
	})
}

// tidyBy does the same with a function that orders the objects by namespace and name.
func tidyBy[T metav1.Object](list []T, byName func(a, b T) int) []T {
	if ascending(list, byName) {
		return list
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b T) int {
		if order := byName(a, b); order != 0 {
			return order
		}
		return compare(a, b)
	})
	return newest(list, func(a, b T) bool { return byName(a, b) == 0 && same(a, b) })
}

// ascending reports whether a list is sorted and names no object twice, as one that
// was tidied before.
func ascending[T any](list []T, byName func(a, b T) int) bool {
	for i := 1; i < len(list); i++ {
		if byName(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

// tidyOthers does the same for objects of any kind.
func tidyOthers(list []*unstructured.Unstructured) []*unstructured.Unstructured {
	slices.SortStableFunc(list, func(a, b *unstructured.Unstructured) int {
		return cmp.Or(cmp.Compare(a.GetAPIVersion(), b.GetAPIVersion()), cmp.Compare(a.GetKind(), b.GetKind()), compare(a, b))
	})
	return newest(list, func(a, b *unstructured.Unstructured) bool {
		return a.GroupVersionKind() == b.GroupVersionKind() && same(a, b)
	})
}

// newest keeps the last of each run of equal objects in a sorted list.
func newest[T any](list []T, equal func(a, b T) bool) []T {
	kept := list[:0]
	for i, o := range list {
		if i+1 < len(list) && equal(o, list[i+1]) {
			continue
		}
		kept = append(kept, o)
	}
	clear(list[len(kept):])
	return kept
}

// compare orders the objects of a list as Find and InNamespace search it. Of one object that was read
// twice the newer comes last.
func compare(a, b metav1.Object) int {
	return cmp.Or(
		cmp.Compare(a.GetNamespace(), b.GetNamespace()),
		cmp.Compare(a.GetName(), b.GetName()),
		cmp.Compare(a.GetUID(), b.GetUID()),
		// Resource versions are decimal numbers of growing length (since 1.35
		// by contract, before by practice): the longer is the newer.
		cmp.Compare(len(a.GetResourceVersion()), len(b.GetResourceVersion())),
		cmp.Compare(a.GetResourceVersion(), b.GetResourceVersion()),
	)
}

// same reports whether two objects of one kind are one that was read twice,
// which nobody can know of objects that have neither a name nor a UID.
func same(a, b metav1.Object) bool {
	identified := a.GetName() != "" || a.GetUID() != ""
	return identified && a.GetNamespace() == b.GetNamespace() && a.GetName() == b.GetName() && a.GetUID() == b.GetUID()
}
