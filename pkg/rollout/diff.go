package rollout

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
)

// Verdict is how a template differs from the one before it, in one word.
type Verdict string

// The verdicts, in the words of the JSON output.
const (
	Changed     Verdict = "changed"
	Identical   Verdict = "identical"    // rolled out although nothing differs but the hash
	RestartOnly Verdict = "restart-only" // kubectl rollout restart
	First       Verdict = "first"        // nothing was before it
)

// Change is what differs between the templates of two revisions.
type Change struct {
	From    *int64  `json:"from,omitempty"`
	Verdict Verdict `json:"verdict"`
	Items   []Item  `json:"items"` // ordered by weight: images first, then by path
}

// ItemKind is what happened to a field.
type ItemKind string

// The kinds of change, in the words of the JSON output.
const (
	ItemAdded   ItemKind = "added"
	ItemRemoved ItemKind = "removed"
	ItemChanged ItemKind = "changed"
)

// Item is one changed field of a pod template. Path has list items by their
// merge key, "spec.containers[web].image"; values are scalars as text and
// everything else as compact JSON. They are the template's own, secrets included.
type Item struct {
	Path string   `json:"path"`
	Kind ItemKind `json:"kind"`
	Old  string   `json:"old,omitempty"`
	New  string   `json:"new,omitempty"`
}

// restartedAt is what kubectl rollout restart writes
// (k8s.io/kubectl pkg/polymorphichelpers/objectrestarter.go).
const restartedAt = "kubectl.kubernetes.io/restartedAt"

// hashLabels are the labels that controllers add to distinguish revisions.
var hashLabels = []string{appsv1.DefaultDeploymentUniqueLabelKey, appsv1.ControllerRevisionHashLabelKey, argoHash}

// SameTemplate reports whether the controllers take two templates for the same:
// semantically equal but for the hash labels (EqualIgnoreHash in
// k8s.io/kubernetes pkg/controller/deployment/util).
func SameTemplate(a, b *corev1.PodTemplateSpec) bool {
	if !sameImages(a, b) {
		return false
	}
	return equality.Semantic.DeepEqual(withoutHash(a), withoutHash(b))
}

// sameImages reports whether two templates have the same images in the same order.
// Most revisions differ in one, which is cheap to see.
func sameImages(a, b *corev1.PodTemplateSpec) bool {
	return slices.EqualFunc(a.Spec.Containers, b.Spec.Containers, func(x, y corev1.Container) bool { return x.Image == y.Image })
}

// changed reports whether the verdict on the change from one template to another
// is Changed.
func changed(from, to *corev1.PodTemplateSpec) bool {
	return !sameImages(from, to) || Diff(from, to).Verdict == Changed
}

// withoutHash returns a template without the labels by which controllers distinguish its pods.
func withoutHash(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	copied := *t
	copied.Labels = maps.Clone(t.Labels)
	for _, label := range hashLabels {
		delete(copied.Labels, label)
	}
	return &copied
}

// Diff returns what changed from one pod template to the next. The hash labels
// never count; the restart annotation counts only if nothing else changed.
func Diff(from, to *corev1.PodTemplateSpec) Change {
	c := Change{Verdict: Identical, Items: []Item{}}
	if SameTemplate(from, to) {
		return c
	}
	d := differ{}
	d.values("", tree(withoutHash(from)), tree(withoutHash(to)))
	if len(d.items) == 0 { // a difference that the words for it hide
		d.items = append(d.items, Item{Path: "spec", Kind: ItemChanged})
	}
	c.Verdict = RestartOnly
	if !slices.ContainsFunc(d.items, isRestart) || len(d.items) > 1 {
		c.Verdict = Changed
		d.items = slices.DeleteFunc(d.items, isRestart)
	}
	slices.SortStableFunc(d.items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), cmp.Compare(a.Path, b.Path))
	})
	c.Items = d.items
	return c
}

// isRestart reports whether a change is the annotation of kubectl rollout restart, which asks for new
// pods and for nothing in them.
func isRestart(i Item) bool { return i.Path == "metadata.annotations["+restartedAt+"]" }

// weighty are parts of the paths of fields, those first that most often explain a rollout.
var weighty = []string{"].image", ".env[", ".envFrom", ".command", ".args", ".resources.", "Probe"}

// weight puts first what most often explains a rollout.
func weight(i Item) int {
	at := slices.IndexFunc(weighty, func(part string) bool { return strings.Contains(i.Path, part) })
	if at < 0 {
		return len(weighty)
	}
	return at
}

