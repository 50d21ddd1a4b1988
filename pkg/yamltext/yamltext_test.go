package yamltext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/thrashkit/thrashkit/pkg/yamltext"
)

func parse(t *testing.T, text string) *yamltext.Text {
	t.Helper()
	parsed, err := yamltext.Parse(text, false)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	if got := parsed.String(); got != text {
		t.Fatalf("the lines are %q, the text is %q", got, text)
	}
	return parsed
}

// TestWhereCommentsCanStand looks at each line: "^" means that comment lines can
// be put above it, "<" that a comment can be added at its end, "-" neither.
func TestWhereCommentsCanStand(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"a: b\n# c\nd:\n- e\n- f # g\n- \"#\"\n- h#i\n", "^< ^ ^< ^< ^ ^< ^<"},
		{"a: |\n  # text\n\n  b\n# comment\nc: d\n", "^< - - - ^ ^<"},
		{"a: |-\n  b", "^< -"},
		{"a: |+\n  b\n\nc: d\n", "^< - - ^<"},
		{"a: | # b\n  c\nd: e\n", "^ - ^<"},
		{"a: |\n    b\n  # comment\nc: d\n", "^< - ^ ^<"},
		{"a: |2\n    b\n  # text\nc: d\n", "^< - - ^<"},
		{"a: \"b\n  # c\"\nd: 'e\n\n  f'\n", "^ < ^ - <"},
		{"a: b\n  c\nd: e\n", "^ < ^<"},
		{"{\na: b, c: [\n  d],\n  e: f, # g\n  h: \"i\n  j\",\n}\n", "^< ^< ^< ^ ^ < ^<"},
		{"a: &b\n  c: d\ne: !!str &f g\nh: *b\n", "^< ^< ^< ^<"},
		{"a: \nb:\t\nc: d\n", "^ ^ ^<"},
	} {
		parsed := parse(t, test.text)
		var got []string
		for i := range parsed.Len() {
			marks := ""
			if above, ok := parsed.Above(i); ok && above == i {
				marks += "^"
			}
			if parsed.Open(i) {
				marks += "<"
			}
			if marks == "" {
				marks = "-"
			}
			got = append(got, marks)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s instead of %s in:\n%s", got, test.want, test.text)
		}
	}
}

