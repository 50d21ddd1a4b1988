package annotate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// Manifest is one YAML document: an object, or a list of objects. JSON can be
// read too, for the places of fields; to be annotated it has to be rewritten
// as YAML.
type Manifest struct {
	lines []line
	root  *yaml.Node
}

// Parse reads one document. The text is not changed.
func Parse(text []byte) (*Manifest, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("parse manifest: %w", err)
	}
	m := &Manifest{lines: split(string(text)), root: &document}
	if document.Kind == yaml.DocumentNode && len(document.Content) == 1 {
		m.root = resolve(document.Content[0])
	}
	return m, nil
}

// Rewritable reports whether text has to be written anew as block YAML before
// it can be annotated: JSON, a flow mapping as a whole, or line breaks that
// only YAML knows.
func Rewritable(text []byte) bool {
	trimmed := bytes.TrimSpace(text)
	return (len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')) || exotic(string(text))
}

// resolve follows an alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// object returns the node of the object: the document, or the item of a list.
// It is nil where the document has no such item.
func (m *Manifest) object(item int) *yaml.Node {
	if item < 0 {
		return m.root
	}
	list := m.root
	if list.Kind == yaml.MappingNode {
		list = child(list, "items")
	}
	if list == nil || list.Kind != yaml.SequenceNode || item >= len(list.Content) {
		return nil
	}
	return resolve(list.Content[item])
}

func child(mapping *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return resolve(mapping.Content[i+1])
		}
	}
	return nil
}

// place is where a field is written.
type place struct {
	cursor     fielddoc.Cursor
	key, value *yaml.Node
	// indent is that of the mapping which has the field.
	indent int
	// flow tells that the field stands inside braces or brackets.
	flow bool
	// above are the lines, counted from 1, of the fields and list items that hold it.
	above []int
	// again is the line, counted from 1, on which the field is set once more; 0 for none.
	again int
}

// places calls found for every field of an object, in the order of the text.
// Fields that a merge key brings in stand where they are written.
func (m *Manifest) places(s *fielddoc.Schema, o Object, found func(place)) {
	node := m.object(o.Item)
	if node == nil {
		return
	}
	walker{m, found}.walk(s.Root(o.Value), node, false, []int{m.dash(node)})
}

// Aliased reports whether the manifest has aliases, so that parts of it do not
// stand for themselves.
func (m *Manifest) Aliased() bool { return aliased(m.root) }

func aliased(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, aliased)
}

// dash returns the line, counted from 1, on which a list item begins: that of
// its dash, which can stand alone above it.
func (m *Manifest) dash(item *yaml.Node) int {
	for at := item.Line; at > 0 && at <= len(m.lines); at-- {
		text := strings.TrimLeft(m.lines[at-1].text, " ")
		switch {
		case at == item.Line && strings.Contains(m.lines[at-1].text[:byteAt(m.lines[at-1].text, item.Column-1)], "-"):
			return at
		case at == item.Line, text == "", text[0] == '#':
		case text[0] == '-':
			return at
		default:
			return item.Line
		}
	}
	return item.Line
}

type walker struct {
	manifest *Manifest
	found    func(place)
}

// maxDepth ends documents whose aliases lead in a circle.
const maxDepth = 200

func (w walker) walk(c fielddoc.Cursor, node *yaml.Node, flow bool, above []int) {
	if len(above) > maxDepth {
		return
	}
	node = resolve(node)
	flow = flow || node.Style&yaml.FlowStyle != 0
	switch node.Kind {
	case yaml.MappingNode:
		w.fields(c, node, flow, above, map[string]bool{})
	case yaml.SequenceNode:
		for i, item := range node.Content {
			w.walk(c.Step(fielddoc.Item(i)), item, flow, with(above, w.manifest.dash(item)))
		}
	default: // a scalar has no fields
	}
}

// fields walks the fields of a mapping, then those that it merges and does not
// have itself.
func (w walker) fields(c fielddoc.Cursor, node *yaml.Node, flow bool, above []int, seen map[string]bool) {
	var merges []*yaml.Node
	last := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		last[resolve(node.Content[i]).Value] = resolve(node.Content[i]).Line
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Tag == "!!merge" {
			merges = append(merges, merged(value)...)
			continue
		}
		key = resolve(key)
		if seen[key.Value] {
			continue
		}
		seen[key.Value] = true
		next := c.Key(key.Value)
		at := place{cursor: next, key: key, value: value, indent: node.Column - 1, flow: flow, above: above}
		if line := last[key.Value]; line != key.Line {
			at.again = line
		}
		w.found(at)
		w.walk(next, value, flow, with(above, key.Line))
	}
	for _, from := range merges {
		if from.Kind == yaml.MappingNode && len(above) < maxDepth {
			w.fields(c, from, flow, with(above, from.Line), seen)
		}
	}
}

// with returns lines with one more, sharing nothing.
func with(lines []int, one int) []int { return append(lines[:len(lines):len(lines)], one) }

// merged returns the mappings that a merge key names.
func merged(value *yaml.Node) []*yaml.Node {
	value = resolve(value)
	if value.Kind != yaml.SequenceNode {
		return []*yaml.Node{value}
	}
	nodes := make([]*yaml.Node, len(value.Content))
	for i, n := range value.Content {
		nodes[i] = resolve(n)
	}
	return nodes
}
