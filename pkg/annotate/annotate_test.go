package annotate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/layout"
	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

// manifest is a text with the objects in it, parsed.
type manifest struct {
	text    *yamltext.Text
	schemas []*fielddoc.Schema
	objects []map[string]any
}

// parse parses one object or a List.
func parse(t *testing.T, text string) manifest {
	t.Helper()
	root := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	parsed, err := yamltext.Parse(text, false)
	if err != nil {
		t.Fatal(err)
	}
	m := manifest{text: parsed, objects: []map[string]any{root}}
	if items, list := root["items"].([]any); list {
		m.objects = nil
		for _, item := range items {
			m.objects = append(m.objects, item.(map[string]any))
		}
	}
	for _, o := range m.objects {
		apiVersion, _ := o["apiVersion"].(string)
		kind, _ := o["kind"].(string)
		s, ok := fielddoc.Builtin(schema.FromAPIVersionAndKind(apiVersion, kind))
		if !ok {
			t.Fatalf("%s %s is not built in", apiVersion, kind)
		}
		m.schemas = append(m.schemas, s)
	}
	return m
}

// explain returns a report for each object.
func (m manifest) explain(o annotate.Options) []*annotate.Report {
	var reports []*annotate.Report
	for i, object := range m.objects {
		item := -1
		if len(m.objects) > 1 {
			item = i
		}
		reports = append(reports, annotate.Explain(m.text, m.schemas[i], annotate.Object{Item: item, Value: object}, o))
	}
	return reports
}

// explain returns the report of the only object of a text.
func explain(t *testing.T, text string, o annotate.Options) *annotate.Report {
	t.Helper()
	return parse(t, text).explain(o)[0]
}

// field returns the field at path.
func field(t *testing.T, r *annotate.Report, path string) *annotate.Field {
	t.Helper()
	at := slices.IndexFunc(r.Fields, func(f annotate.Field) bool { return f.Path == path })
	if at < 0 {
		t.Fatalf("there is no field %s", path)
	}
	return &r.Fields[at]
}

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  key: value
`

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  replica: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1.4
        livenessProbe:
          periodSeconds: 10
          httpGet: {port: 8080}
      - name: sidecar
        image: proxy:2
`

var texts = map[string]string{
	"object":           deployment,
	"no last break":    strings.TrimSuffix(configMap, "\n"),
	"CRLF":             strings.ReplaceAll(configMap, "\n", "\r\n"),
	"own comments":     "# mine\napiVersion: v1 # mine too\nkind: ConfigMap\n\n# and mine\nmetadata:\n  name: web\n",
	"block scalars":    configMap + "  text: |\n    # no comment\n\n    last\n  folded: >-\n    a\n    b\n",
	"multi-line plain": configMap + "  plain: one\n    two\n    three\n",
	"quoted":           configMap + "  quoted: \"a\n    b # no comment\"\n",
	"flow":             "{apiVersion: v1, kind: ConfigMap,\n metadata: {name: web}, data: {a: b}}\n",
	"anchors":          configMap + "  other: &x value\n  same: *x\n",
	"trailing blanks":  "apiVersion: v1\nkind: ConfigMap \nmetadata:\n  name: web\t\n",
	"list": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n" +
		"- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: b\n",
}

// annotated returns a text with its notes as comments, and their marker.
func annotated(t *testing.T, text string) (string, yamltext.Marker) {
	t.Helper()
	m := parse(t, text)
	marker := m.text.Marker()
	var out strings.Builder
	layout.Manifest{Text: m.text, Reports: m.explain(annotate.Options{ShowSecrets: true})}.
		Write(&out, layout.Style{Width: 80, Marker: string(marker), Break: m.text.Break()})
	return out.String(), marker
}

func TestCommentsCanBeStrippedAndAddedAgain(t *testing.T) {
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			first, marker := annotated(t, text)
			if first == text {
				t.Fatal("there are no comments")
			}
			parsed, err := yamltext.Parse(first, false)
			if err != nil {
				t.Fatal(err)
			}
			stripped := parsed.Strip(marker).String()
			if diff := cmp.Diff(text, stripped); diff != "" {
				t.Fatalf("stripped: %s", diff)
			}
			second, _ := annotated(t, stripped)
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("annotated again: %s", diff)
			}
		})
	}
}