// tree returns a template as the maps and lists of its JSON.
func tree(t *corev1.PodTemplateSpec) map[string]any {
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(t)
	if err != nil { // a Go value of the API always converts
		return map[string]any{}
	}
	if meta, ok := object["metadata"].(map[string]any); ok {
		delete(meta, "creationTimestamp")
	}
	return object
}

// differ collects what differs between two templates.
type differ struct{ items []Item }

// values compares two values: maps by their keys, lists by the merge keys of their items, all
// else as a whole.
func (d *differ) values(path string, old, now any) {
	switch o := old.(type) {
	case map[string]any:
		if n, ok := now.(map[string]any); ok {
			d.maps(path, o, n)
			return
		}
	case []any:
		if n, ok := now.([]any); ok && d.lists(path, o, n) {
			return
		}
	}
	if !equalValue(path, old, now) {
		d.items = append(d.items, Item{Path: path, Kind: ItemChanged, Old: text(path, old), New: text(path, now)})
	}
}

// maps compares two maps in the order of their keys, so that the result is the same each time.
func (d *differ) maps(path string, old, now map[string]any) {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(old)), maps.Keys(now))
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		at := join(path, k)
		o, had := old[k]
		n, has := now[k]
		switch {
		case !had:
			d.one(at, ItemAdded, n)
		case !has:
			d.one(at, ItemRemoved, o)
		default:
			d.values(at, o, n)
		}
	}
}

// one records a field that only one side has; a map or keyed list is taken
// apart, so that each entry is its own line.
func (d *differ) one(path string, kind ItemKind, value any) {
	switch other := emptyOf(path, value); {
	case other != nil && kind == ItemAdded:
		d.values(path, other, value)
	case other != nil:
		d.values(path, value, other)
	case kind == ItemAdded:
		d.items = append(d.items, Item{Path: path, Kind: kind, New: text(path, value)})
	default:
		d.items = append(d.items, Item{Path: path, Kind: kind, Old: text(path, value)})
	}
}

// emptyOf returns the empty map or list with which to compare a value that is to be taken apart, nil for
// one that is shown as a whole: of a probe or a security context the entries alone say little.
func emptyOf(path string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		if strings.HasSuffix(path, ".limits") || strings.HasSuffix(path, ".requests") || path == "metadata.annotations" ||
			path == "metadata.labels" || strings.HasSuffix(path, ".resources") {
			return map[string]any{}
		}
	case []any:
		if _, keyed := keysOf(path, v); keyed && len(v) > 0 {
			return []any{}
		}
	}
	return nil
}

// lists compares two lists by the merge keys of their items, and reports
// whether the items have them.
func (d *differ) lists(path string, old, now []any) bool {
	oldKeys, ok := keysOf(path, old)
	newKeys, also := keysOf(path, now)
	if !ok || !also {
		return false
	}
	for i, k := range oldKeys {
		at := path + "[" + k + "]"
		if j := slices.Index(newKeys, k); j >= 0 {
			d.pair(path, at, old[i], now[j])
		} else {
			d.items = append(d.items, Item{Path: at, Kind: ItemRemoved, Old: text(at, old[i])})
		}
	}
	for j, k := range newKeys {
		if !slices.Contains(oldKeys, k) {
			at := path + "[" + k + "]"
			d.items = append(d.items, Item{Path: at, Kind: ItemAdded, New: text(at, now[j])})
		}
	}
	d.order(path, shared(oldKeys, newKeys), shared(newKeys, oldKeys))
	return true
}

// pair compares two items of a list that have the same key.
func (d *differ) pair(list, path string, old, now any) {
	if env, same := envItem(list, path, old, now); same {
		d.items = append(d.items, env...)
		return
	}
	d.values(path, old, now)
}

// order records that the items that both lists have changed their order. It can matter: a variable can
// refer to those before it, and init containers run one after the other.
func (d *differ) order(path string, old, now []string) {
	if slices.Equal(old, now) {
		return
	}
	words := func(keys []string) string { return "order " + strings.Join(keys, ", ") }
	d.items = append(d.items, Item{Path: path, Kind: ItemChanged, Old: words(old), New: words(now)})
}

// shared returns the keys that are also among others, in their own order.
func shared(keys, others []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !slices.Contains(others, k) })
}

// envItem compares two environment variables of one name as one item, whether
// their values are written down or referred to.
func envItem(list, path string, old, now any) ([]Item, bool) {
	if !strings.HasSuffix(list, ".env") {
		return nil, false
	}
	o := text(path, old)
	n := text(path, now)
	if o == n {
		return nil, true
	}
	return []Item{{Path: path, Kind: ItemChanged, Old: o, New: n}}, true
}
