// Package manifest parses files of Kubernetes objects: it splits them into
// documents, converts YAML to JSON, and reads the headers of objects without
// decoding them.
package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	yamlv3 "go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

// DocumentError is the error of a document that cannot be read, with its position.
type DocumentError struct {
	File     string
	Document int // 1-based; 0 for the file as a whole
	Line     int // 1-based line in File; 0 if unknown
	Column   int // 1-based, in characters; 0 if unknown
	Err      error
}

// Error returns "FILE: document N: line L: cause"; unknown parts are left out.
func (e *DocumentError) Error() string {
	where := e.File
	if e.Document > 0 {
		where += ": document " + strconv.Itoa(e.Document)
	}
	if e.Line > 0 {
		where += ": line " + strconv.Itoa(e.Line)
	}
	return where + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *DocumentError) Unwrap() error { return e.Err }

// Part is a piece of a file between two YAML document separators: one YAML
// document, or any number of JSON values.
type Part struct {
	Line int // 1-based line of its first byte
	Text []byte
	// Before and After are the markers, directives and comments between this part
	// and the one before, and after the last part.
	Before, After []byte
}

// Document is one document as JSON: the text it was written as, and the objects in it.
type Document struct {
	Line  int    // 1-based line of its first byte
	Text  []byte // as written
	Items []Item // its objects: the document itself, or the items of a list
	List  Header // of a list
	// Err is why the document cannot be read; nil if it can.
	Err *DocumentError

	Before, After []byte // as of Part

	json      []byte // the document as JSON: a part of Text if that is JSON
	itemLines []int  // lines of the items from the first line of Text, if they are known
}

// Item is one object of a document.
type Item struct {
	Line   int    // 1-based line of its first byte
	JSON   []byte // the object as JSON
	Header Header
	// Object is the decoded object, Err why it cannot be decoded, if that was
	// done in place of keeping the JSON.
	Object runtime.Object
	Err    error
}

// Forget drops the text of the document. Its items are kept.
func (v *Document) Forget() {
	v.Text, v.Before, v.After = nil, nil, nil
	v.json, v.itemLines = nil, nil
}

// UTF8 returns data without a byte order mark, converted from UTF-16 if the mark
// shows it, as "kubectl get -o yaml > file" writes on Windows.
func UTF8(data []byte) []byte {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return rest
	}
	if !IsUTF16(data) {
		return data
	}
	little := data[0] == 0xff
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		low, high := data[i], data[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// IsUTF16 reports whether data begins with the byte order mark of UTF-16.
func IsUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// Split cuts data at the lines that begin with the document markers of
// YAML, "---" and "...". Parts without content are left out.
func Split(data []byte) []Part {
	var parts []Part
	start, startLine, line, last := 0, 1, 1, 0
	flush := func(end int) {
		if text := data[start:end]; hasContent(text) {
			parts = append(parts, Part{Line: startLine, Text: text, Before: data[last:start]})
			last = end
		}
	}
	for at := 0; at < len(data); line++ {
		next := at + 1 + bytes.IndexByte(data[at:], '\n')
		if next == at {
			next = len(data)
		}
		if marker(data[at:next]) {
			flush(at)
			start, startLine = next, line+1
			// A document may begin on the line of its marker: "--- {a: b}".
			if hasContent(data[at+3 : next]) {
				start, startLine = at+3, line
			}
		}
		at = next
	}
	flush(len(data))
	if len(parts) > 0 {
		parts[len(parts)-1].After = data[last:]
	}
	return parts
}

func marker(line []byte) bool {
	if len(line) < 3 || line[0] != line[1] || line[1] != line[2] || (line[0] != '-' && line[0] != '.') {
		return false
	}
	return len(line) == 3 || line[3] == ' ' || line[3] == '\n' || line[3] == '\r' || line[3] == '\t'
}

// hasContent reports whether text has a line that is no comment, directive or blank.
func hasContent(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return true
		}
	}
	return false
}

// Parse returns the documents of p with their objects. Each document that cannot
// be read has an Err, a *DocumentError without a file; the error is the first of
// them. Its Document counts from 1 within p.
func Parse(p Part, l Limits) ([]Document, error) {
	var first error
	documents := parsePart(p, l)
	for i := range documents {
		d := &documents[i]
		if d.Err == nil && tooDeep(d.json) {
			d.Err = wrapped(fmt.Errorf("nested more than %d levels deep", MaxDepth), d.Line)
		}
		if d.Err == nil {
			d.Err = wrapped(d.readItems(), d.Line)
		}
		if d.Err != nil {
			d.Err.Document = i + 1
			first = cmp.Or(first, error(d.Err))
		}
	}
	return documents, first
}

