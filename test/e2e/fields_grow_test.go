package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// testGrown finds defaults that no object at hand shows. It grows the objects
// of the files by every field that their kinds have and they lack, one at a
// time, each bool and word of an enumeration in turn, and lets the server's own
// complaints and grow.yaml say what the new part still needs. What the server
// makes of each object must be as the table says.
func (s *fieldServer) testGrown(t *testing.T) {
	g := &growth{fieldServer: s, added: map[string]bool{}, refused: map[string]string{}, reported: map[string]bool{}}
	readTable(t, "grow.yaml", &g.how)
	for _, o := range manifests(t, "defaults-*.yaml", s.Current) {
		// What extends the API has fields that follow from each other all over it.
		extends := slices.Contains([]string{"apiextensions.k8s.io", "apiregistration.k8s.io"}, o.GroupVersionKind().Group)
		if _, ok := s.resource(o); ok && o.GetName() != "ephemeral" && !extends {
			g.schema = s.schema(t, o.GroupVersionKind())
			g.grow(t, o, nil)
		}
	}
	absent := 0 // in a server of an older version
	for _, field := range slices.Sorted(maps.Keys(g.refused)) {
		if words := g.refused[field]; strings.Contains(words, "unknown field") {
			absent++
		} else if g.how.Never[field] == "" {
			t.Errorf("%s could not be added: %s", field, words)
		}
	}
	t.Logf(
		"Kubernetes 1.%d: %d fields tried, %d of them added in %d ways, with %d differences; %d cannot be added, %d this version does not have",
		s.minor,
		len(g.added),
		g.grown,
		g.ways,
		len(g.reported),
		len(g.refused)-absent,
		absent,
	)
}

// howToGrow is what grow.yaml says.
type howToGrow struct {
	Never  map[string]string                    `json:"never"`  // why a field cannot be added, by type and field
	Beside map[string]map[string]map[string]any `json:"beside"` // by type, then field
}

// growth grows objects, of one kind at a time.
type growth struct {
	*fieldServer
	schema   *fielddoc.Schema
	how      howToGrow
	added    map[string]bool   // by type and field
	refused  map[string]string // the server's last message
	reported map[string]bool   // differences
	grown    int               // fields added
	ways     int               // values that they were added with
}

// grow adds the fields that lack in the object, below a path, and those below them.
func (g *growth) grow(t *testing.T, o *unstructured.Unstructured, below fielddoc.Path) {
	c := g.schema.Root(o.Object)
	for _, step := range below {
		c = c.Step(step)
	}
	switch value := c.Value().(type) {
	case map[string]any:
		for _, field := range c.Fields() {
			name := lastName(field.Path())
			key := g.key(c, name)
			_, there := value[name]
			switch {
			case name == "metadata" || name == "status" || (len(below) == 0 && (name == "apiVersion" || name == "kind")):
			case there:
				g.accepted(key)
				g.grow(t, o, field.Path())
			case !g.added[g.place(key)]:
				g.add(t, o, field, key)
			}
		}
	case []any:
		for i := range value {
			g.grow(t, o, below.With(fielddoc.Item(i)))
		}
	}
}

// key names a field by the type that holds it, or by the kind.
func (g *growth) key(holder fielddoc.Cursor, name string) string {
	id := holder.Type().ID
	if id == "" {
		id = g.schema.GVK.Kind + holder.Path().Names()
	}
	return id + " " + name
}

// place distinguishes what a type stands for: a pod, or a template of pods.
func (g *growth) place(key string) string {
	if g.schema.GVK.Kind == "Pod" {
		return "Pod " + key
	}
	return key
}

func (g *growth) accepted(key string) {
	g.added[g.place(key)] = true
	delete(g.refused, key)
}

// add tries all values that a field may need to have to show a default.
func (g *growth) add(t *testing.T, o *unstructured.Unstructured, field fielddoc.Cursor, key string) {
	done := false
	for _, grown := range g.starts(o, field, key) {
		if err := g.settle(grown, field.Path()); err != nil {
			if !g.added[key] && !g.added["Pod "+key] {
				g.refused[key] = err.Error()
			}
			continue
		}
		g.accepted(key)
		g.ways++
		g.compare(t, grown, field.Path())
		if !done && field.Type().Kind != fielddoc.String {
			g.grow(t, grown, field.Path())
		}
		done = true
	}
	if done {
		g.grown++
	}
}

// compare holds what the server makes of an object against the table.
func (g *growth) compare(t *testing.T, grown *unstructured.Unstructured, added fielddoc.Path) {
	made, err := g.dryCreate(grown)
	if err != nil {
		t.Errorf("%s %s: %v", grown.GetKind(), added, err)
		return
	}
	for _, d := range g.verify(g.schema, grown, made) {
		if key := grown.GetKind() + d.Path.Names() + d.Server; !g.reported[key] {
			g.reported[key] = true
			t.Errorf(
				"%s with %s %v: %s: the server fills in %q, the table has %q",
				grown.GetKind(),
				added,
				at(grown.Object, added),
				d.Path,
				d.Server,
				d.Table,
			)
		}
	}
}

// starts returns the object with each of the values of a field to begin with.
func (g *growth) starts(o *unstructured.Unstructured, field fielddoc.Cursor, key string) []*unstructured.Unstructured {
	path := field.Path()
	holder, name, _ := strings.Cut(key, " ")
	patch := g.how.Beside[holder][name]
	values := firsts(field.Doc())
	if value, ok := patch[name]; ok {
		values = []any{value}
	}
	var list []*unstructured.Unstructured
	for _, value := range values {
		grown := o.DeepCopy()
		merge(at(grown.Object, path[:len(path)-1]), patch)
		put(grown.Object, path, value)
		list = append(list, grown.DeepCopy()) // what the patch holds is shared
	}
	return list
}

// merge sets fields of an object, and takes away those that are null.
func merge(object any, patch map[string]any) {
	holder, _ := object.(map[string]any)
	for name, value := range patch {
		if value == nil {
			delete(holder, name)
			continue
		}
		holder[name] = value
	}
}
