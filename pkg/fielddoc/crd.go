package fielddoc

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// crd is what is read of a CustomResourceDefinition (apiextensions.k8s.io/v1).
type crd struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []crdVersion `json:"versions"`
	} `json:"spec"`
}

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
		s := &Schema{
			GVK:    schema.GroupVersionKind{Group: c.Spec.Group, Version: v.Name, Kind: c.Spec.Names.Kind},
			Source: CRDFile, Version: v.Name,
		}
		root := &Type{Kind: Object, Open: true}
		if len(v.Schema.OpenAPI) > 0 {
			root = (&Document{types: map[string]*Type{}, custom: true}).decode(v.Schema.OpenAPI)
		}
		s.root = withMetadata(root)
		if v.DeprecationWarning != "" {
			s.Deprecated = "deprecated: " + v.DeprecationWarning
		} else if v.Deprecated {
			s.Deprecated = "deprecated by its CustomResourceDefinition"
		}
		schemas = append(schemas, s)
	}
	return schemas, nil
}

// Undefined returns a schema for a kind of which nothing is known but what
// every object has.
func Undefined(gvk schema.GroupVersionKind) *Schema {
	s := &Schema{GVK: gvk, Source: BuiltIn, Version: Release, Undefined: true, root: withMetadata(&Type{Kind: Object})}
	s.ends(removedKinds()[gvk])
	return s
}
