package annotate

import (
	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// entries returns how many fields are written in a node.
func entries(n *yaml.Node) int {
	count := 0
	if n.Kind == yaml.MappingNode {
		count = len(n.Content) / 2
	}
	for _, child := range n.Content {
		count += entries(child)
	}
	return count
}

// object returns the node of an object: the document, or the item of a list. It
// is nil if the document has no such item.
func object(t *yamltext.Text, item int) *yaml.Node {
	if item < 0 {
		return t.Root
	}
	if items := t.Items(); item < len(items) {
		return yamltext.Resolve(items[item])
	}
	return nil
}

// end returns the index of the line behind the last one of an object.
func end(t *yamltext.Text, item int) int {
	items := t.Items()
	if item < 0 || item >= len(items) {
		return t.Len()
	}
	if item+1 < len(items) {
		return t.Dash(items[item+1])
	}
	return endOfItems(t)
}

// endOfItems returns the index of the line behind the list of a List: of the field after it, such as
// kind, or the end of the text.
func endOfItems(t *yamltext.Text) int {
	for i := 0; t.Root.Kind == yaml.MappingNode && i+2 < len(t.Root.Content); i += 2 {
		if t.Root.Content[i].Value == "items" {
			return t.Root.Content[i+2].Line - 1
		}
	}
	return t.Len()
}
