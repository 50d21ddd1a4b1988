package fielddoc

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// Document is the OpenAPI v3 document of one group and version, as the API
// server gives it at /openapi/v3/apis/GROUP/VERSION. Schemas in it are decoded
// only when a field in them is asked for.
type Document struct {
	raw   map[string]json.RawMessage // by name, as io.k8s.api.core.v1.Pod
	mu    sync.Mutex                 // of types
	types map[string]*Type           // those that were asked for
	minor int                        // of the server, 0 if it does not say
	// custom reports that the kinds are those of CustomResourceDefinitions, which
	// the server judges by their schema alone.
	custom bool
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
	if len(body.Components.Schemas) == 0 {
		return nil, errors.New("parse OpenAPI document: it has no schemas")
	}
	// Custom, if nothing is of Kubernetes itself but the metadata that all objects share.
	d := &Document{raw: body.Components.Schemas, types: map[string]*Type{}, minor: minorOf(body.Info.Version), custom: true}
	for name := range d.raw {
		d.custom = d.custom && (!own(name) || strings.HasPrefix(name, machinery))
	}
	return d, nil
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
	// Few names end in the kind; only those are decoded. In order, for the same answer each time.
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
			s := &Schema{
				GVK:     gvk,
				Source:  Server,
				Version: gvk.GroupVersion().String(),
				Minor:   d.minor,
				root:    withMetadata(d.component(name)),
			}
			if t, ok := scheme.Scheme.AllKnownTypes()[gvk]; ok {
				s.retire(t)
				s.Removed = "" // it is served here
			}
			return s, true
		}
	}
	return nil, false
}

// component returns the type of a named schema ("io.k8s.api.core.v1.Pod"); types are made once, since
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

// namedType returns the type of a component by its name.
func (d *Document) namedType(name string) *Type {
	id := componentID(name)
	// Types such as Quantity have no fields that a manifest could have: resource.Quantity is
	// io.k8s.apimachinery.pkg.api.resource.Quantity.
	for goName, s := range special {
		if pkg, short, _ := strings.Cut(goName, "."); strings.HasSuffix(name, "."+pkg+"."+short) {
			s.ID = id
			return &s
		}
	}
	raw, ok := d.raw[name]
	if !ok && strings.HasSuffix(name, ".meta.v1.ObjectMeta") {
		return objectMeta()
	}
	if !ok {
		return &Type{Kind: Any} // a reference to what the document does not have
	}
	t := d.decode(raw)
	t.ID = id
	t.versioned = versionedComponent(name)
	return t
}

// machinery begins the names of what every document refers to.
const machinery = "io.k8s.apimachinery."

// own reports whether a schema is one of Kubernetes itself. The names of custom
// kinds of groups such as gateway.networking.k8s.io begin with io.k8s., too.
func own(name string) bool {
	return slices.ContainsFunc([]string{"io.k8s.api.", machinery, "io.k8s.apiextensions-apiserver.", "io.k8s.kube-aggregator."},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// componentID turns the name of a schema of Kubernetes itself
// (io.k8s.api.apps.v1.DeploymentSpec) into the name that tables use
// (apps.DeploymentSpec); empty for others.
func componentID(name string) string {
	if !own(name) {
		return ""
	}
	parts := strings.Split(name, ".")
	if len(parts) < 5 {
		return ""
	}
	return parts[len(parts)-3] + "." + parts[len(parts)-1]
}

// versionedComponent is componentID with the version: apps/v1.DeploymentSpec.
func versionedComponent(name string) string {
	if componentID(name) == "" {
		return ""
	}
	parts := strings.Split(name, ".")
	n := len(parts)
	return parts[n-3] + "/" + parts[n-2] + "." + parts[n-1]
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
	t := &Type{
		Kind:        s.kind(),
		Description: s.Description,
		Nullable:    s.Nullable,
		Constraints: s.limits(),
		limits:      s.limitFields,
		strict:      d.custom,
		transitions: s.transitions(),
	}
	if s.Format == "int32" { // other integers have 64
		t.bits = 32
	}
	if d.custom {
		t.alternatives = s.alternatives()
	}
	for _, value := range s.Enum {
		if word, ok := text(value); ok && word != "" { // the empty one is a field that is left out
			t.Enum = append(t.Enum, word)
		}
	}
	switch t.Kind {
	case List:
		t.Elem = d.lazy(s.Items)
	case Map:
		t.Elem = d.lazy(s.AdditionalProperties)
	case Object:
		// A definition without properties keeps no fields; of Kubernetes' own types such as
		// RawExtension, any object may be there.
		t.Open = s.PreserveUnknown || (len(s.Properties) == 0 && !d.custom)
		t.fields = sync.OnceValue(func() []Field { return d.fieldsOf(s) })
		if s.Embedded {
			return embedded(t)
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
	// What the list needs to know of its elements at once, without their fields: an element may hold
	// the type of the list again, as JSONSchemaProps does.
	shell := &Type{Kind: parse(d.raw[name]).kind(), ID: componentID(name), versioned: versionedComponent(name)}
	if shell.Kind != Object {
		return d.namedType(name)
	}
	known := sync.OnceValue(func() *Type { return d.component(name) })
	shell.Description = parse(d.raw[name]).Description
	shell.Open = len(parse(d.raw[name]).Properties) == 0
	shell.fields = func() []Field { return known().Fields() }
	return shell
}

// fieldsOf returns the properties of a schema as fields, sorted by name.
func (d *Document) fieldsOf(s jsonSchema) []Field {
	names := slices.Sorted(maps.Keys(s.Properties))
	fields := make([]Field, len(names))
	for i, name := range names {
		p := parse(s.Properties[name])
		f := Field{
			Name: name, Description: p.Description, Required: slices.Contains(s.Required, name),
			Immutable: p.immutable(), ListKeys: p.ListMapKeys, Type: d.typeOf(s.Properties[name]),
		}
		if !f.Required || d.custom { // of Kubernetes' own it is the zero value of the Go type
			f.Default = plainDefault(p.Default, d.custom)
		}
		if p.Ref != "" { // those beside the reference; the type has its own
			f.Constraints = p.limits()
		}
		fields[i] = f
	}
	return fields
}
