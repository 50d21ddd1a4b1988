package annotate

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// At returns where the field is in the object.
func (f *Field) At() fielddoc.Path { return f.doc.Path }

// Leaf reports whether the field holds a value, not further fields.
func (f *Field) Leaf() bool { return plain(f.raw) }

// Meaning says what the field means in one sentence.
func (f *Field) Meaning() string {
	if text := f.meaning(false); text != "" {
		return text
	}
	return strings.TrimSuffix(fielddoc.FirstSentence(f.doc.Note), ".")
}

// AddUnset adds the fields that the object does not set: those that are
// "required", or those that are "common" to think of. Only what is in something
// that the object has counts; status and metadata do not.
func (r *Report) AddUnset(s *fielddoc.Schema, object map[string]any, which string) {
	if which == "" {
		return
	}
	var walk func(c fielddoc.Cursor)
	walk = func(c fielddoc.Cursor) {
		switch v := c.Value().(type) {
		case []any:
			for i := range v {
				walk(c.Step(fielddoc.Item(i)))
			}
		case map[string]any:
			for _, f := range c.Fields() {
				path := f.Path()
				if path[0].Name == "status" || (path[0].Name == "metadata" && which == "common") || managedField(path) {
					continue
				}
				if _, set := v[path[len(path)-1].Name]; set {
					walk(f)
					continue
				}
				if (which == "required" && f.Required()) || (which == "common" && f.Common()) {
					r.Unset = append(r.Unset, unset(f))
				}
			}
		}
	}
	walk(s.Root(object))
}

func unset(c fielddoc.Cursor) Unset {
	d := c.Doc()
	u := Unset{Path: d.Path.String(), Type: d.Type.Name(), Note: fielddoc.FirstSentence(d.Note)}
	if u.Note == "" {
		u.Note = fielddoc.FirstSentence(d.Description)
	}
	if d.DefaultKnown {
		u.Default = &d.Default
	}
	return u
}

// JSON returns a YAML or JSON document as JSON with its fields in their order,
// for writing it anew.
func JSON(text []byte) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("parse manifest: %w", err)
	}
	var b strings.Builder
	if len(document.Content) == 0 {
		return []byte("null"), nil
	}
	err := writeJSON(&b, document.Content[0], 0)
	return []byte(b.String()), err
}

func writeJSON(b *strings.Builder, n *yaml.Node, depth int) error {
	n = resolve(n)
	switch {
	case depth > maxDepth:
		return fmt.Errorf("line %d: too deep", n.Line)
	case n.Kind == yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(quoted(n.Content[i].Value))
			b.WriteByte(':')
			if err := writeJSON(b, n.Content[i+1], depth+1); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	case n.Kind == yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, item, depth+1); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	default:
		return writeScalar(b, n)
	}
	return nil
}

func writeScalar(b *strings.Builder, n *yaml.Node) error {
	if n.ShortTag() == "!!str" || n.ShortTag() == "!!timestamp" || n.ShortTag() == "!!binary" {
		b.Write(quoted(n.Value))
		return nil
	}
	if json.Valid([]byte(n.Value)) {
		b.WriteString(n.Value)
		return nil
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	b.Write(data)
	return nil
}

// quoted returns text as a JSON string. Strings always marshal.
func quoted(text string) []byte {
	data, err := json.Marshal(text)
	if err != nil {
		return []byte(`""`)
	}
	return data
}
