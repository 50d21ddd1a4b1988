package e2e

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// testGrown finds defaults that no object at hand shows. It grows the objects
// of the files by every field that their kinds have and they lack, one at a
// time, each bool and word of an enumeration in turn, and lets the server's own
// complaints say what the new part still needs. What the server makes of each
// object must be as the table says.
func (s *fieldServer) testGrown(t *testing.T) {
	g := &growth{fieldServer: s, seen: map[string]bool{}, told: map[string]bool{}}
	for _, o := range manifests(t, "defaults-*.yaml", s.Current) {
		if _, ok := s.resource(o); ok && o.GetName() != "ephemeral" {
			g.schema = s.schema(t, o.GroupVersionKind())
			g.grow(t, o, nil)
		}
	}
	t.Logf("Kubernetes 1.%d: %d objects grown by %d fields and accepted by the server, none with another default than the table has; %d fields not accepted: %s",
		s.minor, g.accepted, len(g.seen)-len(g.refused), len(g.refused), strings.Join(g.refused, ", "))
}

// growth grows objects of one kind.
type growth struct {
	*fieldServer
	schema   *fielddoc.Schema
	seen     map[string]bool // by type and field
	told     map[string]bool // differences
	accepted int
	refused  []string
}

// grow adds the fields that lack in the object, below a path, and goes on in them.
func (g *growth) grow(t *testing.T, o *unstructured.Unstructured, below fielddoc.Path) {
	c := g.schema.Root(o.Object)
	for _, step := range below {
		c = c.Step(step)
	}
	switch value := c.Value().(type) {
	case map[string]any:
		for _, field := range c.Fields() {
			path := field.Path()
			name := path[len(path)-1].Name
			if len(path) == 1 && slices.Contains([]string{"metadata", "status", "apiVersion", "kind"}, name) || name == "managedFields" {
				continue
			}
			if _, there := value[name]; there {
				g.grow(t, o, path)
				continue
			}
			// The spec of a pod is one thing in a pod, another in a template.
			key := fmt.Sprint(g.schema.GVK.Kind == "Pod", " ", c.Type().ID, " ", name)
			if c.Type().ID == "" || len(below) == 0 {
				key = g.schema.GVK.String() + " " + path.String()
			}
			if !g.seen[key] {
				g.seen[key] = true
				g.add(t, o, field)
			}
		}
	case []any:
		for i := range value {
			g.grow(t, o, below.With(fielddoc.Item(i)))
		}
	}
}

// add tries all values that a field may need to have to show a default.
func (g *growth) add(t *testing.T, o *unstructured.Unstructured, field fielddoc.Cursor) {
	done := false
	for _, value := range starts(field.Doc()) {
		grown := g.settle(o, field.Path(), value)
		if grown == nil {
			continue
		}
		g.accepted++
		if !done && field.Type().Kind != fielddoc.String {
			g.grow(t, grown, field.Path())
		}
		done = true
		made, err := g.dryCreate(grown)
		if err != nil {
			t.Errorf("%s %s: %v", grown.GetKind(), field.Path(), err)
			continue
		}
		for _, d := range fielddoc.VerifyDefaults(g.schema, grown.Object, made.Object).Differences {
			text := fmt.Sprintf("%s with %s %v: %s: the server fills in %q, the table has %q", grown.GetKind(), field.Path(), at(grown.Object, field.Path()), d.Path, d.Server, d.Table)
			if key := grown.GetKind() + schemaPath(d.Path) + d.Server; !g.told[key] {
				g.told[key] = true
				t.Error(text)
			}
		}
	}
	if !done {
		g.refused = append(g.refused, g.schema.GVK.Kind+" "+schemaPath(field.Path()))
	}
}

// starts are the values to begin with.
func starts(doc fielddoc.Doc) []any {
	switch typ := doc.Type; {
	case len(doc.Enum) > 0 && typ.Kind == fielddoc.List:
		var list []any
		for _, word := range doc.Enum {
			list = append(list, []any{word})
		}
		return list
	case len(doc.Enum) > 0:
		var list []any
		for _, word := range doc.Enum {
			list = append(list, word)
		}
		return list
	case typ.Kind == fielddoc.Boolean:
		return []any{true, false}
	case typ.Kind == fielddoc.List:
		return []any{[]any{first(typ.Elem)}}
	case typ.Kind == fielddoc.Map:
		return []any{map[string]any{"a": first(typ.Elem)}, map[string]any{"cpu": "1"}}
	default:
		return []any{first(typ)}
	}
}

