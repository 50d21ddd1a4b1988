package fielddoc

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// extended are the kinds of Kubernetes itself that are not among the types of client-go.
var extended = []schema.GroupVersionKind{
	{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"},
	{Group: "apiregistration.k8s.io", Version: "v1", Kind: "APIService"},
}

// ownKinds are the kinds of Kubernetes itself, the most stable versions first.
var ownKinds = sync.OnceValue(func() []schema.GroupVersionKind {
	kinds := slices.Clone(extended)
	for gvk, t := range scheme.Scheme.AllKnownTypes() {
		// Options of requests and versions for use inside of a server are registered like kinds, and
		// lists hold objects.
		if internal(gvk) || strings.HasSuffix(gvk.Kind, "List") {
			continue
		}
		if _, isObject := t.FieldByName("ObjectMeta"); isObject {
			kinds = append(kinds, gvk)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int {
		return cmp.Or(
			version.CompareKubeAwareVersionStrings(b.Version, a.Version),
			cmp.Compare(a.Group, b.Group),
			cmp.Compare(a.Kind, b.Kind),
		)
	})
	return kinds
})

// ownGroups are the API groups of Kubernetes itself.
var ownGroups = sync.OnceValue(func() map[string]bool {
	groups := map[string]bool{}
	for _, gvk := range ownKinds() {
		groups[gvk.Group] = true
	}
	// A group of which all kinds were removed is not free for others.
	for gvk := range removedKinds() {
		groups[gvk.Group] = true
	}
	return groups
})

// elsewhere are kinds with an API version of Kubernetes that no API server serves:
// files of kubectl and of OpenShift 3.
var elsewhere = []string{"Config", "Template", "Policy"}

// NoKind returns what is wrong with the name of a kind that Kubernetes does not have;
// ok is false if it has it, or if it may be a custom kind. No one can add kinds to
// the groups of Kubernetes itself.
func NoKind(gvk schema.GroupVersionKind) (p Problem, ok bool) {
	if _, removed := removedKinds()[gvk]; removed || gvk.Kind == "" || gvk.Version == "" {
		return p, false
	}
	if _, known := Builtin(gvk); known || strings.HasSuffix(gvk.Kind, "List") {
		return p, false
	}
	name := gvk.GroupVersion().String()
	own := OwnGroup(gvk.Group)
	if own || !strings.Contains(gvk.Group, ".") { // a group of others has a domain of its own
		if served := versionOf(gvk.Kind); served != "" {
			message := name + " has no kind " + gvk.Kind
			return Problem{Path: Path{Key("apiVersion")}, Kind: UnknownField, Message: message, DidYouMean: served}, true
		}
	}
	if !own || (gvk.Group == "" && slices.Contains(elsewhere, gvk.Kind)) {
		return p, false
	}
	// A typing error in this API version is more likely than a kind of another.
	near := cmp.Or(Closest(gvk.Kind, kindsOf(gvk.GroupVersion())), otherKind(gvk.Kind))
	return Problem{Path: Path{Key("kind")}, Kind: UnknownField, Message: gvk.Kind + " is no kind of " + name, DidYouMean: near}, true
}

// versionOf returns the most stable API version that has a kind of Kubernetes itself, empty if none has.
func versionOf(kind string) string {
	for _, k := range ownKinds() {
		if k.Kind == kind {
			return k.GroupVersion().String()
		}
	}
	return ""
}

// kindsOf returns the kinds of an API version of Kubernetes itself.
func kindsOf(gv schema.GroupVersion) []string {
	var kinds []string
	for _, k := range ownKinds() {
		if k.GroupVersion() == gv {
			kinds = append(kinds, k.Kind)
		}
	}
	return kinds
}

// otherKind returns the kind of any group that a word was most likely meant to be,
// with its API version; empty if none is near.
func otherKind(word string) string {
	var names []string
	for _, k := range ownKinds() {
		names = append(names, k.Kind)
	}
	near := Closest(word, names)
	for _, k := range ownKinds() {
		if k.Kind == near && near != "" {
			return k.GroupVersion().String() + " " + near
		}
	}
	return ""
}
