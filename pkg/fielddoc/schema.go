package fielddoc

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Source says where the documentation of a schema comes from.
type Source string

// The sources of documentation, in the words of the JSON output.
const (
	Server  Source = "server"   // OpenAPI v3 of the API server
	BuiltIn Source = "built-in" // compiled in, of the version that Schema.Version names
	CRDFile Source = "crd-file" // a CustomResourceDefinition in a file
)

// Schema describes the fields of one kind.
type Schema struct {
	GVK    schema.GroupVersionKind
	Source Source
	// Version is the version of what the documentation was taken from: the
	// Kubernetes release of the built-in one, the API version of others.
	Version string
	// Minor is the minor version of the server whose defaults are documented: 34 for
	// Kubernetes 1.34, or 0 for Release.
	Minor int
	// Deprecated reports that and since when this API version is deprecated or
	// removed, and what to use instead. Empty if it is neither.
	Deprecated string
	// Removed is the Kubernetes release without this API version ("1.25"), empty if none is known.
	Removed string
	// Undefined reports that nothing is known of the kind but what every object
	// has: a field that is not known is then no mistake.
	Undefined bool

	root *Type
	// target is the minor version whose fields and kinds are judged by, 0 for none.
	target int
}

// Bare reports whether the documentation has no field but those of every
// object: a custom kind without a schema, whose fields can be anything.
func (s *Schema) Bare() bool {
	for _, f := range s.root.Fields() {
		if f.Name != "apiVersion" && f.Name != "kind" && f.Name != "metadata" {
			return false
		}
	}
	return s.root.Open
}

// Kind of a type, as far as a reader of YAML cares.
type Kind int

// The kinds of types.
const (
	Any    Kind = iota // any value at all
	String             // also of names, with the values of an enum in Type.Enum
	Integer
	Number // also with a fraction
	Boolean
	Quantity    // 100m, 1Gi, or a number
	IntOrString // 8080, "http", "25%"
	Time        // an RFC 3339 time in a string
	Bytes       // base64 in a string
	List        // of items of one type
	Map         // free keys, all values of one type
	Object      // known fields
)

// Type is the type of a field.
type Type struct {
	Kind Kind
	// ID names the Go type or OpenAPI component that this is, without its
	// version ("apps.DeploymentSpec"); empty if it has no name.
	ID string
	// versioned is the ID with its version ("apps/v1.DeploymentSpec"), empty for
	// types that are not of Kubernetes itself.
	versioned string
	// Description is the text of the type itself.
	Description string
	// Elem is the type of list items and map values.
	Elem *Type
	// Enum holds the allowed values, in the source's order.
	Enum []string
	// Open objects accept fields that they do not describe.
	Open bool
	// Nullable reports that null is a value of its own here.
	Nullable bool
	// Constraints are limits and rules in words.
	Constraints []string

	// fields makes the fields when they are asked for: types refer to each other in circles, and of most
	// only a few are looked at.
	fields func() []Field
	limits limitFields
	// alternatives are the oneOf, anyOf, allOf and not of a custom kind, nil for none.
	alternatives *valueRule
	// bits is the size of an integer of Kubernetes' own types, 0 for any.
	bits int
	// strict types do not take null for a value that is left out.
	strict bool
	// transitions are the rules that compare a value with the one before it.
	transitions []transition
}

// Fields returns the fields of an object in the source's order, nil for other types.
func (t *Type) Fields() []Field {
	if t == nil || t.fields == nil {
		return nil
	}
	return t.fields()
}

// field returns the field of that name.
func (t *Type) field(name string) (Field, bool) {
	fields := t.Fields()
	for i := range fields {
		if fields[i].Name == name {
			return fields[i], true
		}
	}
	return Field{}, false
}

// Name returns the type in users' words: string, list of object, map of quantity.
func (t *Type) Name() string {
	switch t.Kind {
	case String:
		return "string"
	case Integer:
		return "integer"
	case Number:
		return "number"
	case Boolean:
		return "boolean"
	case Quantity:
		return "quantity"
	case IntOrString:
		return "int-or-string"
	case Time:
		return "time"
	case Bytes:
		return "base64"
	case List:
		return "list of " + t.Elem.Name()
	case Map:
		return "map of " + t.Elem.Name()
	case Object:
		return "object"
	default:
		return "any"
	}
}

// Field is a named field of an object, as its source describes it.
type Field struct {
	Name        string
	Description string // of this field; its type may have a text of its own
	Required    bool
	Default     *string  // as JSON, if the source states one
	Immutable   bool     // if the source states it
	ListKeys    []string // the fields that identify the items of a list
	Constraints []string // limits in words
	Type        *Type
	// pointer reports that an empty value differs from one that is left out.
	pointer bool
	// declared is what the declarative validation of Kubernetes enforces, nil for nothing.
	declared *declared
}

// Immutability reports whether a field can be changed after creation.
type Immutability string

// The answers, in the words of the JSON output.
const (
	Never       Immutability = "never"       // it can be changed
	Always      Immutability = "always"      // it cannot
	Conditional Immutability = "conditional" // it depends; the note says on what
	Unknown     Immutability = "unknown"
)

// Doc is what is known of the field at one path.
type Doc struct {
	Path Path
	// Known is false for a path that the schema does not have.
	Known bool
	// Free reports that the path leads through a map or an open object: its last
	// name was chosen by people, not by the schema.
	Free bool
	Type *Type
	// Description is the source's text, whole. Empty: it has none.
	Description string
	// Note is our own text in plain words, empty for most fields.
	Note string
	// Generic reports that the note is the one for any name in a map.
	Generic     bool
	Required    bool
	Enum        []string
	Constraints []string
	// Default is what the server fills in, in words or as a JSON value;
	// DefaultKnown is false if nothing is known of a default.
	Default      string
	DefaultKnown bool
	// DefaultRule names the rule that the default is taken from, where an object
	// decided which; for reports on the rules themselves.
	DefaultRule string
	// DefaultWithin is the path, without list steps, of what must be in the object if
	// the server is to fill in the default; empty for the object itself.
	DefaultWithin string
	Immutable     Immutability
	// Change is what changing the field does, ChangeWords says it in sentences.
	Change      Change
	ChangeWords string
	// Deprecated is why and what to use instead, empty if it is not.
	Deprecated string
	// Life is in which versions of Kubernetes the field exists, Own whether it is
	// the field's own, not that of what holds it.
	Life Life
	Own  bool
}
