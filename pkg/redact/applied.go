package redact

import (
	"bytes"
	"encoding/json"
	"strings"
)

// appliedSecret returns the JSON of a Secret, as kubectl apply keeps it in an
// annotation, with every value marked, and whether value is one.
func appliedSecret(value string) (string, bool) {
	if !strings.HasPrefix(strings.TrimSpace(value), "{") || !strings.Contains(value, "Secret") {
		return "", false
	}
	var object map[string]any
	if json.Unmarshal([]byte(value), &object) != nil || object["kind"] != "Secret" {
		return "", false
	}
	n := 0
	for _, field := range []string{"data", "stringData"} {
		data, _ := object[field].(map[string]any) // absent or malformed: nothing to take out
		for key := range data {
			data[key] = Mark
			n++
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if n == 0 || e.Encode(object) != nil {
		return "", false
	}
	return out.String(), true
}
