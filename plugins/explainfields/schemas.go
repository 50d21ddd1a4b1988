package explainfields

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// schemas finds the documentation of kinds: that of CustomResourceDefinitions
// in files first, then that of the server if there is one, then the built-in.
type schemas struct {
	gaps    *snapshot.Snapshot                           // takes what could not be read
	known   map[schema.GroupVersionKind]*fielddoc.Schema // defined by files, or found before
	server  *cluster.Cluster                             // nil for files
	openAPI *cluster.OpenAPI                             // its index; nil until it is needed
	failed  bool                                         // the server's documentation cannot be read at all
	parsed  map[schema.GroupVersion]*fielddoc.Document   // a document has all kinds of an API version
	target  int                                          // the minor version of Kubernetes to judge as, 0 for none
}

// schemas returns the finder, with the CustomResourceDefinitions that --crd names.
// It is an error if these files have none. What cannot be read becomes a gap of s.
func (o *options) schemas(ctx context.Context, s *snapshot.Snapshot) (*schemas, error) {
	found := &schemas{
		gaps:   s,
		known:  map[schema.GroupVersionKind]*fielddoc.Schema{},
		parsed: map[schema.GroupVersion]*fielddoc.Document{},
		target: o.target,
	}
	if len(o.flags.crds) == 0 {
		return found, nil
	}
	return found, o.learnFiles(ctx, found)
}

// learnFiles takes the CustomResourceDefinitions of the files of --crd.
func (o *options) learnFiles(ctx context.Context, found *schemas) error {
	source, err := o.flags.Files(o.env, o.flags.crds)
	if err != nil {
		return err
	}
	stream, err := source.Stream(ctx)
	if err != nil {
		return err
	}
	if err := stream.Each(ctx, found.learnOrFail); err != nil {
		return err
	}
	if len(found.known) == 0 {
		return fmt.Errorf("read %s: no CustomResourceDefinition (apiextensions.k8s.io/v1) in it", o.flags.crds[0])
	}
	return nil
}

// learnOrFail takes the CustomResourceDefinitions of a document of --crd. A document
// that cannot be read is an error: the user named the file for its kinds.
func (s *schemas) learnOrFail(d *bundle.Document) error {
	if len(d.Errors) > 0 {
		return d.Errors[0]
	}
	return s.learn(d)
}

// customKind is the kind of objects that define kinds.
const customKind = "CustomResourceDefinition"

// learnIfRight takes the CustomResourceDefinitions of a document among the objects. If
// one of them is wrong, that becomes a gap.
func (s *schemas) learnIfRight(d *bundle.Document) error {
	if err := s.learn(d); err != nil {
		s.gaps.AddGap(snapshot.Gap{Resource: d.File, Reason: err.Error(), Impact: "its custom kinds are not explained"})
	}
	return nil
}

// learn takes the CustomResourceDefinitions of a document.
func (s *schemas) learn(d *bundle.Document) error {
	for i := range d.Objects {
		o := &d.Objects[i]
		if o.Kind != customKind || o.APIVersion != "apiextensions.k8s.io/v1" { // v1beta1 is not served any more
			continue
		}
		if err := s.define(o); err != nil {
			return &bundle.DocumentError{File: d.File, Document: d.Index, Line: d.Line, Err: err}
		}
	}
	return nil
}

// define keeps the schemas of all versions that a CustomResourceDefinition has.
func (s *schemas) define(o *bundle.Object) error {
	crd, err := o.Unstructured()
	if err != nil {
		return err
	}
	versions, err := fielddoc.CRD(crd.Object)
	// Also those that it does not serve: what is in a file may be in any of them.
	for _, v := range versions {
		s.known[v.GVK] = v
	}
	return err
}

