package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// schema is a JSON Schema (2020-12) of the keywords that docs/schema uses. One
// that it does not know is an error of the schema: it would not be checked.
type schema struct {
	Schema      string             `json:"$schema"`
	ID          string             `json:"$id"`
	Title       string             `json:"title"`
	Description string             `json:"description"`
	Defs        map[string]*schema `json:"$defs"`
	Ref         string             `json:"$ref"`
	Type        string             `json:"type"`
	Const       any                `json:"const"`
	Enum        []any              `json:"enum"`
	Format      string             `json:"format"`
	Pattern     string             `json:"pattern"`
	Minimum     *float64           `json:"minimum"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Names       *schema            `json:"propertyNames"`
	Values      *schema            `json:"additionalProperties"`
	Items       *schema            `json:"items"`

	never bool // the schema "false", which nothing matches
}

// UnmarshalJSON reads a schema, or "false".
func (s *schema) UnmarshalJSON(data []byte) error {
	if s.never = string(data) == "false"; s.never {
		return nil
	}
	type plain schema
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode((*plain)(s)); err != nil {
		return err
	}
	if s.Properties != nil && (s.Values == nil || !s.Values.never) {
		return fmt.Errorf("an object with properties %v allows others", slices.Sorted(maps.Keys(s.Properties)))
	}
	return nil
}

func readSchema(data []byte) (*schema, error) {
	s := &schema{}
	return s, json.Unmarshal(data, s)
}

// validate returns what is wrong with value.
func (s *schema) validate(root *schema, at string, value any) []string {
	if s.never {
		return []string{at + ": is not documented"}
	}
	if s.Ref != "" {
		to := root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		if to == nil {
			return []string{at + ": no definition " + s.Ref}
		}
		return to.validate(root, at, value)
	}
	var wrong []string
	bad := func(format string, args ...any) {
		wrong = append(wrong, at+": "+fmt.Sprintf(format, args...))
	}
	if s.Const != nil && !reflect.DeepEqual(s.Const, value) {
		bad("%v is not %v", value, s.Const)
	}
	if s.Enum != nil && !slices.Contains(s.Enum, value) {
		bad("%v is none of %v", value, s.Enum)
	}
	if s.Type != "" && !isA(s.Type, value) {
		bad("%v is no %s", value, s.Type)
		return wrong
	}
	switch v := value.(type) {
	case string:
		if s.Format == "date-time" && !isTime(v) {
			bad("%q is no time of RFC 3339 in UTC", v)
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			bad("%q does not match %s", v, s.Pattern)
		}
	case float64:
		if s.Minimum != nil && v < *s.Minimum {
			bad("%v is below %v", v, *s.Minimum)
		}
	case []any:
		for i, item := range v {
			if s.Items != nil {
				wrong = append(wrong, s.Items.validate(root, fmt.Sprintf("%s[%d]", at, i), item)...)
			}
		}
	case map[string]any:
		wrong = append(wrong, s.object(root, at, v)...)
	}
	return wrong
}

func (s *schema) object(root *schema, at string, v map[string]any) (wrong []string) {
	if s.Properties == nil && s.Values == nil {
		return nil // any object
	}
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			wrong = append(wrong, at+": "+name+" is missing")
		}
	}
	for name, item := range v {
		if s.Names != nil {
			wrong = append(wrong, s.Names.validate(root, at+" name", name)...)
		}
		if inner, ok := s.Properties[name]; ok {
			wrong = append(wrong, inner.validate(root, at+"."+name, item)...)
		} else if s.Values != nil {
			wrong = append(wrong, s.Values.validate(root, at+"."+name, item)...)
		}
	}
	return wrong
}

func isA(typ string, value any) bool {
	switch v := value.(type) {
	case nil:
		return typ == "null"
	case bool:
		return typ == "boolean"
	case string:
		return typ == "string"
	case float64:
		return typ == "number" || (typ == "integer" && v == float64(int64(v)))
	case []any:
		return typ == "array"
	case map[string]any:
		return typ == "object"
	}
	return false
}

func isTime(text string) bool {
	at, err := time.Parse(time.RFC3339, text)
	return err == nil && at.Location() == time.UTC
}
