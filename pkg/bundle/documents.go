package bundle

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Document is one YAML or JSON document of a file.
type Document struct {
	File  string // as the user knows it; "stdin" for standard input
	Index int    // 1-based, of the documents of File that have content
	Line  int    // 1-based line of Text in File
	Text  []byte // as written
	// Before and After are the markers, directives and comments between it and the
	// previous document, and after the last one of the file.
	Before, After []byte
	Objects       []Object
	List          bool // the document is a list, and Objects are its items
	// Errors are the parts of the document that cannot be read, in a Stream.
	Errors []*DocumentError
}

// Object is one object of a document.
type Object struct {
	APIVersion, Kind, Namespace, Name string
	// Item is its place in a list, counted from 0.
	Item int

	raw    []byte // its JSON, decoded on demand
	header *manifest.Header
}

// Unstructured returns the object as a generic map, a new one each time, so
// that fields which this program does not know stay.
func (o *Object) Unstructured() (*unstructured.Unstructured, error) {
	return manifest.DecodeUnstructured(o.header, o.raw)
}

// Documents returns the documents of all files in order, and gaps for the parts
// of bundles that could not be read.
func (f *Files) Documents(ctx context.Context) ([]Document, []snapshot.Gap, error) {
	index, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return index.documents(), index.gaps(), nil
}

// documents returns the documents of all files, with what they hold around their objects.
func (x *fileIndex) documents() []Document {
	var docs []Document
	for _, t := range x.texts {
		for i := range t.documents {
			v := &t.documents[i]
			d := newDocument(t, i+1, v)
			for j := range v.Items {
				d.Objects = append(d.Objects, newObject(&v.Items[j], j))
			}
			docs = append(docs, d)
		}
	}
	return docs
}

// newDocument returns document number n of a file, still without its objects.
func newDocument(t *textFile, n int, v *manifest.Document) Document {
	return Document{File: t.entry.name(), Index: n, Line: v.Line, Text: v.Text, Before: v.Before, After: v.After, List: v.List.IsList}
}

// newObject returns the object of an item, which is at an index of its document.
func newObject(item *manifest.Item, index int) Object {
	h := &item.Header
	return Object{APIVersion: h.APIVersion, Kind: h.Kind, Namespace: h.Namespace, Name: h.Name, Item: index, raw: item.JSON, header: h}
}
