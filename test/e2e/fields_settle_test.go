package e2e

import (
	"errors"
	"regexp"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// firsts are the values of a field to begin with.
func firsts(doc fielddoc.Doc) []any {
	var list []any
	switch typ := doc.Type; {
	case len(doc.Enum) > 0 && typ.Kind == fielddoc.List:
		for _, word := range doc.Enum {
			list = append(list, []any{word})
		}
		return list
	case len(doc.Enum) > 0:
		for _, word := range doc.Enum {
			list = append(list, word)
		}
		return list
	case typ.Kind == fielddoc.Boolean:
		return []any{true, false}
	case typ.Kind == fielddoc.Map:
		return []any{map[string]any{"a": first(typ.Elem)}, map[string]any{"cpu": "1"}}
	default:
		return []any{first(typ)}
	}
}

// first is the plainest value of a type.
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

// texts and numbers are tried if the server requires another value.
var (
	texts   = []string{"a", "/a", "a.b/c", "a.b", "1", "10.0.0.1", "10.0.0.0/8", "metadata.name", "limits.cpu", "1Gi", "true"}
	numbers = []int64{1, 0, 80, 2, 1000, 3600, 30000, -1}
)

// supported is how the server lists the values that it accepts.
var supported = regexp.MustCompile(`supported values: (.*)$`)

// quotedValue finds each value of that list.
var quotedValue = regexp.MustCompile(`"([^"]*)"`)

// settle adds or changes in an object what the server says is wrong in it,
// until it is accepted; the server's last message if it never is.
func (g *growth) settle(grown *unstructured.Unstructured, added fielddoc.Path) error {
	m := mender{schema: g.schema, object: grown, added: added, tried: map[string]int{}}
	for range 12 {
		_, err := g.dryCreate(grown)
		var status *apierrors.StatusError
		if err == nil {
			return nil
		}
		if !errors.As(err, &status) || status.ErrStatus.Details == nil || !m.mend(status.ErrStatus.Details.Causes) {
			return err
		}
	}
	return errors.New("the server always wants something else")
}

// mender changes an object to which a field was added.
type mender struct {
	schema *fielddoc.Schema
	object *unstructured.Unstructured
	added  fielddoc.Path
	tried  map[string]int // by what the server complained of
}

// mend acts on the server's complaints. It reports whether it could act on any.
func (m *mender) mend(causes []metav1.StatusCause) bool {
	acted := false
	for _, cause := range causes {
		path, ok := fielddoc.ParsePath(cause.Field)
		if !ok || len(path) == 0 {
			continue
		}
		value := m.another(cause, path)
		if value == nil {
			acted = m.alone() || acted
			continue
		}
		acted = plant(m.object.Object, path, value) || acted
	}
	return acted
}

// another returns the next value to try after a complaint of the server, nil for none.
func (m *mender) another(cause metav1.StatusCause, path fielddoc.Path) any {
	wanted := cause.Type == metav1.CauseTypeFieldValueRequired
	if cause.Type == metav1.CauseTypeForbidden || (!wanted && !m.added.Covers(path) && !path.Covers(m.added)) {
		return nil
	}
	kind := m.schema.Field(path, m.object.Object).Type.Kind
	n := m.tried[cause.Field]
	m.tried[cause.Field]++
	words := supported.FindStringSubmatch(cause.Message)
	switch {
	case words != nil:
		if list := quotedValue.FindAllStringSubmatch(words[1], -1); n < len(list) {
			return list[n][1]
		}
	case wanted && n == 0:
		return first(m.schema.Field(path, m.object.Object).Type)
	case kind == fielddoc.String && n < len(texts):
		return texts[n]
	case (kind == fielddoc.Integer || kind == fielddoc.IntOrString) && n < len(numbers):
		return numbers[n]
	case kind == fielddoc.Quantity && n < 2:
		return []string{"1Gi", "100m"}[n]
	}
	return nil
}

// alone takes away, once, what stands beside the new field and holds fields:
// unions take only one member.
func (m *mender) alone() bool {
	if m.tried["alone"]++; m.tried["alone"] > 1 || len(m.added) < 3 {
		return false
	}
	holder, _ := at(m.object.Object, m.added[:len(m.added)-1]).(map[string]any)
	acted := false
	for name, value := range holder {
		if _, isMap := value.(map[string]any); isMap && name != lastName(m.added) {
			delete(holder, name)
			acted = true
		}
	}
	return acted
}

// plant sets what an object holds at a path, and makes what should hold it. It
// reports whether there was a place for it.
func plant(object any, path fielddoc.Path, value any) bool {
	for i := 1; i < len(path); i++ {
		if at(object, path[:i]) == nil {
			if path[i-1].List || path[i].List {
				return false
			}
			put(object, path[:i], map[string]any{})
		}
	}
	switch holder := at(object, path[:len(path)-1]).(type) {
	case map[string]any:
		holder[lastName(path)] = value
		return true
	case []any:
		if i := path[len(path)-1].Index; i < len(holder) {
			holder[i] = value
			return true
		}
	}
	return false
}
