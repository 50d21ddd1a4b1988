package fielddoc

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

// A default in the table is a YAML value, "=NAME" for the value of another
// field of the same object, and may have a condition:
//
//	imagePullPolicy: Always when image has-no-fixed-tag
//	strategy.rollingUpdate.maxSurge: 25% when strategy.type is RollingUpdate
//
// The first line whose condition holds counts. Paths are from the type under
// which the line stands.

// defaultValue returns what the server fills in here. With an object to judge
// by it is the value that counts for it, as JSON or YAML would show it; without
// one, where it depends, it is the choice in words.
func (c Cursor) defaultValue() (string, bool) {
	lines, at := c.lookupAll(defaults())
	if len(lines) == 0 {
		if c.field.Default != nil {
			return *c.field.Default, true
		}
		return "", false
	}
	if at.value == nil {
		return inWords(lines), true
	}
	for _, line := range lines {
		value, condition, conditional := strings.Cut(line, " when ")
		if conditional && !holds(condition, at) {
			continue
		}
		if name, ok := strings.CutPrefix(value, "="); ok {
			return text(get(at.value, name))
		}
		return value, true
	}
	return "", false
}

// inWords joins the lines of a default that depends; conditions for the same
// value are joined by "or", without what they share.
func inWords(lines []string) string {
	var words []string
	last := ""
	for _, line := range lines {
		value, condition, conditional := strings.Cut(line, " when ")
		if name, ok := strings.CutPrefix(value, "="); ok {
			value = "the value of " + name
		}
		condition = strings.Replace(condition, "has-no-fixed-tag", "has the tag latest or none", 1)
		switch subject, object, is := strings.Cut(condition, " is "); {
		case conditional && is && last == value+subject:
			words[len(words)-1] += " or " + object
			continue
		case conditional:
			last = value + subject
			value += " where " + condition
		case len(words) > 0:
			value = "else " + value
		}
		words = append(words, value)
	}
	return strings.Join(words, ", ")
}

// holds judges "PATH is VALUE", "PATH has-no-fixed-tag", "PATH set".
func holds(condition string, at anchor) bool {
	words := strings.Fields(condition)
	value := get(at.value, words[0])
	switch words[1] {
	case "is":
		if value == nil {
			return defaultOf(at.id, words[0]) == words[2]
		}
		return fmt.Sprint(value) == words[2]
	case "has-no-fixed-tag":
		image, ok := value.(string)
		return ok && floating(image)
	case "set":
		return value != nil
	case "unset":
		return value == nil
	default:
		panic("unknown condition in the table of defaults: " + condition)
	}
}

// defaultOf returns the unconditional default of a field in the table.
func defaultOf(id, path string) string {
	for _, line := range defaults()[id][path] {
		if !strings.Contains(line, " when ") {
			return line
		}
	}
	return ""
}

// floating reports whether an image reference has the tag latest or none, and
// no digest. As in pkg/util/parsers of Kubernetes, which adds :latest only to
// references that have neither.
func floating(image string) bool {
	name, _, digest := strings.Cut(image, "@")
	last := name[strings.LastIndexByte(name, '/')+1:]
	_, tag, tagged := strings.Cut(last, ":")
	return tag == "latest" || !tagged && !digest
}

// get returns the value at a dotted path of an object, nil where there is none.
func get(object any, path string) any {
	for _, name := range strings.Split(path, ".") {
		m, _ := object.(map[string]any)
		object = m[name]
	}
	return object
}

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
	var want any
	if err := yaml.Unmarshal([]byte(d.Default), &want); err != nil {
		return false, true
	}
	return reflect.DeepEqual(number(want), number(value)), true
}

func sameQuantity(a, b string) bool {
	x, errX := resource.ParseQuantity(a)
	y, errY := resource.ParseQuantity(b)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}

// number makes whole numbers comparable, whichever decoder they came from.
func number(value any) any {
	switch v := value.(type) {
	case int64:
		return float64(v)
	case int:
		return float64(v)
	default:
		return value
	}
}