// TestNothingStandsAboveAnInlineDocument reads a document that begins on the
// line of its marker.
func TestNothingStandsAboveAnInlineDocument(t *testing.T) {
	parsed, err := yamltext.Parse(" {a: b,\n c: d}\n", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := parsed.Above(0); ok {
		t.Error("something can stand between the marker and the document")
	}
	if at, ok := parsed.Above(1); !ok || at != 1 {
		t.Error("nothing can stand above its second line")
	}
}

func TestMarkers(t *testing.T) {
	for text, want := range map[string]yamltext.Marker{"a: b # c\n": "#:", "a: b #: c\n": "#::", "a: '#::'\n": "#:", "#::c\na: b\n": "#:::"} {
		if got := parse(t, text).Marker(); got != want {
			t.Errorf("the marker for %q is %q, not %q", text, got, want)
		}
	}
	marker, words, ok := yamltext.FindMarker("--- # theirs\n# theirs\n#:: ours\n#:: goes on\n#: theirs\na: b #: c\n")
	if marker != "#::" || words != "ours goes on" || !ok {
		t.Errorf("found %q, %q, %t", marker, words, ok)
	}
	if _, _, ok := yamltext.FindMarker("# theirs\na: b #: c\n"); ok {
		t.Error("a comment at a field was taken for the beginning")
	}
}

func TestStrip(t *testing.T) {
	text := "#: ours\n# theirs\na: b  #: ours\nc: |  #: ours\n  #: text\nd: \"e\n  #: text\"  #: ours\n  #: ours\nf: g #:: theirs\nh: i #:theirs\n"
	want := "# theirs\na: b\nc: |\n  #: text\nd: \"e\n  #: text\"\nf: g #:: theirs\nh: i #:theirs\n"
	parsed := parse(t, text)
	stripped := parsed.Strip("#:")
	if diff := cmp.Diff(want, stripped.String()); diff != "" {
		t.Error(diff)
	}
	if stripped.Len() != parsed.Len() {
		t.Errorf("%d lines became %d: the places of fields are lost", parsed.Len(), stripped.Len())
	}
}

// TestEdit replaces all scalars "x" and escapes bells.
func TestEdit(t *testing.T) {
	bell := func(r rune) bool { return r == '\a' || r == '\u2028' }
	for text, want := range map[string]string{
		"a: x # c\nb: 'x' # d\n":              "a: value # c\nb: value # d\n",
		"a: |- # c\n  x\nb: x\n":              "a: value\nb: value\n",
		"a:\n|-\n x\nb: x\n":                  "a:\n value\nb: value\n",
		"a: [x, \"x\",\n  x] # c\n":           "a: [value, value,\n  value] # c\n",
		"a: &b x\nc: *b\n":                    "a: &b value\nc: *b\n",
		"a: 日本 # é\nb: {é: x}\n":              "a: 日本 # é\nb: {é: value}\n",
		"a: b\u2028 c # d\u2028e: f # \u2028": "a: b\n c # d\ne: f # \n",
		"a: \"\\a\" # \\a\n":                  "a: \"\\a\" # \\a\n",
		"a: !!str \"y\u2028 z\"\n":            "a: !!str \"y\n z\"\n",
	} {
		parsed := parse(t, text)
		values := map[*yaml.Node]string{}
		mark(parsed.Root, values)
		if diff := cmp.Diff(want, parsed.Edit(values, bell).String()); diff != "" {
			t.Errorf("%s\nof %q", diff, text)
		}
	}
}

func mark(n *yaml.Node, values map[*yaml.Node]string) {
	if n.Kind == yaml.ScalarNode && n.Value == "x" {
		values[n] = "value"
	}
	for _, child := range n.Content {
		mark(child, values)
	}
}

func TestTerminated(t *testing.T) {
	for text, want := range map[string]string{
		"a: b":              "a: b\n",
		"a: b\n":            "a: b\n",
		"a: |\n  b":         "a: |-\n  b\n",
		"a: >2+ # c\n   b":  "a: >2- # c\n   b\n",
		"- |\r\n  b\r\n  c": "- |-\r\n  b\r\n  c\r\n",
		"a: \"b\n  c\"":     "a: \"b\n  c\"\n",
	} {
		if got := parse(t, text).Terminated().String(); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

func TestItem(t *testing.T) {
	parsed := parse(t, "items:\n# one\n- a: b # c\n  d:\n  - e\n-\n  # two\n  f: |\n    g\n- {h: i}\nkind: List\n")
	for i, want := range []string{"a: b # c\nd:\n- e\n", "\n# two\nf: |\n  g\n", ""} {
		got, ok := parsed.Item(i)
		if got != want || ok != (want != "") {
			t.Errorf("item %d is %q, %t, not %q", i, got, ok, want)
		}
	}
}

// TestJSON reads what JSON has and YAML has not.
func TestJSON(t *testing.T) {
	parsed := parse(t, "{\"a\":\"\\/ \\ud83d\\ude80\",\r\n \"é\": [1e3, true, null,\n{\"b\":{}}]}")
	if !parsed.JSON {
		t.Fatal("it is not taken for JSON")
	}
	data, err := parsed.AsJSON()
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a":"/ 🚀","é":[1e3,true,null,{"b":{}}]}`; string(data) != want {
		t.Errorf("it is %s, not %s", data, want)
	}
	key := parsed.Root.Content[2]
	inner := parsed.Root.Content[3].Content[3].Content[0]
	if key.Line != 2 || key.Column != 2 || inner.Line != 3 || inner.Column != 2 {
		t.Errorf("the places are %d:%d and %d:%d", key.Line, key.Column, inner.Line, inner.Column)
	}
}

func Example() {
	text := "spec: # desired\n  replicas: 2\n  script: |\n    # no comment\n"
	parsed, _ := yamltext.Parse(text, false)
	for i := range parsed.Len() {
		fmt.Println(parsed.Open(i), parsed.Line(i).Text)
	}
	// Output:
	// false spec: # desired
	// true   replicas: 2
	// true   script: |
	// false     # no comment
}
