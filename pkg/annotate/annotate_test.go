package annotate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// hidden is what a terminal would not show, as far as these tests go.
func hidden(r rune) bool {
	return (r < 0x20 && r != '\n' && r != '\t' && r != '\r') || r == 0x7f || r == 0x202e || r == 0x200b
}

func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return o
}

func annotated(t testing.TB, text string, options annotate.Options, look annotate.Look) (string, *annotate.Report) {
	t.Helper()
	o := decode(t, text)
	apiVersion, _ := o["apiVersion"].(string)
	kind, _ := o["kind"].(string)
	s, ok := fielddoc.Builtin(schema.FromAPIVersionAndKind(apiVersion, kind))
	if !ok {
		s = fielddoc.Undefined(schema.FromAPIVersionAndKind(apiVersion, kind))
	}
	m, err := annotate.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := m.Explain(s, annotate.Object{Item: -1, Value: o}, options)
	return m.Annotate([]*annotate.Report{r}, look), r
}

// sameObject checks the promise: comments change nothing, no line of the
// source is lost, and what is added fits.
func sameObject(t testing.TB, text string, long bool) {
	t.Helper()
	before := decode(t, text)
	out, _ := annotated(t, text, annotate.Options{ShowSecrets: true, ShowManagedFields: true}, annotate.Look{Long: long, Hidden: hidden})
	if diff := cmp.Diff(before, decode(t, out)); diff != "" {
		t.Fatalf("annotating changed the object:\n%s\nfrom:\n%s\nto:\n%s", diff, text, out)
	}
	for _, line := range strings.Split(out, "\n") {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\r"), hidden) {
			t.Fatalf("hidden character in %q", line)
		}
	}
	if strings.ContainsFunc(text, hidden) {
		return
	}
	rest := out
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		at := strings.Index(rest, strings.TrimSuffix(line, "\r"))
		if at < 0 {
			t.Fatalf("line %q is lost in:\n%s", line, out)
		}
		rest = rest[at+len(strings.TrimSuffix(line, "\r")):]
	}
}

// tricky are manifests with everything that YAML can do to a reader of lines.
var tricky = map[string]string{
	"block scalars": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: |\n    # no comment\n    key: value\n\n  b: >-\n    folded\n    text\n\n    more\n" +
		"  c: |2+\n      kept\n\n\n  d: |-   # a comment of the author\n    x\nimmutable: true\n",
	"quotes":             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {a: 'b # c', \"d\": e}}\ndata:\n  a: \"x # y \\\" z\"\n  b: 'it''s # not'\n  \"quoted: key\": plain # mine\n  c: a#b\n",
	"multi-line scalars": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: plain text\n    that goes on # really\n  b: \"double\n    # still text\n    quoted\"\n  c: 'single\n\n    quoted'\n  d: last\n",
	"anchors":            "apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  name: x\n  labels: &l {a: b}\n  annotations: *l\ndata:\n  <<: {x: \"1\"}\n  k: &t !!str 2\n  z: *t\n",
	"flow":               "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: b,\n  args: [x,\n    y]}],\n  restartPolicy: Never}\n",
	"crlf":               "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: x\r\ndata:\r\n  a: |\r\n    x\r\n    y\r\n  b: c\r\n",
	"comments":           "# head\napiVersion: v1 # one\n# two\nkind: ConfigMap\n\nmetadata: # three\n  # four\n  name: x\n  # five\n\ndata: {} # six\n# end\n",
	"no newline at end":  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x",
	"sequences":          "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  containers:\n  -   name: a\n      image: b\n      command:\n      - sh\n      - -c\n      - |\n        # text\n        echo\n  - \n    name: c\n    image: d\n",
	"null and empty":     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels:\n  annotations: ~\nspec:\n  nodeSelector: {}\n  containers:\n    - name: \"\"\n      image: null\n",
	"tabs":               "apiVersion: v1\nkind: ConfigMap\nmetadata:\t# tab\n  name:\tx\ndata:\n  a:\t|\n    x\ttabbed\n    text\t\n",
	"hidden":             "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\u202ey # comment\u202e\ndata:\n  a\u200bb: |\n    one\u202e\n    two\n  c: \"esc\\e[31m\"\n  d: plain\u200b\n    more\n",
	"markers":            "%YAML 1.1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n...\n",
	"wide":               "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  日本語: \"値 # 値\"\n  k: 日本語の長い値がここにあります日本語の長い値がここにあります\n",
	"unknown kind":       "apiVersion: example.org/v1\nkind: Widget\nmetadata:\n  name: x\nspec:\n  a:\n  - b: 1\n    c: {}\n",
	"yaml 1.1 words":     "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  hostNetwork: yes\n  containers:\n  - name: a\n    tty: on\n    stdin: no\n",
}

func TestAnnotatingChangesNothing(t *testing.T) {
	for name, text := range tricky {
		t.Run(name, func(t *testing.T) {
			sameObject(t, text, false)
			sameObject(t, text, true)
		})
	}
}

func TestAnnotatingRealManifestsChangesNothing(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*/manifest*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documents := 0
	for _, file := range append(files, more...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(data), "\n---\n") {
			if strings.TrimSpace(text) == "" || len(decode(t, text)) == 0 {
				continue
			}
			sameObject(t, text+"\n", false)
			documents++
		}
	}
	if documents < 2 {
		t.Fatalf("only %d documents found", documents)
	}
}

