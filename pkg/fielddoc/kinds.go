package fielddoc

import (
	"sync"

	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// ownGroups are the API groups of Kubernetes itself.
var ownGroups = sync.OnceValue(func() map[string]bool {
	groups := map[string]bool{"apiextensions.k8s.io": true, "apiregistration.k8s.io": true}
	for gvk := range scheme.Scheme.AllKnownTypes() {
		groups[gvk.Group] = true
	}
	for gvk := range removedKinds() {
		groups[gvk.Group] = true
	}
	return groups
})
