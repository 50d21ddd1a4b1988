package fielddoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

// floating reports whether an image reference has the tag latest or none, and
// no digest. As in pkg/util/parsers of Kubernetes, which adds :latest only to
// references that have neither.
func floating(image string) bool {
	name, _, digest := strings.Cut(image, "@")
	last := name[strings.LastIndexByte(name, '/')+1:]
	_, tag, tagged := strings.Cut(last, ":")
	return tag == "latest" || (!tagged && !digest)
}

// get returns the value at a dotted path of an object, nil if there is none.
func get(object any, path string) any {
	for rest := path; ; {
		name, more, found := strings.Cut(rest, ".")
		m, _ := object.(map[string]any)
		if object = m[name]; !found || object == nil {
			return object
		}
		rest = more
	}
}

// text returns a value as a manifest writes it; ok is false if it has parts, or is null.
func text(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	default:
		data, err := json.Marshal(v)
		return string(data), err == nil
	}
}

// IsDefault reports whether value is what the server would have filled in, and
// whether that is known at all.
func (d Doc) IsDefault(value any) (is, known bool) {
	if !d.DefaultKnown {
		return false, false
	}
	if have, ok := text(value); ok && have == d.Default {
		return true, true
	}
	if d.Type.Kind == Quantity {
		return sameQuantity(fmt.Sprint(value), d.Default), true
	}
	if !strings.ContainsAny(d.Default, "\"'{[:") {
		return plainEqual(value, d.Default), true
	}
	want, err := yaml.YAMLToJSON([]byte(d.Default))
	have, failed := json.Marshal(value)
	return err == nil && failed == nil && bytes.Equal(want, have), true
}

// plainEqual compares a value with a default that is a plain word of YAML, which no text
// can be equal to if it is not the same one. Only 0644 and 1.0 are numbers that are
// written in more than one way.
func plainEqual(value any, plain string) bool {
	if value == nil {
		return plain == "null"
	}
	have, ok := numberOf(value)
	want, err := strconv.ParseFloat(plain, 64)
	return ok && err == nil && have == want
}

// Telling reports whether a default is worth showing if another value was
// set: an empty value that is shown nevertheless is not.
func Telling(value string) bool {
	return !slices.Contains([]string{"", `""`, "{}", "[]", "null"}, value)
}

// Empty reports whether the API treats a value like an omitted one.
func Empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// sameQuantity reports whether two texts are the same quantity: 1Gi and 1024Mi are.
func sameQuantity(a, b string) bool {
	x, errX := resource.ParseQuantity(a)
	y, errY := resource.ParseQuantity(b)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}
