package diagnose

import (
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// meta returns the metadata of a ConfigMap or Secret, nil if it was not read.
func (c configuration) meta(kind, name string) metav1.Object {
	if kind == "ConfigMap" {
		if cm, found := snapshot.Find(c.s.ConfigMaps, c.namespace, name); found {
			return cm
		}
		return nil
	}
	if secret, found := snapshot.Find(c.s.Secrets, c.namespace, name); found {
		return secret
	}
	return nil
}

// keys returns the keys of a ConfigMap or Secret, none if it was not read.
func (c configuration) keys(kind, name string) []string {
	if cm, found := snapshot.Find(c.s.ConfigMaps, c.namespace, name); found && kind == "ConfigMap" {
		return append(slices.Sorted(maps.Keys(cm.Data)), slices.Sorted(maps.Keys(cm.BinaryData))...)
	}
	if secret, found := snapshot.Find(c.s.Secrets, c.namespace, name); found && kind == "Secret" {
		return slices.Sorted(maps.Keys(secret.Data))
	}
	return nil
}

// keyClaims states which keys an object has.
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
	best := ""
	shortest := len(name)/3 + 2
	try := func(other string) {
		d := distance(name, other)
		if prefix(name, other)*2 > len(name) {
			d = min(d, len(name)/3+1)
		}
		if d < shortest {
			best = other
			shortest = d
		}
	}
	if kind == "ConfigMap" {
		for _, o := range snapshot.InNamespace(c.s.ConfigMaps, c.namespace) {
			try(o.Name)
		}
	} else {
		for _, o := range snapshot.InNamespace(c.s.Secrets, c.namespace) {
			try(o.Name)
		}
	}
	if best == "" || best == name {
		return nil
	}
	return []Claim{claim("namespace "+c.namespace, "a %s of a similar name exists: %s", kind, best)}
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
		if m.Time != nil && m.FieldsV1 != nil && m.Subresource == "" && ownsData(m.FieldsV1.GetRawString()) && m.Time.After(at) {
			at = m.Time.Time
			manager = m.Manager
		}
	}
	return at, manager, at.Sub(meta.GetCreationTimestamp().Time) > 2*time.Second
}

// ownsData reports whether fields in the format of managedFields hold the data
// of a ConfigMap or Secret.
func ownsData(fields string) bool {
	return strings.Contains(fields, `"f:data"`) || strings.Contains(fields, `"f:binaryData"`) || strings.Contains(fields, `"f:stringData"`)
}
