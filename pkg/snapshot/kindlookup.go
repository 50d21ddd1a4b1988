package snapshot

import (
	"reflect"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	kindOfType      = map[reflect.Type]*Kind{}
	kindOfResource  = map[string]*Kind{}
	kindOfGroupKind = map[schema.GroupKind]*Kind{}
)

// init fills the indexes of Kinds.
func init() {
	for _, k := range Kinds {
		kindOfResource[k.Resource()] = k
		kindOfGroupKind[k.GroupKind()] = k
		if k.list != nil {
			kindOfType[reflect.TypeOf(k.list.new())] = k
		}
	}
	kindOfType[reflect.TypeFor[*PackedPod]()] = kindOfResource["pods"]
	for former, present := range formerGroups {
		kindOfGroupKind[former] = kindOfGroupKind[present]
	}
}

// KindOf returns the kind of a typed object, nil if a Snapshot has no list for it.
func KindOf(o any) *Kind { return kindOfType[reflect.TypeOf(o)] }

// KindOfResource returns the kind that a Read names by its Resource, nil if a
// Snapshot has no list for it.
func KindOfResource(resource string) *Kind { return withList(kindOfResource[resource]) }

// ListedKind returns the kind of an object with that apiVersion and kind in any
// version and in the groups that served it before, nil if a Snapshot has no
// list for it.
func ListedKind(apiVersion, kind string) *Kind {
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil
	}
	return withList(kindOfGroupKind[schema.GroupKind{Group: gv.Group, Kind: kind}])
}

// withList returns k if a snapshot has a list for it, else nil.
func withList(k *Kind) *Kind {
	if k == nil || k.list == nil {
		return nil
	}
	return k
}

// KnownKind returns the kind with that group and kind, nil if it needs discovery.
func KnownKind(gk schema.GroupKind) *Kind { return kindOfGroupKind[gk] }

// KindNamed returns the kind that a person names by its plural, singular, kind
// or short name in any case, with or without its group and version: "deploy",
// "Deployment", "deployments.apps", "deployments.v1.apps". It returns nil if
// the name needs discovery.
func KindNamed(name string) *Kind {
	word, qualifier, _ := strings.Cut(strings.ToLower(name), ".")
	for _, k := range Kinds {
		if !k.called(word) {
			continue
		}
		if qualifier == "" || qualifier == k.Group || qualifier == k.Version+"."+k.Group {
			return k
		}
	}
	return nil
}

// Names reports whether a type as people write it is the one of an object: "deploy", "deployments.apps" or
// "deployments.v1.apps" of a Deployment, "widgets" or "widgets.example.org" of a Widget of that group.
func Names(typed, apiVersion, kind string) bool {
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	if k := KindNamed(typed); k != nil {
		return KnownKind(gvk.GroupKind()) == k
	}
	word, group, _ := strings.Cut(strings.ToLower(typed), ".")
	if !MayName(word, kind) {
		return false
	}
	if group == "" || group == gvk.Group {
		return true
	}
	// A version may stand before the group, and need not be the one of the object: a server serves it in several.
	version, group, _ := strings.Cut(group, ".")
	return group == gvk.Group && isVersion.MatchString(version)
}

// isVersion matches the versions of an API, such as v1 and v2beta1
// (k8s.io/apimachinery/pkg/version/helpers.go, 1.37).
var isVersion = regexp.MustCompile(`^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$`)

// IsCluster reports whether resource names a kind whose objects have no
// namespace. It is false for kinds that need discovery.
func IsCluster(resource string) bool {
	k := kindOfResource[resource]
	return k != nil && k.Cluster
}