// find returns the schema of a kind. Without documentation of it, the schema has only
// the fields that every object has.
func (s *schemas) find(ctx context.Context, gvk schema.GroupVersionKind) *fielddoc.Schema {
	if found, ok := s.known[gvk]; ok {
		return found
	}
	found, ok := s.served(ctx, gvk)
	if !ok {
		found, ok = fielddoc.Builtin(gvk)
	}
	if !ok {
		found = fielddoc.Undefined(gvk)
		s.addUndocumented(gvk) // once: the next object of the kind finds it below known
	}
	if s.target != 0 {
		found = found.At(s.target)
	}
	s.known[gvk] = found
	return found
}

// addUndocumented reports a kind without documentation as a gap. A kind that cannot
// exist is a problem of the object instead.
func (s *schemas) addUndocumented(gvk schema.GroupVersionKind) {
	if _, wrong := fielddoc.NoKind(gvk); wrong {
		return
	}
	s.gaps.AddGap(snapshot.Gap{
		Resource: gvk.GroupVersion().String() + " " + gvk.Kind, Reason: "no documentation of this kind",
		Impact: "only what every object has is explained; --crd FILE reads its CustomResourceDefinition",
	})
}

// of returns the schema of an object. One without an apiVersion or kind has none.
func (s *schemas) of(ctx context.Context, head *bundle.Object) *fielddoc.Schema {
	gvk := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
	if head.APIVersion == "" || head.Kind == "" {
		return fielddoc.Undefined(gvk)
	}
	return s.find(ctx, gvk)
}

// served returns the server's documentation of a kind. If the server cannot be read,
// that becomes a gap once, and the built-in documentation is used. With --target the
// server is not asked about Kubernetes' own kinds: it has only its own version.
func (s *schemas) served(ctx context.Context, gvk schema.GroupVersionKind) (*fielddoc.Schema, bool) {
	if s.server == nil || s.failed || (s.target != 0 && fielddoc.OwnGroup(gvk.Group)) {
		return nil, false
	}
	document, err := s.document(ctx, gvk.GroupVersion())
	// The object may be in a file for another cluster, or of a kind that is not installed.
	var unserved *cluster.UnservedError
	if errors.As(err, &unserved) { // no failure: the server lacks this API version alone
		return nil, false
	}
	if err != nil {
		s.failed = true // it is not asked again: each kind would wait for the same time limit
		s.gaps.AddGap(noOpenAPI("", reasonOf(err)))
		return nil, false
	}
	return document.Schema(gvk)
}

// reasonOf returns the message of the server in an error, or else the whole error.
func reasonOf(err error) string {
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return status.Status().Message
	}
	return err.Error()
}

// document returns the OpenAPI document of one API version. The index and each
// document are read once.
func (s *schemas) document(ctx context.Context, gv schema.GroupVersion) (*fielddoc.Document, error) {
	if have, ok := s.parsed[gv]; ok {
		return have, nil
	}
	if err := s.readIndex(ctx); err != nil {
		return nil, err
	}
	document, err := s.readDocument(gv)
	if err != nil {
		return nil, err
	}
	s.parsed[gv] = document
	return document, nil
}

// readDocument reads and parses the document of one API version. The index must have been read.
func (s *schemas) readDocument(gv schema.GroupVersion) (*fielddoc.Document, error) {
	data, err := s.openAPI.GroupVersion(gv)
	if err != nil {
		return nil, err
	}
	return fielddoc.ParseOpenAPI(data)
}

// readIndex reads which API versions the server documents, once.
func (s *schemas) readIndex(ctx context.Context) error {
	if s.openAPI != nil {
		return nil
	}
	index, err := s.server.OpenAPI(ctx)
	if err != nil {
		return err
	}
	s.openAPI = index
	return nil
}

// labelsOf returns the labels of an object. What is not text, as in a wrong manifest,
// counts as empty: it is reported, and selected by no value.
func labelsOf(object map[string]any) labels.Set {
	set := labels.Set{}
	metadata, _ := object["metadata"].(map[string]any)
	have, _ := metadata["labels"].(map[string]any)
	for name, value := range have {
		set[name], _ = value.(string)
	}
	return set
}
