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
var hashLabels = []string{appsv1.DefaultDeploymentUniqueLabelKey, appsv1.ControllerRevisionHashLabelKey, "rollouts-pod-template-hash"}

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
	noise := func(i Item) bool { return i.Path == "metadata.annotations["+restartedAt+"]" }
	if len(d.items) == 0 { // a difference that the words for it hide
		d.items = append(d.items, Item{Path: "spec", Kind: ItemChanged})
	}
	c.Verdict = RestartOnly
	if !slices.ContainsFunc(d.items, noise) || len(d.items) > 1 {
		c.Verdict = Changed
		d.items = slices.DeleteFunc(d.items, noise)
	}
	slices.SortStableFunc(d.items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), cmp.Compare(a.Path, b.Path))
	})
	c.Items = d.items
	return c
}

// weight puts first what most often explains a rollout.
func weight(i Item) int {
	for n, part := range []string{"].image", ".env[", ".envFrom", ".command", ".args", ".resources.", "Probe"} {
		if strings.Contains(i.Path, part) {
			return n
		}
	}
	return 99
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
	keys := map[string]bool{}
	for k := range old {
		keys[k] = true
	}
	for k := range now {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
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
	other := any(nil)
	switch v := value.(type) {
	case map[string]any:
		if strings.HasSuffix(path, ".limits") || strings.HasSuffix(path, ".requests") || path == "metadata.annotations" ||
			path == "metadata.labels" || strings.HasSuffix(path, ".resources") {
			other = map[string]any{}
		}
	case []any:
		if _, keyed := keysOf(path, v); keyed && len(v) > 0 {
			other = []any{}
		}
	}
	switch {
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
		j := slices.Index(newKeys, k)
		if j < 0 {
			d.items = append(d.items, Item{Path: at, Kind: ItemRemoved, Old: text(at, old[i])})
			continue
		}
		if env, same := envItem(path, at, old[i], now[j]); same {
			d.items = append(d.items, env...)
			continue
		}
		d.values(at, old[i], now[j])
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

// order records that the items that both lists have changed their order.
func (d *differ) order(path string, old, now []string) {
	if slices.Equal(old, now) {
		return
	}
	d.items = append(
		d.items,
		Item{Path: path, Kind: ItemChanged, Old: "order " + strings.Join(old, ", "), New: "order " + strings.Join(now, ", ")},
	)
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
