package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// parseYAML converts a document to JSON. Most manifests are plain block YAML, as kubectl prints it:
// blockToJSON converts these in one pass, and leaves all others to the complete parser.
func parseYAML(p Part, l Limits) Document {
	doc := Document{Source: &Source{Text: p.Text}, Line: p.Line}
	if err := l.checkLines(p.Text); err != nil {
		doc.Err = wrapped(err, p.Line)
		return doc
	}
	if data, itemLines, ok := blockToJSON(p.Text); ok {
		doc.json = data
		doc.itemLines = itemLines
		return doc
	}
	doc.json, doc.Err = convertAny(p, l)
	return doc
}

// convertAny converts YAML of any form with the complete parser. Its limits come before it: it takes fifty times
// the memory of the text.
func convertAny(p Part, l Limits) ([]byte, *DocumentError) {
	if err := l.checkText(p.Text); err != nil {
		return nil, wrapped(err, p.Line)
	}
	data, err := yaml.YAMLToJSON(p.Text)
	if err == nil {
		err = onlyOne(p.Text)
	}
	if err != nil {
		return nil, yamlError(err, p)
	}
	return data, nil
}

// onlyOne returns an error if text goes on behind a mapping or sequence in
// brackets, which the converter leaves unread.
func onlyOne(text []byte) error {
	if first := bytes.TrimSpace(text); first[0] != '{' && first[0] != '[' {
		return nil
	}
	decoder := yamlv3.NewDecoder(bytes.NewReader(text))
	var node yamlv3.Node
	err := decoder.Decode(&node)
	if err == nil {
		err = decoder.Decode(&node)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		return errors.New("yaml: there is more text after the end of the document")
	}
	return err
}

// yamlLine matches the begin of an error: of the converter, of the parser, and the line if it is known.
var yamlLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: (?:line (\d+): )?`)

// yamlError turns an error of the YAML package, which counts lines from the
// start of its text, into one that counts from the start of the file. The
// package reports no column: that of the line's first character is returned.
func yamlError(err error, p Part) *DocumentError {
	text, line := cutLine(err.Error())
	begins := lineAt(p.Text, line)
	blanks := len(begins) - len(bytes.TrimLeft(begins, " "))
	if rest := begins[blanks:]; len(rest) > 0 && rest[0] == '\t' {
		text += ": indent with blanks, not with tabs"
	}
	return &DocumentError{Line: p.Line + line, Column: blanks + 1, Err: fmt.Errorf("parse YAML: %s", text)}
}

// cutLine returns the text of an error behind its position, and its line from 0: "yaml: line 3: mapping values are
// not allowed" is of line 2. One without a line is of the first.
func cutLine(text string) (string, int) {
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return text, 0
	}
	line, _ := strconv.Atoi(m[1]) // absent: 0
	return text[len(m[0]):], max(line-1, 0)
}

// lineAt returns the line at index n of text, counted from 0; it is empty
// if text has fewer lines.
func lineAt(text []byte, n int) []byte {
	for line := range bytes.Lines(text) {
		if n == 0 {
			return line
		}
		n--
	}
	return nil
}
