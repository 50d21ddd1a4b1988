package logs

import (
	"fmt"
	"slices"
	"strings"
)

// pattern is one form of an entry. See the package comment for its language.
type pattern struct {
	text  string
	nodes []node
	// keys are words in lower case, one of which is in every text that
	// matches, so that few lines need to be compared with few patterns. One with a
	// star is the beginning of a word.
	keys []string
}

// node is a part of a pattern.
type node struct {
	// text is what a literal matches: a word, one space, or one other character. Of
	// a capture it is the OperandType.
	text string
	kind nodeKind
	// exact words match in their own case only.
	exact bool
	// of are the alternatives of a choice.
	of [][]node
}

type nodeKind uint8

const (
	word nodeKind = iota
	space
	sign    // any other character
	gap     // any text
	ending  // any further letters of a word
	number  // digits
	anyWord // a word that is no operand
	capture // an operand
	choice
	start
	end
)

// classes are the named alternatives that patterns may use.
type classes map[string]node

// newPattern reads a pattern. It fails if the pattern is malformed, uses an
// unknown class, or has no word by which it can be found.
func newPattern(text string, known classes) (*pattern, error) {
	nodes, err := (&parser{text: text, classes: known}).sequence("")
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", text, err)
	}
	keys := keysOf(nodes, false, false)
	if len(keys) == 0 {
		return nil, fmt.Errorf("pattern %q: no whole word is in every match", text)
	}
	return &pattern{text: text, nodes: nodes, keys: keys}, nil
}

// parser reads the text of a pattern.
type parser struct {
	text    string
	at      int
	classes classes
}

// sequence reads until one of the bytes in until, or the end of the text.
func (p *parser) sequence(until string) ([]node, error) {
	const few = 4 // most sequences are short
	out := make([]node, 0, few)
	for p.at < len(p.text) {
		b := p.text[p.at]
		if until != "" && strings.IndexByte(until, b) >= 0 {
			return out, nil
		}
		n, err := p.node(b)
		if err != nil {
			return nil, err
		}
		if n.kind == gap && len(out) > 0 && out[len(out)-1].kind == space {
			out = out[:len(out)-1] // a gap may be empty
		}
		out = append(out, n)
	}
	if until != "" {
		return nil, fmt.Errorf("%q is not closed", p.text)
	}
	return out, nil
}

// node reads one node, which begins with b.
func (p *parser) node(b byte) (node, error) {
	rest := p.text[p.at:]
	switch {
	case b == '{':
		p.at++
		return p.choice()
	case b == '<':
		p.at++
		return p.named()
	case strings.HasPrefix(rest, ".."):
		p.at += len(rest) - len(strings.TrimLeft(rest[2:], " "))
		return node{kind: gap}, nil
	case b == '*':
		p.at++
		return node{kind: ending}, nil
	case b == '^' && p.at == 0:
		p.at++
		return node{kind: start}, nil
	case b == '$' && (len(rest) == 1 || rest[1] == '|' || rest[1] == '}'):
		p.at++
		return node{kind: end}, nil
	case b == ' ':
		p.at++
		return node{kind: space}, nil
	case wordByte(b):
		n := 1
		for n < len(rest) && wordByte(rest[n]) {
			n++
		}
		p.at += n
		return newWord(rest[:n]), nil
	case b == '\\' && len(rest) > 1:
		p.at += 2
		return node{kind: sign, text: rest[1:2]}, nil
	}
	p.at++
	return node{kind: sign, text: rest[:1]}, nil
}

// newWord returns the node of a word. Words in capitals are codes, and those with a capital behind a small letter classes: their
// case matters, for readTimeout is a setting and ReadTimeout an exception.
func newWord(text string) node {
	capitals := len(text) > 1 && text == strings.ToUpper(text) && text != strings.ToLower(text)
	if capitals || isClass(text) {
		return node{kind: word, text: text, exact: true}
	}
	return node{kind: word, text: strings.ToLower(text)}
}

// isClass reports whether a word is written as classes are: with a capital first and another one behind a small letter.
func isClass(text string) bool {
	if text[0] < 'A' || text[0] > 'Z' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if isLower(text[i-1]) && text[i] >= 'A' && text[i] <= 'Z' {
			return true
		}
	}
	return false
}

// named reads a number, a word, a capture or a class: the name behind "<".
func (p *parser) named() (node, error) {
	name, _, closed := strings.Cut(p.text[p.at:], ">")
	if !closed {
		return node{}, fmt.Errorf("<%s is not closed", name)
	}
	p.at += len(name) + 1
	if name == "n" {
		return node{kind: number}, nil
	}
	if name == "word" {
		return node{kind: anyWord}, nil
	}
	if slices.Contains(operandTypes, OperandType(name)) {
		return node{kind: capture, text: name}, nil
	}
	class, known := p.classes[name]
	if !known {
		return node{}, fmt.Errorf("class %s is not known", name)
	}
	return class, nil
}

// choice reads the alternatives behind "{".
func (p *parser) choice() (node, error) {
	out := node{kind: choice}
	for {
		nodes, err := p.sequence("|}")
		if err != nil {
			return node{}, err
		}
		out.of = append(out.of, nodes)
		p.at++
		if p.text[p.at-1] == '}' {
			return out, nil
		}
	}
}

func wordByte(b byte) bool {
	return b == '_' || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')
}
