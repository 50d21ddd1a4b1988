package snapshot

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Plural returns the resource of a kind in any case, by the rules with which
// apimachinery guesses it: "NetworkPolicy" gives "networkpolicies". They are
// right for every kind in Kinds. A custom kind can have another plural, which
// only discovery knows.
func Plural(kind string) string {
	plural, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
	return plural.Resource
}

// MayName reports whether word, in any case, is the kind or a regular English
// plural of it: of a custom kind that apimachinery guesses wrong, such as Box,
// the plural with "es" too.
func MayName(word, kind string) bool {
	word = strings.ToLower(word)
	kind = strings.ToLower(kind)
	return word == kind || word == Plural(kind) || word == kind+"s" || word == kind+"es"
}
