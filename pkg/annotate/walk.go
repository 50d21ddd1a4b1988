package annotate

import (
	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// place is where a field is written.
type place struct {
	path fielddoc.Path
	// field is the index of the field in the report, -1 if it is skipped.
	field int
	// key and value are the nodes of the text, nil for fields of a bare kind.
	key, value *yaml.Node
	// holder is the index of the place that holds this one, -1 at the top.
	holder int
	// next is the index of the first place that is not part of this one.
	next int
	// element is the list element that the field is part of, nil if it is part of none.
	element *element
	// flow is the outermost collection in braces or brackets that the field is
	// written in, nil for block style.
	flow *flow
	// again is the line, counted from 1, on which the field is set once more; 0 for none.
	again int
	// sole reports that no field on its line is written before this one, and
	// that those after it are part of it.
	sole bool
	// bare reports that an element of the list has no fields: it shows with the
	// list only.
	bare bool
}

// element is an element of a list and the elements that hold it.
type element struct {
	line int // the index of the line on which it begins
	up   *element
}

// flow is a collection in braces or brackets which is part of no other one.
type flow struct {
	line int // the index of the line on which its field or element begins
	next int // the index of the first place that is not in it
}

// walker finds the fields of one object in the order of the text.
type walker struct {
	text   *yamltext.Text
	places []place
	flow   *flow
	first  int // the index of the first place on the line of the last one
	// explain makes the field of the last place, and returns its index: -1 if the place and what
	// is in it are to be skipped.
	explain func(at position) int
}

// position is where the walk is.
type position struct {
	cursor  fielddoc.Cursor
	owner   provenance.Cursor
	holder  int
	element *element
	start   int // the index of the line on which the field or element begins
	depth   int
}

// walk visits what is in a node. What is deeper than yamltext.MaxDepth is left
// out, which also ends documents whose aliases lead in a circle.
func (w *walker) walk(n *yaml.Node, at position) {
	n = yamltext.Resolve(n)
	if at.depth++; at.depth > yamltext.MaxDepth {
		return
	}
	outermost := w.flow == nil && n.Style&yaml.FlowStyle != 0 && n.Kind != yaml.ScalarNode
	if outermost {
		w.flow = &flow{line: at.start}
	}
	switch n.Kind {
	case yaml.MappingNode:
		w.fields(n, at, map[string]bool{})
	case yaml.SequenceNode:
		w.elements(n, at)
	default: // a scalar has no fields
	}
	if outermost {
		w.flow.next = len(w.places)
		w.flow = nil
	}
}

// elements visits the elements of a list. The value of an element is taken from the
// object, because the text may have an alias in its place.
func (w *walker) elements(n *yaml.Node, at position) {
	list, _ := at.cursor.Value().([]any)
	for i, item := range n.Content {
		var value any
		if i < len(list) {
			value = list[i]
		}
		line := item.Line - 1
		if w.flow == nil {
			line = w.text.Dash(item)
		}
		inside := at
		inside.cursor = at.cursor.Step(fielddoc.Item(i))
		inside.owner = at.owner.Item(i, value)
		inside.element = &element{line: line, up: at.element}
		inside.start = line
		before := len(w.places)
		w.walk(item, inside)
		if len(w.places) == before && at.holder >= 0 {
			w.places[at.holder].bare = true
		}
	}
}

// fields visits the fields of a mapping, then those that it merges ("<<") and does not
// have itself. seen holds the names that were visited: the first one wins.
func (w *walker) fields(n *yaml.Node, at position, seen map[string]bool) {
	last := lastLines(n)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		value := n.Content[i+1]
		if key.Tag == "!!merge" {
			merges = append(merges, merged(value)...)
			continue
		}
		key = yamltext.Resolve(key)
		if seen[key.Value] {
			continue
		}
		seen[key.Value] = true
		again := last[key.Value]
		if again == key.Line {
			again = 0
		}
		w.field(key, value, again, at)
	}
	for _, from := range merges {
		if from.Kind == yaml.MappingNode && at.depth < yamltext.MaxDepth {
			at.depth++
			w.fields(from, at, seen)
		}
	}
}

// lastLines returns the line on which each field of a mapping is set last. Decoders of
// Kubernetes take the last value of a field that is set twice.
func lastLines(n *yaml.Node) map[string]int {
	last := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := yamltext.Resolve(n.Content[i])
		last[key.Value] = key.Line
	}
	return last
}

// field records where one field is written, and visits what is in it.
func (w *walker) field(key, value *yaml.Node, again int, at position) {
	index := len(w.places)
	at.cursor = at.cursor.Key(key.Value)
	at.owner = at.owner.Key(key.Value)
	p := place{
		path: at.cursor.Path(), key: key, value: value,
		holder: at.holder, element: at.element, flow: w.flow, again: again, sole: true,
	}
	w.alone(&p)
	w.places = append(w.places, p)
	field := w.explain(at)
	w.places[index].field = field
	if field >= 0 {
		at.holder = index
		at.start = key.Line - 1
		w.walk(value, at)
	}
	w.places[index].next = len(w.places)
}

// alone sets whether a field has its line for itself. A field that comes second on a
// line takes that from the first one, unless it is part of it.
func (w *walker) alone(p *place) {
	if above, ok := w.text.Above(p.key.Line - 1); !ok || above != p.key.Line-1 {
		p.sole = false // the line begins within a scalar
	}
	if len(w.places) == 0 || w.places[w.first].key.Line != p.key.Line {
		w.first = len(w.places)
		return
	}
	p.sole = false
	holder := p.holder
	for holder > w.first {
		holder = w.places[holder].holder
	}
	if holder != w.first {
		w.places[w.first].sole = false
	}
}

// merged returns the mappings that a merge key names.
func merged(value *yaml.Node) []*yaml.Node {
	value = yamltext.Resolve(value)
	if value.Kind != yaml.SequenceNode {
		return []*yaml.Node{value}
	}
	nodes := make([]*yaml.Node, len(value.Content))
	for i, n := range value.Content {
		nodes[i] = yamltext.Resolve(n)
	}
	return nodes
}
