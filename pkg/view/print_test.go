package view_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	yaml3 "go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

type item struct {
	Name    string            `json:"name"`
	Count   int64             `json:"count"`
	Ready   *bool             `json:"ready,omitempty"`
	Message string            `json:"message,omitempty"`
	Pods    []string          `json:"pods,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
}

func report() *view.Report {
	yes := true
	s := &snapshot.Snapshot{
		At: time.Date(2026, 11, 23, 10, 0, 0, 5, time.FixedZone("", 3600)), AtSource: snapshot.AtBundle,
		Source: snapshot.Source{Type: "files", Files: []string{"a.yaml"}},
		Gaps:   []snapshot.Gap{{Resource: "events", Reason: "forbidden", Impact: "no history"}},
	}
	return view.NewReport("RolloutMap", s, []item{
		{Name: "web", Count: 1234567890, Ready: &yes, Message: "a <b> & \x1b[31mc\u202e\u009b\n", Pods: []string{"web-1", "web-2"}},
		{Name: "api", Count: 2, Message: "yes", Labels: map[string]string{"k8s.io/on": "on"}},
		{Name: "api", Count: 0},
	})
}

func TestPrint(t *testing.T) {
	for output, want := range map[string]string{
		"json": `
{
  "apiVersion": "thrashkit.dev/v1alpha1",
  "kind": "RolloutMap",
  "observedAt": "2026-11-23T09:00:00Z",
  "observedAtSource": "bundle",
  "source": {
    "type": "files",
    "files": [
      "a.yaml"
    ]
  },
  "gaps": [
    {
      "resource": "events",
      "reason": "forbidden",
      "effect": "no history"
    }
  ],
  "items": [
    {
      "name": "web",
      "count": 1234567890,
      "ready": true,
      "message": "a <b> & \u001b[31mc\u202e\u009b\n",
      "pods": [
        "web-1",
        "web-2"
      ]
    },
    {
      "name": "api",
      "count": 2,
      "message": "yes",
      "labels": {
        "k8s.io/on": "on"
      }
    },
    {
      "name": "api",
      "count": 0
    }
  ]
}
`,
		"yaml": `
apiVersion: thrashkit.dev/v1alpha1
kind: RolloutMap
observedAt: "2026-11-23T09:00:00Z"
observedAtSource: bundle
source:
  type: files
  files:
  - a.yaml
gaps:
- resource: events
  reason: forbidden
  effect: no history
items:
- name: web
  count: 1234567890
  ready: true
  message: "a <b> & \e[31mc\u202E\x9B\n"
  pods:
  - web-1
  - web-2
- name: api
  count: 2
  message: "yes"
  labels:
    k8s.io/on: "on"
- name: api
  count: 0
`,
		"kyaml": `
---
{
  apiVersion: "thrashkit.dev/v1alpha1",
  kind: "RolloutMap",
  observedAt: "2026-11-23T09:00:00Z",
  observedAtSource: "bundle",
  source: {
    type: "files",
    files: [
      "a.yaml",
    ],
  },
  gaps: [{
    resource: "events",
    reason: "forbidden",
    effect: "no history",
  }],
  items: [{
    name: "web",
    count: 1234567890,
    ready: true,
    message: "\
       a <b> & \e[31mc\u202e\u009b\n\
      ",
    pods: [
      "web-1",
      "web-2",
    ],
  }, {
    name: "api",
    count: 2,
    message: "yes",
    labels: {
      k8s.io/on: "on",
    },
  }, {
    name: "api",
    count: 0,
  }],
}
`,
		"name":                                   "\npod/web\npod/api\n",
		"jsonpath={.items[*].name}":              "\nweb api api",
		"jsonpath={.items[0].message}":           "\na <b> & c�\n",
		"jsonpath={.items[0].count}{\"\\n\"}":    "\n1234567890\n",
		"jsonpath=.items[0].pods[1]":             "\nweb-2",
		"jsonpath=items[0].pods[1]":              "\nweb-2",
		"jsonpath=$.items[1].name":               "\napi",
		"jsonpath={.items[0].nothing}{.nothing}": "\n",
		"custom-columns=NAME:.name,N:count,ready:{.ready},PODS:.pods[*],MESSAGE:.message": `
NAME   N            READY    PODS          MESSAGE
web    1234567890   true     web-1,web-2   a <b> & c�
api    2            <none>   <none>        yes
api    0            <none>   <none>        <none>
`,
	} {
		t.Run(output, func(t *testing.T) {
			var out strings.Builder
			if err := printAs(&out, output, report(), func(i any) string { return "pod/" + i.(item).Name }); err != nil {
				t.Fatal(err)
			}
			expect(t, out.String(), want)
		})
	}
}

// printAs writes r in the format that output names.
func printAs(w io.Writer, output string, r *view.Report, name func(item any) string) error {
	p, err := view.NewPrinter(output)
	if err != nil {
		return err
	}
	p.Name = name
	return p.Print(w, r)
}

// Empty lists are lists: scripts iterate over them.
func TestPrintEmpty(t *testing.T) {
	var out strings.Builder
	if err := printAs(&out, "jsonpath={.gaps}{.items}", view.NewReport[item]("RolloutMap", &snapshot.Snapshot{}, nil), nil); err != nil {
		t.Fatal(err)
	}
	expect(t, out.String(), "[][]")
}

// A report whose items are kept as JSON prints as one that has them as they were.
func TestItemsKeptAsJSONPrintAlike(t *testing.T) {
	type part struct {
		Path  string   `json:"path"`
		Names []string `json:"names"`
	}
	type object struct {
		Name  string `json:"name"`
		Parts []part `json:"parts"`
		Last  string `json:"last"`
	}
	one := part{Path: "spec.replicas", Names: []string{"a <b>", "\u202e"}}
	objects := []object{
		{Name: "  \"parts\": []\n  parts: []\n    parts: []\n", Parts: []part{one, {Path: "parts: []"}, one}, Last: "x"},
		{Name: "none", Parts: []part{}},
		{Name: "single", Parts: []part{one}, Last: "\"parts\": []"},
	}
	for n := range len(objects) + 1 {
		whole := view.NewReport("X", &snapshot.Snapshot{}, objects[:n])
		var items []view.Item
		for _, o := range objects[:n] {
			head := o
			head.Parts = []part{}
			item, err := view.NewItem(o.Name, head, "parts", o.Parts)
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, item)
		}
		kept := view.NewReport("X", &snapshot.Snapshot{}, items)
		for _, output := range []string{"json", "yaml", "kyaml", "jsonpath={.items}", "custom-columns=N:.name,P:.parts[*].path"} {
			var want, got strings.Builder
			if err := printAs(&want, output, whole, nil); err != nil {
				t.Fatal(err)
			}
			if err := printAs(&got, output, kept, nil); err != nil {
				t.Fatal(err)
			}
			expect(t, got.String(), want.String())
		}
	}
}

func TestPrintAgain(t *testing.T) {
	for output, want := range map[string]string{
		"yaml":                      "---\n# 2 values are redacted; --show-secrets shows them\napiVersion:",
		"custom-columns=NAME:.name": "web\napi\napi\n",
		"json":                      "{\n  \"apiVersion\"",
	} {
		p, err := view.NewPrinter(output)
		if err != nil {
			t.Fatal(err)
		}
		r := report()
		r.Redacted = 2
		var out bytes.Buffer
		for range 2 {
			out.Reset()
			if err := p.Print(&out, r); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s: the second report begins\n%.80s\nwant\n%s", output, out.String(), want)
		}
	}
}

func TestPrintMisused(t *testing.T) {
	for output, want := range map[string]string{
		"jsonpath":              `jsonpath: template missing, as in -o jsonpath='{.items[0].workload.name}'`,
		"jsonpath={.items":      `jsonpath "{.items": unclosed action`,
		"custom-columns=":       `custom-columns: columns missing, as in -o custom-columns=NAME:.workload.name,PHASE:.phase`,
		"custom-columns=NAME":   `custom-columns: "NAME" is not HEAD:.path`,
		"custom-columns=A:{.x[": `custom-columns: "{.x[": unterminated array`,
		"jsonpath=.items[7]":    `jsonpath ".items[7]": array index out of bounds: index 7, length 3`,
		"name":                  `print names: RolloutMap has no names`,
	} {
		if err := printAs(&strings.Builder{}, output, report(), nil); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", output, err, want)
		}
	}
}

// What is printed as JSON or YAML is read back as it was, by readers of YAML
// 1.1 and 1.2, and holds nothing that a terminal obeys.
func TestRoundTrip(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"", " ", "\n", "\n\n", "\t", "a", "é", "日本", "🙂", "yes", "No", "on", "y", "null", "~", "true", "1", "0x1F", "0o7", "012", "1:20",
		"1_000", "1e3", ".inf", "-.nan", "2026-11-23",
		"- ", ": ", " #", "# ", "'", "\"", "\\", "\\u202E", "|", ">", "%", "@", "`", "{", "[", "&a", "*a", "!t", "---", "...", "=", "<<",
		"?", ",",
		"\x00", "\x1b[31m", "\a", "\r", "\x7f", "\u0080", "\u0085", "\u009b", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u202e", "\u2066", "\ufeff", "\ufffd", "\ufffe", "\U0001fffe", "\U000e0041", "\U0010ffff",
	})
	text := rapid.OneOf(
		rapid.StringMatching(`[-+.]?[0-9]{1,2}[-+0-9.:_eExXobBT]{0,4}`),
		rapid.Map(rapid.SliceOfN(piece, 0, 4), func(parts []string) string { return strings.Join(parts, "") }),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]any{
			"text": text.Draw(t, "text"), "list": []any{text.Draw(t, "first"), text.Draw(t, "second")},
			"map": map[string]any{text.Draw(t, "key"): text.Draw(t, "value")}, "number": 1.5, "none": nil, "yes": true, "empty": map[string]any{},
		}
		r := view.NewReport("X", &snapshot.Snapshot{}, []map[string]any{want})
		for output, read := range map[string]func([]byte, *view.Report) error{
			"json":      func(data []byte, r *view.Report) error { return json.Unmarshal(data, r) },
			"yaml":      func(data []byte, r *view.Report) error { return yaml.Unmarshal(data, r) },
			"yaml as 3": readYAML3,
		} {
			var out bytes.Buffer
			if err := printAs(&out, output[:4], r, nil); err != nil {
				t.Fatal(err)
			}
			if i := strings.IndexFunc(out.String(), forbidden); i >= 0 {
				t.Fatalf("%s holds %q:\n%s", output, out.String()[i:], out.String())
			}
			var got view.Report
			if err := read(out.Bytes(), &got); err != nil {
				t.Fatalf("%s: %v\n%s", output, err, out.String())
			}
			if diff := cmp.Diff(want, got.Items[0]); diff != "" {
				t.Fatalf("%s (-want +got)\n%s\n%s", output, diff, out.String())
			}
		}
	})
}

