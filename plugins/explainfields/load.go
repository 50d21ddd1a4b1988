package explainfields

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// documents reads what is to be explained, and calls use for each document with
// the schemas of its objects. What could not be read becomes a gap of s.
func (o *options) documents(ctx context.Context, s *snapshot.Snapshot, use func(document) error) error {
	schemas, err := o.schemas(ctx, s)
	if err != nil {
		return err
	}
	if len(o.flags.Filenames) > 0 {
		return o.files(ctx, s, schemas, use)
	}
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	schemas.server = server
	// One target is explained before the next is read: what can be shown is not held back.
	for _, target := range o.targets {
		objects, err := o.objects(ctx, server, target)
		if err != nil {
			return err
		}
		if err := o.liveObjects(ctx, objects, schemas, use); err != nil {
			return err
		}
	}
	return nil
}

// liveObjects calls use for each live object, as a document.
func (o *options) liveObjects(ctx context.Context, objects []*unstructured.Unstructured, schemas *schemas,
	use func(document) error,
) error {
	for _, u := range objects {
		d, err := o.live(ctx, u, schemas)
		if err != nil {
			return err
		}
		if err := use(d); err != nil {
			return err
		}
	}
	return nil
}

// objects reads the object that a target names, or all of its type that have the
// labels of -l.
func (o *options) objects(ctx context.Context, server *cluster.Cluster, target cli.Target) ([]*unstructured.Unstructured, error) {
	mapping, err := server.Resolve(ctx, target.Type)
	if err != nil {
		return nil, err
	}
	if target.Name == "" {
		return server.Objects(ctx, mapping, o.namespace, o.flags.Selector)
	}
	u, err := server.Object(ctx, mapping, o.namespace, target.Name)
	if err != nil {
		return nil, err
	}
	return []*unstructured.Unstructured{u}, nil
}

// live prints an object as kubectl does, to be explained as a file would be: the comments stand
// between lines of text. It has no file, and is in no list.
func (o *options) live(ctx context.Context, u *unstructured.Unstructured, schemas *schemas) (document, error) {
	text, err := view.YAML(u.Object)
	if err != nil {
		return document{}, fmt.Errorf("print %s %s: %w", u.GetKind(), u.GetName(), err)
	}
	kind := schemas.find(ctx, u.GroupVersionKind())
	return document{line: 1, text: string(text), parts: []part{{object: annotate.Object{Item: -1, Value: u.Object}, schema: kind}}}, nil
}

// files reads the documents of files. Objects are those of -n, of the names and
// of the labels, if these are given; it is an error if no object matches.
func (o *options) files(ctx context.Context, s *snapshot.Snapshot, schemas *schemas, use func(document) error) error {
	source, err := o.flags.Files(o.env, o.flags.Filenames)
	if err != nil {
		return err
	}
	stream, err := source.Stream(ctx)
	if err != nil {
		return err
	}
	describe(s, stream)
	o.at, o.atSource = stream.JudgedAt() // of the capture: the text is printed before all is read
	// The CustomResourceDefinitions first: they may stand behind the objects of their kinds.
	if err := stream.Each(ctx, schemas.learnIfRight, customKind); err != nil {
		return err
	}
	found, err := o.eachDocument(ctx, stream, schemas, use)
	s.At, s.AtSource = stream.JudgedAt() // now with the newest time in the objects
	if err == nil && !found {
		err = o.nothing()
	}
	return err
}

// describe takes over from which files a snapshot is, and what could not be read of them.
func describe(s *snapshot.Snapshot, stream *bundle.Stream) {
	for _, g := range stream.Gaps() {
		s.AddGap(g)
	}
	s.Source = stream.Source()
}

// eachDocument passes the documents that hold what is asked for to use, and reports whether any does.
func (o *options) eachDocument(ctx context.Context, stream *bundle.Stream, schemas *schemas, use func(document) error) (bool, error) {
	found := false
	err := stream.Each(ctx, func(from *bundle.Document) error {
		d := o.document(ctx, from, schemas)
		holds := len(d.parts) > 0 || len(d.errors) > 0
		// A document of nothing but comments is kept, unless some objects are asked for.
		if !holds && (o.chooses() || len(from.Objects) > 0) {
			return nil
		}
		found = found || holds
		return use(d)
	})
	return found, err
}

// chooses reports whether only some of the objects are asked for. Of these alone it can be an
// error that there are none.
func (o *options) chooses() bool {
	return len(o.targets) > 0 || o.flags.Selector != "" || o.namespace != ""
}

// nothing returns the error for files in which no object matches.
func (o *options) nothing() error {
	if len(o.targets) == 0 {
		return fmt.Errorf("read %s: no object in it matches", strings.Join(o.flags.Filenames, ", "))
	}
	return fmt.Errorf("read %s: no %s in it", strings.Join(o.flags.Filenames, ", "), strings.Join(o.targetNames(), ", "))
}

// targetNames returns what was asked for as it was typed: "deploy/web", or "deploy" for all.
func (o *options) targetNames() []string {
	words := make([]string, len(o.targets))
	for i, t := range o.targets {
		words[i] = strings.Trim(t.Type+"/"+t.Name, "/")
	}
	return words
}

// byteOrderMark begins files that some editors write, such as Notepad of Windows.
const byteOrderMark = "\ufeff"

// document takes the objects of one document that are asked for. Objects that cannot
// be read become errors of the document.
func (o *options) document(ctx context.Context, from *bundle.Document, schemas *schemas) document {
	d := document{
		file: from.File, line: from.Line, text: string(from.Text), after: string(from.After), list: from.List, errors: from.Errors,
	}
	// Comments are put before the text: the mark must stay the first of the file.
	d.before, d.marked = strings.CutPrefix(string(from.Before), byteOrderMark)
	for i := range from.Objects {
		head := &from.Objects[i]
		if !o.asked(head) {
			continue
		}
		u, err := head.Unstructured()
		if err != nil {
			d.errors = append(d.errors, &bundle.DocumentError{File: from.File, Document: from.Index, Line: from.Line, Column: 1, Err: err})
			d.opaque = true // what is printed of it cannot be explained, nor its secrets found
			continue
		}
		if o.selected(u.Object) {
			d.parts = append(d.parts, part{object: objectOf(from, head, u), schema: schemas.of(ctx, head)})
		}
	}
	// Of such a list each item is printed alone.
	d.some = len(d.parts) < len(from.Objects)
	return d
}

// objectOf returns an object with its place in a list, -1 if it is not in one.
func objectOf(from *bundle.Document, head *bundle.Object, u *unstructured.Unstructured) annotate.Object {
	object := annotate.Object{Item: -1, Value: u.Object}
	if from.List {
		object.Item = head.Item
	}
	return object
}

// asked reports whether an object of a file is one of those that -n and the
// arguments name.
func (o *options) asked(head *bundle.Object) bool {
	// A manifest without a namespace may be applied to any: -n does not leave it out.
	if o.namespace != "" && head.Namespace != "" && head.Namespace != o.namespace {
		return false
	}
	return len(o.targets) == 0 || slices.ContainsFunc(o.targets, func(t cli.Target) bool {
		return (t.Name == "" || t.Name == head.Name) && snapshot.Names(t.Type, head.APIVersion, head.Kind)
	})
}

// selected reports whether an object has the labels that -l asks for.
func (o *options) selected(object map[string]any) bool {
	selector, err := labels.Parse(o.flags.Selector)
	return err == nil && selector.Matches(labelsOf(object))
}
