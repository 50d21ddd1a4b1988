package fielddoc

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// valueRule is what a schema of a custom kind requires of a value beside its type:
// limits, alternatives, and the rules of the fields and items in the value.
type valueRule struct {
	limitFields

	kind       string // the JSON type, empty for any
	nullable   bool   // null is a value of its own
	enum       []any  // the values that are allowed, nil for all
	required   []string
	properties map[string]*valueRule
	items      *valueRule   // of each element
	others     *valueRule   // additionalProperties
	one        []*valueRule // oneOf: exactly one must hold
	any        []*valueRule // anyOf: at least one
	all        []*valueRule // allOf
	not        *valueRule   // must not hold
}

// ruleOf reads a schema; nil if there is none. A nil rule is met by every value.
func ruleOf(raw json.RawMessage) *valueRule {
	var s jsonSchema
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return nil // none, or a boolean
	}
	r := &valueRule{
		limitFields: s.limitFields, kind: s.Type, nullable: s.Nullable, enum: s.Enum, required: s.Required,
		properties: map[string]*valueRule{}, items: ruleOf(s.Items), others: ruleOf(s.AdditionalProperties), not: ruleOf(s.Not),
		one: rulesOf(s.OneOf), any: rulesOf(s.AnyOf), all: rulesOf(s.AllOf),
	}
	for name, property := range s.Properties {
		r.properties[name] = ruleOf(property)
	}
	return r
}

// rulesOf returns the rules of some schemas, without those that demand nothing that is
// judged here.
func rulesOf(schemas []json.RawMessage) []*valueRule {
	var list []*valueRule
	for _, raw := range schemas {
		if r := ruleOf(raw); r != nil {
			list = append(list, r)
		}
	}
	return list
}

// alternatives returns the rule of a schema with nothing but its oneOf, anyOf, allOf and
// not; nil if it has none. The other validations are judged field by field.
func (s jsonSchema) alternatives() *valueRule {
	r := &valueRule{one: rulesOf(s.OneOf), any: rulesOf(s.AnyOf), all: rulesOf(s.AllOf), not: ruleOf(s.Not)}
	if len(r.one)+len(r.any)+len(r.all) == 0 && r.not == nil {
		return nil
	}
	return r
}

// broken returns why a value does not meet the rule, and whether something lacks; empty
// if it meets it. The first reason is enough: rules are tried one after the other, and what
// does not meet an alternative need not be a mistake.
func (r *valueRule) broken(value any) (why string, lacks bool) {
	if r == nil || (value == nil && r.nullable) {
		return "", false
	}
	if why := r.brokenAlone(value); why != "" {
		return why, false
	}
	for _, name := range r.required {
		if m, isMap := value.(map[string]any); isMap && !hasKey(m, name) {
			return "needs " + name, true
		}
	}
	if why, lacks := r.brokenInside(value); why != "" {
		return why, lacks
	}
	return r.brokenAlternatives(value)
}

// hasKey reports whether an object has a field, also one that is null.
func hasKey(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// brokenAlone judges the type, the enumeration and the limits.
func (r *valueRule) brokenAlone(value any) string {
	if r.kind != "" && !isJSON(r.kind, value) {
		return "is no " + r.kind
	}
	if len(r.enum) > 0 && !slices.ContainsFunc(r.enum, func(allowed any) bool { return sameJSON(allowed, value) }) {
		return fmt.Sprintf("is not one of %v", r.enum)
	}
	return r.limitFields.broken(value)
}

// isJSON reports whether a value is of a type of JSON schema.
func isJSON(kind string, value any) bool {
	switch kind {
	case "object":
		_, ok := value.(map[string]any)
		return ok
	case "array":
		_, ok := value.([]any)
		return ok
	case "string":
		_, ok := value.(string)
		return ok
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "integer":
		return whole(value)
	case "number":
		return numeric(value)
	default:
		return true
	}
}

// sameJSON compares values whose numbers may have been read in different ways: 1 of a schema
// is a float64, of a manifest an int64.
func sameJSON(a, b any) bool {
	x, isNumber := numberOf(a)
	y, alike := numberOf(b)
	if isNumber && alike {
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

// brokenInside judges fields and elements. What they lack is named with their path.
func (r *valueRule) brokenInside(value any) (why string, lacks bool) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			rule := r.properties[name]
			if rule == nil { // additionalProperties is about those that properties does not name
				rule = r.others
			}
			if why, lacks := rule.broken(v[name]); why != "" {
				return name + ": " + why, lacks
			}
		}
	case []any:
		for i, item := range v {
			if why, lacks := r.items.broken(item); why != "" {
				return fmt.Sprintf("[%d]: %s", i, why), lacks
			}
		}
	}
	return "", false
}

// brokenAlternatives judges oneOf, anyOf, allOf and not.
func (r *valueRule) brokenAlternatives(value any) (why string, lacks bool) {
	for _, rule := range r.all {
		if why, lacks := rule.broken(value); why != "" {
			return why, lacks
		}
	}
	// What "not" forbids is there: no field is missing.
	if r.not != nil {
		if why, _ := r.not.broken(value); why == "" {
			return "has what its schema forbids: " + r.not.words(), false
		}
	}
	if len(r.any) > 0 && countMet(r.any, value) == 0 {
		return "needs at least one of: " + choice(r.any), true
	}
	if len(r.one) == 0 {
		return "", false
	}
	switch n := countMet(r.one, value); n {
	case 0:
		return "needs exactly one of: " + choice(r.one), true
	case 1:
		return "", false
	default:
		return fmt.Sprintf("meets %d of its alternatives, but exactly one is allowed of: %s", n, choice(r.one)), false
	}
}

// countMet returns how many of the rules a value meets.
func countMet(rules []*valueRule, value any) int {
	n := 0
	for _, r := range rules {
		if why, _ := r.broken(value); why == "" {
			n++
		}
	}
	return n
}

// choice returns the words of rules of which one must hold: "secretName; vault" of two that
// require a field each.
func choice(rules []*valueRule) string {
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = r.words()
	}
	return strings.Join(words, "; ")
}

// words returns the rule for people, as far as a few words can: "a string and length at most
// 63", "type one of [A B] and size". What is required is named alone.
func (r *valueRule) words() string {
	var words []string
	if r.kind != "" {
		words = append(words, article(r.kind))
	}
	if len(r.enum) > 0 {
		words = append(words, fmt.Sprintf("one of %v", r.enum))
	}
	words = append(words, jsonSchema{limitFields: r.limitFields}.limits()...)
	words = append(words, r.required...)
	for _, name := range slices.Sorted(maps.Keys(r.properties)) {
		if inner := r.properties[name]; inner != nil {
			if text := inner.words(); text != anyValue {
				words = append(words, name+" "+text)
			}
		}
	}
	words = append(words, r.logicWords()...)
	if len(words) == 0 {
		return anyValue
	}
	return strings.Join(words, " and ")
}

// anyValue is how a rule that demands nothing is worded.
const anyValue = "anything"

// logicWords returns the oneOf, anyOf, allOf and not of a rule for people, in brackets if "and" and "or"
// could be misread.
func (r *valueRule) logicWords() []string {
	var words []string
	for _, rule := range r.all {
		words = append(words, rule.words())
	}
	if r.not != nil {
		words = append(words, "not "+r.not.words())
	}
	if len(r.any) > 0 {
		words = append(words, "("+strings.ReplaceAll(choice(r.any), "; ", " or ")+")")
	}
	if len(r.one) > 0 {
		words = append(words, "(only one of "+strings.ReplaceAll(choice(r.one), "; ", ", ")+")")
	}
	return words
}
