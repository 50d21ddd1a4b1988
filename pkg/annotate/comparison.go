package annotate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// side is a field of one of two objects that are compared.
type side struct {
	at    fielddoc.Cursor
	owner provenance.Cursor
}

// sideOf returns the top of an object.
func sideOf(s *fielddoc.Schema, object map[string]any) side {
	return side{s.Root(object), provenance.Read(object).Root()}
}

// key steps into an object.
func (s side) key(name string) side { return side{s.at.Key(name), s.owner.Key(name)} }

// item steps into a list; a place behind its end is one that no manager owns.
func (s side) item(index int, items []map[string]any) side {
	var value any
	if index < len(items) {
		value = items[index]
	}
	return side{s.at.Step(fielddoc.Item(index)), s.owner.Item(index, value)}
}

// managers returns the names of those who own the value, empty if there is none.
func (s side) managers() string {
	if s.at.Value() == nil {
		return ""
	}
	var names []string
	for _, m := range s.owner.Managers() {
		names = append(names, m.Manager)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// comparison walks two objects of one kind side by side.
type comparison struct {
	kind string
	// leaf is called for each field that holds no others in at least one of the objects.
	leaf func(a, b side)
	// lone is called for an item of a list that only one of the objects has; nil
	// compares its fields instead. key is the field by which items differ, empty
	// if it is their place.
	lone func(a, b side, key string)
}

// both compares what two objects hold at a field: the fields of objects by their
// names, the items of lists by their keys, and anything else as a whole.
func (c *comparison) both(a, b side) {
	mine, isMap := a.at.Value().(map[string]any)
	theirs, otherMap := b.at.Value().(map[string]any)
	aHolds := isMap || a.at.Value() == nil
	bHolds := otherMap || b.at.Value() == nil
	if aHolds && bHolds && (isMap || otherMap) {
		for _, name := range names(mine, theirs) {
			if b := b.key(name); !c.skips(b.at.Path()) {
				c.both(a.key(name), b)
			}
		}
		return
	}
	items, isList := objects(a.at.Value())
	others, otherList := objects(b.at.Value())
	if !isList || !otherList || len(items)+len(others) == 0 {
		c.leaf(a, b)
		return
	}
	c.items(a, b, items, others)
}

// items compares the items of two lists of objects.
func (c *comparison) items(a, b side, items, others []map[string]any) {
	key := distinct(items, others)
	for _, pair := range pairs(items, others, key) {
		a := a.item(pair[0], items)
		b := b.item(pair[1], others)
		alone := pair[0] == len(items) || pair[1] == len(others)
		if alone && c.lone != nil {
			c.lone(a, b, key)
		} else {
			c.both(a, b)
		}
	}
}

// skips reports whether a field is not compared: the server's own fields, what kubectl
// apply leaves behind, and the stringData of a Secret, which the server moves to data.
func (c *comparison) skips(p fielddoc.Path) bool {
	switch {
	case len(p) == 1:
		name := p[0].Name
		return slices.Contains([]string{"apiVersion", "kind", "status"}, name) || (c.kind == "Secret" && name == "stringData")
	case p[0].Name != "metadata":
		return false
	case len(p) == 2:
		return p[1].Name == "namespace" || p[1].Name == "name" || slices.Contains(provenance.ServerFields(), p[1].Name)
	default:
		return len(p) == 3 && p[2].Name == provenance.LastApplied
	}
}

// keyed returns the path of an item of a list that the object which is shown does
// not have: its place there would be that of another item.
func keyed(item fielddoc.Cursor, key string) string {
	value, _ := item.Value().(map[string]any)
	path := item.Path()
	if key == "" {
		return path.String()
	}
	return path[:len(path)-1].String() + "[" + key + "=" + scalarText(value[key]) + "]"
}

// names returns the names in two maps, sorted.
func names(a, b map[string]any) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// objects returns the items of a list of objects. ok is false if an item is no object,
// or the value no list; no value counts as an empty list.
func objects(value any) ([]map[string]any, bool) {
	list, ok := value.([]any)
	out := make([]map[string]any, len(list))
	for i, item := range list {
		var isMap bool
		if out[i], isMap = item.(map[string]any); !isMap {
			return nil, false
		}
	}
	return out, ok || value == nil
}

// keys are the fields that identify the items of lists in the API, in the
// order in which they are tried.
var keys = []string{"name", "mountPath", "containerPort", "port", "key", "ip", "type", "uid"}

// pairs matches the items of two lists by the values of the field key, or by their
// places if key is empty. An item without a counterpart is paired with the place
// behind the end of the other list.
func pairs(a, b []map[string]any, key string) [][2]int {
	var out [][2]int
	used := map[int]bool{}
	for i, item := range a {
		j := min(i, len(b))
		if key != "" {
			j = withKey(b, key, item[key])
		}
		used[j] = true
		out = append(out, [2]int{i, j})
	}
	for j := range b {
		if !used[j] {
			out = append(out, [2]int{len(a), j})
		}
	}
	return out
}

// withKey returns the index of the item whose field key has a value, or the place
// behind the end if there is none.
func withKey(items []map[string]any, key string, value any) int {
	i := slices.IndexFunc(items, func(item map[string]any) bool { return fmt.Sprint(item[key]) == fmt.Sprint(value) })
	if i < 0 {
		return len(items)
	}
	return i
}

// distinct returns the first of keys that all items have, no two items of a list with
// the same value. It returns the empty string if there is none.
func distinct(lists ...[]map[string]any) string {
	for _, key := range keys {
		if !slices.ContainsFunc(lists, func(list []map[string]any) bool { return repeats(list, key) }) {
			return key
		}
	}
	return ""
}

// repeats reports whether an item lacks the field key, or two items have the same
// value of it.
func repeats(list []map[string]any, key string) bool {
	seen := map[string]bool{}
	for _, item := range list {
		value := fmt.Sprint(item[key])
		if item[key] == nil || seen[value] {
			return true
		}
		seen[value] = true
	}
	return false
}

// same reports whether two values are the same to the server: 1Gi and 1024Mi are, and
// so are an empty list and none.
func same(kind fielddoc.Kind, a, b any) bool {
	if kind == fielddoc.Quantity && a != nil && b != nil {
		return sameQuantity(fmt.Sprint(a), fmt.Sprint(b))
	}
	if fielddoc.Empty(a) && fielddoc.Empty(b) {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// sameQuantity reports whether two quantities are equal. What cannot be parsed is equal to nothing.
func sameQuantity(a, b string) bool {
	x, errX := resource.ParseQuantity(a)
	y, errY := resource.ParseQuantity(b)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}
