package provenance_test

import (
	"encoding/json"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// FuzzManagedFields reads anything as the entries of managedFields.
func FuzzManagedFields(f *testing.F) {
	f.Add(`[{"manager":"kubectl","operation":"Apply","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}}}]`)
	f.Add(`[{"fieldsV1":{"f:a":{"k:{\"name\":\"x\"}":{".":{}},"v:1":{},"i:0":{}}}}]`)
	f.Add(`[null,1,{"fieldsV1":[]},{"time":7,"fieldsV1":{"k:{":{},"v:":{},"":{}}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		var entries any
		if json.Unmarshal([]byte(text), &entries) != nil {
			return
		}
		object := map[string]any{
			"metadata": map[string]any{"name": "web", "uid": "1", "managedFields": entries},
			"spec":     map[string]any{"replicas": int64(2), "list": []any{map[string]any{"name": "x"}}},
		}
		if provenance.Read(object) == nil {
			t.Error("no history")
		}
	})
}
