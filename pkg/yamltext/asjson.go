package yamltext

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// AsJSON returns the document's value as JSON with its fields in their order.
// It fails if a value has no form in JSON, or is too deep.
func (t *Text) AsJSON() ([]byte, error) {
	if t.Root == nil {
		return []byte("null"), nil
	}
	var b strings.Builder
	err := writeJSON(&b, t.Root, 0)
	return []byte(b.String()), err
}

// writeJSON writes a node as JSON. Aliases are followed, to a depth that no manifest needs.
func writeJSON(b *strings.Builder, n *yaml.Node, depth int) error {
	n = Resolve(n)
	switch {
	case depth > MaxDepth:
		return fmt.Errorf("line %d: nested too deep", n.Line)
	case n.Kind == yaml.MappingNode:
		return writeFields(b, n, depth)
	case n.Kind == yaml.SequenceNode:
		return writeItems(b, n, depth)
	default:
		return writeScalar(b, n)
	}
}

// writeItems writes a sequence.
func writeItems(b *strings.Builder, n *yaml.Node, depth int) error {
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
	return nil
}

// writeFields writes a mapping with its keys in the order of the text.
func writeFields(b *strings.Builder, n *yaml.Node, depth int) error {
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
	return nil
}

// writeScalar writes a scalar. A number is copied, not decoded: it keeps all of its digits.
func writeScalar(b *strings.Builder, n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!str", "!!timestamp", "!!binary":
		b.Write(quoted(n.Value))
		return nil
	}
	if json.Valid([]byte(n.Value)) {
		b.WriteString(n.Value)
		return nil
	}
	return writeDecoded(b, n)
}

// writeDecoded writes a scalar that YAML writes in a form of its own: 0o17, .5 or ~.
func writeDecoded(b *strings.Builder, n *yaml.Node) error {
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
