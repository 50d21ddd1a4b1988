package e2e

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// The kinds of mutations, which are the rows of the score.
const (
	deletion    = "delete"
	wrongType   = "wrong type"
	outOfRange  = "out of range"
	unknownWord = "unknown enum"
	malformed   = "malformed"
	emptiness   = "empty"
	duplicate   = "duplicate"
	otherValue  = "cross-field: another value"
	addition    = "cross-field: field added"
)

// mutation is one way to break a field.
type mutation struct {
	name  string
	value any // nil removes the field
}

// mutations returns the ways to break a field that has a value.
func mutations(doc fielddoc.Doc, value any) []mutation {
	list := []mutation{{deletion, nil}}
	add := func(name string, values ...any) {
		for _, v := range values {
			list = append(list, mutation{name, v})
		}
	}
	mapping := map[string]any{"a": "b"}
	switch doc.Type.Kind {
	case fielddoc.Boolean:
		add(wrongType, "true", int64(1), mapping)
		add(otherValue, value != true)
	case fielddoc.Integer, fielddoc.Number:
		add(wrongType, "1", mapping, true)
		add(outOfRange, int64(-1), int64(0), int64(1<<31), int64(70000), 1e19, 1.5)
	case fielddoc.IntOrString:
		add(wrongType, true, mapping, []any{int64(1)})
		add(outOfRange, int64(-1), int64(0), int64(70000), "150%", "-5%")
		add(malformed, "Not A Port", "5.5%")
	case fielddoc.Quantity:
		add(wrongType, mapping, true)
		add(outOfRange, "-1", "0", "1.5")
		add(malformed, "1Gb", "one")
	case fielddoc.Time, fielddoc.Bytes:
		add(wrongType, int64(1), mapping)
		add(malformed, "yesterday?")
	case fielddoc.List:
		add(wrongType, mapping, "a")
		add(emptiness, []any{})
		if items, ok := value.([]any); ok && len(items) > 0 {
			add(duplicate, append(slices.Clone(items), items[0]))
		}
	case fielddoc.Map:
		add(wrongType, "a", []any{"a"})
		add(emptiness, map[string]any{})
		add(malformed, map[string]any{"Not A Key!": first(doc.Type.Elem)}, map[string]any{strings.Repeat("k", 300): first(doc.Type.Elem)})
		if doc.Type.Elem.Kind == fielddoc.String {
			add(malformed, map[string]any{"a": "Not A Value!"})
		}
	case fielddoc.Object:
		add(wrongType, "a", []any{"a"})
		add(emptiness, map[string]any{})
	case fielddoc.String:
		add(wrongType, int64(1), mapping, true)
		add(emptiness, "")
		list = append(list, textMutations(doc, value)...)
	case fielddoc.Any:
	}
	return list
}

// textMutations returns the ways to break a text.
func textMutations(doc fielddoc.Doc, value any) []mutation {
	var list []mutation
	word, _ := value.(string)
	for _, other := range doc.Enum {
		if other != word && !strings.Contains(other, "*") { // which stands for more than one value
			list = append(list, mutation{otherValue, other})
		}
	}
	list = append(list, mutation{unknownWord, "Xyzzy"})
	if len(doc.Enum) > 0 {
		return append(list, mutation{unknownWord, strings.ToLower(word)}, mutation{unknownWord, word + "x"})
	}
	return append(list,
		mutation{malformed, "Not A Name!"},
		mutation{malformed, strings.Repeat("a", 300)},
		mutation{malformed, "/../" + word},
		mutation{malformed, "1"},
	)
}
