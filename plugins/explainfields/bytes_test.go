package explainfields

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// explainedBy returns what the command prints for arguments and standard input.
func explainedBy(t testing.TB, stdin string, args ...string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(stdin), Out: &o, ErrOut: &e},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
	}
	cmd := NewCommand(env)
	cmd.SetArgs(args)
	_ = cmd.ExecuteContext(t.Context()) // what is wrong stands in errs
	return o.String(), e.String()
}

// files are whole files whose bytes must all be kept.
var files = map[string]string{
	"literal at the end":        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: |\n    c\n    d",
	"no newline at the end":     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}",
	"blank lines at the end":    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n\n\n",
	"marker at the end":         "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n",
	"end of document":           "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n...\n# end\n",
	"null documents":            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nnull\n# about nothing\n---\n~\n---\n# the end\n",
	"null document first":       "# first\n---\nnull\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	"comments and markers":      "# license\n\n---\n# one\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n--- # two\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n---\n---\n",
	"directive":                 "%YAML 1.1\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	"byte order mark":           "\ufeffapiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	"carriage returns":          "apiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  name: a\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: b}\r\n",
	"on the line of a marker":   "--- {apiVersion: v1, kind: Namespace,\n  metadata: {name: a}}\n--- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n",
	"managed fields":            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  managedFields:\n  - manager: b\n    fieldsV1: {}\n",
	"long annotation":           "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"annotations\":{},\"name\":\"a\"}}\n",
	"list":                      "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n# between\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: b}\nkind: List\n# end\n",
	"no object":                 "replicas: 1\n# comment\nimage: {tag: x}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	"not YAML":                  "a: b: c\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	"markers like ours":         "#: theirs (explained by them)\napiVersion: v1 #: theirs\nkind: Namespace #:: theirs\nmetadata: {name: a}\n",
	"list with a bad item":      "apiVersion: v1\nkind: List\nitems:\n- a: b\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n",
	"trailing blanks":           "apiVersion: v1 \nkind: Namespace\t\nmetadata:  \n  name: a  # b \n",
	"comments at odd places":    "apiVersion: v1\nkind: Pod\nmetadata: # a\n  # b\n  name: c\n\n  # d\nspec:\n  containers: # e\n\n  # f\n  -\n    # g\n    name: h # i\n    # j\n",
	"kyaml":                     "---\n{\n  apiVersion: \"v1\",\n  kind: \"Namespace\", # theirs\n  metadata: {\n    name: \"a\",\n    labels: {\n      app: \"b\",\n    },\n  },\n}\n",
	"a value that looks ours":   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    #: text\n  b: 'c #: d'\n",
	"quotes of the two kinds":   "\"apiVersion\": 'v1'\n'kind': \"Namespace\"\nmetadata: {\"name\": 'a'}\n",
	"several files in a string": "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n",
}

// TestFilesKeepTheirBytes takes our comments out of what is printed: the file is
// left, byte by byte. Explained again, it gets the same comments.
func TestFilesKeepTheirBytes(t *testing.T) {
	corpus, err := filepath.Glob("../../pkg/layout/testdata/yaml/*.yaml")
	if err != nil || len(corpus) == 0 {
		t.Fatalf("%d files, %v", len(corpus), err)
	}
	all := map[string]string{}
	for name, text := range files {
		all[name] = text
	}
	for _, file := range corpus {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(data)
	}
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			out, errs := explainedBy(t, text, "-f", "-", "--show-secrets")
			marker := "#:"
			if strings.Contains(text, "theirs (explained") || strings.Contains(text, "looks like one of ours") {
				marker = "#:::"
			}
			if !strings.Contains(out, marker+" ") {
				t.Fatalf("nothing is explained:\n%s%s", out, errs)
			}
			if diff := cmp.Diff(text, withoutComments(out, marker)); diff != "" {
				t.Errorf("without the comments it is another file: %s\n%s", diff, out)
			}
			again, _ := explainedBy(t, out, "-f", "-", "--show-secrets")
			if diff := cmp.Diff(out, again); diff != "" {
				t.Errorf("explained again, it is another file: %s", diff)
			}
		})
	}
}

// withoutComments takes comments with a marker out of a text, as a reader of
// lines does that knows nothing of YAML: no value of the test files looks like
// a comment behind a value.
func withoutComments(text, marker string) string {
	var out strings.Builder
	text, marked := strings.CutPrefix(text, "\ufeff")
	if marked {
		out.WriteString("\ufeff")
	}
	for line := range strings.Lines(text) {
		at := strings.Index(line, marker+" ")
		inValue := strings.HasPrefix(strings.TrimLeft(line, " "), "#: text") || strings.Contains(line, "'c #: d'") || strings.Contains(line, `"#: no comment"`)
		if at < 0 || (at > 0 && line[at-1] != ' ') || (inValue && strings.Count(line, marker+" ") == 1) || strings.Contains(line, "not a comment of ours") {
			out.WriteString(line)
			continue
		}
		if inValue {
			at = strings.LastIndex(line, marker+" ")
		}
		if before := strings.TrimRight(line[:at], " "); before != "" {
			out.WriteString(before + line[len(strings.TrimRight(line, "\r\n")):])
		}
	}
	return out.String()
}

// TestFilesThatFollowEachOther joins files of which the first has no line break
// at its end: the value of its last field must stay what it is.
func TestFilesThatFollowEachOther(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := write("1.yaml", files["literal at the end"])
	second := write("2.yaml", files["no newline at the end"])
	out, errs := explainedBy(t, "", "-f", first, "-f", second, "-f", second)
	if errs != "" {
		t.Error(errs)
	}
	if !strings.Contains(out, "b: |-\n    c\n    d\n---\n") || strings.Count(out, "\n---\n") != 2 {
		t.Errorf("the documents are joined as:\n%s", out)
	}
}
