package annotate

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// secrets knows which values of an object must not be shown.
type secrets struct {
	show   bool           // --show-secrets: nothing is hidden
	kind   string         // of the object
	object map[string]any // for the names beside a value
}

// hide returns the value at path as it may be shown, and the number of
// credentials that were removed from it. A value is judged by the name of its
// field, or by the name beside it in a list of names and values.
func (s secrets) hide(path fielddoc.Path, value any) (any, int) {
	if s.show || value == nil || value == "" || len(path) == 0 {
		return value, 0
	}
	if s.inSecret(path) {
		return redact.Mark, 1
	}
	switch v := value.(type) {
	case string:
		return marked(redact.Value(s.nameOf(path), v))
	case []any:
		return s.hideList(path, v)
	case map[string]any, bool:
		return value, 0
	}
	data, err := json.Marshal(value) // a number
	if shown, hidden := redact.Value(s.nameOf(path), string(data)); hidden || err != nil {
		return shown, 1
	}
	return value, 0
}

// marked returns what redact.Value returns in the form of hide.
func marked(text string, hidden bool) (any, int) {
	if hidden {
		return text, 1
	}
	return text, 0
}

// hideList redacts a list of words as a command line.
func (s secrets) hideList(path fielddoc.Path, list []any) (any, int) {
	words := make([]string, len(list))
	for i, item := range list {
		word, ok := item.(string)
		if !ok {
			return list, 0
		}
		words[i] = word
	}
	shown, n := redact.Args(words)
	for i, word := range shown { // and each word alone, by the name of the field
		one, hidden := redact.Value(s.nameOf(path), word)
		if hidden {
			shown[i] = one
			n++
		}
	}
	out := make([]any, len(shown))
	for i, word := range shown {
		out[i] = word
	}
	return out, n
}

// annotation reports whether path is one of the object's annotations.
func annotation(path fielddoc.Path) bool {
	return len(path) > 2 && path[len(path)-2].Name == "annotations" && path[len(path)-3].Name == "metadata"
}

// secretFields are the fields of a Secret that hold no secret values. All others
// do, those that are spelt wrong among them.
var secretFields = []string{"apiVersion", "kind", "metadata", "type", "immutable"}

// inSecret reports whether a path leads to a value of a Secret: of the object
// itself, or of one that is in it, as in a list.
func (s secrets) inSecret(path fielddoc.Path) bool {
	var value any = s.object
	for i, step := range path {
		switch v := value.(type) {
		case map[string]any:
			if isSecret(v, i == 0, s.kind) && !slices.Contains(secretFields, step.Name) {
				return true
			}
			value = v[step.Name]
		case []any:
			if step.Index >= len(v) {
				return false
			}
			value = v[step.Index]
		default:
			return false
		}
	}
	return false
}

// isSecret reports whether m is a Secret. A reference to one, which has a kind,
// too, has no metadata.
func isSecret(m map[string]any, root bool, kind string) bool {
	name, _ := m["kind"].(string)
	if root && name == "" {
		name = kind
	}
	_, object := m["metadata"]
	return strings.EqualFold(name, "Secret") && (root || object)
}

// nameOf returns the name that applies to the value at path: the field's, or that
// of the list item it is the value of.
func (s secrets) nameOf(path fielddoc.Path) string {
	last := path[len(path)-1].Name
	if last == "value" {
		for _, key := range []string{"name", "key"} {
			if name := s.sibling(path, key); name != "" {
				return name
			}
		}
	}
	return last
}

// sibling returns the string field name beside the one at path.
func (s secrets) sibling(path fielddoc.Path, name string) string {
	m, _ := valueAt(s.object, path[:len(path)-1]).(map[string]any)
	text, _ := m[name].(string)
	return text
}

// valueAt returns what an object holds at a path, nil if there is nothing.
func valueAt(object map[string]any, path fielddoc.Path) any {
	var value any = object
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step.Name]
		case []any:
			if step.Index >= len(v) {
				return nil
			}
			value = v[step.Index]
		default:
			return nil
		}
	}
	return value
}

// Redactions returns what is to be written in the place of the scalars from
// which credentials were taken out.
func Redactions(reports []*Report) map[*yaml.Node]string {
	values := map[*yaml.Node]string{}
	for _, r := range reports {
		for i := range r.Fields {
			if f := &r.Fields[i]; f.hidden {
				f.redactions(yamltext.Resolve(r.places[f.place].value), values)
			}
		}
	}
	return values
}

// redactions records which nodes of the text are shown in another form, because the report hides a
// credential in them.
func (f *Field) redactions(node *yaml.Node, values map[*yaml.Node]string) {
	switch shown := f.Value.(type) {
	case string:
		if node.Kind == yaml.ScalarNode {
			values[node] = shown
			return
		}
		for _, item := range node.Content {
			values[yamltext.Resolve(item)] = shown
		}
	case []any:
		raw, _ := f.raw.([]any)
		for i, item := range shown {
			text, ok := item.(string)
			if ok && i < len(raw) && text != raw[i] && i < len(node.Content) {
				values[yamltext.Resolve(node.Content[i])] = text
			}
		}
	}
}

// hideAll returns a value as it may be shown, with all that is in it.
func (s secrets) hideAll(path fielddoc.Path, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[name] = s.hideAll(path.With(fielddoc.Key(name)), inner)
		}
		return out
	case []any:
		if _, ok := objects(v); !ok || len(v) == 0 {
			break
		}
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = s.hideAll(path.With(fielddoc.Item(i)), inner)
		}
		return out
	}
	shown, _ := s.hide(path, value)
	return shown
}
