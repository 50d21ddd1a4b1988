package fielddoc_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// facts are what the tables say of a field.
type facts struct {
	Type, Default string
	Required      bool
	Immutable     fielddoc.Immutability
	Deprecated    string
}

func TestTables(t *testing.T) {
	for name, c := range map[string]struct {
		apiVersion, kind, path, object string
		want                           facts
	}{
		"default": {"apps/v1", "Deployment", "spec.replicas", "{}", facts{"integer", "1", false, fielddoc.Never, ""}},
		"default that depends, without an object": {
			"v1", "Pod", "spec.containers[0].imagePullPolicy", "",
			facts{"string", "Always if image has the tag latest or none, else IfNotPresent", false, fielddoc.Always, ""},
		},
		"image with latest": {
			"v1", "Pod", "spec.containers[0].imagePullPolicy", "spec: {containers: [{image: 'reg:5000/a:latest'}]}",
			facts{"string", "Always", false, fielddoc.Always, ""},
		},
		"image with a port and no tag": {
			"v1", "Pod", "spec.containers[0].imagePullPolicy", "spec: {containers: [{image: 'reg:5000/a'}]}",
			facts{"string", "Always", false, fielddoc.Always, ""},
		},
		"image with a digest": {
			"v1", "Pod", "spec.containers[0].imagePullPolicy", "spec: {containers: [{image: 'a@sha256:00'}]}",
			facts{"string", "IfNotPresent", false, fielddoc.Always, ""},
		},
		"Recreate has no surge": {
			"apps/v1", "Deployment", "spec.strategy.rollingUpdate.maxSurge", "spec: {strategy: {type: Recreate}}",
			facts{"int-or-string", "", false, fielddoc.Never, ""},
		},
		"surge of a strategy that is not set": {
			"apps/v1", "Deployment", "spec.strategy.rollingUpdate.maxSurge", "spec: {strategy: {}}",
			facts{"int-or-string", "25%", false, fielddoc.Never, ""},
		},
		"default from another field": {
			"v1", "Service", "spec.ports[0].targetPort", "spec: {ports: [{port: 80}]}",
			facts{"int-or-string", "80", false, fielddoc.Never, ""},
		},
		"selector": {"apps/v1", "Deployment", "spec.selector.matchLabels.app", "{}", facts{
			"string", "", false,
			fielddoc.Always, "",
		}},
		"image of a pod":         {"v1", "Pod", "spec.containers[0].image", "", facts{"string", "", true, fielddoc.Never, ""}},
		"tolerations of a pod":   {"v1", "Pod", "spec.tolerations", "", facts{"list of object", "", false, fielddoc.Conditional, ""}},
		"name":                   {"v1", "Pod", "metadata.name", "", facts{"string", "", false, fielddoc.Always, ""}},
		"name in a template":     {"apps/v1", "Deployment", "spec.template.metadata.name", "", facts{"string", "", false, fielddoc.Never, ""}},
		"required":               {"v1", "Pod", "spec.containers", "", facts{"list of object", "", true, fielddoc.Always, ""}},
		"required by validation": {"apps/v1", "Deployment", "spec", "", facts{"object", "", true, fielddoc.Never, ""}},
		"old alias": {"v1", "Pod", "spec.serviceAccount", "", facts{
			"string", "the value of serviceAccountName", false,
			fielddoc.Always, "use serviceAccountName",
		}},
		"deprecated by its text": {"v1", "Pod", "spec.volumes[0].cinder", "", facts{"object", "", false, fielddoc.Always, "All operations for the in-tree cinder type are redirected to the cinder.csi.openstack.org CSI driver"}},
		"quantity": {"v1", "Pod", "spec.containers[0].resources.limits.memory", "", facts{
			"quantity", "", false,
			fielddoc.Conditional, "",
		}},
		"time":      {"v1", "Pod", "metadata.creationTimestamp", "", facts{"time", "", false, fielddoc.Always, ""}},
		"bytes":     {"v1", "Secret", "data.x", "", facts{"base64", "", false, fielddoc.Conditional, ""}},
		"status":    {"apps/v1", "Deployment", "status.replicas", "", facts{"integer", "", false, fielddoc.Never, ""}},
		"not known": {"v1", "Pod", "spec.nothing", "", facts{"any", "", false, fielddoc.Always, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			var o map[string]any
			if c.object != "" {
				o = object(t, c.object)
			}
			d := doc(t, kind(t, c.apiVersion, c.kind), c.path, o)
			got := facts{d.Type.Name(), d.Default, d.Required, d.Immutable, d.Deprecated}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if d.Known != (name != "not known") {
				t.Errorf("known is %v", d.Known)
			}
		})
	}
}

