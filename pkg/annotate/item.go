package annotate

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Item returns the text of one object of a list as a document of its own, with
// its comments and less indented. ok is false where it cannot stand alone: a
// list in braces, or one whose items refer to each other.
func (m *Manifest) Item(i int) (text string, ok bool) {
	node := m.object(i)
	if i < 0 || node == nil || node.Kind != yaml.MappingNode || node.Style&yaml.FlowStyle != 0 {
		return "", false
	}
	from, end := m.dash(node)-1, len(m.lines)
	if next := m.object(i + 1); next != nil {
		end = m.dash(next) - 1
	}
	indent := node.Column - 1
	var b strings.Builder
	for at := from; at < end && at >= 0; at++ {
		l := m.lines[at]
		cut := min(indent, len(l.text)-len(strings.TrimLeft(l.text, " ")))
		if at == from {
			cut = min(indent, len(l.text)) // the dash
		}
		if at > from && cut < indent && strings.TrimSpace(l.text) != "" {
			break // what follows the list
		}
		b.WriteString(l.text[cut:] + l.end)
	}
	var alone yaml.Node
	if yaml.Unmarshal([]byte(b.String()), &alone) != nil || len(alone.Content) != 1 || !equal(alone.Content[0], node, 0) {
		return "", false
	}
	return b.String(), true
}

// equal reports whether two nodes mean the same value.
func equal(a, b *yaml.Node, depth int) bool {
	a, b = resolve(a), resolve(b)
	if depth > maxDepth || a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i], depth+1) {
			return false
		}
	}
	return true
}