// readYAML3 reads YAML with a reader of YAML 1.2 that keeps the types.
func readYAML3(data []byte, r *view.Report) error {
	var v struct{ Items []any }
	err := yaml3.Unmarshal(data, &v)
	r.Items = v.Items
	return err
}

// text/template or html/template anywhere in the binary would keep the linker
// from dropping unused methods, at 10 MB a plugin.
func TestNoTemplates(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d dependencies: %s", len(deps), out)
	}
	for _, dep := range deps {
		if dep == "text/template" || dep == "html/template" {
			t.Errorf("pkg/view depends on %s", dep)
		}
	}
}

// Strings stay strings for every reader, and blocks stay readable if possible.
func TestYAML(t *testing.T) {
	for text, want := range map[string]string{
		"plain text":     "plain text",
		"10.0.0.1":       "10.0.0.1",
		"v1.37.2":        "v1.37.2",
		"1.37":           `"1.37"`,
		"0755":           `"0755"`,
		"1_000":          `"1_000"`,
		"12:30":          `"12:30"`,
		"2m40s":          "2m40s",
		"1/3":            "1/3",
		"on":             `"on"`,
		"0o7":            `"0o7"`,
		"null":           `"null"`,
		"a: b":           `'a: b'`,
		"one\ntwo":       "|-\n  one\n  two",
		"one\n\tat two":  "|-\n  one\n  \tat two",
		"\tone\ntwo":     `"\tone\ntwo"`,
		"\n \tone\ntwo":  `"\n \tone\ntwo"`,
		"host\u200b":     `"host\u200B"`,
		"\x1b[31mred":    `"\e[31mred"`,
		"say \"\u202e\"": `"say \"\u202E\""`,
	} {
		got, err := view.YAML(map[string]string{"x": text})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, string(got), "x: "+want+"\n")
	}
}
