package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	kjson "k8s.io/apimachinery/pkg/util/json"
)

// ObjectError is why an object cannot be decoded:
// "decode Deployment shop/web: spec.replicas: string instead of a number".
type ObjectError struct {
	Kind string
	Name string // with its namespace; empty if it has none
	Err  error
}

// Error names the object and the cause.
func (e *ObjectError) Error() string {
	return "decode " + strings.TrimSpace(e.Kind+" "+e.Name) + ": " + e.Err.Error()
}

// Nameless returns the error without the name, which differs between objects that have the same fault.
func (e *ObjectError) Nameless() string { return "decode " + e.Kind + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ObjectError) Unwrap() error { return e.Err }

// fieldError is a field whose value has the wrong type for its object.
type fieldError struct {
	path  []string // field names, and indexes as "[0]"
	cause string
}

// Error names the field and the problem: "spec.replicas: string instead of a number".
func (e *fieldError) Error() string {
	return strings.ReplaceAll(strings.Join(e.path, "."), ".[", "[") + ": " + e.cause
}

// typeError returns an error that names the object and the field of the wrong type.
func typeError(h *Header, data []byte, into func() any, err error) error {
	var generic any
	if kjson.Unmarshal(data, &generic) == nil {
		path, cause := wrongField(generic, into, func(v any) any { return v })
		if len(path) > 0 {
			err = &fieldError{path, cause}
		}
	}
	return &ObjectError{Kind: h.Kind, Name: h.FullName(), Err: err}
}

// wrongField finds the first field, in the order of names, whose value alone
// cannot be decoded: the decoder's own errors name types, and fields seldom.
// into makes a new value of the object's type. place wraps a value in its parents, of which each then has
// no other field: for spec.replicas it makes {"spec": {"replicas": v}}.
func wrongField(v any, into func() any, place func(any) any) (path []string, cause string) {
	decodes := func(v any) error {
		data, _ := json.Marshal(place(v)) // what was parsed from JSON
		return kjson.Unmarshal(data, into())
	}
	err := decodes(v)
	if err == nil {
		return nil, ""
	}
	// A mapping in the place of a list is wrong itself, whatever it holds.
	switch v := v.(type) {
	case map[string]any:
		if decodes(map[string]any{}) == nil {
			path, cause = wrongMember(v, into, place)
		}
	case []any:
		if decodes([]any{}) == nil {
			path, cause = wrongElement(v, into, place)
		}
	}
	if cause != "" {
		return path, cause
	}
	return nil, typeCause(err)
}

// wrongMember is wrongField for the members of a mapping.
func wrongMember(v map[string]any, into func() any, place func(any) any) (path []string, cause string) {
	for _, key := range slices.Sorted(maps.Keys(v)) {
		inner, cause := wrongField(v[key], into, func(v any) any { return place(map[string]any{key: v}) })
		if cause != "" {
			return append([]string{key}, inner...), cause
		}
	}
	return nil, ""
}

// wrongElement is wrongField for the elements of a list. Each is tried as the only one: its index in
// the path is the one that it has in the file.
func wrongElement(v []any, into func() any, place func(any) any) (path []string, cause string) {
	for i, element := range v {
		inner, cause := wrongField(element, into, func(v any) any { return place([]any{v}) })
		if cause != "" {
			return append([]string{indexStep(i)}, inner...), cause
		}
	}
	return nil, ""
}

// indexStep returns the part of a path that is an element of a list: "[2]".
func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// typeCause returns an error of the decoder in the words of a manifest: "number instead of a string".
func typeCause(err error) string {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Sprintf("%s instead of %s", wrong.Value, plainType(wrong.Type))
	}
	return err.Error()
}

// plainType names a Go type in the words of a manifest.
func plainType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "a mapping"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return t.String()
	}
}

// lineOf returns the line in text, from 0, of the field at path; of the last of
// its parents that is found.
func lineOf(text []byte, path []string) int {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return 0
	}
	node := doc.Content[0]
	line := doc.Content[0].Line
	for _, name := range path {
		key, value := child(node, name)
		if value == nil { // it may come from an alias or a merge key: the line of its parent has to do
			break
		}
		node = value
		line = key.Line
	}
	return line - 1
}

// child returns the node of a field or element, and the node at which it begins.
func child(node *yaml.Node, name string) (key, value *yaml.Node) {
	switch node.Kind {
	case yaml.MappingNode:
		return member(node, name)
	case yaml.SequenceNode:
		i, err := strconv.Atoi(strings.Trim(name, "[]"))
		if err == nil && i < len(node.Content) {
			return node.Content[i], node.Content[i]
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return nil, nil
}

// member returns the key and the value of a field. The content of a mapping's node is keys and values in turn.
func member(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}

// longSearch is how many bytes a text has, from which on it is not parsed once more to find the line of
// a field.
const longSearch = 1 << 20

// LineOf returns the line of the field of item i that err, an error of Decode,
// names, or else the line of the item.
func (v *Document) LineOf(i int, err error) int {
	field := (*fieldError)(nil)
	if !errors.As(err, &field) || len(v.Text) > longSearch {
		return v.Items[i].Line
	}
	path := field.path
	if v.List.IsList {
		path = append([]string{"items", indexStep(i)}, path...)
	}
	return max(v.Line+lineOf(v.Text, path), v.Items[i].Line) // at least that of the item, if the field is not found
}
