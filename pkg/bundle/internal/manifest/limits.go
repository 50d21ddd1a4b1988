package manifest

import (
	"bytes"
	"fmt"

	yamlv3 "go.yaml.in/yaml/v3"
)

// Limits bound the work and memory that a document can take.
type Limits struct {
	// Text is how many bytes of YAML are given to the full parser, and how long one
	// line of YAML may be. Aliases written out may not become longer, either.
	Text int
	// Nodes is how many values a document may have with its aliases written out.
	Nodes int
	// Raise ends the errors of these limits: how to raise them.
	Raise string
}

// MaxDepth is how many levels documents may be nested. What Kubernetes has is at
// most some dozen deep; the deepest are the schemas of custom resources.
const MaxDepth = 200

// tooDeep reports whether JSON is nested deeper than MaxDepth. It counts brackets outside of strings, and
// does not call itself: it protects the functions that do.
func tooDeep(data []byte) bool {
	depth := 0
	inText := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// checkLines returns an error if a line of text is too long. A text that is shorter as a whole is not searched.
func (l Limits) checkLines(text []byte) error {
	if len(text) <= l.Text {
		return nil
	}
	for line := range bytes.Lines(text) {
		if len(line) > l.Text {
			return fmt.Errorf("a line of YAML of more than %d bytes%s", l.Text, l.Raise)
		}
	}
	return nil
}

// checkText returns an error if text would take the full parser too much.
func (l Limits) checkText(text []byte) error {
	if bytes.IndexByte(text, 0) >= 0 {
		return fmt.Errorf("not text: it has NUL characters")
	}
	if len(text) > l.Text {
		return fmt.Errorf("a document of more than %d bytes in YAML of unusual form%s", l.Text, l.Raise)
	}
	return l.checkAliases(text)
}

// checkAliases returns an error if text becomes too much when each alias is replaced by what it stands for.
// Text without "&" and "*" has no aliases, and is not parsed for them.
func (l Limits) checkAliases(text []byte) error {
	if bytes.IndexByte(text, '&') < 0 || bytes.IndexByte(text, '*') < 0 {
		return nil
	}
	var root yamlv3.Node
	if yamlv3.Unmarshal(text, &root) != nil {
		return nil //nolint:nilerr // the converter reports it, with its place
	}
	count := expansion{known: map[*yamlv3.Node]cost{}}
	if c := count.of(&root, 0); c.nodes > l.Nodes || c.bytes > l.Text {
		return fmt.Errorf("its aliases unpack to more than %d bytes or %d values%s", l.Text, l.Nodes, l.Raise)
	}
	return nil
}

// expansion computes what nodes become when their aliases are written out. It remembers those with an anchor.
type expansion struct{ known map[*yamlv3.Node]cost }

// cost is the number of values of a node, and the length of all its scalars.
type cost struct{ nodes, bytes int }

// most is more than any limit, and can be added to itself.
const most = 1 << 40

// of returns what a node costs when its aliases are replaced by what they stand for. It is counted
// before that is done: nested aliases of a small text can stand for gigabytes.
func (e expansion) of(n *yamlv3.Node, depth int) cost {
	if depth > 10*MaxDepth { // MaxDepth itself is checked later, of the JSON
		return cost{most, most}
	}
	if n.Kind == yamlv3.AliasNode {
		return e.ofAnchor(n.Alias, depth)
	}
	c := cost{1, len(n.Value)}
	for _, child := range n.Content {
		inner := e.of(child, depth+1)
		c.nodes = min(c.nodes+inner.nodes, most)
		c.bytes = min(c.bytes+inner.bytes, most)
	}
	if n.Anchor != "" {
		e.known[n] = c
	}
	return c
}

// ofAnchor returns what the node costs that an alias stands for. It is counted once, however many aliases
// stand for it: that is what keeps the count itself cheap.
func (e expansion) ofAnchor(n *yamlv3.Node, depth int) cost {
	if c, ok := e.known[n]; ok {
		return c
	}
	e.known[n] = cost{most, most} // if it holds itself
	c := e.of(n, depth+1)
	e.known[n] = c
	return c
}
