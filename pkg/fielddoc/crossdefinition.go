package fielddoc

import (
	"maps"
	"slices"
)

// schemaLevel is where a schema stands, which decides what it can have.
type schemaLevel int

const (
	atRoot  schemaLevel = iota // of a version: of whole objects
	atField                    // of a property, or of additionalProperties
	atItem                     // of the elements of a list
	inLogic                    // below oneOf, anyOf, allOf and not
)

// definitionSchema judges the schema of a version: apiextensions-apiserver
// pkg/apiserver/schema/validation.go (what is called structural) and
// pkg/apis/apiextensions/validation.
func definitionSchema(s scope) {
	root := s.below("openAPIV3Schema")
	if root.fields == nil {
		return // none, or none that can be judged
	}
	// The subresources are beside the schema, in the version that holds it.
	if version := s.at.holder; version != nil && get(version.value, "subresources.status") != nil {
		besideStatus(root)
	}
	if root.value("nullable") == true {
		root.refuse("nullable", "cannot be true at the root")
	}
	schemaNode{root, atRoot, root.fields}.check()
}

// schemaNode is a schema with what is around it. Outer is the schema outside of logic,
// which must have the fields that are spoken of inside.
type schemaNode struct {
	scope
	level schemaLevel
	outer map[string]any
}

// neverInSchema are the fields of JSON schema that no definition can have: those by which a
// schema refers to others, and those of which structural schemas have no like.
var neverInSchema = []string{"$ref", "id", "$schema", "definitions", "dependencies", "patternProperties", "additionalItems"}

// check judges a schema and all schemas in it.
func (n schemaNode) check() {
	if n.fields == nil {
		return
	}
	for _, name := range neverInSchema {
		if value := n.fields[name]; !blank(value) {
			n.refuseIn("", Key(name), "is not supported in a CustomResourceDefinition")
		}
	}
	// To compare each element with all others takes quadratic time.
	if n.fields["uniqueItems"] == true {
		n.refuse("uniqueItems", "cannot be true; use x-kubernetes-list-type: set")
	}
	if n.level == inLogic {
		n.checkLogic()
	} else {
		n.checkType()
		n.checkExtensions()
		n.checkList()
		n.checkDefault()
	}
	n.checkPattern()
	n.checkValidations()
	n.checkBelow()
}

// checkBelow judges the schemas inside.
func (n schemaNode) checkBelow() {
	level := atField
	if n.level == inLogic {
		level = inLogic
	}
	for _, name := range slices.Sorted(maps.Keys(n.object("properties"))) {
		n.child(level, n.outer, "properties", name).check()
	}
	if items := n.at.Key("items"); n.fields["items"] != nil {
		itemLevel := atItem
		if n.level == inLogic {
			itemLevel = inLogic
		}
		if _, isList := items.value.([]any); isList { // JSON schema has one for each place
			n.refuse("items", "must be one schema, not a list of them")
		}
		n.child(itemLevel, n.outer, "items").check()
	}
	if _, isSchema := n.fields["additionalProperties"].(map[string]any); isSchema && n.level != inLogic {
		n.child(level, n.outer, "additionalProperties").check()
	}
	// What logic restricts is described by the schema around all of it, however deep it is nested.
	outer := n.fields
	if n.level == inLogic {
		outer = n.outer
	}
	n.child(inLogic, outer, "not").check()
	for _, name := range []string{"oneOf", "anyOf", "allOf"} {
		if n.eitherNumberOrText(name) {
			continue
		}
		for i := range n.list(name) {
			inner := n.inside(name, i)
			schemaNode{inner, inLogic, outer}.check()
		}
	}
}

// child returns the schema at a path of keys below.
func (n schemaNode) child(level schemaLevel, outer map[string]any, keys ...string) schemaNode {
	c := n.at
	for _, key := range keys {
		c = c.Key(key)
	}
	m, _ := c.value.(map[string]any)
	// Outside of logic a schema is its own outer one. Inside, outer goes down along with it, but for
	// not, which is about the same value.
	if level != inLogic {
		outer = m
	} else if n.level == inLogic && keys[0] != "not" {
		for _, key := range keys {
			outer, _ = outer[key].(map[string]any)
		}
	}
	return schemaNode{scope{n.checker, c, m}, level, outer}
}

