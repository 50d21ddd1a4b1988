package yamltext

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parseJSON returns the nodes of a JSON document. The YAML parser does not know
// all of JSON's escapes: "\/" and the surrogate pairs of characters beyond
// U+FFFF are legal there (RFC 8259, section 7).
func parseJSON(text string) (*yaml.Node, error) {
	p := jsonParser{decoder: json.NewDecoder(strings.NewReader(text)), text: text, line: 1, column: 1}
	p.decoder.UseNumber() // a float would lose digits
	return p.value()
}

// jsonParser makes nodes of the tokens of a decoder, and finds the places that it does not report.
type jsonParser struct {
	decoder *json.Decoder
	text    string

	at, line, column int // the place found last
}

// token returns the next token and a node at its place.
func (p *jsonParser) token() (json.Token, *yaml.Node, error) {
	before := int(p.decoder.InputOffset())
	token, err := p.decoder.Token()
	if err != nil {
		return nil, nil, err
	}
	// The decoder's offset is behind the last token: what separates the two is not part of either.
	for before < len(p.text) && strings.IndexByte(" \t\r\n,:", p.text[before]) >= 0 {
		before++
	}
	p.advance(before)
	return token, &yaml.Node{Line: p.line, Column: p.column}, nil
}

// advance counts lines and columns up to an offset.
func (p *jsonParser) advance(to int) {
	for p.at < to {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		p.column++
		if r == '\n' || (r == '\r' && !strings.HasPrefix(p.text[p.at+1:], "\n")) || r == 0x85 || r == 0x2028 || r == 0x2029 {
			p.line++
			p.column = 1
		}
		p.at += size
	}
}

// value reads one value of JSON as a node of YAML, with its tag as the YAML parser would set it.
func (p *jsonParser) value() (*yaml.Node, error) {
	token, node, err := p.token()
	if err != nil {
		return nil, err
	}
	if open, ok := token.(json.Delim); ok {
		return node, p.collection(node, open)
	}
	scalar(node, token)
	return node, nil
}

// scalar makes node the scalar of a token. A number gets no tag: whether it is an integer is left to
// whoever asks, as of a plain scalar of YAML.
func scalar(node *yaml.Node, token json.Token) {
	node.Kind = yaml.ScalarNode
	switch t := token.(type) {
	case string:
		node.Tag = "!!str"
		node.Value = t
		node.Style = yaml.DoubleQuotedStyle
	case json.Number:
		node.Value = t.String()
	case bool:
		node.Tag = "!!bool"
		node.Value = strconv.FormatBool(t)
	default:
		node.Tag = "!!null"
		node.Value = "null"
	}
}

// collection reads the content of an object or array.
func (p *jsonParser) collection(node *yaml.Node, open json.Delim) error {
	node.Kind = yaml.SequenceNode
	node.Tag = "!!seq"
	node.Style = yaml.FlowStyle
	if open == '{' {
		node.Kind = yaml.MappingNode
		node.Tag = "!!map"
	}
	for p.decoder.More() {
		child, err := p.value() // keys are strings, and come as tokens of their own
		if err != nil {
			return err
		}
		node.Content = append(node.Content, child)
	}
	_, err := p.decoder.Token() // the closing bracket
	return err
}
