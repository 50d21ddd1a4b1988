package fielddoc_test

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// inManifests reports whether a kind can stand in a manifest.
func inManifests(gvk schema.GroupVersionKind) bool {
	return !strings.HasSuffix(gvk.Kind, "List") || gvk.Kind == "List"
}

func TestEveryKindHasASentence(t *testing.T) {
	for _, gvk := range builtinKinds() {
		if !inManifests(gvk) {
			continue
		}
		sentence := kind(t, gvk.GroupVersion().String(), gvk.Kind).Sentence()
		if !strings.Contains(sentence, gvk.Kind) || !strings.HasSuffix(sentence, ".") || strings.Contains(sentence, ". ") {
			t.Errorf("%s: %q", gvk, sentence)
		}
	}
}

// TestBooleansHaveTwoSentences: beside false nothing may stand that is true of true.
func TestBooleansHaveTwoSentences(t *testing.T) {
	checked := 0
	for _, types := range builtinTypes() {
		for _, typ := range types {
			for _, f := range typ.Fields() {
				if f.Type.Kind != fielddoc.Boolean {
					continue
				}
				on := noteFor(t, typ, f.Name, true)
				off := noteFor(t, typ, f.Name, false)
				if on == "" || off == "" || on == off {
					t.Errorf("%s %s: beside true %q, beside false %q", typ.ID, f.Name, on, off)
				}
				checked++
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d booleans", checked)
	}
}

// noteFor returns the note beside a value of a field, as if the type were a kind.
func noteFor(t *testing.T, typ *fielddoc.Type, name string, value any) string {
	t.Helper()
	return fielddoc.RootOf(typ, map[string]any{name: value}).Key(name).Doc().Note
}

// TestNotesAreShort: the first sentence of a note fits beside or above its field.
func TestNotesAreShort(t *testing.T) {
	var long []string
	for id, paths := range fielddoc.Notes() {
		for path, lines := range paths {
			for _, line := range lines {
				if n := len([]rune(fielddoc.FirstSentence(line))); n > 110 {
					long = append(long, id+" "+path+": "+line)
				}
			}
		}
	}
	slices.Sort(long)
	for _, l := range long {
		t.Error(l)
	}
}

func TestNotesDependOnTheValue(t *testing.T) {
	policy := func(spec string) map[string]any { return map[string]any{"spec": object(t, spec)} }
	for _, c := range []struct {
		kind, path string
		object     map[string]any
		want       string
	}{
		{"NetworkPolicy", "spec.egress", policy("{egress: [], policyTypes: [Egress]}"), "No outgoing traffic is allowed, not even DNS."},
		{"NetworkPolicy", "spec.egress", policy("{egress: []}"), "Has no effect: outgoing traffic is restricted only if policyTypes has Egress."},
		{"NetworkPolicy", "spec.egress", policy("{egress: [{}]}"), "Outgoing traffic that is allowed."},
		{"NetworkPolicy", "spec.ingress", policy("{ingress: []}"), "No incoming traffic is allowed."},
		{"NetworkPolicy", "spec.ingress", policy("{ingress: [], policyTypes: [Egress]}"), "Has no effect: the policy does not restrict incoming traffic."},
		{"NetworkPolicy", "spec.ingress[0].from", policy("{ingress: [{from: []}]}"), "Empty, as if omitted: all sources are allowed."},
		{"NetworkPolicy", "spec.podSelector", policy("{podSelector: {}}"), "Applies to all pods of the namespace."},
		{"NetworkPolicy", "spec.podSelector", nil, "Pods that the policy applies to."},
	} {
		if got := doc(t, kind(t, "networking.k8s.io/v1", c.kind), c.path, c.object).Note; got != c.want {
			t.Errorf("%s of %v: %q, want %q", c.path, c.object, got, c.want)
		}
	}
}
