package fielddoc_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

func kind(t testing.TB, apiVersion, kind string) *fielddoc.Schema {
	t.Helper()
	s, ok := fielddoc.Builtin(schema.FromAPIVersionAndKind(apiVersion, kind))
	if !ok {
		t.Fatalf("no built-in schema of %s %s", apiVersion, kind)
	}
	return s
}

func object(t testing.TB, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func doc(t testing.TB, s *fielddoc.Schema, path string, o map[string]any) fielddoc.Doc {
	t.Helper()
	p, ok := fielddoc.ParsePath(path)
	if !ok {
		t.Fatalf("bad path %s", path)
	}
	return s.Field(p, o)
}

// TestEveryBuiltinFieldIsExplained walks every kind of the scheme to the end
// of each branch, circles left out: a field has a description or a note, or
// its type is one that Kubernetes itself gives no text.
func TestEveryBuiltinFieldIsExplained(t *testing.T) {
	seen, fields := map[string]bool{}, 0
	var silent []string
	var walk func(c fielddoc.Cursor)
	walk = func(c fielddoc.Cursor) {
		for _, f := range c.Fields() {
			d := f.Doc()
			fields++
			if !d.Known || d.Type.Name() == "any" && d.Description == "" {
				t.Errorf("%s: known %v, type %s", d.Path, d.Known, d.Type.Name())
			}
			if d.Description == "" && d.Note == "" {
				silent = append(silent, c.Type().ID+" "+f.Path()[len(f.Path())-1].Name)
			}
			next := f
			for next.Type().Kind == fielddoc.List || next.Type().Kind == fielddoc.Map {
				if next.Type().Kind == fielddoc.List {
					next = next.Step(fielddoc.Item(0))
					continue
				}
				next = next.Key("x")
			}
			if id := next.Type().ID; id != "" && !seen[id] {
				seen[id] = true
				walk(next)
			}
		}
	}
	kinds := fielddoc.Kinds()
	for _, gvk := range kinds {
		s, ok := fielddoc.Builtin(gvk)
		if !ok {
			t.Errorf("no schema of %s", gvk)
			continue
		}
		walk(s.Root(nil))
	}
	slices.Sort(silent)
	t.Logf("%d kinds, %d fields, without any text: %d %s", len(kinds), fields, len(silent), strings.Join(silent, ", "))
}

func ExampleSchema_Field() {
	s, _ := fielddoc.Builtin(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"})
	path, _ := fielddoc.ParsePath("spec.strategy.rollingUpdate.maxSurge")
	d := s.Field(path, nil)
	fmt.Println(d.Type.Name(), d.Immutable)
	fmt.Println(fielddoc.FirstSentence(d.Note))
	fmt.Println(d.Default)
	// Output:
	// int-or-string never
	// Extra pods during a rollout.
	// 25% where strategy.type is RollingUpdate
}

func TestClosest(t *testing.T) {
	names := []string{"image", "imagePullPolicy", "containers", "clusterIP", "replicas"}
	got := map[string]string{}
	for _, word := range []string{"Image", "imagepullpolicy", "containrs", "replica", "clusterIp", "zzz", "imgae"} {
		got[word] = fielddoc.Closest(word, names)
	}
	want := map[string]string{
		"Image": "image", "imagepullpolicy": "imagePullPolicy", "containrs": "containers", "replica": "replicas",
		"clusterIp": "clusterIP", "zzz": "", "imgae": "image",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFirstSentence(t *testing.T) {
	for text, want := range map[string]string{
		"Number of pods. Defaults to 1.":                                          "Number of pods.",
		"A port, e.g. 80. More text.":                                             "A port, e.g. 80.",
		"Names (i.e. labels) of pods, etc. that run. Next.":                       "Names (i.e. labels) of pods, etc. that run.",
		"Restart policy. More info: https://kubernetes.io/docs/concepts/x.html#y": "Restart policy.",
		"Version 1.2.3 of it":                                                     "Version 1.2.3 of it",
		"See https://example.org/a.b for it. Then more.":                          "See https://example.org/a.b for it.",
		"Is it? Yes.":                               "Is it?",
		"One line\nthat goes on. Second.":           "One line that goes on.",
		"First paragraph without an end\n\nSecond.": "First paragraph without an end",
		"Set of labels. serviceAccountName wins.":   "Set of labels.",
		"": "",
	} {
		if got := fielddoc.FirstSentence(text); got != want {
			t.Errorf("FirstSentence(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPathsReadAndWrite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var p fielddoc.Path
		for range rapid.IntRange(0, 5).Draw(r, "steps") {
			if rapid.Bool().Draw(r, "list") {
				p = append(p, fielddoc.Item(rapid.IntRange(-1, 9).Draw(r, "index")))
				continue
			}
			p = append(p, fielddoc.Key(rapid.SampledFrom([]string{"spec", "a.b/c", "x]y", "q\"q", "", "日本", "a b"}).Draw(r, "name")))
		}
		back, ok := fielddoc.ParsePath(p.String())
		if !ok || !slices.Equal(back, p) {
			r.Fatalf("%q: read back as %v, %v", p.String(), back, ok)
		}
	})
	for _, wrong := range []string{"spec[", "spec[x]", `spec["a`, "a..b", "spec[-2]"} {
		if p, ok := fielddoc.ParsePath(wrong); ok {
			t.Errorf("ParsePath(%q) = %v", wrong, p)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		p, q string
		want bool
	}{
		{"spec", "spec.replicas", true},
		{"spec.containers.image", "spec.containers[2].image", true},
		{"spec.containers[1]", "spec.containers[1].image", true},
		{"spec.containers[1]", "spec.containers[2].image", false},
		{"spec.containers[]", "spec.containers[2].image", true},
		{"spec.replicas", "spec", false},
		{"", "spec", true},
	} {
		p, _ := fielddoc.ParsePath(c.p)
		q, _ := fielddoc.ParsePath(c.q)
		if got := p.Covers(q); got != c.want {
			t.Errorf("%s covers %s = %v", c.p, c.q, got)
		}
	}
}

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
			facts{"string", "Always where image has the tag latest or none, else IfNotPresent", false, fielddoc.Always, ""},
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
		"selector":               {"apps/v1", "Deployment", "spec.selector.matchLabels.app", "{}", facts{"string", "", false, fielddoc.Always, ""}},
		"image of a pod":         {"v1", "Pod", "spec.containers[0].image", "", facts{"string", "", true, fielddoc.Never, ""}},
		"tolerations of a pod":   {"v1", "Pod", "spec.tolerations", "", facts{"list of object", "", false, fielddoc.Conditional, ""}},
		"name":                   {"v1", "Pod", "metadata.name", "", facts{"string", "", false, fielddoc.Always, ""}},
		"name in a template":     {"apps/v1", "Deployment", "spec.template.metadata.name", "", facts{"string", "", false, fielddoc.Never, ""}},
		"required":               {"v1", "Pod", "spec.containers", "", facts{"list of object", "", true, fielddoc.Always, ""}},
		"required by validation": {"apps/v1", "Deployment", "spec", "", facts{"object", "", true, fielddoc.Never, ""}},
		"old alias":              {"v1", "Pod", "spec.serviceAccount", "", facts{"string", "the value of serviceAccountName", false, fielddoc.Always, "use serviceAccountName"}},
		"deprecated by its text": {"v1", "Pod", "spec.volumes[0].cinder", "", facts{"object", "", false, fielddoc.Always, "All operations for the in-tree cinder type are redirected to the cinder.csi.openstack.org CSI driver"}},
		"quantity":               {"v1", "Pod", "spec.containers[0].resources.limits.memory", "", facts{"quantity", "", false, fielddoc.Conditional, ""}},
		"time":                   {"v1", "Pod", "metadata.creationTimestamp", "", facts{"time", "", false, fielddoc.Always, ""}},
		"bytes":                  {"v1", "Secret", "data.x", "", facts{"base64", "", false, fielddoc.Conditional, ""}},
		"status":                 {"apps/v1", "Deployment", "status.replicas", "", facts{"integer", "", false, fielddoc.Never, ""}},
		"not known":              {"v1", "Pod", "spec.nothing", "", facts{"any", "", false, fielddoc.Always, ""}},
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
	types := map[string][]*fielddoc.Type{} // of all versions
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
	for _, gvk := range fielddoc.Kinds() {
		if s, ok := fielddoc.Builtin(gvk); ok {
			walk(s.Root(nil).Type())
		}
	}
	files, err := filepath.Glob("data/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("tables: %v, %v", files, err)
	}
	entries := 0
	for _, file := range files {
		if strings.HasSuffix(file, "markers.txt") || strings.HasSuffix(file, "removed.txt") {
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
				if at = types[id]; at == nil && id != "meta.TypeMeta" && id != "core.EphemeralContainerCommon" {
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

// TestCheckOfCustomKinds: of these a server knows only the schema, and refuses
// all that is not in it.
func TestCheckOfCustomKinds(t *testing.T) {
	for spec, want := range map[string][]string{
		"{size: 3}":                              nil,
		"{size: 0}":                              {"spec.size wrong-type: is 0, but at least 1 is wanted"},
		"{size: 9}":                              {"spec.size wrong-type: is 9, but less than that is wanted"},
		"{size: 1, mode: onn}":                   {`spec.mode not-in-enum: "onn" is not one of on, off`},
		"{size: 1, items: [{},{},{},{},{},{}]}":  {"spec.items wrong-type: it has 6 items, but at most 5 are wanted", "spec.items[1] wrong-type: has the same name, port as item 0", "spec.items[2] wrong-type: has the same name, port as item 0", "spec.items[3] wrong-type: has the same name, port as item 0", "spec.items[4] wrong-type: has the same name, port as item 0", "spec.items[5] wrong-type: has the same name, port as item 0"},
		"{size: 1, name: aab}":                   {`spec.name wrong-type: "aab" does not match ^a+$`},
		"{size: 1, name: aaaaaaaaa}":             {"spec.name wrong-type: has 9 characters, but at most 8 are wanted"},
		"{size: 1, name: null}":                  {"spec.name wrong-type: wants a string, but this is null"},
		"{size: null}":                           {"spec.size missing-required: is required and not set"},
		"{size: 1, template: {kind: A}}":         {"spec.template.apiVersion missing-required: is required and not set"},
		"{size: 1, any: {x: 1}, free: {y: [1]}}": nil,
		"{size: 1, frozen: {in: a, out: b}}":     {"spec.frozen.out unknown-field: is no field here"},
	} {
		var got []string
		o := map[string]any{"apiVersion": "example.org/v1", "kind": "Widget", "metadata": map[string]any{"name": "x"}, "spec": object(t, spec)}
		for _, p := range fielddoc.Check(widget(t), o) {
			got = append(got, fmt.Sprintf("%s %s: %s", p.Path, p.Kind, p.Message))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", spec, diff)
		}
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string][]string{
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replica: 1, selector: {}, template: {}}":                             {"spec.replica unknown-field replicas"},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: '1', selector: {}, template: {}}":                          {"spec.replicas wrong-type "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: null, selector: {}, template: {}}":                         nil,
		"apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: x}]}}, selector: {}}":         {"spec.template.spec.containers[0].name missing-required "},
		"apiVersion: apps/v1\nkind: Deployment":                                                                             {"spec missing-required "},
		"apiVersion: v1\nkind: Pod\nspec: {restartPolicy: always, containers: []}":                                          {"spec.restartPolicy not-in-enum Always"},
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: b, resources: {limits: {cpu: 1, memory: 64Mb}}}]}": {"spec.containers[0].resources.limits.memory wrong-type "},
		"apiVersion: v1\nkind: Pod\nspec: {serviceAccount: a, serviceAccountName: a, containers: []}":                       nil,
		"apiVersion: v1\nkind: Pod\nspec: {serviceAccount: a, containers: []}":                                              {"spec.serviceAccount deprecated "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIp: None}":                                                            {"spec.clusterIp unknown-field clusterIP", "spec.ports missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80, targetPort: http}, {port: 1, targetPort: 2}]}":            nil,
		"apiVersion: v1\nkind: Secret\ndata: {a: plain text}":                                                               {"data.a wrong-type "},
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {creationTimestamp: yesterday}\ndata: {a: 1}":                           {"data.a wrong-type ", "metadata.creationTimestamp wrong-type ", "metadata.name missing-required "},
		"apiVersion: batch/v1beta1\nkind: CronJob\nspec: {schedule: x, jobTemplate: {spec: {template: {}}}}":                {"apiVersion removed-version "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: []}\nstatus: {conditions: [{}], nonsense: 1}":                        {"status.nonsense unknown-field "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 3000000000, selector: {}, template: {}}":                   {"spec.replicas wrong-type "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {selector: null, template: {}}":                                       {"spec.selector missing-required "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}":                                                        {"spec.containers[0].image missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {}":                                                                           {"spec.ports missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIP: None}":                                                            nil,
		"apiVersion: v1\nkind: Service\nspec: {type: ExternalName}":                                                         {"spec.externalName missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIP: None, trafficDistribution: PreferClose}":                          {"spec.trafficDistribution deprecated "},
		"apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\nspec: {containers: []}":                                   nil,
		"apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nspec: {}":                                          {"apiVersion removed-version "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: {name: a}}":                                                          {"spec.containers wrong-type "},
	} {
		o := object(t, text)
		if o["metadata"] == nil {
			o["metadata"] = map[string]any{"name": "x"}
		}
		before := fmt.Sprint(o)
		apiVersion, _ := o["apiVersion"].(string)
		name, _ := o["kind"].(string)
		var got []string
		for _, p := range fielddoc.Check(known(apiVersion, name), o) {
			got = append(got, fmt.Sprintf("%s %s %s", p.Path, p.Kind, p.DidYouMean))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
		if fmt.Sprint(o) != before {
			t.Errorf("%s: the object was changed", text)
		}
	}
}
