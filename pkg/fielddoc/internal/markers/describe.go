package main

import (
	"go/ast"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// describe returns the field's name in JSON and its facts, empty if there are none:
//
//	replicas default=0 min=0
//	containers required list=map keys=name
func describe(field *ast.Field) string {
	name, options := jsonName(field)
	if name == "" || name == "-" {
		return "" // embedded: its fields are those of its own type
	}
	m := markers(field.Doc)
	var facts []string
	if required(m, options) {
		facts = append(facts, "required")
	}
	if _, ok := m["k8s:immutable"]; ok {
		facts = append(facts, "immutable")
	}
	// In this order, so that a change of the table shows what has changed in the sources.
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

// valuedMarkers are the markers that have a value, with the names of their facts in the table:
// the older ones, which generators of OpenAPI read, and those of declarative validation.
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

// valued returns the facts of valuedMarkers.
func valued(m map[string]string) []string {
	var facts []string
	for _, known := range valuedMarkers {
		if value, ok := m[known.marker]; ok && writable(value) {
			facts = append(facts, known.fact+"="+strings.Trim(value, `"`))
		}
	}
	return facts
}

// writable reports whether the table can have a value. Facts are divided by blanks: one with a
// blank cannot be written, nor one that is a structure ({}) or refers to a constant (ref(Name)).
// The empty text as a default says nothing.
func writable(value string) bool { return !strings.ContainsAny(value, " {(") && value != `""` }

// declared returns the facts that the declarative validation of Kubernetes enforces: a
// value that is not empty, elements that differ, and what each element must be.
func declared(m map[string]string) []string {
	var facts []string
	if _, ok := m["k8s:required"]; ok {
		facts = append(facts, "filled")
	}
	if differ(m) {
		facts = append(facts, "unique")
	}
	// What each element must be is a marker in a marker: +k8s:eachVal=+k8s:format=k8s-uuid.
	if format, ok := strings.CutPrefix(m["k8s:eachVal"], "+k8s:format="); ok {
		facts = append(facts, "format="+format)
	}
	// Most lists that are maps are marked in both ways; the other one is written already.
	if keys, ok := m["k8s:listMapKey"]; ok && m["listMapKey"] == "" {
		facts = append(facts, "keys="+strings.ReplaceAll(keys, `"`, ""))
	}
	return facts
}

// differ reports whether the elements of a list, or their keys, must differ: listType says so for
// lists that are merged by element, unique for others.
func differ(m map[string]string) bool {
	for _, marker := range []string{"k8s:listType", "k8s:unique"} {
		if value := m[marker]; value == "map" || value == "set" {
			return true
		}
	}
	return false
}

// required follows openapi-gen: a field is required unless it is marked
// optional or its tag has omitempty.
func required(m map[string]string, options string) bool {
	if hasAny(m, "optional", "k8s:optional") {
		return false
	}
	if hasAny(m, "required", "k8s:required") {
		return true
	}
	return !strings.Contains(options, "omit") // omitempty or omitzero
}

// hasAny reports whether one of some markers is there.
func hasAny(m map[string]string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, ok := m[name]
		return ok
	})
}

// stage is the prefix of validation markers that are being introduced; the
// rule behind it holds nevertheless, enforced by other code:
// +k8s:alpha(since:"1.37")=+k8s:immutable.
var stage = regexp.MustCompile(`^k8s:(alpha|beta)\([^)]*\)=\+`)

// markers returns the comments' +name=value markers; values of a name that
// comes more than once are joined by commas, as the keys of a list with several.
func markers(docs ...*ast.CommentGroup) map[string]string {
	found := map[string]string{}
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, comment := range doc.List {
			if name, value, ok := marker(comment.Text); ok {
				found[name] = joined(found[name], value)
			}
		}
	}
	return found
}

// marker returns the name and the value of the marker that a line of comment is; ok is false if it
// is text.
func marker(line string) (name, value string, ok bool) {
	text, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "//")), "+")
	name, value, _ = strings.Cut(strings.TrimSpace(stage.ReplaceAllString(text, "")), "=")
	return name, value, ok
}

// joined returns the values of a marker with one more, if that is not among them.
func joined(have, value string) string {
	if have == "" || slices.Contains(strings.Split(have, ","), value) {
		return value
	}
	return have + "," + value
}
