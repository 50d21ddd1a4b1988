package fielddoc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// document is what a server gives of one group and version, with all the ways
// in which it writes a schema.
const document = `{"openapi":"3.0.0","components":{"schemas":{
"org.example.v1.Widget":{"type":"object","required":["spec"],"description":"A widget.",
 "x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Widget"}],
 "properties":{
  "metadata":{"allOf":[{"$ref":"#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}],"default":{}},
  "spec":{"type":"object","required":["size"],"properties":{
   "size":{"type":"integer","minimum":1,"maximum":9,"exclusiveMaximum":true,"default":3,"description":"How large."},
   "zero":{"type":"integer","default":0},
   "mode":{"type":"string","enum":["on","off",""],"default":"on","description":"Which.\n\nPossible enum values:\n - off is the old one. Deprecated: no longer so."},
   "port":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]},
   "share":{"allOf":[{"$ref":"#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}],"description":"A share."},
   "memory":{"$ref":"#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"},
   "child":{"allOf":[{"$ref":"#/components/schemas/org.example.v1.Node"}],"description":"The first.","default":{}},
   "items":{"type":"array","maxItems":5,"x-kubernetes-list-map-keys":["name","port"],"items":{"$ref":"#/components/schemas/org.example.v1.Node"}},
   "labels":{"type":"object","additionalProperties":{"type":"string","default":""}},
   "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
   "any":{"type":"object","additionalProperties":true},
   "template":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},
   "name":{"type":"string","pattern":"^a+$","maxLength":8,"x-kubernetes-validations":[{"rule":"self == oldSelf","message":"no"}]},
   "frozen":{"type":"object","x-kubernetes-validations":[{"rule":"self  ==  oldSelf"}],"properties":{"in":{"type":"string"}}},
   "rule":{"type":"string","x-kubernetes-validations":[{"rule":"self != 'x'","message":"must not be x."},{"rule":"self.size() > 1"}]},
   "when":{"type":"string","format":"date-time"},"raw":{"type":"string","format":"byte"},
   "share2":{"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]}
  }}}},
"org.example.v1.Node":{"type":"object","description":"A node.","properties":{"name":{"type":"string"},
  "next":{"$ref":"#/components/schemas/org.example.v1.Node"},"all":{"type":"array","items":{"$ref":"#/components/schemas/org.example.v1.Node"}}}},
"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta":{"type":"object","properties":{"name":{"type":"string","description":"The name."}}},
"io.k8s.apimachinery.pkg.util.intstr.IntOrString":{"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]},
"io.k8s.apimachinery.pkg.api.resource.Quantity":{"oneOf":[{"type":"string"},{"type":"number"}],"description":"A quantity."}
}}}`

