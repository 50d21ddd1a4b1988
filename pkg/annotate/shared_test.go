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
