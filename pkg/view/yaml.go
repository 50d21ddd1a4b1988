package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml/kyaml"
)

// yaml writes r in block style, with its fields in the order of the JSON.
func (p *Printer) yaml(w io.Writer, r *Report) error {
	head := redactedComment(r.Redacted)
	if p.again { // of a watch: a stream of documents
		head = "---\n" + head
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	return framingOfYAML.write(w, r)
}

// kyaml writes r as KYAML, each document of which begins with "---".
func (p *Printer) kyaml(w io.Writer, r *Report) error {
	if _, err := io.WriteString(w, redactedComment(r.Redacted)); err != nil {
		return err
	}
	return framingOfKYAML.write(w, r)
}

// toKYAML returns v as KYAML, written by the encoder behind the printer of kubectl's
// -o kyaml (KYAMLPrinter in k8s.io/cli-runtime v0.37 pkg/printers/kyaml.go).
func toKYAML(v any) ([]byte, error) {
	data, err := YAML(v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := (&kyaml.Encoder{}).FromYAML(bytes.NewReader(data), &out); err != nil {
		return nil, fmt.Errorf("encode kyaml: %w", err)
	}
	return escapeYAML(out.String()), nil
}

// redactedComment returns the comment above a document in which values were redacted, empty if none was.
func redactedComment(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "# 1 value is redacted; --show-secrets shows it\n"
	default:
		return fmt.Sprintf("# %d values are redacted; --show-secrets shows them\n", n)
	}
}

// YAML returns v as YAML by way of its JSON form: block style, fields in the order of
// the JSON. Strings with characters that a terminal would not show are
// double-quoted and escaped, so that they are read back as they were.
func YAML(v any) ([]byte, error) {
	data, err := encode(v, "")
	if err != nil {
		return nil, err
	}
	return jsonToYAML(data)
}

// jsonToYAML converts JSON to YAML with the fields in their order, which a map would lose.
func jsonToYAML(data []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // an integer beyond 2^53 would lose digits as a float
	node, err := readNode(d)
	if err != nil {
		return nil, fmt.Errorf("encode yaml: %w", err)
	}
	back := standIns(node) // for characters that the encoder would write in a way of its own
	text, err := encodeNode(node, pieceNodes)
	if err != nil {
		return nil, fmt.Errorf("encode yaml: %w", err)
	}
	return escapeYAML(back.Replace(text)), nil
}

// readNode reads the next JSON value.
func readNode(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		return readCollection(d, t)
	case string:
		return stringNode(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(t)}, nil
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	}
}

// readCollection reads an object or array behind its opening bracket. The keys of an object are values
// to the decoder, and children to the encoder: both have them in turn with their values.
func readCollection(d *json.Decoder, open json.Delim) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if open == '[' {
		node = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	}
	for d.More() {
		child, err := readNode(d)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	_, err := d.Token() // the closing one
	return node, err
}

// otherwise11 matches the plain scalars that are no strings for a reader of
// YAML 1.1, as kubectl is one: booleans, and numbers in every base.
var otherwise11 = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|` +
	`[-+]?0[xob]?[0-9a-f_]+|` +
	`[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:e[-+]?[0-9_]+)?|` +
	`[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?)$`)

// tabFirst matches what must not be a block scalar: its first line sets the
// indentation, for which YAML allows no tabs.
var tabFirst = regexp.MustCompile(`^[ \n]*\t`)

// stringNode leaves the choice of quotes to the encoder, except for text that
// must be escaped or would be read as another type.
func stringNode(s string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if disarm(s) != s || strings.ContainsFunc(s, Hidden) || otherwise11.MatchString(s) || tabFirst.MatchString(s) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// escapeYAML escapes the hidden characters that the encoder considers printable,
// none of them above U+FFFF. They appear in double-quoted scalars only.
func escapeYAML(text string) []byte {
	if strings.Contains(text, "##") || strings.Contains(text, "::") {
		text = escapeCommands(text)
	}
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if Hidden(r) {
			out = fmt.Appendf(out, `\u%04X`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}