func first(typ *fielddoc.Type) any {
	switch typ.Kind {
	case fielddoc.Object, fielddoc.Map:
		return map[string]any{}
	case fielddoc.List:
		return []any{first(typ.Elem)}
	case fielddoc.Boolean:
		return true
	case fielddoc.Integer, fielddoc.Number, fielddoc.IntOrString:
		return int64(1)
	case fielddoc.Quantity:
		return "1"
	case fielddoc.Time:
		return "2026-01-01T00:00:00Z"
	case fielddoc.Bytes:
		return "YQ=="
	default:
		if len(typ.Enum) > 0 {
			return typ.Enum[0]
		}
		return "a"
	}
}

// texts and numbers are what is tried where the server wants another value.
var (
	texts   = []string{"a", "/a", "a.b/c", "a.b", "1", "10.0.0.1", "10.0.0.0/8", "metadata.name", "limits.cpu", "1Gi", "a=b", "true", "TCP", "Always", "iqn.2001-04.com.example:a", "https://a.b/c", "YQ==", "a@b", "In", "Equal", "v1"}
	numbers = []int64{1, 0, 80, 2, 1000, 3600, 30000, -1}
)

// supported is how the server lists the values that it accepts.
var supported = regexp.MustCompile(`supported values: (.*)$`)

// settle puts a value into an object and adds or changes what the server says
// is wrong in it, until it is accepted; nil where it never is.
func (g *growth) settle(o *unstructured.Unstructured, path fielddoc.Path, value any) *unstructured.Unstructured {
	grown := o.DeepCopy()
	put(grown.Object, path, value)
	tried := map[string]int{}
	for range 12 {
		_, err := g.dryCreate(grown)
		var status *apierrors.StatusError
		switch {
		case err == nil:
			return grown
		case !errors.As(err, &status) || status.ErrStatus.Details == nil || !g.mend(grown, path, status.ErrStatus.Details.Causes, tried):
			return nil
		}
	}
	return nil
}

// mend acts on the server's complaints. It reports whether it could act on any.
func (g *growth) mend(o *unstructured.Unstructured, added fielddoc.Path, causes []metav1.StatusCause, tried map[string]int) bool {
	acted := false
	for _, cause := range causes {
		path, ok := fielddoc.ParsePath(cause.Field)
		if !ok || len(path) == 0 {
			continue
		}
		if cause.Type == metav1.CauseTypeForbidden || !added.Covers(path) && !path.Covers(added) && cause.Type != metav1.CauseTypeFieldValueRequired {
			acted = g.alone(o, added, tried) || acted
			continue
		}
		typ := g.schema.Field(path, o.Object).Type
		n := tried[cause.Field]
		tried[cause.Field]++
		var value any
		switch words := supported.FindStringSubmatch(cause.Message); {
		case words != nil:
			list := regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(words[1], -1)
			if n >= len(list) {
				continue
			}
			value = list[n][1]
		case cause.Type == metav1.CauseTypeFieldValueRequired && n == 0:
			value = first(typ)
		case typ.Kind == fielddoc.String && n < len(texts):
			value = texts[n]
		case (typ.Kind == fielddoc.Integer || typ.Kind == fielddoc.IntOrString) && n < len(numbers):
			value = numbers[n]
		case typ.Kind == fielddoc.Quantity && n < 2:
			value = []string{"1Gi", "100m"}[n]
		default:
			acted = g.alone(o, added, tried) || acted
			continue
		}
		acted = plant(o.Object, path, value) || acted
	}
	return acted
}

// alone takes away what stands beside the new field and holds fields, for
// unions take only one member.
func (g *growth) alone(o *unstructured.Unstructured, added fielddoc.Path, tried map[string]int) bool {
	if tried["alone"]++; tried["alone"] > 1 || len(added) < 3 {
		return false
	}
	holder, _ := at(o.Object, added[:len(added)-1]).(map[string]any)
	acted := false
	for name, value := range holder {
		if _, isMap := value.(map[string]any); isMap && name != added[len(added)-1].Name {
			delete(holder, name)
			acted = true
		}
	}
	return acted
}

// plant sets what an object holds at a path, and makes what should hold it.
func plant(object any, path fielddoc.Path, value any) bool {
	for i, step := range path[:len(path)-1] {
		next := at(object, path[:i+1])
		if next == nil {
			if step.List || path[i+1].List {
				return false
			}
			put(object, path[:i+1], map[string]any{})
		}
	}
	switch holder := at(object, path[:len(path)-1]).(type) {
	case map[string]any:
		holder[path[len(path)-1].Name] = value
		return true
	case []any:
		if i := path[len(path)-1].Index; i < len(holder) {
			holder[i] = value
			return true
		}
	}
	return false
}
