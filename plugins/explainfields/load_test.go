package explainfields

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
)

// TestSameTypeComparesWholeGroups tells custom kinds of one name apart by the whole of their groups.
func TestSameTypeComparesWholeGroups(t *testing.T) {
	widget := &bundle.Object{APIVersion: "example.org/v1", Kind: "Widget"}
	for name, want := range map[string]bool{
		"widget":                 true,
		"widgets":                true,
		"widgets.example.org":    true,
		"widgets.v1.example.org": true,
		"widgets.myexample.org":  false,
		"widgets.org":            false,
		"gadgets.example.org":    false,
	} {
		if got := sameType(name, widget); got != want {
			t.Errorf("sameType(%q) = %t, want %t", name, got, want)
		}
	}
}
