package layout_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	node "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// odd are shapes of YAML that people and tools write and that are hard to keep.
var odd = []string{
	"# only\n# comments\n",
	"\n\n   \n",
	"data:\n  a: b\n  a: c\n",
	"data:\n  1: a\n  true: b\n  1.5: c\n  ? key\n  : d\n",
	"? apiVersion\n: v1\n? kind\n: ConfigMap\n",
	"data: {a: b, c: [d, {e: f}], \"g\": 'h'} # tail\n",
	"data:\n- a\n-   - b\n    - c\n",
	"data: !!map\n  a: !!str 1\n  b: !custom x\n  c: !!binary YQ==\n",
	"x: &a [1, 2]\ny: *a\nz: [*a, *a]\n",
	"base: &b {a: 1}\nspec:\n  <<: [*b, {c: 2}]\n  d: 3\n",
	"data:\n  a: |+\n    x\n\n\n  b: >2-\n     y\n    z\n  c: |1\n  w\n",
	"data:\n    a:\n        b:\n            c: d\n    e: f\n",
	"data:\r\n  a: |\r\n    x\r\n  # c\r\n  b: c\r\n",
	"data:\n  a: 'it''s'\n  b: \"a\\\"b\\n\\\n    c\"\n  c: a b\n   c\n",
	"data:\n\n  # one\n\n  a: b   # two\n\n# three\n",
	"data:   \n  a:   b   \n",
	"data:\n  \"a b\": c\n  'd: e': f\n  g#h: i#j\n  k: \"# no\"\n",
	"spec:\n  containers:\n    -\n      name: a\n    - # x\n      name: b\n    - {name: c}\n",
	"metadata: {name: x,\n  labels: {a: b},\n  annotations: {\n    c: d\n  }}\n",
	"data: {}\nbinaryData: []\nimmutable:\nkind: ~\n",
	"a: " + strings.Repeat("long ", 400) + "\nb: c\n",
	strings.Repeat("a:\n ", 3) + "b\n",
	"data:\n  日本: 値 # 注\n  e\u0301: \U0001F600\n",
}

// FuzzWrite holds any text to the promises of keepsText.
func FuzzWrite(f *testing.F) {
	for _, text := range odd {
		f.Add("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n" + text)
		f.Add(text)
	}
	for _, text := range tricky {
		f.Add(text)
	}
	f.Add("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template: {spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		var object map[string]any
		if yaml.Unmarshal([]byte(text), &object) != nil {
			t.Skip("no manifest")
		}
		parsed, err := yamltext.Parse(text, false)
		if err != nil || parsed.JSON {
			t.Skip("not YAML 1.2, or JSON")
		}
		if parsed.Root != nil && ambiguous(text, parsed.Root) {
			t.Skip("keys that are the same one in JSON: which counts is left to chance")
		}
		if deep(object, 0) {
			t.Skip("too deep")
		}
		keepsText(t, text)
	})
}

// ambiguous finds keys that are written differently, or have tags, and are one
// in JSON, as 0 and "0".
func ambiguous(text string, n *node.Node) bool {
	written := map[string]string{}
	for i, child := range n.Content {
		var key any
		if n.Kind == node.MappingNode && i%2 == 0 && child.Decode(&key) == nil {
			name := fmt.Sprint(key)
			as := child.Tag + child.Value
			if before, again := written[name]; again && (before != as || strings.Contains(text, "!")) {
				return true
			}
			written[name] = as
		}
		if ambiguous(text, child) {
			return true
		}
	}
	return false
}

func deep(value any, depth int) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, item := range v {
			if deep(item, depth+1) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return deep(item, depth+1) })
	}
	return depth > 100
}
