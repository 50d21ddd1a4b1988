package fielddoc

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// Release is the Kubernetes release whose documentation is built in: that of
// the k8s.io/api module in go.mod.
const Release = "1.37"

// Builtin returns the built-in schema of a kind of Kubernetes itself, and
// whether there is one. Its text is that of Release, whatever the cluster runs.
func Builtin(gvk schema.GroupVersionKind) (*Schema, bool) {
	goType, ok := scheme.Scheme.AllKnownTypes()[gvk]
	if !ok { // client-go does not have the types of kinds that extend the API
		return extension(gvk)
	}
	if internal(gvk) {
		return nil, false
	}
	s := &Schema{GVK: gvk, Source: BuiltIn, Version: Release, root: reflected(goType)}
	s.retire(goType)
	return s, true
}

// extensions is the documentation of the kinds whose Go types carry none.
var extensions = sync.OnceValue(func() *Document {
	d, err := ParseOpenAPI([]byte(read("extensions.json")))
	if err != nil {
		panic(fmt.Sprintf("read built-in documentation: %v", err)) // a fault of the build
	}
	return d
})

// extension returns the schema of a kind that extends the API itself.
func extension(gvk schema.GroupVersionKind) (*Schema, bool) {
	if gvk.Group != "apiextensions.k8s.io" && gvk.Group != "apiregistration.k8s.io" {
		return nil, false
	}
	s, ok := extensions().Schema(gvk)
	if ok {
		s.Source = BuiltIn
		s.Version = Release
	}
	return s, ok
}

// internal reports whether a kind is the options of a request, not an object.
func internal(gvk schema.GroupVersionKind) bool {
	return gvk.Version == "__internal" || gvk.Kind == "WatchEvent" || strings.HasSuffix(gvk.Kind, "Options")
}

// The types made so far, by the Go types that they describe.
var (
	reflectMu    sync.Mutex
	reflectCache = map[reflect.Type]*Type{}
)

// reflected returns the type that describes a Go type of the API. Types are
// made once: they are many, recursive and never change.
func reflected(t reflect.Type) *Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	reflectMu.Lock()
	have, ok := reflectCache[t]
	reflectMu.Unlock()
	if ok {
		return have
	}
	made := reflectType(t) // without the lock, which types inside would need; two are the same
	reflectMu.Lock()
	defer reflectMu.Unlock()
	reflectCache[t] = made
	return made
}

// special are the types whose YAML is not what their Go structure says; the
// descriptions are ours, since these types have none.
var special = map[string]Type{
	"resource.Quantity":    {Kind: Quantity, Description: "A number with an optional unit: 100m (0.1), 2, 64Mi, 1Gi, 1.5G."},
	"intstr.IntOrString":   {Kind: IntOrString, Description: "A whole number, or a string such as a name or a percentage."},
	"v1.Time":              {Kind: Time, Description: "A time as RFC 3339, with seconds: 2026-01-31T12:00:00Z."},
	"v1.MicroTime":         {Kind: Time, Description: "A time as RFC 3339, with microseconds: 2026-01-31T12:00:00.000000Z."},
	"v1.Duration":          {Kind: String, Description: "A length of time as Go writes it: 1h30m, 15s."},
	"runtime.RawExtension": {Kind: Object, Open: true, Description: "An object of any kind, with fields of its own."},
	"v1.FieldsV1": {
		Kind:        Object,
		Open:        true,
		Description: "A set of fields: f:NAME is a field, k:{…} a list item by its keys, v:VALUE an item of a set.",
	},
	"v1.JSON":         {Kind: Any, Description: "Any JSON value."},
	"runtime.Unknown": {Kind: Object, Open: true, Description: "An object of any kind, as it was stored."},
}

// reflectType returns the type of a Go type of k8s.io/api.
func reflectType(t reflect.Type) *Type {
	if s, ok := special[t.String()]; ok {
		s.ID = "meta." + t.Name()
		return &s
	}
	switch t.Kind() {
	case reflect.String:
		return &Type{Kind: String, ID: typeID(t), Enum: marked().enums[versionedID(t)]}
	case reflect.Bool:
		return &Type{Kind: Boolean}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint32, reflect.Uint64:
		return &Type{Kind: Integer, bits: t.Bits()}
	case reflect.Float32, reflect.Float64:
		return &Type{Kind: Number}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 { // []byte, which is base64 in JSON
			return &Type{Kind: Bytes}
		}
		return &Type{Kind: List, Elem: reflected(t.Elem())}
	case reflect.Map:
		return &Type{Kind: Map, Elem: reflected(t.Elem())}
	case reflect.Struct: // its fields only when they are asked for: structs hold each other in circles
		return &Type{
			Kind: Object, ID: typeID(t), versioned: versionedID(t), Description: swaggerDoc(t)[""],
			fields: sync.OnceValue(func() []Field { return structFields(t) }),
		}
	default:
		return &Type{Kind: Any}
	}
}

// structFields returns the fields of a struct and of those embedded in it.
// Embedded ones are known by having no name in the tag: "inline" is written
// there only by old sources.
func structFields(t reflect.Type) []Field {
	docs := swaggerDoc(t)
	facts := marked().fields[versionedID(t)]
	var fields []Field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			fields = append(fields, structFields(f.Type)...)
		case name != "":
			fields = append(fields, facts[name].apply(Field{
				Name: name, Description: docs[name], Type: reflected(f.Type), pointer: f.Type.Kind() == reflect.Pointer,
			}))
		}
	}
	return fields
}

// swaggerDoc returns the texts of the fields of a struct, by their JSON names,
// "" for the struct itself; nil if it has none.
func swaggerDoc(t reflect.Type) map[string]string {
	if d, ok := reflect.New(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		return d.SwaggerDoc()
	}
	return nil
}

// versionedID names a Go type of the API as the marker table does: "apps/v1.DeploymentSpec".
func versionedID(t reflect.Type) string {
	// k8s.io/api/apps/v1: the last two are the group and the version.
	parts := strings.Split(t.PkgPath(), "/")
	if len(parts) < 2 || t.Name() == "" {
		return ""
	}
	return parts[len(parts)-2] + "/" + parts[len(parts)-1] + "." + t.Name()
}

// typeID is versionedID without the version: notes hold for all versions.
func typeID(t reflect.Type) string {
	group, name, _ := strings.Cut(versionedID(t), "/")
	if _, name, found := strings.Cut(name, "."); found {
		return group + "." + name
	}
	return ""
}

// objectMeta describes metadata if a source leaves it out.
var objectMeta = sync.OnceValue(func() *Type { return reflected(reflect.TypeFor[metav1.ObjectMeta]()) })

// validTime reports whether text is a time as the API reads it: with a zone, and with seconds,
// of which there may be a fraction.
func validTime(text string) bool {
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil
}
