package hostile_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// damage returns v, a JSON value, with about one in so many of its parts
// dropped or changed to something that its type allows.
func damage(r *rand.Rand, v any, oneIn int) any {
	hit := r.IntN(oneIn) == 0
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if r.IntN(oneIn) > 0 {
				out[key] = damage(r, v[key], oneIn)
			} else if r.IntN(3) == 0 {
				out[key] = nil
			}
		}
		return out
	case []any:
		var out []any
		for _, item := range v {
			for range [...]int{1, 0, 2}[pick(hit, r.IntN(3))] {
				out = append(out, damage(r, item, oneIn))
			}
		}
		return out
	case string:
		if hit {
			return ""
		}
	case float64:
		if hit {
			return []float64{0, -1, -v, 1 << 30}[r.IntN(4)]
		}
	}
	return v
}

func pick(hit bool, n int) int {
	if hit {
		return n
	}
	return 0
}

// damaged returns a copy of s with every object damaged. An object that its
// type refuses after that is left out, as a reader of files leaves it out.
func damaged(t *testing.T, r *rand.Rand, s *snapshot.Snapshot, oneIn int) *snapshot.Snapshot {
	t.Helper()
	out := *s
	lists := reflect.ValueOf(&out).Elem()
	for i := range lists.NumField() {
		list := lists.Field(i)
		if !list.CanSet() || list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Pointer {
			continue
		}
		kept := reflect.MakeSlice(list.Type(), 0, list.Len())
		for n := range list.Len() {
			object := reflect.New(list.Type().Elem().Elem())
			if redecode(t, list.Index(n).Interface(), object.Interface(), func(v any) any { return damage(r, v, oneIn) }) {
				kept = reflect.Append(kept, object)
			}
		}
		list.Set(kept)
	}
	out.Sort()
	return &out
}

// redecode writes from as JSON, changes it, and reads it into to. It reports
// whether that could be read.
func redecode(t *testing.T, from, to any, change func(any) any) bool {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	if data, err = json.Marshal(change(value)); err != nil {
		t.Fatal(err)
	}
	return json.Unmarshal(data, to) == nil
}

// TestDamageDoesNotPanic takes fields away from everything that was recorded,
// and judges what is left: no field but the kind is certain to be there in a
// file, whatever the API server demands.
func TestDamageDoesNotPanic(t *testing.T) {
	for _, archive := range archives(t) {
		t.Run(filepath.Base(filepath.Dir(archive)), func(t *testing.T) {
			t.Parallel()
			whole := recorded(t, archive)
			for seed := range seeds(6) {
				judge(t, damaged(t, rand.New(rand.NewPCG(seed, 0)), whole, 4<<(seed%6)), seed)
			}
		})
	}
}

// seeds returns how many seeds to try: n, or a hundred times as many in a soak.
func seeds(n uint64) uint64 {
	if os.Getenv("THRASHKIT_SOAK") != "" {
		return 100 * n
	}
	return n
}

// judge computes everything that the plugins print of s.
func judge(t *testing.T, s *snapshot.Snapshot, seed uint64) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("seed %d: panic: %v\n%s", seed, p, debug.Stack())
		}
	}()
	forest := owners.Build(s)
	diagnose.Wanted(forest, diagnose.Unhealthy(forest, diagnose.Options{}))
	for _, item := range diagnose.Report(forest, diagnose.Options{}) {
		if item.Pod == "" && item.Workload == nil {
			t.Errorf("seed %d: an item names neither a pod nor a workload: %+v", seed, item)
		}
	}
	rollout.Build(forest)
}
