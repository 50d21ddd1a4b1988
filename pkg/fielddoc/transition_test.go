package fielddoc_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// transitions is a definition whose fields are frozen in the ways that people write it.
const transitions = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.org
  names: {kind: Thing}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-validations:
        - {rule: self.spec.root == oldSelf.spec.root, message: stop}
        properties:
          spec:
            type: object
            x-kubernetes-validations:
            - rule: (self.a == oldSelf.a) && self.b.c == oldSelf.b.c
            - rule: "!has(oldSelf.once) || self.once == oldSelf.once"
            - rule: "(!has(self.both) && !has(oldSelf.both)) || self.both == oldSelf.both"
            - rule: "!has(oldSelf.kept) || has(self.kept)"
              message: kept cannot be taken away
            - rule: "has(self.x) ? self.x.startsWith(oldSelf.grows) : true"
              message: it can only get longer.
            - rule: "self.maybe == oldSelf.maybe || self.x == 'force'"
            properties:
              plain: {type: string}
              own: {type: string, x-kubernetes-validations: [{rule: "oldSelf  == self"}]}
              number: {type: integer, x-kubernetes-validations: [{rule: self >= oldSelf, message: it can only grow}]}
              optional: {type: string, x-kubernetes-validations: [{rule: "!oldSelf.hasValue() || self == oldSelf.value()", optionalOldSelf: true}]}
              ternary: {type: string, x-kubernetes-validations: [{rule: "oldSelf.hasValue() ? self == oldSelf.value() : true", optionalOldSelf: true}]}
              or: {type: string, x-kubernetes-validations: [{rule: oldSelf.orValue(self) == self, optionalOldSelf: true}]}
              empty: {type: string, x-kubernetes-validations: [{rule: "oldSelf == '' || self == oldSelf"}]}
              whole: {type: object, x-kubernetes-validations: [{rule: self == oldSelf}], properties: {in: {type: string}}}
              list: {type: array, items: {type: object, x-kubernetes-validations: [{rule: self.id == oldSelf.id}], properties: {id: {type: string}, free: {type: string}}}}
              b: {type: object, properties: {c: {type: string}, d: {type: string}}}
              once: {type: string}
              both: {type: string}
              kept: {type: string}
              grows: {type: string}
              maybe: {type: string}
              root: {type: string}
              a: {type: string}
              x: {type: string}
`

func TestRulesAboutChanges(t *testing.T) {
	var crd map[string]any
	if err := yaml.Unmarshal([]byte(transitions), &crd); err != nil {
		t.Fatal(err)
	}
	schemas, err := fielddoc.CRD(crd)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"spec.a": "always", "spec.b.c": "always", "spec.b.d": "unknown", "spec.root": "always", "spec.own": "always", "spec.whole.in": "always",
		"spec.optional": "always", "spec.ternary": "always", "spec.or": "always", "spec.plain": "unknown", "spec.x": "unknown",
		"spec.list[0].id": "always", "spec.list[0].free": "unknown",
		"spec.once": "conditional: not once it is set", "spec.both": "conditional: not once it is set",
		"spec.empty":  "conditional: not once it is set",
		"spec.kept":   "conditional: kept cannot be taken away (!has(oldSelf.kept) || has(self.kept))",
		"spec.grows":  "conditional: it can only get longer (has(self.x) ? self.x.startsWith(oldSelf.grows) : true)",
		"spec.number": "conditional: it can only grow (self >= oldSelf)",
		"spec.maybe":  "conditional: must hold: self.maybe == oldSelf.maybe || self.x == 'force'",
	}
	got := map[string]string{}
	for text := range want {
		path, ok := fielddoc.ParsePath(text)
		if !ok {
			t.Fatal(text)
		}
		c := schemas[0].Root(nil)
		for _, step := range path {
			c = c.Step(step)
		}
		got[text] = string(c.Doc().Immutable)
		if note := c.ImmutableNote(); note != "" {
			got[text] += ": " + note
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func ExampleCRD() {
	var crd map[string]any
	text := `{"spec":{"group":"example.org","names":{"kind":"Thing"},"versions":[{"name":"v1","schema":{"openAPIV3Schema":
	  {"type":"object","properties":{"size":{"type":"integer","x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}}}]}}`
	if err := json.Unmarshal([]byte(text), &crd); err != nil {
		fmt.Println(err)
		return
	}
	schemas, err := fielddoc.CRD(crd)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(schemas[0].Field(fielddoc.Path{fielddoc.Key("size")}, nil).Immutable)
	// Output: always
}
