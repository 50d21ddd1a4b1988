package fielddoc

import (
	"encoding/json"
	"slices"
)

// jsonSchema is what is read of an OpenAPI v3 schema, or of a structural
// schema of a CustomResourceDefinition.
type jsonSchema struct {
	Ref                  string                     `json:"$ref"`
	Type                 string                     `json:"type"`
	Description          string                     `json:"description"`
	Default              json.RawMessage            `json:"default"`
	Enum                 []any                      `json:"enum"`
	Required             []string                   `json:"required"`
	Properties           map[string]json.RawMessage `json:"properties"`
	AdditionalProperties json.RawMessage            `json:"additionalProperties"`
	Items                json.RawMessage            `json:"items"`
	AllOf                []json.RawMessage          `json:"allOf"`
	AnyOf                []json.RawMessage          `json:"anyOf"`
	OneOf                []json.RawMessage          `json:"oneOf"`
	Not                  json.RawMessage            `json:"not"`
	Nullable             bool                       `json:"nullable"`

	limitFields

	// The extensions of Kubernetes to JSON schema.
	IntOrString     bool     `json:"x-kubernetes-int-or-string"`
	PreserveUnknown bool     `json:"x-kubernetes-preserve-unknown-fields"`
	Embedded        bool     `json:"x-kubernetes-embedded-resource"`
	ListMapKeys     []string `json:"x-kubernetes-list-map-keys"`
	Validations     []rule   `json:"x-kubernetes-validations"`
}

// rule is a validation rule in CEL.
type rule struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// frozen is the rule that makes a field immutable, as most definitions write it. Other rules with
// oldSelf are judged in transition.go.
const frozen = "self == oldSelf"

// immutable reports whether a rule of CEL keeps the value as it was: self == oldSelf.
func (s jsonSchema) immutable() bool {
	return slices.ContainsFunc(s.Validations, func(r rule) bool { return r.text() == frozen })
}

// parse reads a schema and joins the description, default and rules beside a
// reference (allOf of one $ref) with what it refers to.
func parse(raw json.RawMessage) jsonSchema {
	var s jsonSchema
	if err := json.Unmarshal(raw, &s); err != nil {
		return jsonSchema{} // true, or not a schema as we know them: any value
	}
	if s.Ref == "" && len(s.AllOf) == 1 {
		s.Ref = parse(s.AllOf[0]).Ref
	}
	return s
}

// plainDefault returns a default that says something. Of a custom kind all do;
// beside most fields of Kubernetes' own types the generator writes "", 0 and {},
// which means no more than that Go has zero values.
func plainDefault(raw json.RawMessage, custom bool) *string {
	value := string(raw)
	switch value {
	case "", "null":
		return nil
	case `""`, "0", "{}":
		if !custom {
			return nil
		}
	}
	// A text without its quotes, all else as JSON.
	var word string
	if json.Unmarshal(raw, &word) == nil {
		value = word
	}
	return &value
}

// quantityPattern is what controller-gen writes for the type resource.Quantity.
const quantityPattern = `^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`

// kind returns what a schema describes. The order counts: a quantity is also a number or text,
// and a schema with properties may leave out that it is an object.
func (s jsonSchema) kind() Kind {
	switch {
	case s.IntOrString && s.Pattern == quantityPattern:
		return Quantity
	case s.IntOrString || s.Format == "int-or-string":
		return IntOrString
	case s.Type == "array":
		return List
	case s.Type == "integer":
		return Integer
	case s.Type == "number":
		return Number
	case s.Type == "boolean":
		return Boolean
	case s.Type == "string" && s.Format == "date-time":
		return Time
	case s.Type == "string" && s.Format == "byte":
		return Bytes
	case s.Type == "string":
		return String
	case len(s.Properties) > 0:
		return Object
	case len(s.AdditionalProperties) > 0 && string(s.AdditionalProperties) != "false":
		return Map
	case s.Type == "object" || s.Embedded:
		return Object
	default:
		return Any
	}
}
