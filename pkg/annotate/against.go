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

// Against is a field in which the live object is not as the file has it.
type Against struct {
	Path string `json:"path"`
	// File and Live are the values, absent where the one or the other has none.
	File any `json:"file,omitempty"`
	Live any `json:"live,omitempty"`
	// Manager names who owns the live value, absent where nobody does.
	Manager string `json:"manager,omitempty"`
}

// Compare adds how the live object differs from the file's. What the server
// itself writes, the status, and defaults and additions of controllers, which
// contradict no file, do not count.
func (r *Report) Compare(s *fielddoc.Schema, file, live map[string]any, showSecrets bool) {
	a := &againstLive{
		report: r,
		file:   secrets{showSecrets, s.GVK.Kind, file},
		live:   secrets{showSecrets, s.GVK.Kind, live},
	}
	c := comparison{kind: s.GVK.Kind, leaf: a.leaf, lone: a.item}
	c.both(sideOf(s, file), sideOf(s, live))
}

// words returns what the live object has instead, and who set it.
func (a Against) words() string {
	words := "not set"
	if a.Live != nil {
		words = scalarText(a.Live)
	}
	if a.File == nil {
		words = "is only in the cluster: " + words
	}
	if a.Manager != "" {
		words += ", set by " + a.Manager
	}
	return words
}

// scalarText is a value as people read it.
func scalarText(value any) string {
	if word, ok := value.(string); ok {
		return word
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// side is a field of one of two objects that are compared.
type side struct {
	at    fielddoc.Cursor
	owner provenance.Cursor
}

// sideOf returns the top of an object.
func sideOf(s *fielddoc.Schema, object map[string]any) side {
	return side{s.Root(object), provenance.Read(object).Root()}
}

func (s side) key(name string) side { return side{s.at.Key(name), s.owner.Key(name)} }

// item steps into a list; a place behind its end is one that nobody owns.
func (s side) item(index int, items []map[string]any) side {
	next := side{at: s.at.Step(fielddoc.Item(index))}
	if index < len(items) {
		next.owner = s.owner.Item(index, any(items[index]))
	} else {
		next.owner = s.owner.Item(index, nil)
	}
	return next
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

// both compares what two objects hold at a field.
func (c *comparison) both(a, b side) {
	mine, isMap := a.at.Value().(map[string]any)
	theirs, otherMap := b.at.Value().(map[string]any)
	if (isMap || a.at.Value() == nil) && (otherMap || b.at.Value() == nil) && (isMap || otherMap) {
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
	key := distinct(items, others)
	for _, pair := range pairs(items, others, key) {
		a, b := a.item(pair[0], items), b.item(pair[1], others)
		if c.lone != nil && (pair[0] == len(items) || pair[1] == len(others)) {
			c.lone(a, b, key)
		} else {
			c.both(a, b)
		}
	}
}

// againstLive compares a file with the live object.
type againstLive struct {
	report     *Report
	file, live secrets
	// extra is the outermost item of a list around the field that only the live object has,
	// empty if there is none, and extraAs the path that it goes by.
	extra, extraAs string
}

// item compares the fields of an item that only one of both has.
func (c *againstLive) item(file, live side, key string) {
	if file.at.Value() == nil && c.extra == "" {
		c.extra, c.extraAs = live.at.Path().String(), keyed(live.at, key)
		defer func() { c.extra, c.extraAs = "", "" }()
	}
	inside := comparison{kind: c.file.kind, leaf: c.leaf, lone: c.item}
	inside.both(file, live)
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

func (c *againstLive) leaf(file, live side) {
	mine, theirs := file.at.Value(), live.at.Value()
	if same(live.at.Type().Kind, mine, theirs) {
		return
	}
	if mine == nil {
		if origin, _ := live.owner.Origin(live.at.Doc(), theirs); origin != provenance.User && origin != provenance.Admission {
			return
		}
	}
	at := file.at.Path().String()
	if c.extra != "" {
		at = c.extraAs + strings.TrimPrefix(live.at.Path().String(), c.extra)
	}
	a := Against{Path: at, Manager: live.managers()}
	if mine != nil {
		a.File, _ = c.file.hide(file.at.Path(), mine)
	}
	if theirs != nil {
		a.Live, _ = c.live.hide(live.at.Path(), theirs)
	}
	c.report.Against = append(c.report.Against, a)
}

// skips tells fields that are no one's wish: the server's own, and what
// kubectl apply and a Secret's stringData leave behind.
func (c *comparison) skips(p fielddoc.Path) bool {
	switch {
	case len(p) == 1:
		return slices.Contains([]string{"apiVersion", "kind", "status"}, p[0].Name) || (c.kind == "Secret" && p[0].Name == "stringData")
	case p[0].Name != "metadata":
		return false
	case len(p) == 2:
		return p[1].Name == "namespace" || p[1].Name == "name" || slices.Contains(provenance.ServerFields(), p[1].Name)
	default:
		return len(p) == 3 && p[2].Name == provenance.LastApplied
	}
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

// objects returns the items of a list of objects, or of none.
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

// keys are the fields that tell the items of lists apart in the API, in the
// order in which they are tried.
var keys = []string{"name", "mountPath", "containerPort", "port", "key", "ip", "type", "uid"}

// pairs matches the items of two lists by the values of the field key, or by their
// places if key is empty. An item without a counterpart is paired with the place
// behind the end of the other list.
func pairs(a, b []map[string]any, key string) [][2]int {
	var out [][2]int
	used := map[int]bool{}
	for i, item := range a {
		j := slices.IndexFunc(b, func(other map[string]any) bool { return key != "" && fmt.Sprint(other[key]) == fmt.Sprint(item[key]) })
		if key == "" {
			j = min(i, len(b))
		}
		if j < 0 {
			j = len(b)
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

// distinct returns a key that all items have, no two of a list the same.
func distinct(lists ...[]map[string]any) string {
	for _, key := range keys {
		if !slices.ContainsFunc(lists, func(list []map[string]any) bool {
			seen := map[string]bool{}
			return slices.ContainsFunc(list, func(item map[string]any) bool {
				text := fmt.Sprint(item[key])
				again := item[key] == nil || seen[text]
				seen[text] = true
				return again
			})
		}) {
			return key
		}
	}
	return ""
}

// same reports whether two values are one to the server.
func same(kind fielddoc.Kind, a, b any) bool {
	if kind == fielddoc.Quantity && a != nil && b != nil {
		x, errX := resource.ParseQuantity(fmt.Sprint(a))
		y, errY := resource.ParseQuantity(fmt.Sprint(b))
		return errX == nil && errY == nil && x.Cmp(y) == 0
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return (errX == nil && errY == nil && string(x) == string(y)) || (fielddoc.Empty(a) && fielddoc.Empty(b))
}