func TestFieldsHaveTheirPositionsInTheFile(t *testing.T) {
	r := explain(t, deployment, annotate.Options{FirstLine: 11})
	for path, want := range map[string][2]int{
		"apiVersion":                                                  {11, 1},
		"metadata.name":                                               {14, 3},
		"spec.selector.matchLabels.app":                               {18, 28},
		"spec.template.spec.containers[0].name":                       {23, 9},
		"spec.template.spec.containers[1].image":                      {29, 9},
		"spec.template.metadata.labels.app":                           {20, 25},
		"spec.template.spec.containers[0].livenessProbe.httpGet.port": {27, 21},
	} {
		f := field(t, r, path)
		if got := [2]int{f.Line, f.Column}; got != want {
			t.Errorf("%s is at %v, want %v", path, got, want)
		}
	}
}

func TestNotesAreAtTheirLines(t *testing.T) {
	r := explain(t, deployment, annotate.Options{})
	lines := strings.Split(deployment, "\n")
	notes := r.Notes(annotate.NoteOptions{})
	if !slices.IsSortedFunc(notes, func(a, b annotate.Note) int { return a.Line - b.Line }) {
		t.Error("notes are not in the order of their lines")
	}
	at := map[string]string{}
	for _, n := range notes {
		if n.Name == "" {
			at[fmt.Sprint(n.Kind, " ", strings.TrimSpace(lines[n.Line]))] = n.Text
		}
	}
	for key, begins := range map[string]string{
		fmt.Sprint(annotate.Trouble, " replica: 3"):  "is no field here; did you mean replicas?",
		fmt.Sprint(annotate.Meaning, " replicas: 2"): "Number of pods to run",
	} {
		if !strings.HasPrefix(at[key], begins) {
			t.Errorf("%s: %q, want %q", key, at[key], begins)
		}
	}
}