// TestTablesNameRealFields walks the tables: an entry for a field that no kind
// has is a mistake.
func TestTablesNameRealFields(t *testing.T) {
	types := builtinTypes()
	files, err := filepath.Glob("data/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("tables: %v, %v", files, err)
	}
	entries := 0
	for _, file := range files {
		if slices.Contains([]string{"markers.txt", "removed.txt", "kinds.txt", "history.txt", "choice.txt"}, filepath.Base(file)) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var at []*fielddoc.Type
		for line := range strings.Lines(string(data)) {
			switch {
			case strings.TrimSpace(line) == "" || line[0] == '#':
			case line[0] != ' ':
				id := strings.TrimSpace(line)
				if at = types[id]; strings.HasPrefix(id, "*") {
					at = family(types, id[1:])
				}
				if at == nil && id != "meta.TypeMeta" && id != "core.EphemeralContainerCommon" {
					t.Errorf("%s: no type %s", file, id)
				}
			case at != nil && line[2] != ' ':
				path, _, _ := strings.Cut(strings.TrimSpace(line), ":")
				path, _, _ = strings.Cut(path, "=") // a value
				entries++
				if !slices.ContainsFunc(at, func(t *fielddoc.Type) bool { return has(t, path) }) {
					t.Errorf("%s: %s has no field %s", file, at[0].ID, path)
				}
			}
		}
	}
	t.Logf("%d entries", entries)
}

// builtinTypes returns the types of all kinds, those of all versions under one ID.
func builtinTypes() map[string][]*fielddoc.Type {
	types := map[string][]*fielddoc.Type{}
	var walk func(*fielddoc.Type)
	walk = func(t *fielddoc.Type) {
		for t.Kind == fielddoc.List || t.Kind == fielddoc.Map {
			t = t.Elem
		}
		if t.ID == "" || slices.Contains(types[t.ID], t) {
			return
		}
		types[t.ID] = append(types[t.ID], t)
		for _, f := range t.Fields() {
			walk(f.Type)
		}
	}
	for _, gvk := range builtinKinds() {
		if s, ok := fielddoc.Builtin(gvk); ok {
			walk(s.Root(nil).Type())
		}
	}
	return types
}

// family returns the types whose names end so.
func family(types map[string][]*fielddoc.Type, end string) []*fielddoc.Type {
	var all []*fielddoc.Type
	for id, list := range types {
		if strings.HasSuffix(id, end) {
			all = append(all, list...)
		}
	}
	return all
}

// has follows a path of the tables; names in maps may have dots.
func has(at *fielddoc.Type, path string) bool {
	for at.Kind == fielddoc.List {
		at = at.Elem
	}
	if path == "" || at.Kind == fielddoc.Map {
		return true
	}
	name, rest, _ := strings.Cut(path, ".")
	for _, f := range at.Fields() {
		if f.Name == name {
			return has(f.Type, rest)
		}
	}
	return false
}

// known returns the documentation of a kind, or what stands in for it.
func known(apiVersion, kind string) *fielddoc.Schema {
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	if s, ok := fielddoc.Builtin(gvk); ok {
		return s
	}
	return fielddoc.Undefined(gvk)
}
