package fielddoc

import (
	"maps"
	"slices"
	"strings"
)

// checkList judges lists that are maps or sets. Server-side apply merges them element by element, so
// the elements must be distinguishable.
// Upstream: specStandardValidatorV3 in pkg/apis/apiextensions/validation.
func (n schemaNode) checkList() {
	const (
		listType = "x-kubernetes-list-type"
		mapKeys  = "x-kubernetes-list-map-keys"
	)
	kind := n.text(listType)
	keys := n.list(mapKeys)
	items, _ := n.fields["items"].(map[string]any)
	switch {
	case kind != "" && n.text("type") != "array":
		n.refuseIn("", Key(listType), "needs type: array")
		return
	// Elsewhere the documentation of the API has the three values as an enumeration.
	case n.untyped() && kind != "" && !slices.Contains([]string{"atomic", "set", "map"}, kind):
		n.refuseIn("", Key(listType), "%s is not one of atomic, set, map", quoteShort(kind))
	case len(keys) > 0 && kind != "map":
		n.refuseIn("", Key(mapKeys), "needs %s: map", listType)
	case kind == "map" && len(keys) == 0:
		n.report(Problem{Path: n.at.path.With(Key(mapKeys)), Kind: MissingRequired, Message: "is required if " + listType + " is map"})
	case kind == "set":
		n.checkSetItems(items)
	}
	// null has no key, and cannot be named in managedFields.
	if (kind == "set" || kind == "map") && items["nullable"] == true {
		n.refuse("items.nullable", "cannot be true in a %s", kind)
	}
	if kind == "map" && items != nil {
		n.checkKeys(keys, items)
	}
}

// checkSetItems judges the items of a set, which are compared as wholes: two managers cannot own parts of
// one.
func (n schemaNode) checkSetItems(items map[string]any) {
	const listType = "x-kubernetes-list-type"
	if items["type"] == "object" && items["x-kubernetes-map-type"] != "atomic" {
		n.refuse("items", "need x-kubernetes-map-type: atomic in a set")
	}
	if items["type"] == "array" && items[listType] != nil && items[listType] != "atomic" {
		n.refuse("items", "must be atomic in a set")
	}
}

// checkKeys judges the keys of a list that is a map: each is a property of the items with a
// single value, which is always there.
// Upstream: validateMapListKeysMapSet.
func (n schemaNode) checkKeys(keys []any, items map[string]any) {
	if items["type"] != nil && items["type"] != "object" {
		n.refuse("items.type", "must be object if the list is a map")
		return
	}
	properties, _ := items["properties"].(map[string]any)
	required, _ := items["required"].([]any)
	for i, item := range keys {
		name, _ := item.(string)
		p, ok := properties[name].(map[string]any)
		switch {
		case !ok:
			n.refuseIn("x-kubernetes-list-map-keys", Item(i), "%q is no property of the items", name)
		case p["type"] == "array" || p["type"] == "object":
			n.refuse("items.properties."+name+".type", "must be that of a single value: it is a key of the list")
		case !slices.Contains(required, item) && p["default"] == nil:
			n.refuse("items.properties."+name, "is a key of the list, so it must be required or have a default")
		case p["nullable"] == true:
			n.refuse("items.properties."+name+".nullable", "cannot be true: it is a key of the list")
		}
	}
}

// onlyOutside are the fields that a schema cannot have inside of oneOf, anyOf, allOf and not:
// what decides how a value is stored must be the same for all values.
var onlyOutside = []string{
	"type", "additionalProperties", "default", "title", "description", "nullable", "x-kubernetes-preserve-unknown-fields",
	"x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type",
	"x-kubernetes-map-type",
}

// checkLogic judges a schema below oneOf, anyOf, allOf and not: it restricts the values of
// fields that the schema around it describes.
func (n schemaNode) checkLogic() {
	for _, name := range onlyOutside {
		value := n.fields[name]
		if blank(value) || value == false {
			continue // as if it were not there
		}
		n.refuseIn("", Key(name), "is not allowed below oneOf, anyOf, allOf and not: it belongs to the schema around them")
	}
	properties, _ := n.outer["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(n.object("properties"))) {
		if _, ok := properties[name]; !ok {
			n.refuseIn("properties", Key(name), "is no property of the schema around oneOf, anyOf, allOf or not, which must describe it")
		}
	}
}

