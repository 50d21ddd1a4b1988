package yamltext

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxDepth is how many levels of nesting are looked at. What Kubernetes has is
// at most some dozen deep.
const MaxDepth = 200

// Items returns the nodes of the elements of the document's list: of the
// document itself, or of its field "items".
func (t *Text) Items() []*yaml.Node {
	list := t.Root
	if list != nil && list.Kind == yaml.MappingNode {
		list = Child(list, "items")
	}
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	return list.Content
}

// Child returns the value of a key of a mapping, nil if it has no such key.
func Child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return Resolve(mapping.Content[i+1])
		}
	}
	return nil
}

// Dash returns the index of the line on which an element of a block sequence
// begins: that of its dash, which can stand alone above it.
func (t *Text) Dash(element *yaml.Node) int {
	start := element.Line - 1
	if start < 0 || start >= len(t.lines) {
		return 0
	}
	s := scanner{lines: t.lines}
	if strings.Contains(t.lines[start].Text[:s.byteAt(start, element.Column-1)], "-") {
		return start
	}
	if at := t.dashAbove(start); at >= 0 {
		return at
	}
	return start
}

// dashAbove returns the line above that has the dash of an element alone on it, or -1. Empty lines and
// comments may be between them.
func (t *Text) dashAbove(start int) int {
	for at := start - 1; at >= 0; at-- {
		text := strings.TrimLeft(t.lines[at].Text, " ")
		switch {
		case text == "" || text[0] == '#':
		case text[0] == '-':
			return at
		default:
			return -1
		}
	}
	return -1
}

// Item returns the text of one element of the document's list as a document of
// its own, with its comments and less indented. ok is false if it cannot stand
// alone: a list in braces, or one whose elements refer to each other.
func (t *Text) Item(i int) (text string, ok bool) {
	items := t.Items()
	if i < 0 || i >= len(items) {
		return "", false
	}
	node := Resolve(items[i])
	if t.JSON || node.Kind != yaml.MappingNode || node.Style&yaml.FlowStyle != 0 || items[i].Kind == yaml.AliasNode {
		return "", false
	}
	from := t.Dash(node)
	end := len(t.lines)
	if i+1 < len(items) {
		end = t.Dash(items[i+1])
	}
	text = t.outdented(from, end, node.Column-1)
	if !means(text, node) {
		return "", false
	}
	return text, true
}

// means reports whether a text alone is the value of a node. It is not if an alias in it stands for
// something outside, or if the cut went through something that was not understood.
func means(text string, node *yaml.Node) bool {
	var alone yaml.Node
	return yaml.Unmarshal([]byte(text), &alone) == nil && len(alone.Content) == 1 && equal(alone.Content[0], node, 0)
}

// outdented returns lines without their first columns: the dash and blanks of
// the first one, and as many blanks of the others. It ends before a line that
// belongs to what holds the list.
func (t *Text) outdented(from, end, columns int) string {
	var b strings.Builder
	for at := from; at < end; at++ {
		l := t.lines[at]
		cut := min(columns, len(t.Indent(at)))
		if at == from {
			cut = min(columns, len(l.Text))
		} else if cut < columns && strings.TrimSpace(l.Text) != "" {
			break
		}
		b.WriteString(l.Text[cut:] + l.End)
	}
	return b.String()
}

// equal reports whether two nodes mean the same value.
func equal(a, b *yaml.Node, depth int) bool {
	a = Resolve(a)
	b = Resolve(b)
	if depth > MaxDepth || a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i], depth+1) {
			return false
		}
	}
	return true
}

// Aliased reports whether the document has aliases, so that parts of it do not
// stand for themselves.
func (t *Text) Aliased() bool { return t.Root != nil && aliased(t.Root) }

// aliased reports whether an alias is in a node. Aliases are not followed: one is enough.
func aliased(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range n.Content {
		if aliased(child) {
			return true
		}
	}
	return false
}
