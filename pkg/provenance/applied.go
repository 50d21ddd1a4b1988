package provenance

import (
	"encoding/json"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
)

// listKeys are the fields that identify the items of lists in the API, for lists
// whose items no manager names by key. The first set counts whose first field all
// items have.
var listKeys = [][]string{
	{"containerPort", "protocol"},
	{"port", "protocol"},
	{"mountPath"},
	{"devicePath"},
	{"topologyKey", "whenUnsatisfiable"},
	{"ip"},
	{"uid"},
	{"name"},
	{"type"},
}

// counterpart finds an item in the list that was applied: by the same keys, or
// at the same place if there are none. A key that was not applied was
// defaulted; an item that has it is preferred.
func counterpart(list []any, index int, item any, keys []string) (any, bool) {
	m, isMap := item.(map[string]any)
	if !isMap {
		return item, slices.ContainsFunc(list, func(other any) bool { return same(other, item) })
	}
	if len(keys) == 0 {
		keys = keysOf(list)
	}
	if len(keys) == 0 {
		if index < len(list) {
			return list[index], true
		}
		return nil, false
	}
	for _, defaulted := range []bool{false, true} { // first by whole keys, then by what was sent of them
		for _, other := range list {
			o, _ := other.(map[string]any)
			if sameKeys(o, m, keys, defaulted) {
				return other, true
			}
		}
	}
	return nil, false
}

// sameKeys reports whether an item that was applied has the keys of another. With defaulted a key may
// be missing in it, but not all of them: {containerPort: 80} is then {containerPort: 80, protocol: TCP}.
func sameKeys(applied, item map[string]any, keys []string, defaulted bool) bool {
	return !slices.ContainsFunc(keys, func(k string) bool {
		return !same(applied[k], item[k]) && (has(applied, k) || !defaulted || !hasAny(applied, keys))
	})
}

// hasAny reports whether a map has one of some keys.
func hasAny(m map[string]any, keys []string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return has(m, k) })
}

// keysOf returns the fields that identify the items of a list, nil if no set of listKeys does.
func keysOf(list []any) []string {
	for _, keys := range listKeys {
		if !slices.ContainsFunc(list, func(item any) bool { m, ok := item.(map[string]any); return !ok || !has(m, keys[0]) }) {
			return keys
		}
	}
	return nil
}

// sent reports whether kubectl apply sent this very value: 1000m is 1 to the
// API. Of what holds fields it is enough that it was there.
func (c Cursor) sent(value any) bool {
	if !c.wasApplied {
		return false
	}
	switch v := value.(type) {
	case map[string]any:
		return true
	case []any:
		if holdsFields(v) {
			return true
		}
	}
	if same(c.applied, value) {
		return true
	}
	is, ok := value.(string)
	return ok && sameQuantity(c.applied, is)
}

// sameQuantity reports whether a text or number that was applied is the quantity that the API server
// made of it: "1000m" is "1", and the number 2 is "2".
func sameQuantity(applied any, is string) bool {
	was, isText := applied.(string)
	if n, isNumber := applied.(float64); isNumber {
		text, err := json.Marshal(n)
		was = string(text)
		isText = err == nil
	}
	if !isText {
		return false
	}
	x, errX := resource.ParseQuantity(was)
	y, errY := resource.ParseQuantity(is)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}
