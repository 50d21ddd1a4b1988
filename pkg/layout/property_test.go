package layout_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// reporter is a test, or a run of rapid.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// explained returns a text with its comments, and the report of its object.
func explained(t reporter, text string, o annotate.Options, m layout.Manifest, s layout.Style) (string, *annotate.Report) {
	t.Helper()
	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	parsed, err := yamltext.Parse(text, false)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	r := annotate.Explain(parsed, kindOf(object), annotate.Object{Item: -1, Value: object}, o)
	m.Text = parsed
	m.Reports = []*annotate.Report{r}
	if m.Chosen != nil {
		m.Chosen = []annotate.Selection{m.Chosen[0]}
	}
	s.Marker = string(parsed.Marker())
	if s.Width == 0 {
		s.Width = 80
	}
	s.Break = parsed.Break()
	var out strings.Builder
	m.Write(&out, s)
	return out.String(), r
}

// kindOf returns what is known of an object's kind; of ConfigMaps if nothing is.
func kindOf(object map[string]any) *fielddoc.Schema {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	if known, ok := fielddoc.Builtin(schema.FromAPIVersionAndKind(apiVersion, kind)); ok {
		return known
	}
	known, _ := fielddoc.Builtin(schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"})
	return known
}

// keepsText holds a text to the promises: with its comments it means the same,
// without them it is the same, byte by byte, and written again it gets the same
// comments in their place.
func keepsText(t reporter, text string) {
	t.Helper()
	all := annotate.Options{ShowSecrets: true, ShowManagedFields: true}
	for _, look := range []struct {
		manifest layout.Manifest
		style    layout.Style
	}{
		{},
		{style: layout.Style{Width: 30}},
		{style: layout.Style{Width: 160}},
		{manifest: layout.Manifest{Notes: annotate.NoteOptions{Long: true, Wide: true, Repeat: true}}},
	} {
		out, _ := explained(t, text, all, look.manifest, look.style)
		sameObject(t, text, out)
		if strings.ContainsFunc(strings.ReplaceAll(text, "\r\n", "\n"), view.Hidden) { // shown as something else
			continue
		}
		parsed, err := yamltext.Parse(out, false)
		if err != nil {
			t.Fatalf("%v\nfrom:\n%s\nto:\n%s", err, text, out)
		}
		before, err := yamltext.Parse(text, false)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, text)
		}
		stripped := parsed.Strip(before.Marker()).String()
		if diff := cmp.Diff(text, stripped); diff != "" {
			t.Fatalf("without the comments it is another text: %s\nfrom:\n%s\nto:\n%s", diff, text, out)
		}
	}
}

// sameObject checks that two texts mean the same.
func sameObject(t reporter, text, out string) {
	t.Helper()
	var before, after any
	if err := yaml.Unmarshal([]byte(text), &before); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	if err := yaml.Unmarshal([]byte(out), &after); err != nil {
		t.Fatalf("%v\nfrom:\n%s\nto:\n%s", err, text, out)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Fatalf("another object: %s\nfrom:\n%s\nto:\n%s", diff, text, out)
	}
	for line := range strings.Lines(out) {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\r\n"), view.Hidden) {
			t.Fatalf("hidden character in %q", line)
		}
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

func TestCommentsChangeNothing(t *testing.T) {
	for name, text := range tricky {
		t.Run(name, func(t *testing.T) { keepsText(t, text) })
	}
}

// TestCommentsOfFilesChangeNothing reads the manifests of the tests, and
// testdata/yaml, which has what YAML can look like.
func TestCommentsOfFilesChangeNothing(t *testing.T) {
	documents := 0
	for _, pattern := range []string{"../../examples/synergychat/*.yaml", "../../test/docs/testdata/*.yaml", "testdata/*.yaml", "testdata/yaml/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range strings.Split(string(data), "\n---\n") {
				if text += "\n"; isObject(text) {
					keepsText(t, text)
					documents++
				}
			}
		}
	}
	if documents < 15 {
		t.Fatalf("only %d documents were read", documents)
	}
}

func isObject(text string) bool {
	object := map[string]any{}
	return yaml.Unmarshal([]byte(text), &object) == nil && len(object) > 0
}

// TestCommentsOfAnythingChangeNothing draws manifests at random, in many styles
// of YAML.
func TestCommentsOfAnythingChangeNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n" + mapping(r, 2, 0)
		if !isObject(text) {
			r.Skip("not YAML")
		}
		if _, err := yamltext.Parse(text, false); err != nil {
			r.Skip("not YAML 1.2")
		}
		keepsText(r, text)
	})
}

var names = []string{"replicas", "template", "spec", "containers", "image", "selector", "strategy", "labels", "x y", "a.b/c", "paused", "\"q: k\"", "metadata", "args"}

var scalars = []string{
	"1", "text", "'it''s # x'", `"a \" # b"`, "a: b", "~", "", "yes", "|\n%s  # block\n%s  x\n", ">-\n%s  folded\n\n%s  # more", "{}",
	"[]", "[a, 'b #', c]",
	"{a: b, image: \"c # d\"}", "plain\n%s  goes on", "\"double\n%s  # goes on\"", "# comment", "v # comment", "&a x", "!!str 5",
	"0644", "1e3", "a#b", "'x\n\n%s  y'", "\u202ebidi",
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
		parsed, err := yamltext.Parse(text, false)
		if err != nil || parsed.Aliased() {
			continue // aliases are written out before anything is left out
		}
		secrets := annotate.Options{ShowSecrets: true}
		_, all := explained(t, text, secrets, layout.Manifest{}, layout.Style{})
		for i := range all.Fields {
			only := all.Fields[i].At()
			chosen := all.Select(func(f *annotate.Field) bool { return only.Covers(f.At()) })
			out, _ := explained(t, text, secrets, layout.Manifest{Subset: true, Chosen: []annotate.Selection{chosen}}, layout.Style{})
			if problem := lacks(out, only); problem != "" {
				t.Errorf("%s, %s: %s in:\n%s", name, all.Fields[i].Path, problem, out)
			}
		}
	}
}

// lacks returns why a text does not have the field at path; empty if it has.
// Elements of lists before the one on the path may be left out.
func lacks(text string, path fielddoc.Path) string {
	var left any
	if err := yaml.Unmarshal([]byte(text), &left); err != nil {
		return err.Error()
	}
	for _, step := range path {
		switch v := left.(type) {
		case []any:
			left = v[len(v)-1]
		case map[string]any:
			value, ok := v[step.Name]
			if !ok {
				return "no " + step.Name
			}
			left = value
		}
	}
	return ""
}

// TestNothingIsWiderThanAsked measures the lines that hold a comment: a line of
// the text itself, and a word that cannot be broken, may be wider.
func TestNothingIsWiderThanAsked(t *testing.T) {
	for _, text := range tricky {
		for _, width := range []int{40, 80, 120} {
			for _, long := range []bool{false, true} {
				out, _ := explained(t, text, annotate.Options{}, layout.Manifest{Notes: annotate.NoteOptions{Long: long}}, layout.Style{Width: width})
				for line := range strings.Lines(out) {
					line = strings.TrimRight(line, "\r\n")
					_, comment, ours := strings.Cut(line, "#: ")
					if ours && view.Width(line) > width && strings.Contains(strings.TrimSpace(comment), " ") {
						t.Errorf("%d columns instead of %d: %s", view.Width(line), width, line)
					}
				}
			}
		}
	}
}
