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
// in files first, then that of the server where one is asked, then the built-in.
type schemas struct {
	gaps    *snapshot.Snapshot // takes what could not be read
	known   map[schema.GroupVersionKind]*fielddoc.Schema
	server  *cluster.Cluster // nil for files
	openAPI *cluster.OpenAPI
	failed  bool // the server's documentation cannot be read at all
	parsed  map[schema.GroupVersion]*fielddoc.Document
	target  int // the minor version of Kubernetes to judge as, 0 for none
}

// schemas returns the finder, with what --crd names read.
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
	source, err := o.flags.Files(o.env, o.flags.crds)
	if err != nil {
		return nil, err
	}
	stream, err := source.Stream(ctx)
	if err != nil {
		return nil, err
	}
	err = stream.Each(ctx, func(d *bundle.Document) error {
		if len(d.Errors) > 0 {
			return d.Errors[0]
		}
		return found.learn(d)
	})
	if err != nil {
		return nil, err
	}
	if len(found.known) == 0 {
		return nil, fmt.Errorf("read %s: no CustomResourceDefinition (apiextensions.k8s.io/v1) in it", o.flags.crds[0])
	}
	return found, nil
}

// customKind is the kind of objects that define kinds.
const customKind = "CustomResourceDefinition"

// learnIfRight takes the CustomResourceDefinitions of a document. That one of them
// is wrong is a gap.
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
		if o.Kind != customKind || o.APIVersion != "apiextensions.k8s.io/v1" {
			continue
		}
		value, err := o.Unstructured()
		if err == nil {
			err = s.define(value.Object)
		}
		if err != nil {
			return &bundle.DocumentError{File: d.File, Document: d.Index, Line: d.Line, Err: err}
		}
	}
	return nil
}

func (s *schemas) define(crd map[string]any) error {
	versions, err := fielddoc.CRD(crd)
	for _, v := range versions {
		s.known[v.GVK] = v
	}
	return err
}

// find returns the schema of a kind; one that knows only what every object has
// where there is no documentation.
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
	}
	if _, wrong := fielddoc.NoKind(gvk); !ok && !wrong {
		s.gaps.AddGap(snapshot.Gap{
			Resource: gvk.GroupVersion().String() + " " + gvk.Kind, Reason: "no documentation of this kind",
			Impact: "only what every object has is explained; --crd FILE reads its CustomResourceDefinition",
		})
	}
	if s.target != 0 {
		found = found.At(s.target)
	}
	s.known[gvk] = found
	return found
}

// served returns what the server documents of a kind. That it cannot be read
// is a gap; what is built in stands in for it.
func (s *schemas) served(ctx context.Context, gvk schema.GroupVersionKind) (*fielddoc.Schema, bool) {
	if s.server == nil || s.failed || (s.target != 0 && fielddoc.OwnGroup(gvk.Group)) {
		return nil, false
	}
	document, err := s.document(ctx, gvk.GroupVersion())
	var unserved *cluster.UnservedError
	switch {
	case errors.As(err, &unserved):
		return nil, false
	case err != nil:
		s.failed = true
		reason := err.Error()
		if status := apierrors.APIStatus(nil); errors.As(err, &status) {
			reason = status.Status().Message
		}
		s.gaps.AddGap(snapshot.Gap{
			Resource: "OpenAPI", Reason: reason,
			Impact: "built-in documentation of Kubernetes " + fielddoc.Release + " is used",
		})
		return nil, false
	}
	return document.Schema(gvk)
}

func (s *schemas) document(ctx context.Context, gv schema.GroupVersion) (*fielddoc.Document, error) {
	if have, ok := s.parsed[gv]; ok {
		return have, nil
	}
	if s.openAPI == nil {
		index, err := s.server.OpenAPI(ctx)
		if err != nil {
			return nil, err
		}
		s.openAPI = index
	}
	data, err := s.openAPI.GroupVersion(gv)
	if err != nil {
		return nil, err
	}
	document, err := fielddoc.ParseOpenAPI(data)
	if err != nil {
		return nil, err
	}
	s.parsed[gv] = document
	return document, nil
}

func selectorOf(text string) (labels.Selector, error) { return labels.Parse(text) }

func labelsOf(object map[string]any) labels.Set {
	set := labels.Set{}
	metadata, _ := object["metadata"].(map[string]any)
	have, _ := metadata["labels"].(map[string]any)
	for name, value := range have {
		set[name], _ = value.(string)
	}
	return set
}
