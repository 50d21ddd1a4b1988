package yamltext

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Text is one document and what is known of its lines.
type Text struct {
	// Root is the node of the document's value, nil if the document is empty.
	// Lines and columns of nodes count from 1, columns in characters.
	Root *yaml.Node
	// JSON reports that the text is JSON, which has no comments.
	JSON bool

	lines []Line
	// inline reports that the text begins behind a marker, on the marker's line.
	inline bool
}

// Line is one line of a document.
type Line struct {
	Text string // without its line break
	End  string // the line break, empty at the end of the text

	comment int32 // the byte at which the comment on it begins, -1 if it has none; a text is far shorter than 2 GB
	joined  bool  // its break is part of a scalar
	closed  bool  // its end is part of a scalar
}

// Parse reads the text of one document, without the markers around it. inline
// reports that the text begins on the line of its marker ("--- {a: b}"). Parse
// fails if the text is not YAML; the error names the line.
func Parse(text string, inline bool) (*Text, error) {
	t := &Text{lines: split(text), inline: inline}
	if isJSON(text) {
		t.JSON = true
		root, err := parseJSON(text)
		if err != nil {
			return nil, fmt.Errorf("parse manifest: %w", err)
		}
		t.Root = root
		return t, nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, fmt.Errorf("parse manifest: %w", err)
	}
	if document.Kind == yaml.DocumentNode && len(document.Content) == 1 {
		t.Root = Resolve(document.Content[0])
	}
	t.survey()
	return t, nil
}

// isJSON reports whether a text is an object or array of JSON. Braces alone do not decide: YAML has them,
// too, with comments and unquoted words in them.
func isJSON(text string) bool {
	trimmed := strings.TrimSpace(text)
	return trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(text))
}

// Resolve returns the node that an alias stands for, and other nodes as they are.
func Resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// Len returns the number of lines.
func (t *Text) Len() int { return len(t.lines) }

// Line returns the line at index at, counted from 0.
func (t *Text) Line(at int) Line { return t.lines[at] }

// Open reports whether a comment can be added at the end of the line at index
// at: the end is not part of a scalar, there is no comment yet, and the line
// does not end in blanks, which could not be distinguished from ours afterwards.
func (t *Text) Open(at int) bool {
	l := t.lines[at]
	return !l.closed && l.comment < 0 && l.Text != "" && !strings.HasSuffix(l.Text, " ") && !strings.HasSuffix(l.Text, "\t")
}

// Above returns the index of the line above which comment lines about the line
// at index at can be put: the line itself, or, if it begins within a scalar, the
// one on which that scalar begins. ok is false if there is no such line.
func (t *Text) Above(at int) (index int, ok bool) {
	for t.Within(at) {
		at--
	}
	return at, at > 0 || !t.inline
}

// Within reports whether the line at index at begins within a scalar: Above of it is that of the line before.
func (t *Text) Within(at int) bool { return at > 0 && t.lines[at-1].joined }

// Indent returns the blanks that the line at index at begins with.
func (t *Text) Indent(at int) string {
	text := t.lines[at].Text
	return text[:len(text)-len(strings.TrimLeft(text, " "))]
}

// Break returns the line break that the document uses.
func (t *Text) Break() string {
	for _, l := range t.lines {
		if l.End != "" {
			if l.End == "\r\n" {
				return l.End
			}
			break
		}
	}
	return "\n"
}

// String returns the text.
func (t *Text) String() string {
	var b strings.Builder
	for _, l := range t.lines {
		b.WriteString(l.Text)
		b.WriteString(l.End)
	}
	return b.String()
}

// split cuts text into lines as the YAML parser counts them: NEL and the
// Unicode separators are line breaks, too.
func split(text string) []Line {
	lines := make([]Line, 0, strings.Count(text, "\n")+1)
	for text != "" {
		at, size := lineBreak(text)
		if at < 0 {
			return append(lines, Line{Text: text, comment: -1})
		}
		lines = append(lines, Line{Text: text[:at], End: text[at : at+size], comment: -1})
		text = text[at+size:]
	}
	return lines
}

// lineBreak returns where the first line break of text is and how many bytes
// it has, or -1.
func lineBreak(text string) (at, size int) {
	end := strings.IndexByte(text, '\n')
	line := text
	if end >= 0 {
		line = text[:end]
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; { // 0xc2 and 0xe2 begin the separators in UTF-8: most bytes need one look
		case c == '\r' && i+1 == len(line) && end >= 0:
			return i, 2
		case c == '\r':
			return i, 1
		case c == 0xc2 && strings.HasPrefix(line[i:], "\u0085"):
			return i, 2
		case c == 0xe2 && (strings.HasPrefix(line[i:], "\u2028") || strings.HasPrefix(line[i:], "\u2029")):
			return i, 3
		}
	}
	if end < 0 {
		return -1, 0
	}
	return end, 1
}
