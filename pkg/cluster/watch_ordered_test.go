package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// Objects that come and go in any order are listed as a sorted map of them would be.
func TestOrderedListsWhatIsThere(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	o := newOrdered()
	truth := map[types.NamespacedName]runtime.Object{}
	for step := range 5000 {
		key := types.NamespacedName{Namespace: fmt.Sprint(rng.IntN(3)), Name: fmt.Sprint(rng.IntN(40))}
		if rng.IntN(3) == 0 {
			o.remove(key)
			delete(truth, key)
		} else {
			pod := &corev1.Pod{}
			o.put(key, pod)
			truth[key] = pod
		}
		if rng.IntN(4) > 0 {
			continue
		}
		var keys []types.NamespacedName
		for key := range truth {
			keys = append(keys, key)
		}
		slices.SortFunc(keys, compareKeys)
		list := o.list()
		if len(list) != len(keys) {
			t.Fatalf("step %d: lists %d objects, want %d", step, len(list), len(keys))
		}
		for i, key := range keys {
			if list[i] != truth[key] {
				t.Fatalf("step %d: object %d is not %s", step, i, key)
			}
		}
	}
}