func wrapped(err error, line int) *DocumentError {
	if err == nil {
		return nil
	}
	return &DocumentError{Line: line, Err: err}
}

func parsePart(p Part, l Limits) []Document {
	text := bytes.TrimSpace(p.Text)
	if text[0] != '{' && text[0] != '[' {
		return []Document{parseYAML(p, l)}
	}
	values := parseJSON(p)
	if len(values) > 1 || values[0].Err == nil {
		return values // behind a whole value of JSON nothing else may stand
	}
	// A flow mapping of YAML begins like JSON, but its keys need no quotes.
	inside := bytes.TrimSpace(text[1:])
	if doc := parseYAML(p, l); doc.Err == nil || (text[0] == '{' && len(inside) > 0 && inside[0] != '"') {
		return []Document{doc}
	}
	return values
}

// parseJSON returns the values of p. The last one has an error if the text
// is not JSON from there on.
func parseJSON(p Part) []Document {
	var values []Document
	lines := lineCounter{text: p.Text, line: p.Line}
	s := scan{data: p.Text}
	for s.peek() != 0 {
		raw := s.skip()
		end := s.pos
		begin := end - len(raw)
		if !json.Valid(raw) {
			return append(values, badJSON(p, begin, lines))
		}
		text := p.Text[begin:end:end]
		values = append(values, Document{Line: lines.of(begin), Text: text, json: text})
	}
	if s.pos < len(s.data) { // a NUL
		values = append(values, badJSON(p, s.pos, lines))
	}
	return values
}

// badJSON returns the document that begins at an offset of p and is not JSON.
func badJSON(p Part, begin int, lines lineCounter) Document {
	decoder := json.NewDecoder(bytes.NewReader(p.Text[begin:]))
	var raw json.RawMessage
	var err error
	for err == nil { // there may be values before it that touch each other
		err = decoder.Decode(&raw)
	}
	at := begin + jsonOffset(err, decoder)
	bad := &DocumentError{Line: lines.of(at), Column: columnOf(p.Text, at), Err: fmt.Errorf("parse JSON: %w", err)}
	return Document{Line: bad.Line, Text: p.Text[begin:], Err: bad}
}

// lineCounter finds the lines of growing offsets.
type lineCounter struct {
	text []byte
	at   int
	line int
}

func (c *lineCounter) of(offset int) int {
	offset = min(max(offset, c.at), len(c.text))
	c.line += bytes.Count(c.text[c.at:offset], []byte("\n"))
	c.at = offset
	return c.line
}

func jsonOffset(err error, d *json.Decoder) int {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return int(syntax.Offset)
	}
	return int(d.InputOffset())
}

func parseYAML(p Part, l Limits) Document {
	doc := Document{Line: p.Line, Text: p.Text}
	if err := l.checkLines(p.Text); err != nil {
		doc.Err = wrapped(err, p.Line)
		return doc
	}
	if data, itemLines, ok := blockToJSON(p.Text); ok {
		doc.json, doc.itemLines = data, itemLines
		return doc
	}
	if err := l.checkText(p.Text); err != nil {
		doc.Err = wrapped(err, p.Line)
		return doc
	}
	data, err := yaml.YAMLToJSON(p.Text)
	if err == nil {
		err = onlyOne(p.Text)
	}
	if err != nil {
		doc.Err = yamlError(err, p)
	}
	doc.json = data
	return doc
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
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		return errors.New("yaml: there is more behind the end of the document")
	}
	return err
}

var yamlLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: (?:line (\d+): )?`)

// yamlError turns an error of the YAML package, which counts lines from the
// start of its text, into one that counts from the start of the file. The
// package reports no column: that of the line's first character is returned.
func yamlError(err error, p Part) *DocumentError {
	text, line := err.Error(), 0
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		line, _ = strconv.Atoi(m[1]) // absent: 0, the first line
		line = max(line-1, 0)
	}
	begins := lineAt(p.Text, line)
	blanks := len(begins) - len(bytes.TrimLeft(begins, " "))
	if rest := begins[blanks:]; len(rest) > 0 && rest[0] == '\t' {
		text += ": indent with blanks, not with tabs"
	}
	return &DocumentError{Line: p.Line + line, Column: blanks + 1, Err: fmt.Errorf("parse YAML: %s", text)}
}

// lineAt returns the line at index n of text, counted from 0; an empty one if
// there are not so many.
func lineAt(text []byte, n int) []byte {
	for line := range bytes.Lines(text) {
		if n == 0 {
			return line
		}
		n--
	}
	return nil
}

// columnOf returns the column of an offset, counted from 1.
func columnOf(text []byte, offset int) int {
	before := text[:min(max(offset-1, 0), len(text))] // a syntax error is behind the character that it is about
	return utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}