// eitherNumberOrText reports whether anyOf lists the types integer and string: the usual
// way to declare a field that takes both. Only there may anyOf have types.
func (n schemaNode) eitherNumberOrText(name string) bool {
	list := n.list(name)
	// Beside another anyOf it is written as the first of allOf.
	if name == "allOf" && len(list) > 0 {
		inner := n.inside(name, 0)
		return schemaNode{inner, n.level, n.outer}.eitherNumberOrText("anyOf")
	}
	return name == "anyOf" && len(list) == 2 && get(list[0], "type") == "integer" && get(list[1], "type") == "string"
}

// checkType: every field has a type, but for those whose values are of either type or are kept
// as they are.
func (n schemaNode) checkType() {
	kind := n.text("type")
	typed := n.fields["type"] != nil
	free := n.fields["x-kubernetes-int-or-string"] == true || n.fields["x-kubernetes-preserve-unknown-fields"] == true
	types := []string{"string", "number", "integer", "boolean", "array", "object"}
	switch {
	case !typed && !free && n.level != atRoot:
		n.demand("type", ": string, integer, number, boolean, array or object")
	case typed && n.untyped() && !slices.Contains(types, kind):
		n.report(Problem{
			Path: pathOf(n.at, "type"), Kind: NotInEnum, DidYouMean: Closest(kind, types), Message: quoteShort(kind) + " is not " + spelled(types),
		})
	case kind == "array" && n.fields["items"] == nil:
		n.demand("items", " if type is array")
	}
	n.checkProperties()
}

// untyped reports whether the schema is where the documentation of the API has no types:
// below items and additionalProperties.
func (n schemaNode) untyped() bool {
	return slices.ContainsFunc(n.at.path, func(s Step) bool { return s == Key("items") || s == Key("additionalProperties") })
}

// checkProperties judges properties and additionalProperties. Every object has the
// fields apiVersion, kind and metadata, so the root and embedded objects can restrict
// them only a little: ValidateCustomResourceDefinitionOpenAPISchema and
// validateStructuralMetadataInvariants in apiextensions-apiserver.
func (n schemaNode) checkProperties() {
	more, given := n.fields["additionalProperties"]
	properties := n.object("properties")
	if given && more != nil && n.level == atRoot {
		n.refuse("additionalProperties", "is not allowed at the root")
	}
	if given && more != nil && more != true && len(properties) > 0 {
		n.refuse("additionalProperties", "cannot be set beside properties: other fields are dropped anyway")
	}
	if n.level != atRoot && n.fields["x-kubernetes-embedded-resource"] != true {
		return
	}
	// One without a type is reported by checkType.
	for _, name := range []string{"apiVersion", "kind"} {
		if p, ok := properties[name].(map[string]any); ok && p["type"] != "string" && p["type"] != nil {
			n.refuse("properties."+name+".type", "must be string")
		}
	}
	metadata, ok := properties["metadata"].(map[string]any)
	if !ok {
		return
	}
	if metadata["type"] != "object" && metadata["type"] != nil {
		n.refuse("properties.metadata.type", "must be object")
	}
	if n.level == atRoot {
		n.checkMetadata(metadata)
	}
}

// checkMetadata judges the schema of the metadata at the root, which can restrict only
// name and generateName.
func (n schemaNode) checkMetadata(metadata map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		if name != "type" && name != "properties" && name != "default" && !blank(metadata[name]) {
			n.refuse("properties.metadata."+name, "is not allowed: the metadata are those of every object")
		}
	}
	inner, _ := metadata["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		if name != "name" && name != "generateName" {
			n.refuse("properties.metadata.properties", "can have only name and generateName: the metadata are those of every object")
			return
		}
	}
}
