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
	c := &comparison{
		report: r,
		file:   secrets{showSecrets, s.GVK.Kind, file},
		live:   secrets{showSecrets, s.GVK.Kind, live},
	}
	c.both(s.Root(file), s.Root(live), provenance.Read(live).Root())
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

type comparison struct {
	report     *Report
	file, live secrets
}

// both compares what two cursors over the file and the live object hold.
func (c *comparison) both(file, live fielddoc.Cursor, owner provenance.Cursor) {
	mine, isMap := file.Value().(map[string]any)
	theirs, liveMap := live.Value().(map[string]any)
	if (isMap || file.Value() == nil) && (liveMap || live.Value() == nil) && (isMap || liveMap) {
		for _, name := range names(mine, theirs) {
			if file, live := file.Key(name), live.Key(name); !c.skips(live.Path()) {
				c.both(file, live, owner.Key(name))
			}
		}
		return
	}
	items, isList := objects(file.Value())
	liveItems, liveList := objects(live.Value())
	if isList && liveList && len(items)+len(liveItems) > 0 {
		for _, pair := range pairs(items, liveItems) {
			c.both(file.Step(fielddoc.Item(pair[0])), live.Step(fielddoc.Item(pair[1])), item(owner, pair[1], liveItems))
		}
		return
	}
	c.leaf(file, live, owner)
}

// item steps into a list; a place behind its end is one that nobody owns.
func item(owner provenance.Cursor, index int, items []map[string]any) provenance.Cursor {
	if index < len(items) {
		return owner.Item(index, any(items[index]))
	}
	return owner.Item(index, nil)
}

func (c *comparison) leaf(file, live fielddoc.Cursor, owner provenance.Cursor) {
	mine, theirs := file.Value(), live.Value()
	if same(live.Type().Kind, mine, theirs) {
		return
	}
	var managers []string
	if theirs != nil {
		for _, m := range owner.Managers() {
			managers = append(managers, m.Manager)
		}
	}
	at := live.Path()
	if mine != nil {
		at = file.Path()
	} else if origin, _ := owner.Origin(live.Doc(), theirs); origin != provenance.User && origin != provenance.Admission {
		return
	}
	a := Against{Path: at.String(), Manager: strings.Join(slices.Compact(managers), ", ")}
	if mine != nil {
		a.File, _ = c.file.hide(file.Path(), mine)
	}
	if theirs != nil {
		a.Live, _ = c.live.hide(live.Path(), theirs)
	}
	c.report.Against = append(c.report.Against, a)
}

// skips tells fields that are no one's wish: the server's own, and what
// kubectl apply and a Secret's stringData leave behind.
func (c *comparison) skips(p fielddoc.Path) bool {
	switch {
	case len(p) == 1:
		return slices.Contains([]string{"apiVersion", "kind", "status"}, p[0].Name) || (c.file.kind == "Secret" && p[0].Name == "stringData")
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

// pairs matches the items of two lists: by a field that tells all of them
// apart, else by their place. What has no counterpart is paired with the place
// behind the end.
func pairs(a, b []map[string]any) [][2]int {
	var out [][2]int
	key := distinct(a, b)
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
