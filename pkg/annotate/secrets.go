package annotate

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// secrets knows which values of an object must not be shown.
type secrets struct {
	show   bool
	kind   string
	object map[string]any
}

// hide returns the value at path as it may be shown, and how many credentials
// were taken out of it.
func (s secrets) hide(path fielddoc.Path, value any) (any, int) {
	if s.show {
		return value, 0
	}
	last := path[len(path)-1].Name
	words, isList := value.([]any)
	word, isString := value.(string)
	switch {
	case value == "":
	case s.kind == "" && isString: // no object of Kubernetes: nothing is known but names
		return marked(redact.Value(last, word))
	case s.kind == "Secret" && len(path) > 1 && (path[0].Name == "data" || path[0].Name == "stringData"):
		return redact.Mark, 1
	case last == "value" && len(path) > 2 && path[len(path)-2].List && path[len(path)-3].Name == "env":
		if !isString { // a mistake, and all the more likely to be seen
			data, err := json.Marshal(value)
			word = string(data)
			if shown, hidden := redact.Value(s.sibling(path, "name"), word); hidden || err != nil {
				return shown, 1
			}
			return value, 0
		}
		return marked(redact.Value(s.sibling(path, "name"), word))
	case isString && (annotation(path) || (s.kind == "ConfigMap" && len(path) == 2 && path[0].Name == "data")):
		return marked(redact.Value(last, word))
	case isString && path[0].Name == "status" && last == "message":
		return redact.Text(word)
	case isList && (last == "args" || last == "command"):
		return hideArgs(words)
	}
	return value, 0
}

func marked(text string, hidden bool) (any, int) {
	if hidden {
		return text, 1
	}
	return text, 0
}

func hideArgs(list []any) (any, int) {
	words := make([]string, len(list))
	for i, item := range list {
		word, ok := item.(string)
		if !ok {
			return list, 0
		}
		words[i] = word
	}
	shown, n := redact.Args(words)
	out := make([]any, len(shown))
	for i, word := range shown {
		out[i] = word
	}
	return out, n
}

func annotation(path fielddoc.Path) bool {
	return len(path) > 2 && path[len(path)-2].Name == "annotations" && path[len(path)-3].Name == "metadata"
}

// sibling returns the string field name beside the one at path.
func (s secrets) sibling(path fielddoc.Path, name string) string {
	var value any = s.object
	for _, step := range path[:len(path)-1] {
		switch v := value.(type) {
		case map[string]any:
			value = v[step.Name]
		case []any:
			if step.Index >= len(v) {
				return ""
			}
			value = v[step.Index]
		}
	}
	m, _ := value.(map[string]any)
	text, _ := m[name].(string)
	return text
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
