package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// blockSeeds are texts that the short way converts, and texts that it must not.
var blockSeeds = []struct {
	text  string
	short bool
}{
	{"a: 1\nb: x\n", true},
	{"a:\n- b: 1\n  c:\n  - d\n  - e: f\ng: {}\nh: []\n", true},
	{"a:\n  - b\n  -   c: d\n      e: f\n", true},
	{"- a\n- - b\n  - c\n-\n- d:\n", true},
	{"a: 'it''s' # why\nb: \"q\\\"\\n\\x1b\\u00e9\\e[0m\"\n\"c\": d\n'e': f\n", true},
	{"k:{\"uid\":\"0795\"}:\n  .: {}\n  f:name: {}\n", true},
	{"a: |\n  x\n   y\n\n  z\n\nb: |-\n  # no comment\n  x\n# comment\nc: |+\n  x\n\nd: e\n", true},
	{
		"a: 100m\nb: 1.5\nc: 1e3\nd: 0x10\ne: 010\nf: 2026-01-01\ng: 2026-01-01T00:00:00Z\nh: -5\ni: +5\nj: .5\nk: 10.0.0.1\nl: 1_000\nm: .inf\nn: 12345678901234567890\no: 64Mi\np: '5'\nq: -\n",
		false,
	},
	{"a: yes\nb: No\nc: on\nd: true\ne: null\nf: ~\ng: y\nh: NULL\ni: nope\nj: onwards\nk: False\n", true},
	{"8080: web\nx:y: z\na b: c\n-x: 1\n", true},
	{"a: b\n  c\n", false},
	{"a: \"b\n  c\"\n", false},
	{"a: b: c\n", false},
	{"a: &x b\nc: *x\n", false},
	{"a: !!str 1\n", false},
	{"a: [b, c]\n", false},
	{"a: {b: c}\n", false},
	{"a: >\n  b\n", false},
	{"a: |2\n   b\n", false},
	{"a: 1\na: 2\n", false},
	{"a:\n\t- b\n", false},
	{"a: b\tc\n", false},
	{"true: a\n", false},
	{"? a\n: b\n", false},
	{"<<: a\n", false},
	{"a: b\n c: d\n", false},
	{"a:\n  b: c\n d: e\n", false},
	{"a:\n- b\n c: d\n", false},
	{"a: \u2028x\n", false},
	{"a: \xff\n", false},
	{"a: é 😀\n", true},
	{"a: |\n\n  x\n", false},
	{"a: |\n  x\n y\n", false},
	{"a: |\n \t\n", false},
	{"--- 0:", false},
	{"a: b\n... c: d\n", false},
	{"a: |\n  \tx\n", false},
	{"a: x #y\nb: x#y\nc: #z\nd: e\n", true},
	{"items:\n- a: 1\n\n# x\n- a: 2\n", true},
	{"a: \"x\"y\n", false},
	{"- a: b\n c: d\n", false},
	{"a: ,b\n", false},
	{"a: - b\n", false},
	{"a:\n  - b\n  c: d\n", false},
	{"a: =\nb: <x\nc: .x\nd: +x\ne: ~x\n", true},
}

func TestBlockMeansWhatTheParserSays(t *testing.T) {
	for _, seed := range blockSeeds {
		got, _, ok := blockToJSON([]byte(seed.text))
		if ok != seed.short {
			t.Errorf("%q: short way %v", seed.text, ok)
		}
		want, err := yaml.YAMLToJSON([]byte(seed.text))
		if ok && (err != nil || !sameJSON(got, want)) {
			t.Errorf("%q:\n got %s\nwant %s %v", seed.text, got, want, err)
		}
	}
	_, lines, _ := blockToJSON([]byte("items:\n- a: 1\n\n# x\n- a: 2\n"))
	if !reflect.DeepEqual(lines, []int{1, 4}) {
		t.Errorf("lines of items: %v", lines)
	}
}

// The work of a mapping grows with its keys, not with their square: 200,000 keys
// took minutes when each was compared with all before it.
func TestBlockOfManyKeys(t *testing.T) {
	var text bytes.Buffer
	for i := range 200_000 {
		fmt.Fprintf(&text, "k%d: v\n", i)
	}
	started := time.Now()
	if _, _, ok := blockToJSON(text.Bytes()); !ok || time.Since(started) > 20*time.Second {
		t.Errorf("converted: %v, after %v", ok, time.Since(started))
	}
	text.WriteString("k77777: again\n")
	if _, _, ok := blockToJSON(text.Bytes()); ok {
		t.Error("a key that is there twice is not noticed among many")
	}
}

// FuzzBlock holds the short way to the parser: what it converts, the parser
// takes and understands alike.
func FuzzBlock(f *testing.F) {
	for _, seed := range blockSeeds {
		f.Add([]byte(seed.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, _, ok := blockToJSON(text)
		if !ok {
			return
		}
		want, err := yaml.YAMLToJSON(text)
		if err != nil || !sameJSON(got, want) {
			t.Errorf("%q:\n got %s\nwant %s %v", text, got, want, err)
		}
	})
}
