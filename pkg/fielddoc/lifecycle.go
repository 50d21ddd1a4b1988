package fielddoc

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// end is how an API version comes to its end. Releases are empty if none is known.
type end struct{ deprecated, removed, replacement string }

// words returns the end in words, empty if there is none:
// "deprecated since Kubernetes 1.21, not served from 1.25 on; use policy/v1".
func (e end) words() string {
	var words string
	switch {
	case e.deprecated == "" && e.removed == "":
		return ""
	case e.deprecated == "":
		words = "not served from Kubernetes " + e.removed + " on"
	case e.removed == "":
		words = "deprecated since Kubernetes " + e.deprecated
	default:
		words = "deprecated since Kubernetes " + e.deprecated + ", not served from " + e.removed + " on"
	}
	if e.replacement != "" {
		words += "; use " + e.replacement
	}
	return words
}

// lifecycle returns what the generated methods of beta types say of their end,
// as far as it is due in Release: plans for later are no advice yet.
func lifecycle(t reflect.Type, gvk schema.GroupVersionKind) end {
	object := reflect.New(t).Interface()
	d, ok := object.(interface{ APILifecycleDeprecated() (int, int) })
	if !ok {
		return end{} // a stable version
	}
	major, minor := d.APILifecycleDeprecated()
	if !due(major, minor) {
		return end{}
	}
	e := end{deprecated: release(major, minor), replacement: replacement(object, gvk)}
	if r, ok := object.(interface{ APILifecycleRemoved() (int, int) }); ok {
		e.removed = release(r.APILifecycleRemoved())
	}
	return e
}

// replacement names the version to use instead: the one that the type names,
// or v1 of the same kind if there is one.
func replacement(object any, gvk schema.GroupVersionKind) string {
	if r, ok := object.(interface {
		APILifecycleReplacement() schema.GroupVersionKind
	}); ok {
		to := r.APILifecycleReplacement()
		if to.Group != gvk.Group && to.Kind != gvk.Kind {
			return to.GroupVersion().String() + " " + to.Kind
		}
		return to.GroupVersion().String()
	}
	// Most types that name none have become v1 as they were.
	stable := schema.GroupVersionKind{Group: gvk.Group, Version: "v1", Kind: gvk.Kind}
	if gvk != stable && scheme.Scheme.Recognizes(stable) {
		return stable.GroupVersion().String()
	}
	return ""
}

// removedKinds are kinds whose types are gone, too. A line of the table has the API version, the
// kind, the releases of deprecation (- if unknown) and removal, and what to use instead:
//
//	extensions/v1beta1 Ingress 1.14 1.22 networking.k8s.io/v1
var removedKinds = sync.OnceValue(func() map[schema.GroupVersionKind]end {
	kinds := map[schema.GroupVersionKind]end{}
	for line := range strings.Lines(read("removed.txt")) {
		words := strings.Fields(line)
		if len(words) < 5 || words[0] == "#" {
			continue
		}
		kinds[schema.FromAPIVersionAndKind(words[0], words[1])] = end{strings.Trim(words[2], "-"), words[3], strings.Join(words[4:], " ")}
	}
	return kinds
})

// retire sets how a kind of that Go type comes to its end: as its generated
// methods say, or else its description.
func (s *Schema) retire(t reflect.Type) {
	s.ends(lifecycle(t, s.GVK))
	// What the methods say has releases in it.
	if text := deprecation(s.root.Description); text != "" && s.Deprecated == "" {
		s.Deprecated = "deprecated: " + text
	}
}

// ends sets how the kind of the schema comes to its end. A server of an older
// minor may serve yet what Release does not.
func (s *Schema) ends(e end) {
	if s.target != 0 && minorOf(e.deprecated) > s.target && minorOf(e.removed) > s.target {
		return // news to that version
	}
	s.Deprecated = e.words() // which names the removal, too, be it to come
	var major, minor int
	if _, err := fmt.Sscanf(e.removed, "%d.%d", &major, &minor); err != nil || !due(major, minor) || (s.Minor != 0 && s.Minor < minor) {
		return
	}
	s.Removed = e.removed
}

// due reports whether a release is Release or an older one.
func due(major, minor int) bool {
	var nowMajor, nowMinor int
	if _, err := fmt.Sscanf(Release, "%d.%d", &nowMajor, &nowMinor); err != nil {
		return false
	}
	return major < nowMajor || (major == nowMajor && minor <= nowMinor)
}

// release returns a version as people write it: 1.37.
func release(major, minor int) string {
	return strconv.Itoa(major) + "." + strconv.Itoa(minor)
}
