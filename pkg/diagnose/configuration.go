package diagnose

import (
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// configMap returns a ConfigMap of the pod's namespace, nil if it was not read.
func (c configuration) configMap(name string) *corev1.ConfigMap {
	cm, _ := snapshot.Find(c.s.ConfigMaps, c.namespace, name)
	return cm
}

// secret returns a Secret of the pod's namespace, nil if it was not read.
func (c configuration) secret(name string) *corev1.Secret {
	secret, _ := snapshot.Find(c.s.Secrets, c.namespace, name)
	return secret
}

// meta returns the metadata of a ConfigMap or Secret, nil if it was not read.
func (c configuration) meta(kind, name string) metav1.Object {
	if kind == "ConfigMap" {
		if cm := c.configMap(name); cm != nil {
			return cm // as it is: a nil *ConfigMap would not be a nil Object
		}
		return nil
	}
	if secret := c.secret(name); secret != nil {
		return secret
	}
	return nil
}

// keys returns the keys of a ConfigMap or Secret, none if it was not read.
func (c configuration) keys(kind, name string) []string {
	if kind == "ConfigMap" {
		if cm := c.configMap(name); cm != nil {
			return append(slices.Sorted(maps.Keys(cm.Data)), slices.Sorted(maps.Keys(cm.BinaryData))...)
		}
		return nil
	}
	if secret := c.secret(name); secret != nil {
		return slices.Sorted(maps.Keys(secret.Data))
	}
	return nil
}

// hasKey reports whether a ConfigMap or Secret has a key; false if it was not read.
func (c configuration) hasKey(o object, key string) bool {
	return slices.Contains(c.keys(o.kind, o.name), key)
}

// keyClaims states which keys an object has, so that a reader sees the one that is misspelled.
func (c configuration) keyClaims(kind, name string) []Claim {
	have := c.keys(kind, name)
	if len(have) == 0 {
		return nil
	}
	return []Claim{claim(kind+" "+name, "its keys are %s", wording.List(have))}
}

// likeNamed states that an object exists whose name is like that of one that is
// missing.
func (c configuration) likeNamed(kind, name string) []Claim {
	best := mostLike(name, c.names(kind))
	if best == "" || best == name {
		return nil
	}
	return []Claim{claim("namespace "+c.namespace, "a %s of a similar name exists: %s", kind, best)}
}

// names returns the names of the ConfigMaps or Secrets of the namespace.
func (c configuration) names(kind string) []string {
	var out []string
	if kind == "ConfigMap" {
		for _, o := range snapshot.InNamespace(c.s.ConfigMaps, c.namespace) {
			out = append(out, o.Name)
		}
		return out
	}
	for _, o := range snapshot.InNamespace(c.s.Secrets, c.namespace) {
		out = append(out, o.Name)
	}
	return out
}

// mostLike returns the name that differs least from the one that is wanted, "" if every one differs
// in more than about a third of its letters. A common beginning of more than half the name is near
// enough: web-config-v2 for web-config.
func mostLike(wanted string, names []string) string {
	best := ""
	fewest := len(wanted)/3 + 2
	for _, name := range names {
		edits := distance(wanted, name)
		if prefix(wanted, name)*2 > len(wanted) {
			edits = min(edits, len(wanted)/3+1)
		}
		if edits < fewest {
			best = name
			fewest = edits
		}
	}
	return best
}

// prefix returns the length of the common beginning of two names.
func prefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// edited returns when and by whom the data of an object was last edited; ok is
// false if it is as it was created, or was not read.
func (c configuration) edited(o object) (at time.Time, manager string, ok bool) {
	meta := c.meta(o.kind, o.name)
	if meta == nil {
		return time.Time{}, "", false
	}
	for _, m := range meta.GetManagedFields() {
		if m.Time != nil && m.Time.After(at) && setsData(m) {
			at = m.Time.Time
			manager = m.Manager
		}
	}
	// The entry of the manager that created the object is as old as the object, by times that the
	// API server gives in whole seconds.
	return at, manager, at.Sub(meta.GetCreationTimestamp().Time) > 2*time.Second
}

// setsData reports whether an entry of managedFields is of the data of a ConfigMap or Secret, rather
// than of its labels or of a subresource.
func setsData(m metav1.ManagedFieldsEntry) bool {
	if m.FieldsV1 == nil || m.Subresource != "" {
		return false
	}
	fields := m.FieldsV1.GetRawString()
	return strings.Contains(fields, `"f:data"`) || strings.Contains(fields, `"f:binaryData"`) || strings.Contains(fields, `"f:stringData"`)
}
