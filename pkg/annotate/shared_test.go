package annotate_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/annotate"
)

// A field in the elements of a list and the names in a map share what is documented of them: there may be very many.
func TestDocumentationIsShared(t *testing.T) {
	pod := explain(t, `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web}]}
status:
  conditions:
  - {type: Ready, status: "True", message: a}
  - {type: Initialized, status: "True", message: b}
`, annotate.Options{})
	keys := explain(t, configMap+"  other: value\n", annotate.Options{})
	for _, two := range [][2]*annotate.Field{
		{field(t, pod, "status.conditions[0].message"), field(t, pod, "status.conditions[1].message")},
		{field(t, keys, "data.key"), field(t, keys, "data.other")},
	} {
		if two[0].Documented != two[1].Documented {
			t.Errorf("%s and %s have documentation of their own", two[0].Path, two[1].Path)
		}
	}
	for _, two := range [][2]*annotate.Field{
		{field(t, pod, "status.conditions[0].message"), field(t, pod, "status.conditions[0].type")},
		{field(t, keys, "data.key"), field(t, keys, "data")},
	} {
		if two[0].Documented == two[1].Documented {
			t.Errorf("%s has the documentation of %s", two[0].Path, two[1].Path)
		}
	}
}

// The objects of a list share what is documented of a kind, also of a field with a default if it is set alike.
func TestObjectsShareDocumentation(t *testing.T) {
	options := annotate.Options{Shared: annotate.Shared{}}
	manifest := func(name, policy string) *annotate.Report {
		return explain(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: "+name+"}\nspec: {restartPolicy: "+policy+"}\n", options)
	}
	first := manifest("a", "Always")
	for _, c := range []struct {
		name     string
		path     string
		report   *annotate.Report
		together bool
	}{
		{"a second pod", "metadata.name", manifest("b", "Always"), true},
		{"the same default", "spec.restartPolicy", manifest("b", "Always"), true},
		{"no default", "spec.restartPolicy", manifest("b", "Never"), false},
		{"another kind", "metadata.name", explain(t, configMap, options), false},
	} {
		if shared := field(t, first, c.path).Documented == field(t, c.report, c.path).Documented; shared != c.together {
			t.Errorf("%s: %s is shared: %v", c.name, c.path, shared)
		}
	}
}
