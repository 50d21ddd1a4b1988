// Package manifest parses files of Kubernetes objects: it splits them into
// documents, converts YAML to JSON, and reads the headers of objects without
// decoding them.
package manifest

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"

	"k8s.io/apimachinery/pkg/runtime"
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
func (e *DocumentError) Error() string { return e.File + ": " + e.InFile() }

// InFile returns the error without the file: "document N: line L: cause".
func (e *DocumentError) InFile() string {
	where := ""
	if e.Document > 0 {
		where += "document " + strconv.Itoa(e.Document) + ": "
	}
	if e.Line > 0 {
		where += "line " + strconv.Itoa(e.Line) + ": "
	}
	return where + e.Err.Error()
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
	*Source
	Line  int    // 1-based line of its first byte
	Items []Item // its objects: the document itself, or the items of a list
	List  List   // of a list
	// Err is why the document cannot be read; nil if it can.
	Err *DocumentError
}

// Source is what a document was read from.
type Source struct {
	Text          []byte // as written
	Before, After []byte // as of Part

	json      []byte // the document as JSON: a part of Text if that is JSON
	itemLines []int  // lines of the items from the first line of Text, if they are known
}

// List is the head of a document that is a list, and the zero value of any other.
type List struct {
	APIVersion, Kind string
	IsList           bool
	Partial          bool // the server did not end it
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

// forgotten is the source of all documents without one: of a bundle there may be very many.
var forgotten Source

// Forget drops the text of the document. Its items are kept.
func (v *Document) Forget() { v.Source = &forgotten }

// Parse returns the documents of p with their objects. Each document that cannot
// be read has an Err, a *DocumentError without a file; the error is the first of
// them. Its Document counts from 1 within p.
func Parse(p Part, l Limits) ([]Document, error) {
	var first error
	documents := parsePart(p, l)
	for i := range documents {
		d := &documents[i]
		if d.Err == nil {
			d.Err = wrapped(d.checkAndRead(), d.Line)
		}
		if d.Err != nil {
			d.Err.Document = i + 1
			first = cmp.Or(first, error(d.Err))
		}
	}
	return documents, first
}

// checkAndRead reads the objects of a document that is not nested too deep. The depth comes first: what
// walks a document after that calls itself for each level.
func (v *Document) checkAndRead() error {
	if tooDeep(v.json) {
		return fmt.Errorf("nested more than %d levels deep", MaxDepth)
	}
	return v.readItems()
}

// wrapped returns err with a line; nil for nil, of the type that a field of errors needs.
func wrapped(err error, line int) *DocumentError {
	if err == nil {
		return nil
	}
	return &DocumentError{Line: line, Err: err}
}

// parsePart returns the documents of one part of a file: of JSON, each of the values that follow
// one another, as jq and kubectl get --watch print them.
func parsePart(p Part, l Limits) []Document {
	text := bytes.TrimSpace(p.Text) // not empty: Split leaves out parts without content
	if text[0] != '{' && text[0] != '[' {
		return []Document{parseYAML(p, l)}
	}
	values := parseJSON(p)
	if len(values) > 1 || values[0].Err == nil {
		return values // behind a whole value of JSON nothing else may follow
	}
	if doc := parseYAML(p, l); doc.Err == nil || isFlowMapping(text) {
		return []Document{doc}
	}
	return values
}

// isFlowMapping reports whether text begins as a mapping of YAML in braces does and JSON does not: with
// a key without quotes, as in "{kind: Pod}". If neither parser can read it, YAML's error is the one that helps.
func isFlowMapping(text []byte) bool {
	inside := bytes.TrimSpace(text[1:])
	return text[0] == '{' && len(inside) > 0 && inside[0] != '"'
}
