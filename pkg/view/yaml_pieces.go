package view

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The encoder keeps the events of all that it encodes (events of yaml_emitter_t in go.yaml.in/yaml/v3 v3.0.6), some
// 300 bytes for each value. A large document is therefore encoded in pieces: some entries at a time, each time within
// the keys that lead to them, so that the encoder writes them as it would in the whole document.

// pieceNodes is about how many values are encoded at a time.
const pieceNodes = 10_000

// encodeNode returns a document as text. One that has at least most values is encoded in pieces of about that size.
func encodeNode(n *yaml.Node, most int) (string, error) {
	if len(n.Content) == 0 || values(n) < most {
		return encodeWhole(n)
	}
	p := pieces{most: most}
	err := p.add(n, nil, "")
	return p.out.String(), err
}

// encodeWhole returns a document as the encoder writes it.
func encodeWhole(n *yaml.Node) (string, error) {
	var out strings.Builder
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(n); err != nil {
		return "", err
	}
	err := e.Close()
	return out.String(), err
}

// values counts the values in a node.
func values(n *yaml.Node) int {
	count := 1
	for _, child := range n.Content {
		count += values(child)
	}
	return count
}

// pieces are the text of a document while it is encoded.
type pieces struct {
	most int // values of a piece
	out  strings.Builder
}

// add writes the entries of a collection. The keys of path lead to it; head is what the encoder writes of them.
func (p *pieces) add(n *yaml.Node, path []*yaml.Node, head string) error {
	step := 1 // nodes of an entry
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	for rest := n.Content; len(rest) > 0; {
		end := 0 // of the entries that are written together
		for count := 0; end < len(rest) && count < p.most; end += step {
			count += values(rest[end+step-1])
			if count >= p.most && end > 0 {
				break // a large entry is written alone
			}
		}
		if err := p.write(n, rest[:end], path, head); err != nil {
			return err
		}
		rest = rest[end:]
	}
	return nil
}

// write writes some entries of a collection. One that is large is divided, if it has a key.
func (p *pieces) write(n *yaml.Node, entries, path []*yaml.Node, head string) error {
	if n.Kind == yaml.MappingNode && len(entries) == 2 && len(entries[1].Content) > 0 && values(entries[1]) >= p.most {
		below := append(slices.Clip(path), entries[0])
		if longer, ok := headOf(below); ok {
			p.out.WriteString(longer[len(head):])
			return p.add(entries[1], below, longer)
		}
	}
	text, err := encodeWhole(within(path, &yaml.Node{Kind: n.Kind, Tag: n.Tag, Content: entries}))
	p.out.WriteString(text[min(len(head), len(text)):])
	return err
}

// headOf returns what the encoder writes of keys before what they lead to: a line for each. It returns false for a key
// that does not end its line, as a very long one.
func headOf(path []*yaml.Node) (string, bool) {
	text, err := encodeWhole(within(path, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}))
	head, ok := strings.CutSuffix(text, " null\n")
	return head + "\n", ok && err == nil && strings.Count(head, "\n") == len(path)-1
}

// within returns a document in which keys lead to a node.
func within(path []*yaml.Node, n *yaml.Node) *yaml.Node {
	for _, key := range slices.Backward(path) {
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{key, n}}
	}
	return n
}