// checkValidations judges the rules of a schema as far as the tables do not reach: where they
// stand, and whether their expressions can be read. What a rule costs is not estimated.
func (n schemaNode) checkValidations() {
	const field = "x-kubernetes-validations"
	for i := range n.list(field) {
		rule := n.inside(field, i)
		text := rule.text("rule")
		message := strings.TrimSpace(rule.text("message"))
		if n.level == inLogic {
			rule.refuse("rule", "is not allowed below oneOf, anyOf, allOf and not")
		}
		// The rule stands in for a message, which is one line.
		if message == "" && strings.ContainsAny(strings.TrimSpace(text), "\n\r") && rule.value("message") == nil {
			rule.demand("message", " if the rule has several lines")
		}
		if n.untyped() && strings.TrimSpace(text) == "" {
			rule.demand("rule", " and not set")
		}
		rule.expression("rule", wantsCondition, "self", "oldSelf")
		n.checkFields(rule)
		rule.expression("messageExpression", wantsText, "self", "oldSelf")
	}
}

// checkFields judges the fields of self that a rule uses: those of the schema, and at the
// root and of embedded objects those of every object.
func (n schemaNode) checkFields(rule scope) {
	const (
		keep     = "x-kubernetes-preserve-unknown-fields"
		embedded = "x-kubernetes-embedded-resource"
	)
	properties := n.object("properties")
	// Without properties, or if others are kept, self is not typed, and any field may be used.
	if n.text("type") != "object" || len(properties) == 0 || n.fields[keep] == true {
		return
	}
	names := slices.Sorted(maps.Keys(properties))
	if n.level == atRoot || n.fields[embedded] == true {
		names = append(names, "apiVersion", "kind", "metadata")
	}
	for _, used := range readCEL(rule.text("rule")).names {
		// Names that CEL cannot write are escaped: __dot__ for a dot, __namespace__ for a word of CEL.
		own := used.name == "self" || used.name == "oldSelf"
		if !own || used.field == "" || strings.Contains(used.field, "__") || slices.Contains(names, strings.Trim(used.field, "`")) {
			continue
		}
		rule.report(Problem{
			Path: pathOf(rule.at, "rule"), Kind: WrongType, DidYouMean: Closest(used.field, names),
			Message: "uses " + used.name + "." + used.field + ", which the schema does not describe",
		})
		return
	}
}

// besideStatus reports the fields of a schema's root other than those that it can have if the
// status is a subresource: allowedFieldsAtRootSchema.
func besideStatus(root scope) {
	allowed := strings.Fields("description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength " +
		"pattern maxItems minItems uniqueItems multipleOf required items properties externalDocs example " +
		"x-kubernetes-preserve-unknown-fields x-kubernetes-validations")
	for _, name := range slices.Sorted(maps.Keys(root.fields)) {
		if value := root.fields[name]; !slices.Contains(allowed, name) && !blank(value) && value != false && root.at.Key(name).known {
			root.refuseIn("", Key(name), "is not allowed at the root if the status is a subresource")
		}
	}
}

// undescribed returns the path of a field of a default that its schema does not describe,
// which would be dropped; empty if there is none.
func undescribed(schema, value any, path string) string {
	if get(schema, "x-kubernetes-preserve-unknown-fields") == true {
		return ""
	}
	// A single value has nothing to describe; its type is judged before.
	switch v := value.(type) {
	case map[string]any:
		return undescribedField(schema, v, path)
	case []any:
		for _, item := range v {
			if found := undescribed(get(schema, "items"), item, path); found != "" {
				return found
			}
		}
	}
	return ""
}

// undescribedField is undescribed for the fields of an object. additionalProperties may be
// true in place of a schema: then any value is kept.
func undescribedField(schema any, object map[string]any, path string) string {
	properties, _ := get(schema, "properties").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		inner, ok := properties[name]
		if !ok {
			inner = get(schema, "additionalProperties")
		}
		if !ok && inner == nil {
			return strings.TrimPrefix(path+"."+name, ".")
		}
		if inner == true {
			continue
		}
		if found := undescribed(inner, object[name], path+"."+name); found != "" {
			return found
		}
	}
	return ""
}
