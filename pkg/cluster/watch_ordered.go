package cluster

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// ordered holds objects by their names, and lists them in the order of a
// snapshot: a large list that is read again and again must not be sorted each time.
type ordered struct {
	by    map[types.NamespacedName]runtime.Object
	keys  []types.NamespacedName // sorted; some may be removed already
	added []types.NamespacedName // since keys were sorted
}

// newOrdered returns an empty list, which differs from the zero value: that was never read.
func newOrdered() ordered { return ordered{by: map[types.NamespacedName]runtime.Object{}} }

// put adds an object, or replaces the one of its name.
func (o *ordered) put(key types.NamespacedName, object runtime.Object) {
	if _, known := o.by[key]; !known {
		o.added = append(o.added, key)
	}
	o.by[key] = object
}

// remove drops an object; its key stays in keys until the next list.
func (o *ordered) remove(key types.NamespacedName) { delete(o.by, key) }

// list returns the objects, ordered by namespace and name.
func (o *ordered) list() []runtime.Object {
	o.sort()
	out := make([]runtime.Object, len(o.keys))
	for i, key := range o.keys {
		out[i] = o.by[key]
	}
	return out
}

// sort makes keys those of by, in order.
func (o *ordered) sort() {
	if len(o.added) == 0 && len(o.keys) == len(o.by) {
		return
	}
	slices.SortFunc(o.added, compareKeys)
	keys := make([]types.NamespacedName, 0, len(o.by))
	take := func(key types.NamespacedName) {
		_, there := o.by[key]
		again := len(keys) > 0 && keys[len(keys)-1] == key // it was removed and came back
		if there && !again {
			keys = append(keys, key)
		}
	}
	added := o.added
	for _, key := range o.keys {
		for len(added) > 0 && compareKeys(added[0], key) < 0 {
			take(added[0])
			added = added[1:]
		}
		take(key)
	}
	for _, key := range added {
		take(key)
	}
	o.keys = keys
	o.added = nil
}

// compareKeys orders keys as a snapshot orders its lists.
func compareKeys(a, b types.NamespacedName) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}
