package snapshot

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Role is the part that a kind plays in a rollout.
type Role int

// The roles of a Kind, each of which includes the ones before it.
const (
	// Evidence is only read to explain something else.
	Evidence Role = iota
	// Owned can own objects or be owned: the walk along ownerReferences visits it.
	Owned
	// Controller creates pods, itself or through other controllers: rsmap shows it.
	Controller
	// Workload is a controller at which the walk towards the owner ends, even if
	// an operator or a tool created it: people roll it out and roll it back.
	Workload
)

// Kind is a type of the Kubernetes API that is known without asking a server.
type Kind struct {
	schema.GroupVersionKind          // as servers 1.28 to 1.37 store it
	Plural                  string   // lower case: "pods"
	Short                   []string // short names: "po"
	Cluster                 bool     // its objects have no namespace
	Role                    Role

	list *list // nil: a Snapshot keeps these objects in Others
}

// list accesses the objects of one kind in a Snapshot.
type list struct {
	new  func() runtime.Object
	add  func(*Snapshot, runtime.Object)
	sort func(*Snapshot)
	each func(*Snapshot, func(metav1.Object))
}

// called reports whether people call the kind by that word, in lower case.
func (k *Kind) called(word string) bool {
	return word == k.Plural || word == strings.ToLower(k.Kind) || slices.Contains(k.Short, word)
}

// Resource returns the name by which a Read asks for the kind: the plural, with
// the group if the objects are read as unstructured ones.
func (k *Kind) Resource() string {
	if k.list == nil && k.Group != "" {
		return k.Plural + "." + k.Group
	}
	return k.Plural
}

// GroupResource returns the plural with its group, as errors of the API name it.
func (k *Kind) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: k.Group, Resource: k.Plural}
}

// Mapping returns the kind as discovery would.
func (k *Kind) Mapping() *meta.RESTMapping {
	scope := meta.RESTScopeNamespace
	if k.Cluster {
		scope = meta.RESTScopeRoot
	}
	return &meta.RESTMapping{Resource: k.GroupVersion().WithResource(k.Plural), GroupVersionKind: k.GroupVersionKind, Scope: scope}
}

// New returns an empty typed object. It panics if a Snapshot has no list for
// the kind.
func (k *Kind) New() runtime.Object { return k.list.new() }

// Each calls do for every object of the kind in s, in the order of its list.
func (k *Kind) Each(s *Snapshot, do func(metav1.Object)) {
	if k.list != nil {
		k.list.each(s, do)
	}
}

// EachWhole calls do for the same objects, but for packed pods.
func (k *Kind) EachWhole(s *Snapshot, do func(metav1.Object)) {
	k.Each(s, func(o metav1.Object) {
		if _, packed := o.(*PackedPod); !packed {
			do(o)
		}
	})
}

// Controllers returns the kinds that create pods and are read typed, in the order
// of Kinds.
func Controllers() []*Kind {
	var out []*Kind
	for _, k := range Kinds {
		if k.Role >= Controller && k.list != nil {
			out = append(out, k)
		}
	}
	return out
}