func TestNotesOnlyOfChosenFields(t *testing.T) {
	r := explain(t, configMap, annotate.Options{})
	chosen := r.Select(func(f *annotate.Field) bool { return f.Path == "metadata.name" })
	notes := r.Notes(annotate.NoteOptions{Chosen: chosen})
	if len(notes) != 1 || notes[0].Line != 3 {
		t.Errorf("notes %v, want one at line index 3", notes)
	}
	if all := r.All(); len(all) != len(r.Fields) || slices.Contains(all, false) {
		t.Errorf("All returns %v for %d fields", all, len(r.Fields))
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []annotate.Problem
	}{
		{"none", configMap, []annotate.Problem{}},
		{"unknown", configMap + "dat: {}\n", []annotate.Problem{
			{Path: "dat", Line: 7, Column: 1, Kind: fielddoc.UnknownField, Message: "is no field here", DidYouMean: "data"},
		}},
		{"missing, at what lacks it", strings.Replace(deployment, "      - name: web\n        image", "      - image", 1), []annotate.Problem{
			{Path: "spec.replica", Line: 7, Column: 3, Kind: fielddoc.UnknownField, Message: "is no field here", DidYouMean: "replicas"},
			{
				Path: "spec.template.spec.containers[0].name", Line: 13, Column: 9, Kind: fielddoc.MissingRequired,
				Message: "is required and not set",
			},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, explain(t, c.text, annotate.Options{}).Problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		problem annotate.Problem
		want    string
	}{
		{annotate.Problem{Message: "is no field here"}, "is no field here"},
		{annotate.Problem{Message: "is no field here", DidYouMean: "data"}, "is no field here; did you mean data?"},
	} {
		if got := c.problem.Sentence(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestFieldKinds(t *testing.T) {
	r := explain(t, deployment, annotate.Options{})
	for _, c := range []struct {
		path        string
		leaf, whole bool
	}{
		{"spec", false, false},
		{"spec.replicas", true, true},
		{"spec.template.spec.containers", false, false},
		{"metadata.name", true, true},
	} {
		f := field(t, r, c.path)
		if f.Leaf() != c.leaf || f.Whole() != c.whole || f.At().String() != c.path {
			t.Errorf("%s: leaf %t, whole %t, at %s", c.path, f.Leaf(), f.Whole(), f.At())
		}
		if f.Meaning() == "" {
			t.Errorf("%s has no meaning", c.path)
		}
	}
}

// shown returns the lines of a text that a selection shows.
func shown(text string, m manifest, reports []*annotate.Report, chosen []annotate.Selection) string {
	var out strings.Builder
	for i, show := range annotate.Shown(m.text, reports, chosen) {
		if show {
			out.WriteString(strings.SplitAfter(text, "\n")[i])
		}
	}
	return out.String()
}

func TestShown(t *testing.T) {
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"
	for _, c := range []struct{ path, want string }{
		{"spec.replicas", head + "spec:\n  replicas: 2\n"},
		{
			"spec.template.spec.containers[1].image",
			head + "spec:\n  template:\n    spec:\n      containers:\n      - name: sidecar\n        image: proxy:2\n",
		},
		{"spec.selector.matchLabels.app", head + "spec:\n  selector: {matchLabels: {app: web}}\n"},
	} {
		m := parse(t, deployment)
		reports := m.explain(annotate.Options{})
		chosen := reports[0].Select(func(f *annotate.Field) bool { return f.Path == c.path })
		if diff := cmp.Diff(c.want, shown(deployment, m, reports, []annotate.Selection{chosen})); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
	m := parse(t, deployment)
	if got := shown(deployment, m, m.explain(annotate.Options{}), nil); got != deployment {
		t.Errorf("without a selection: %s", got)
	}
}

// An element without a chosen field would vanish from its list, and change it.
func TestFillKeepsElementsOfLists(t *testing.T) {
	r := explain(t, deployment, annotate.Options{})
	chosen := r.Select(func(f *annotate.Field) bool { return f.Path == "spec.template.spec.containers[0].name" })
	r.Fill(chosen, func(f *annotate.Field) bool { return f.Leaf() })
	var got []string
	for i, yes := range chosen {
		if yes {
			got = append(got, r.Fields[i].Path)
		}
	}
	for _, path := range []string{"spec.template.spec.containers[1].name", "spec.template.spec.containers[1].image"} {
		if !slices.Contains(got, path) {
			t.Errorf("%s is left out of %v", path, got)
		}
	}
	if slices.Contains(got, "spec.template.spec.containers[0].image") {
		t.Errorf("an element with a chosen field is filled: %v", got)
	}
}

func TestAddUnset(t *testing.T) {
	const text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - image: web\n"
	for _, c := range []struct {
		which     string
		has, lack string
	}{
		{"required", "spec.selector", "spec.replicas"},
		{"common", "spec.replicas", "status.replicas"},
		{"", "", "spec.selector"},
	} {
		m := parse(t, text)
		r := m.explain(annotate.Options{})[0]
		r.AddUnset(m.schemas[0], m.objects[0], c.which)
		var paths []string
		for _, u := range r.Unset {
			paths = append(paths, u.Path)
		}
		if (c.has != "" && !slices.Contains(paths, c.has)) || slices.Contains(paths, c.lack) {
			t.Errorf("%q: %v, want %q and not %q", c.which, paths, c.has, c.lack)
		}
	}
}

func TestCompare(t *testing.T) {
	file := parse(t, configMap)
	live := parse(t, strings.Replace(configMap, "key: value", "key: other\n  more: x", 1)+"status: {}\n")
	same := file.explain(annotate.Options{})[0]
	same.Compare(file.schemas[0], file.objects[0], file.objects[0], false)
	if len(same.Against) != 0 {
		t.Errorf("the same object differs: %v", same.Against)
	}
	r := file.explain(annotate.Options{})[0]
	r.Compare(file.schemas[0], file.objects[0], live.objects[0], false)
	var got []string
	for _, a := range r.Against {
		got = append(got, fmt.Sprint(a.Path, " ", a.File, " ", a.Live))
	}
	if diff := cmp.Diff([]string{"data.key value other", "data.more <nil> x"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRedactions(t *testing.T) {
	const text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: hunter2hunter2\n"
	for _, c := range []struct {
		show bool
		want int
	}{{false, 1}, {true, 0}} {
		reports := parse(t, text).explain(annotate.Options{ShowSecrets: c.show})
		values := annotate.Redactions(reports)
		if len(values) != c.want || reports[0].Redacted != c.want {
			t.Errorf("show %t: %d values, %d redacted, want %d", c.show, len(values), reports[0].Redacted, c.want)
		}
		for node, value := range values {
			if node.Value != "hunter2hunter2" || strings.Contains(value, "hunter") {
				t.Errorf("%q is written in place of %q", value, node.Value)
			}
		}
	}
}

func TestManagedFieldsAreFolded(t *testing.T) {
	const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  managedFields:
  - manager: kubectl
    operation: Apply
    apiVersion: v1
    time: "2026-01-01T00:00:00Z"
    fieldsType: FieldsV1
    fieldsV1: {"f:data": {"f:key": {}}}
data:
  key: value
`
	m := parse(t, text)
	reports := m.explain(annotate.Options{Fold: true})
	want := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  key: value\n"
	if diff := cmp.Diff(want, shown(text, m, reports, nil)); diff != "" {
		t.Error(diff)
	}
	notes := reports[0].Notes(annotate.NoteOptions{})
	folded := slices.IndexFunc(notes, func(n annotate.Note) bool { return n.Kind == annotate.Folded })
	if folded < 0 || notes[folded].Line != 4 {
		t.Errorf("no note at line index 4 about what is folded: %v", notes)
	}
	shares := reports[0].Shares()
	if len(shares) != 1 || shares[0].Manager.Manager != "kubectl" || shares[0].Fields != 1 || !shares[0].Main {
		t.Errorf("shares %+v", shares)
	}
}

func TestDefines(t *testing.T) {
	const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`
	for text, want := range map[string]string{crd: "A CustomResourceDefinition adds a kind to the API: a Widget.", configMap: ""} {
		if got := explain(t, text, annotate.Options{}).Defines(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAddNeeds(t *testing.T) {
	m := parse(t, "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '@daily', timeZone: Etc/UTC}\n")
	r := m.explain(annotate.Options{})[0]
	r.AddNeeds(m.schemas[0], m.objects[0])
	if r.Needs == nil || r.Needs.LowestBy != "spec.timeZone" || r.Needs.Lowest == "" {
		t.Errorf("needs %+v, want the lowest version by spec.timeZone", r.Needs)
	}
}

func TestNewTemplate(t *testing.T) {
	s := parse(t, configMap).schemas[0]
	o := annotate.TemplateOptions{Depth: 2}
	template := annotate.NewTemplate(s, o)
	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(strings.Join(template.Lines, "\n")), &object); err != nil {
		t.Fatal(err)
	}
	if object["apiVersion"] != "v1" || object["kind"] != "ConfigMap" || object["metadata"] == nil {
		t.Errorf("the template is %v", object)
	}
	for _, n := range template.Notes {
		if n.Line < 0 || n.Line >= len(template.Lines) {
			t.Errorf("a note at line index %d of %d lines", n.Line, len(template.Lines))
		}
	}
	r := annotate.TemplateReport(s, o)
	if r.Object.Kind != "ConfigMap" || !slices.ContainsFunc(r.Fields, func(f annotate.Field) bool { return f.Path == "data" }) {
		t.Errorf("the report of the template is of %v with %d fields", r.Object, len(r.Fields))
	}
}

// The first field of an element keeps its value: alone on the line of the dash it
// would read as null.
func TestShownKeepsTheValueOfTheFirstField(t *testing.T) {
	const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - env:
    - name: MODE
      value: fast
    image: web:1
    name: web
`
	m := parse(t, pod)
	reports := m.explain(annotate.Options{})
	chosen := reports[0].Select(func(f *annotate.Field) bool { return f.Path == "spec.containers[0].image" })
	want := strings.Replace(pod, "    name: web\n", "", 1)
	if diff := cmp.Diff(want, shown(pod, m, reports, []annotate.Selection{chosen})); diff != "" {
		t.Error(diff)
	}
}