func widget(t *testing.T) *fielddoc.Schema {
	t.Helper()
	d, err := fielddoc.ParseOpenAPI([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := d.Schema(schema.GroupVersionKind{Group: "example.org", Version: "v1", Kind: "Widget"})
	if !ok {
		t.Fatal("no Widget in the document")
	}
	return s
}

func TestOpenAPI(t *testing.T) {
	type field struct {
		Type, Description, Default string
		Known, Required            bool
		Immutable                  fielddoc.Immutability
		Enum, Constraints          []string
	}
	for path, want := range map[string]field{
		"kind":          {Type: "string", Description: "The kind of object.", Known: true, Required: true, Immutable: "always"},
		"metadata.name": {Type: "string", Description: "The name.", Known: true, Immutable: "always"},
		"spec":          {Type: "object", Known: true, Required: true, Immutable: "unknown"},
		"spec.size": {
			Type: "integer", Description: "How large.", Default: "3", Known: true, Required: true,
			Immutable: "unknown", Constraints: []string{"at least 1", "less than 9"},
		},
		"spec.zero": {Type: "integer", Default: "0", Known: true, Immutable: "unknown"},
		"spec.mode": {
			Type: "string", Description: "Which.\n\nPossible enum values:\n - off is the old one. Deprecated: no longer so.",
			Default: "on", Known: true, Immutable: "unknown", Enum: []string{"on", "off"},
		},
		"spec.port":   {Type: "int-or-string", Known: true, Immutable: "unknown"},
		"spec.share":  {Type: "int-or-string", Description: "A share.", Known: true, Immutable: "unknown"},
		"spec.share2": {Type: "int-or-string", Known: true, Immutable: "unknown"},
		"spec.memory": {
			Type: "quantity", Description: "A number with an optional unit: 100m (0.1), 2, 64Mi, 1Gi, 1.5G.",
			Known: true, Immutable: "unknown",
		},
		"spec.child":           {Type: "object", Description: "The first.", Default: "{}", Known: true, Immutable: "unknown"},
		"spec.child.next.next": {Type: "object", Description: "A node.", Known: true, Immutable: "unknown"},
		"spec.items": {Type: "list of object", Known: true, Immutable: "unknown", Constraints: []string{
			"at most 5 items",
			"items are identified by name, port",
		}},
		"spec.items[1].all[2].name": {Type: "string", Known: true, Immutable: "unknown"},
		"spec.labels.x":             {Type: "string", Known: true, Immutable: "unknown"},
		"spec.free.x.y":             {Type: "any", Known: true, Immutable: "unknown"},
		"spec.any.x":                {Type: "any", Known: true, Immutable: "unknown"},
		"spec.template.kind":        {Type: "string", Description: "The kind of object.", Known: true, Required: true, Immutable: "unknown"},
		"spec.name": {Type: "string", Known: true, Immutable: "always", Constraints: []string{
			"length at most 8",
			"matches ^a+$", "cannot be changed once set",
		}},
		"spec.frozen.in": {Type: "string", Known: true, Immutable: "always"},
		"spec.rule": {
			Type: "string", Known: true, Immutable: "unknown",
			Constraints: []string{"must not be x (self != 'x')", "must hold: self.size() > 1"},
		},
		"spec.when":       {Type: "time", Known: true, Immutable: "unknown"},
		"spec.raw":        {Type: "base64", Known: true, Immutable: "unknown"},
		"spec.nothing":    {Type: "any", Immutable: "unknown"},
		"spec.items.name": {Type: "any", Immutable: "unknown"},
	} {
		d := doc(t, widget(t), path, nil)
		got := field{d.Type.Name(), d.Description, d.Default, d.Known, d.Required, d.Immutable, d.Enum, d.Constraints}
		if len(got.Constraints) == 0 {
			got.Constraints = nil
		}
		if d.Deprecated != "" { // a value of mode is, not the field
			t.Errorf("%s is deprecated: %s", path, d.Deprecated)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestOpenAPIThatIsNone(t *testing.T) {
	for _, text := range []string{`null`, `{}`, `{"components":{"schemas":{}}}`} {
		if _, err := fielddoc.ParseOpenAPI([]byte(text)); err == nil {
			t.Errorf("%s is a document", text)
		}
	}
	if _, err := fielddoc.ParseOpenAPI([]byte(`[]`)); err == nil {
		t.Error("a list was read as a document")
	}
	d, err := fielddoc.ParseOpenAPI([]byte(`{"components":{"schemas":{"x.Widget":7}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Schema(schema.GroupVersionKind{Kind: "Widget"}); ok {
		t.Error("a number was taken for a schema")
	}
}

func TestCRDVersions(t *testing.T) {
	schemas, err := fielddoc.CRD(object(t, `
spec:
  group: example.org
  names: {kind: Widget}
  versions:
  - {name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string, description: The a.}}}}}}}
  - {name: v1beta1, deprecated: true}
`))
	if err != nil || len(schemas) != 2 {
		t.Fatalf("%d versions, %v", len(schemas), err)
	}
	if d := doc(t, schemas[0], "spec.a", nil); d.Description != "The a." || schemas[0].Source != fielddoc.CRDFile {
		t.Errorf("v1 spec.a: %+v", d)
	}
	if d := doc(t, schemas[0], "metadata.labels", nil); d.Type.Name() != "map of string" || d.Description == "" {
		t.Errorf("v1 metadata.labels: %+v", d)
	}
	// Without a schema anything goes, and that the version is old is said.
	if d := doc(t, schemas[1], "spec.anything", nil); !d.Known || schemas[1].Deprecated == "" {
		t.Errorf("v1beta1 spec.anything: %+v", d)
	}
}
