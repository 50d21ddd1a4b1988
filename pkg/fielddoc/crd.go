package fielddoc

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// crd is what is read of a CustomResourceDefinition (apiextensions.k8s.io/v1).
type crd struct {
	Spec struct {
		// The group, the kind and the name of a version select the objects that a schema describes.
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []crdVersion `json:"versions"`
	} `json:"spec"`
}

// crdVersion is what is read of one version of it. The schema stays as it is until a field is
// asked for.
type crdVersion struct {
	Name               string `json:"name"`
	Served             bool   `json:"served"`
	Deprecated         bool   `json:"deprecated"`
	DeprecationWarning string `json:"deprecationWarning"`
	Schema             struct {
		OpenAPI json.RawMessage `json:"openAPIV3Schema"`
	} `json:"schema"`
}

// CRD returns the schemas of a CustomResourceDefinition (apiextensions.k8s.io/v1)
// given as a decoded object, one for each of its versions, in its order.
func CRD(object map[string]any) ([]*Schema, error) {
	// By way of JSON: the schema is decoded piece by piece, as that of a server.
	data, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("read CustomResourceDefinition: %w", err)
	}
	var c crd
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("read CustomResourceDefinition: %w", err)
	}
	var schemas []*Schema
	for _, v := range c.Spec.Versions {
		schemas = append(schemas, &Schema{
			GVK:    schema.GroupVersionKind{Group: c.Spec.Group, Version: v.Name, Kind: c.Spec.Names.Kind},
			Source: CRDFile, Version: v.Name, Deprecated: v.deprecated(), root: v.root(),
		})
	}
	return schemas, nil
}

// root returns the type of the objects of a version. Without a schema they can have any fields.
func (v crdVersion) root() *Type {
	root := &Type{Kind: Object, Open: true}
	if len(v.Schema.OpenAPI) > 0 {
		root = (&Document{types: map[string]*Type{}, custom: true}).decode(v.Schema.OpenAPI)
	}
	return withMetadata(root)
}

// deprecated returns that a version is deprecated, in its own words if it has some; empty if it is not.
func (v crdVersion) deprecated() string {
	switch {
	case v.DeprecationWarning != "":
		return "deprecated: " + v.DeprecationWarning
	case v.Deprecated:
		return "deprecated by its CustomResourceDefinition"
	default:
		return ""
	}
}

// Undefined returns a schema for a kind of which nothing is known but what
// every object has. Its other fields are neither judged nor documented.
func Undefined(gvk schema.GroupVersionKind) *Schema {
	s := &Schema{GVK: gvk, Source: BuiltIn, Version: Release, Undefined: true, root: withMetadata(&Type{Kind: Object})}
	s.ends(removedKinds()[gvk])
	return s
}
