package fielddoc

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// limitFields are the bounds that a JSON schema can set.
type limitFields struct {
	// Numbers as they are written: a bound of 2^63-1 would not survive as a float. A pointer,
	// because a bound of 0 says something and no bound does not.
	Minimum *json.Number `json:"minimum"`
	Maximum *json.Number `json:"maximum"`
	// The two that exclude the bound itself are booleans, as in OpenAPI 3.0.
	ExclusiveMinimum bool         `json:"exclusiveMinimum"`
	ExclusiveMaximum bool         `json:"exclusiveMaximum"`
	MultipleOf       *json.Number `json:"multipleOf"`
	// Of texts (in characters), lists and objects.
	MinLength     *json.Number `json:"minLength"`
	MaxLength     *json.Number `json:"maxLength"`
	MinItems      *json.Number `json:"minItems"`
	MaxItems      *json.Number `json:"maxItems"`
	MinProperties *json.Number `json:"minProperties"`
	MaxProperties *json.Number `json:"maxProperties"`
	// ListType is atomic, set or map; Format is one of formats, which the server judges, or
	// any other word, which it does not.
	UniqueItems bool   `json:"uniqueItems"`
	ListType    string `json:"x-kubernetes-list-type"`
	Format      string `json:"format"`
	Pattern     string `json:"pattern"`
}

// limits returns the schema's bounds and rules in words, in a fixed order: "at least 1",
// "length at most 63", "matches ^[a-z]+$".
func (s jsonSchema) limits() []string {
	var words []string
	bound := func(n *json.Number, format string) {
		if n != nil {
			words = append(words, fmt.Sprintf(format, n.String()))
		}
	}
	bound(s.Minimum, map[bool]string{false: "at least %s", true: "more than %s"}[s.ExclusiveMinimum])
	bound(s.Maximum, map[bool]string{false: "at most %s", true: "less than %s"}[s.ExclusiveMaximum])
	bound(s.MultipleOf, "a multiple of %s")
	bound(s.MinLength, "length at least %s")
	bound(s.MaxLength, "length at most %s")
	bound(s.MinItems, "at least %s items")
	bound(s.MaxItems, "at most %s items")
	bound(s.MinProperties, "at least %s keys")
	bound(s.MaxProperties, "at most %s keys")
	if s.UniqueItems {
		words = append(words, "no item twice")
	}
	if s.Pattern != "" {
		words = append(words, "matches "+s.Pattern)
	}
	for _, r := range s.Validations {
		words = append(words, r.words())
	}
	return words
}

// broken returns which bound a value is out of, empty if it is within all.
func (s limitFields) broken(value any) string {
	switch v := value.(type) {
	case string:
		return s.brokenText(v)
	case []any:
		return outside(float64(len(v)), s.MinItems, s.MaxItems, "it has %s items, but %s %s are wanted")
	case map[string]any:
		return outside(float64(len(v)), s.MinProperties, s.MaxProperties, "it has %s keys, but %s %s are wanted")
	default:
		return s.brokenNumber(v)
	}
}

// brokenText returns the limit that a text breaks, in words; empty if it breaks none.
func (s limitFields) brokenText(text string) string {
	// The server counts characters, not bytes: an umlaut is one.
	if message := outside(float64(utf8.RuneCountInString(text)), s.MinLength, s.MaxLength,
		"has %s characters, but %s %s are wanted"); message != "" {
		return message
	}
	if words := formatProblem(s.Format, text); words != "" {
		return quoteShort(text) + " " + words
	}
	if s.Pattern == "" {
		return ""
	}
	// Anywhere in the text, as in JSON schema: ^ and $ are up to the pattern.
	if pattern, err := regexp.Compile(s.Pattern); err == nil && !pattern.MatchString(text) {
		return quoteShort(text) + " does not match " + s.Pattern
	}
	return ""
}

// brokenNumber returns the limit that a number breaks, in words; empty if it breaks none.
func (s limitFields) brokenNumber(value any) string {
	n, err := json.Number(fmt.Sprint(value)).Float64()
	if err != nil {
		return "" // true, false or null
	}
	if message := outside(n, s.Minimum, s.Maximum, "is %s, but %s %s is wanted"); message != "" {
		return message
	}
	switch {
	case s.ExclusiveMinimum && s.Minimum != nil && n == float(s.Minimum):
		return fmt.Sprintf("is %v, but must be greater than %v", value, value)
	case s.ExclusiveMaximum && s.Maximum != nil && n == float(s.Maximum):
		return fmt.Sprintf("is %v, but must be less than %v", value, value)
	case s.MultipleOf != nil && float(s.MultipleOf) != 0 && math.Mod(n, float(s.MultipleOf)) != 0:
		return fmt.Sprintf("is %v, but a multiple of %s is wanted", value, s.MultipleOf)
	default:
		return ""
	}
}

// outside returns by format that n is not between two bounds, "is 0, but at least 1 is wanted"; empty if
// it is.
func outside(n float64, least, most *json.Number, format string) string {
	// Without an exponent: 1e+06 is not how the manifest has it.
	have := strconv.FormatFloat(n, 'f', -1, 64)
	switch {
	case least != nil && n < float(least):
		return fmt.Sprintf(format, have, "at least", least)
	case most != nil && n > float(most):
		return fmt.Sprintf(format, have, "at most", most)
	default:
		return ""
	}
}

// float returns a number of a schema.
func float(n *json.Number) float64 {
	f, err := n.Float64()
	if err != nil {
		return 0 // the server takes no such schema
	}
	return f
}

// text is the rule with single blanks.
func (r rule) text() string { return strings.Join(strings.Fields(r.Rule), " ") }

// words returns the rule in words: its message if it has one, with the rule behind it, because
// messages often leave out the number or the field that counts.
func (r rule) words() string {
	switch text := r.text(); {
	case text == frozen:
		return "cannot be changed once set"
	case r.Message != "":
		return strings.TrimSuffix(r.Message, ".") + " (" + text + ")"
	default:
		return "must hold: " + text
	}
}
