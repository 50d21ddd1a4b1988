package main

import (
	"go/ast"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// describe returns the field's name in JSON and its facts, empty if there are none.
func describe(field *ast.Field) string {
	name, options := jsonName(field)
	if name == "" || name == "-" {
		return ""
	}
	m := markers(field.Doc)
	var facts []string
	if required(m, options) {
		facts = append(facts, "required")
	}
	if _, ok := m["k8s:immutable"]; ok {
		facts = append(facts, "immutable")
	}
	facts = append(facts, valued(m)...)
	facts = append(facts, declared(m)...)
	if len(facts) == 0 {
		return ""
	}
	return name + " " + strings.Join(facts, " ")
}

// jsonName returns the name of a field in JSON, empty if its tag has none, and the options behind it.
func jsonName(field *ast.Field) (name, options string) {
	if field.Tag == nil {
		return "", ""
	}
	tag, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return "", ""
	}
	name, options, _ = strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return name, options
}

// valuedMarkers are the markers that have a value, with the names of their facts in the table.
var valuedMarkers = []struct{ marker, fact string }{
	{"listType", "list"},
	{"listMapKey", "keys"},
	{"default", "default"},
	{"k8s:minimum", "min"},
	{"k8s:maximum", "max"},
	{"k8s:maxItems", "maxItems"},
	{"k8s:maxLength", "maxLength"},
	{"k8s:maxBytes", "maxBytes"},
	{"k8s:format", "format"},
}

// valued returns the facts of valuedMarkers. Facts are divided by blanks: a value with one cannot be
// written, nor one that is a structure or refers to a constant.
func valued(m map[string]string) []string {
	var facts []string
	for _, known := range valuedMarkers {
		if value, ok := m[known.marker]; ok && !strings.ContainsAny(value, " {(") && value != `""` {
			facts = append(facts, known.fact+"="+strings.Trim(value, `"`))
		}
	}
	return facts
}

// declared returns the facts that the declarative validation of Kubernetes enforces: a
// value that is not empty, elements that differ, and what each element must be.
func declared(m map[string]string) []string {
	var facts []string
	if _, ok := m["k8s:required"]; ok {
		facts = append(facts, "filled")
	}
	for _, marker := range []string{"k8s:listType", "k8s:unique"} {
		if value := m[marker]; value == "map" || value == "set" {
			facts = append(facts, "unique")
			break
		}
	}
	if format, ok := strings.CutPrefix(m["k8s:eachVal"], "+k8s:format="); ok {
		facts = append(facts, "format="+format)
	}
	if keys, ok := m["k8s:listMapKey"]; ok && m["listMapKey"] == "" {
		facts = append(facts, "keys="+strings.ReplaceAll(keys, `"`, ""))
	}
	return facts
}

// required follows openapi-gen: a field is required unless it is marked
// optional or its tag has omitempty.
func required(m map[string]string, options string) bool {
	for _, marker := range []string{"optional", "k8s:optional"} {
		if _, ok := m[marker]; ok {
			return false
		}
	}
	for _, marker := range []string{"required", "k8s:required"} {
		if _, ok := m[marker]; ok {
			return true
		}
	}
	return !strings.Contains(options, "omit")
}

// stage is the prefix of validation markers that are being introduced; the
// rule behind it holds nevertheless, enforced by other code.
var stage = regexp.MustCompile(`^k8s:(alpha|beta)\([^)]*\)=\+`)

// markers returns the comment's +name=value markers; values of a name that
// comes more than once are joined by commas.
func markers(docs ...*ast.CommentGroup) map[string]string {
	found := map[string]string{}
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, comment := range doc.List {
			text, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(comment.Text, "//")), "+")
			if !ok {
				continue
			}
			name, value, _ := strings.Cut(strings.TrimSpace(stage.ReplaceAllString(text, "")), "=")
			if have := found[name]; have != "" && !slices.Contains(strings.Split(have, ","), value) {
				value = have + "," + value
			}
			found[name] = value
		}
	}
	return found
}
