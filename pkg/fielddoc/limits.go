package fielddoc

import (
	"encoding/json"
	"fmt"
	"strings"
)

// limitFields are the bounds that a JSON schema can set.
type limitFields struct {
	Minimum          *json.Number `json:"minimum"`
	Maximum          *json.Number `json:"maximum"`
	ExclusiveMinimum bool         `json:"exclusiveMinimum"`
	ExclusiveMaximum bool         `json:"exclusiveMaximum"`
	MultipleOf       *json.Number `json:"multipleOf"`
	MinLength        *json.Number `json:"minLength"`
	MaxLength        *json.Number `json:"maxLength"`
	MinItems         *json.Number `json:"minItems"`
	MaxItems         *json.Number `json:"maxItems"`
	MinProperties    *json.Number `json:"minProperties"`
	MaxProperties    *json.Number `json:"maxProperties"`
	UniqueItems      bool         `json:"uniqueItems"`
	Pattern          string       `json:"pattern"`
}

// limits returns the schema's bounds and rules in words, in a fixed order.
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

// text is the rule with single blanks.
func (r rule) text() string { return strings.Join(strings.Fields(r.Rule), " ") }

// words says the rule for people: its message where it has one.
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
