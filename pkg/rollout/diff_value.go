package rollout

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// mergeKeys are the fields that identify the items of a list, by the name of
// the list (the patchMergeKey and listMapKey of k8s.io/api/core/v1).
var mergeKeys = map[string][]string{
	"containers": {"name"}, "initContainers": {"name"}, "ephemeralContainers": {"name"}, "volumes": {"name"},
	"env": {"name"}, "ports": {"containerPort", "protocol"}, "volumeMounts": {"mountPath"}, "volumeDevices": {"devicePath"},
	"imagePullSecrets": {"name"}, "hostAliases": {"ip"}, "readinessGates": {"conditionType"}, "schedulingGates": {"name"},
	"topologySpreadConstraints": {"topologyKey", "whenUnsatisfiable"}, "resourceClaims": {"name"}, "claims": {"name"},
	"items": {"key"}, "httpHeaders": {"name"}, "sysctls": {"name"}, "options": {"name"}, "resizePolicy": {"resourceName"},
}

// keysOf returns the merge keys of the items, false if the list has none or
// they are not unique.
func keysOf(path string, list []any) ([]string, bool) {
	fields, known := mergeKeys[path[strings.LastIndexByte(path, '.')+1:]]
	if !known {
		return nil, false
	}
	keys := make([]string, 0, len(list))
	for _, item := range list {
		key := keyOf(item, fields)
		if key == "" || slices.Contains(keys, key) {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, true
}

// keyOf returns the merge key of one item, "8080/TCP" for a port; "" if it has none of the fields.
func keyOf(item any, fields []string) string {
	m, _ := item.(map[string]any) // malformed: a nil map, which has no fields
	var parts []string
	for _, f := range fields {
		if v, has := m[f]; has {
			parts = append(parts, fmt.Sprint(v))
		}
	}
	return strings.Join(parts, "/")
}

// join appends a field to a path; keys that are not field names are written in brackets.
func join(path, key string) string {
	if path == "" {
		return key
	}
	if strings.ContainsAny(key, "./") || strings.HasSuffix(path, "annotations") || strings.HasSuffix(path, "abels") {
		return path + "[" + key + "]"
	}
	return path + "." + key
}

// equalValue reports whether two values mean the same. The API server keeps quantities as they
// were written: 1000m and 1 are no change.
func equalValue(path string, a, b any) bool {
	x := text(path, a)
	y := text(path, b)
	if x == y {
		return true
	}
	if !strings.Contains(path, ".resources.") && !strings.HasSuffix(path, ".sizeLimit") {
		return false
	}
	return sameQuantity(x, y)
}

// sameQuantity reports whether two texts are the same quantity.
func sameQuantity(x, y string) bool {
	p, err := resource.ParseQuantity(x)
	q, err2 := resource.ParseQuantity(y)
	return err == nil && err2 == nil && p.Cmp(q) == 0
}

// text returns a value for people: scalars as they are, an environment
// variable as its value or source, a container as its image, others as JSON.
func text(path string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if strings.Contains(path, ".env[") {
			return envText(v)
		}
		if image, ok := v["image"].(string); ok && strings.Contains(path, "ontainers[") {
			return image
		}
	}
	return compact(v)
}

// compact returns a value as JSON in one line.
func compact(v any) string {
	data, err := json.Marshal(v)
	if err != nil { // no value of a template: these came from JSON
		return fmt.Sprint(v)
	}
	return string(data)
}

// envSources are what a variable can be taken from, with the word for it and the fields that name it:
// "Secret web-db password".
var envSources = []struct {
	kind, word string
	fields     []string
}{
	{"secretKeyRef", "Secret", []string{"name", "key"}},
	{"configMapKeyRef", "ConfigMap", []string{"name", "key"}},
	{"fieldRef", "field", []string{"fieldPath"}},
	{"resourceFieldRef", "resource", []string{"resource"}},
}

// envText returns what a variable is set to: its value, or where the value is taken from.
func envText(v map[string]any) string {
	from, ok := v["valueFrom"].(map[string]any)
	if !ok {
		value, _ := v["value"].(string) // a variable without value is empty
		return value
	}
	for _, source := range envSources {
		if ref, ok := from[source.kind].(map[string]any); ok {
			words := []string{source.word}
			for _, f := range source.fields {
				words = append(words, fmt.Sprint(ref[f]))
			}
			return strings.Join(words, " ")
		}
	}
	return compact(from)
}
