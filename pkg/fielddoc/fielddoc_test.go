package fielddoc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
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

// builtinKinds returns every kind that has built-in documentation.
func builtinKinds() []schema.GroupVersionKind {
	kinds := []schema.GroupVersionKind{
		{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"},
		{Group: "apiregistration.k8s.io", Version: "v1", Kind: "APIService"},
	}
	for gvk := range scheme.Scheme.AllKnownTypes() {
		if _, ok := fielddoc.Builtin(gvk); ok {
			kinds = append(kinds, gvk)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}

// TestEveryBuiltinFieldIsExplained walks every kind of the scheme to the end
// of each branch, circles left out: a field has a description or a note, or
// its type is one that Kubernetes itself gives no text.
func TestEveryBuiltinFieldIsExplained(t *testing.T) {
	seen := map[string]bool{}
	fields := 0
	var silent []string
	var walk func(c fielddoc.Cursor)
	walk = func(c fielddoc.Cursor) {
		for _, f := range c.Fields() {
			d := f.Doc()
			fields++
			if !d.Known || (d.Type.Name() == "any" && d.Description == "") {
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
	kinds := builtinKinds()
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
	// Pods allowed above replicas during a rollout.
	// 25% if strategy.type is RollingUpdate
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
