package fielddoc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Document is the OpenAPI v3 document of one group and version, as the API
// server gives it at /openapi/v3/apis/GROUP/VERSION. Schemas in it are decoded
// only when a field in them is asked for.
type Document struct {
	raw   map[string]json.RawMessage
	mu    sync.Mutex
	types map[string]*Type
	minor int // of the server, 0 where it does not say
}

// ParseOpenAPI reads a document.
func ParseOpenAPI(data []byte) (*Document, error) {
	var body struct {
		Info struct {
			Version string `json:"version"`
		} `json:"info"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return nil, fmt.Errorf("parse OpenAPI document: %w", err)
	}
	return &Document{raw: body.Components.Schemas, types: map[string]*Type{}, minor: minorOf(body.Info.Version)}, nil
}

// minorOf returns 34 of "1.34" and "v1.34.2", 0 of what is no version of Kubernetes.
func minorOf(version string) int {
	var minor int
	if _, err := fmt.Sscanf(strings.TrimPrefix(version, "v"), "1.%d", &minor); err != nil {
		return 0
	}
	return minor
}

// Schema returns the schema of a kind, and whether the document has it.
func (d *Document) Schema(gvk schema.GroupVersionKind) (*Schema, bool) {
	names := make([]string, 0, len(d.raw))
	for name := range d.raw {
		if strings.HasSuffix(name, "."+gvk.Kind) || name == gvk.Kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		var head struct {
			GVKs []schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
		}
		if json.Unmarshal(d.raw[name], &head) == nil && slices.Contains(head.GVKs, gvk) {
			s := &Schema{GVK: gvk, Source: Server, Version: gvk.GroupVersion().String(), Minor: d.minor, root: withMetadata(d.component(name))}
			if b, ok := Builtin(gvk); ok {
				s.Deprecated, s.Removed = b.Deprecated, b.Removed
			}
			return s, true
		}
	}
	return nil, false
}

// component returns the type of a named schema; types are made once, since
// schemas refer to each other in circles.
func (d *Document) component(name string) *Type {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t, ok := d.types[name]; ok {
		return t
	}
	t := d.namedType(name)
	d.types[name] = t
	return t
}

func (d *Document) namedType(name string) *Type {
	id := componentID(name)
	for goName, s := range special {
		if pkg, short, _ := strings.Cut(goName, "."); strings.HasSuffix(name, "."+pkg+"."+short) {
			s.ID = id
			return &s
		}
	}
	raw, ok := d.raw[name]
	if !ok {
		return &Type{Kind: Any}
	}
	t := d.decode(raw)
	t.ID = id
	return t
}

// componentID turns the name of a schema of Kubernetes itself
// (io.k8s.api.apps.v1.DeploymentSpec) into the name that tables use
// (apps.DeploymentSpec); empty for others.
func componentID(name string) string {
	if !strings.HasPrefix(name, "io.k8s.") {
		return ""
	}
	parts := strings.Split(name, ".")
	if len(parts) < 5 {
		return ""
	}
	return parts[len(parts)-3] + "." + parts[len(parts)-1]
}

// jsonSchema is what is read of an OpenAPI v3 schema, or of a structural
// schema of a CustomResourceDefinition.
type jsonSchema struct {
	Ref                  string                     `json:"$ref"`
	Type                 string                     `json:"type"`
	Format               string                     `json:"format"`
	Description          string                     `json:"description"`
	Default              json.RawMessage            `json:"default"`
	Enum                 []any                      `json:"enum"`
	Required             []string                   `json:"required"`
	Properties           map[string]json.RawMessage `json:"properties"`
	AdditionalProperties json.RawMessage            `json:"additionalProperties"`
	Items                json.RawMessage            `json:"items"`
	AllOf                []json.RawMessage          `json:"allOf"`
	Nullable             bool                       `json:"nullable"`

	limitFields

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

// frozen is the rule that makes a field immutable.
const frozen = "self == oldSelf"

func (s jsonSchema) immutable() bool {
	return slices.ContainsFunc(s.Validations, func(r rule) bool { return r.text() == frozen })
}

// parse reads a schema and joins the description, default and rules beside a
// reference (allOf of one $ref) with what it refers to.
func parse(raw json.RawMessage) jsonSchema {
	var s jsonSchema
	if err := json.Unmarshal(raw, &s); err != nil {
		return jsonSchema{} // not a schema as we know them: any value
	}
	if s.Ref == "" && len(s.AllOf) == 1 {
		s.Ref = parse(s.AllOf[0]).Ref
	}
	return s
}

// typeOf returns the type of a schema inside another one.
func (d *Document) typeOf(raw json.RawMessage) *Type {
	if len(raw) == 0 {
		return &Type{Kind: Any}
	}
	if s := parse(raw); s.Ref != "" {
		return d.component(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
	}
	return d.decode(raw)
}

// decode returns the type of a schema, fields and elements not yet decoded.
func (d *Document) decode(raw json.RawMessage) *Type {
	s := parse(raw)
	t := &Type{Kind: s.kind(), Description: s.Description, Nullable: s.Nullable, Constraints: s.limits()}
	for _, value := range s.Enum {
		if word, ok := text(value); ok && word != "" {
			t.Enum = append(t.Enum, word)
		}
	}
	switch t.Kind {
	case List:
		t.Elem = d.lazy(s.Items)
	case Map:
		t.Elem = d.lazy(s.AdditionalProperties)
	case Object:
		t.Open = s.PreserveUnknown || len(s.Properties) == 0
		t.fields = sync.OnceValue(func() []Field { return d.fieldsOf(s) })
		if s.Embedded {
			return withMetadata(t)
		}
	default: // nothing inside
	}
	return t
}

// lazy is typeOf for elements. Lists and maps do not nest in circles without a
// reference between, and those are made once.
func (d *Document) lazy(raw json.RawMessage) *Type {
	s := parse(raw)
	if s.Ref == "" {
		return d.decode(raw)
	}
	name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	shell := &Type{Kind: parse(d.raw[name]).kind(), ID: componentID(name)}
	if shell.Kind != Object {
		return d.namedType(name)
	}
	known := sync.OnceValue(func() *Type { return d.component(name) })
	shell.Description = parse(d.raw[name]).Description
	shell.Open = len(parse(d.raw[name]).Properties) == 0
	shell.fields = func() []Field { return known().Fields() }
	return shell
}

func (d *Document) fieldsOf(s jsonSchema) []Field {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make([]Field, len(names))
	for i, name := range names {
		p := parse(s.Properties[name])
		f := Field{
			Name: name, Description: p.Description, Required: slices.Contains(s.Required, name),
			Immutable: p.immutable(), ListKeys: p.ListMapKeys, Type: d.typeOf(s.Properties[name]),
		}
		f.Default = plainDefault(p.Default)
		if p.Ref != "" {
			f.Constraints = p.limits()
		}
		fields[i] = f
	}
	return fields
}

// plainDefault returns a default that says something: the generator writes
// "", 0, false, {} and null beside most fields of Kubernetes' own types, which
// means no more than that Go has zero values.
func plainDefault(raw json.RawMessage) *string {
	value := string(raw)
	switch value {
	case "", `""`, "0", "{}", "null":
		return nil
	}
	var word string
	if json.Unmarshal(raw, &word) == nil {
		value = word
	}
	return &value
}

// kind tells what a schema describes.
func (s jsonSchema) kind() Kind {
	switch {
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
	case len(s.AdditionalProperties) > 0 && string(s.AdditionalProperties) != "true" && string(s.AdditionalProperties) != "false":
		return Map
	case s.Type == "object" || s.PreserveUnknown || s.Embedded:
		return Object
	default:
		return Any
	}
}

// withMetadata returns an object type that has apiVersion, kind and metadata
// as every object does, where its schema leaves them out or unexplained.
func withMetadata(t *Type) *Type {
	full := *t
	full.fields = sync.OnceValue(func() []Field {
		meta := map[string]Field{}
		for _, f := range commonFields() {
			meta[f.Name] = f
		}
		var fields []Field
		for _, f := range t.Fields() {
			common, ok := meta[f.Name]
			if ok && len(f.Type.Fields()) == 0 && f.Type.Kind == Object {
				f.Type = common.Type
			}
			if ok && f.Description == "" {
				f.Description = common.Description
			}
			delete(meta, f.Name)
			fields = append(fields, f)
		}
		for _, f := range commonFields() {
			if _, missing := meta[f.Name]; missing {
				fields = append(fields, f)
			}
		}
		slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
		return fields
	})
	return &full
}

func commonFields() []Field {
	word := &Type{Kind: String}
	return []Field{
		{Name: "apiVersion", Type: word, Description: "The group and version of the API that this object is written for."},
		{Name: "kind", Type: word, Description: "The kind of object."},
		{Name: "metadata", Type: objectMeta(), Description: "What every object has: name, namespace, labels, annotations, owners."},
	}
}
