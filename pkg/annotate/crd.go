package annotate

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// schemaRoot is the field of a CustomResourceDefinition that holds a schema.
const schemaRoot = "openAPIV3Schema"

// inSchema reports whether the field is part of the schema that a
// CustomResourceDefinition defines. The keywords of a schema need no words: what
// they define is noted at each property.
func (f *Field) inSchema() bool {
	path := f.path
	return len(path) > 5 && path[0].Name == "spec" && path[1].Name == "versions" && path[4].Name == schemaRoot
}

// Defines returns the kind that a CustomResourceDefinition defines, in a
// sentence; empty for other objects.
func (r *Report) Defines() string { return r.defines }

// define sets, at each property in the schemas of a CustomResourceDefinition,
// what it defines: the type of a field, whether it is required, and its limits.
func (r *Report) define(crd map[string]any) {
	versions, err := fielddoc.CRD(crd)
	r.defines = "A CustomResourceDefinition adds a kind to the API: " + article(kindOf(crd)) + "."
	if err != nil {
		return // what is wrong is among the problems
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		if path := f.path; len(path) == 5 && path[0].Name == "spec" && path[4].Name == schemaRoot {
			f.defines = "The fields of " + article(kindOf(crd))
			continue
		}
		if !f.inSchema() {
			continue
		}
		version := slices.IndexFunc(versions, func(s *fielddoc.Schema) bool { return s.GVK.Version == versionAt(crd, f.path[2].Index) })
		if path, ok := property(f.path[5:]); ok && version >= 0 {
			f.defines = definition(versions[version], path)
		}
	}
}

// property returns the path that a path in a schema defines; ok is false if it
// leads to a keyword, not to a property.
func property(schema fielddoc.Path) (path fielddoc.Path, ok bool) {
	for len(schema) > 0 {
		ok = false
		switch keyword := schema[0].Name; {
		case keyword == "properties" && len(schema) > 1:
			path = path.With(fielddoc.Key(schema[1].Name))
			schema = schema[2:]
			ok = true
		case keyword == "items":
			path = path.With(fielddoc.Item(-1))
			schema = schema[1:]
		case keyword == "additionalProperties":
			path = path.With(fielddoc.Key("*"))
			schema = schema[1:]
		default:
			return nil, false
		}
	}
	return path, ok
}

// definition returns what a field of a custom kind is, in a line.
func definition(s *fielddoc.Schema, path fielddoc.Path) string {
	d := s.Field(path, nil)
	words := []string{d.Type.Name()}
	if d.Required {
		words = append(words, "required")
	}
	if d.DefaultKnown {
		words = append(words, "default "+d.Default)
	}
	if len(d.Enum) > 0 {
		words = append(words, "one of "+strings.Join(d.Enum, ", "))
	}
	words = append(words, d.Constraints...)
	if d.Immutable == fielddoc.Always {
		words = append(words, "immutable")
	}
	return path.String() + ": " + strings.Join(words, ", ")
}

// kindOf returns the kind that a CustomResourceDefinition defines.
func kindOf(crd map[string]any) string {
	spec, _ := crd["spec"].(map[string]any)
	names, _ := spec["names"].(map[string]any)
	kind, _ := names["kind"].(string)
	return kind
}

// versionAt returns the name of one version of a CustomResourceDefinition.
func versionAt(crd map[string]any, index int) string {
	spec, _ := crd["spec"].(map[string]any)
	versions, _ := spec["versions"].([]any)
	if index >= len(versions) {
		return ""
	}
	version, _ := versions[index].(map[string]any)
	name, _ := version["name"].(string)
	return name
}

// article returns a noun with its indefinite article.
func article(noun string) string {
	if noun == "" {
		return "the kind"
	}
	if strings.ContainsRune("AEIOU", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