// TestAnnotatingAnythingChangesNothing draws manifests at random, in many
// styles of YAML.
func TestAnnotatingAnythingChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n" + mapping(r, 2, 0)
		if yaml.Unmarshal([]byte(text), &map[string]any{}) != nil {
			r.Skip("not YAML")
		}
		m, err := annotate.Parse([]byte(text))
		if err != nil {
			r.Skip("not YAML 1.2")
		}
		o := map[string]any{}
		_ = yaml.Unmarshal([]byte(text), &o)
		s, _ := fielddoc.Builtin(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"})
		report := m.Explain(s, annotate.Object{Item: -1, Value: o}, annotate.Options{ShowSecrets: true})
		out := m.Annotate([]*annotate.Report{report}, annotate.Look{Hidden: hidden})
		back := map[string]any{}
		if err := yaml.Unmarshal([]byte(out), &back); err != nil {
			r.Fatalf("%v\nfrom:\n%s\nto:\n%s", err, text, out)
		}
		if diff := cmp.Diff(o, back); diff != "" {
			r.Fatalf("%s\nfrom:\n%s\nto:\n%s", diff, text, out)
		}
	})
}

var names = []string{"replicas", "template", "spec", "containers", "image", "selector", "strategy", "labels", "x y", "a.b/c", "paused", "\"q: k\"", "metadata", "args"}

var scalars = []string{
	"1", "text", "'it''s # x'", `"a \" # b"`, "a: b", "~", "", "yes", "|\n%s  # block\n%s  x\n", ">-\n%s  folded\n\n%s  # more", "{}", "[]", "[a, 'b #', c]",
	"{a: b, image: \"c # d\"}", "plain\n%s  goes on", "\"double\n%s  # goes on\"", "# comment", "v # comment", "&a x", "!!str 5", "0644", "1e3", "a#b", "'x\n\n%s  y'", "\u202ebidi",
}

// mapping draws a block mapping at an indentation.
func mapping(r *rapid.T, indent, depth int) string {
	var b strings.Builder
	pad := strings.Repeat(" ", indent)
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 4, rapid.ID).Draw(r, "names") {
		switch kind := rapid.IntRange(0, 5).Draw(r, "kind"); {
		case kind == 0 && depth < 4:
			b.WriteString(pad + name + ":\n" + mapping(r, indent+2, depth+1))
		case kind == 1 && depth < 4:
			b.WriteString(pad + name + ":\n")
			for range rapid.IntRange(1, 3).Draw(r, "items") {
				item := mapping(r, indent+2, depth+1)
				b.WriteString(pad + "- " + strings.TrimLeft(item, " "))
			}
		case kind == 2:
			b.WriteString("\n" + pad + "# between\n" + pad + name + ": end\n")
		default:
			value := strings.ReplaceAll(rapid.SampledFrom(scalars).Draw(r, "scalar"), "%s", pad)
			b.WriteString(pad + name + ": " + value + "\n")
		}
	}
	return b.String()
}

// TestAnySubsetIsYAML shows each field of each manifest alone: what is left is
// YAML and has the field.
func TestAnySubsetIsYAML(t *testing.T) {
	for name, text := range tricky {
		if m, err := annotate.Parse([]byte(text)); err != nil || m.Aliased() {
			continue // aliases are written out before anything is left out
		}
		_, all := annotated(t, text, annotate.Options{ShowSecrets: true}, annotate.Look{Hidden: hidden})
		for _, f := range all.Fields {
			only := f.At()
			out, _ := annotated(t, text, annotate.Options{ShowSecrets: true}, annotate.Look{
				Hidden: hidden, Subset: true, Show: func(f *annotate.Field) bool { return only.Covers(f.At()) },
			})
			var left any
			if err := yaml.Unmarshal([]byte(out), &left); err != nil {
				t.Errorf("%s, %s: %v in:\n%s", name, f.Path, err, out)
				continue
			}
			for _, step := range only {
				switch v := left.(type) {
				case []any:
					left = v[len(v)-1] // items before it may be gone
				case map[string]any:
					value, ok := v[step.Name]
					if !ok {
						t.Errorf("%s, %s: not in:\n%s", name, f.Path, out)
					}
					left = value
				}
			}
		}
	}
}

func TestWidth(t *testing.T) {
	text := "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  progressDeadlineSeconds: 600\n  revisionHistoryLimit: 3\n  minReadySeconds: 5\n  template:\n    spec:\n      terminationGracePeriodSeconds: 30\n"
	for _, long := range []bool{false, true} {
		out, _ := annotated(t, text, annotate.Options{}, annotate.Look{Long: long})
		for _, line := range strings.Split(out, "\n") {
			if utf8.RuneCountInString(line) > 80 && !strings.Contains(line, "https://") {
				t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
			}
		}
	}
}

func ExampleManifest_Annotate() {
	text := "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ClusterIP\n  port: 80\n"
	object := map[string]any{}
	_ = yaml.Unmarshal([]byte(text), &object)
	kind, _ := fielddoc.Builtin(schema.GroupVersionKind{Version: "v1", Kind: "Service"})
	manifest, _ := annotate.Parse([]byte(text))
	report := manifest.Explain(kind, annotate.Object{Item: -1, Value: object}, annotate.Options{})
	fmt.Print(manifest.Annotate([]*annotate.Report{report}, annotate.Look{}))
	// Output:
	// apiVersion: v1     # API group and version
	// kind: Service      # Kind of object
	// metadata:          # Name, namespace, labels and so on
	//   name: web        # Name of the object
	// # PROBLEM: spec.ports is required and not set
	// spec:              # What you want
	//   type: ClusterIP  # Who can reach it · default
	//   # PROBLEM: is no field here; did you mean ports?
	//   port: 80
}
