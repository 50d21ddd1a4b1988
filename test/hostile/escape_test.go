package hostile_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// forged begins what would be a line of its own if a line break passed.
const forged = "FORGED"

// escapes are texts that act on a terminal, hide text, or begin a line.
var escapes = []string{
	"\n" + forged + " line", "\r\n" + forged + " line", "\r" + forged + " line", "\u2028" + forged, "\u2029" + forged,
	"\u0085" + forged, "\v" + forged, "\f" + forged,
	"\x1b[31m", "\x1b[2J\x1b[1;1H", "\x1b[?1049h", "\x1b]0;title\a", "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;cHduZWQ=\a",
	"\x1bP1$q\x1b\\", "\x1b_apc\x1b\\", "\x1bc", "\x1b", "\u009b31m", "\u009d0;x\u009c", "\x00", "\x01\x02\x08\x7f", "\a",
	"\u202egpj.exe", "\u2066a\u2069", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\u3164", "\ufe0f",
	"<script>alert(1)</script>", "\"'`|*_[x](javascript:1)", "%s%n", "#: comment", "{}: [",
}

// fixed reports whether the value of a key is no free text: changed, the object
// would not be read at all.
func fixed(key string) bool {
	return slices.Contains([]string{"kind", "apiVersion", "phase", "status", "resourceVersion", "maxSurge", "maxUnavailable", "startedAt", "finishedAt"}, key) ||
		strings.HasSuffix(key, "Time") || strings.HasSuffix(key, "Timestamp")
}

// tainted returns a JSON value with text added to about one in so many of its
// different strings, the same wherever it occurs, so that references still hold.
func tainted(v any, key string, taint func(string) string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, item := range v {
			if key == "labels" || key == "matchLabels" || key == "annotations" || key == "data" || key == "properties" {
				out[taint(k)] = tainted(item, key, taint)
			} else {
				out[k] = tainted(item, k, taint)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = tainted(item, key, taint)
		}
		return out
	case string:
		if !fixed(key) {
			return taint(v)
		}
	}
	return v
}

// taint returns a function that adds texts of escapes to one in so many strings.
func taint(r *rand.Rand, oneIn int) func(string) string {
	known := map[string]string{}
	return func(s string) string {
		if _, ok := known[s]; !ok {
			known[s] = s
			if r.IntN(oneIn) == 0 && !strings.HasPrefix(s, "deployment.kubernetes.io/") {
				runes := []rune(s)
				at := min(1+r.IntN(len(runes)+1), len(runes)) // what begins a text may begin a line
				known[s] = string(runes[:at]) + escapes[r.IntN(len(escapes))] + string(runes[at:])
			}
		}
		return known[s]
	}
}

// write writes a JSON value to a file and returns its path.
func write(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "input.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read reads a file of YAML or JSON as a JSON value.
func read(t *testing.T, path string) any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// safe fails if text has anything in it that a terminal would act on or not
// show, or if a line is of somebody else's making.
func safe(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !utf8.ValidString(line) || strings.ContainsFunc(line, view.Hidden) {
			t.Errorf("%s: %q", what, line)
		} else if strings.HasPrefix(strings.TrimLeft(line, " \t"), forged) {
			t.Errorf("%s: a line of its own: %q", what, line)
		}
	}
}

// indented returns text with what is forged in indented lines spelled otherwise.
func indented(text string) string {
	return strings.ReplaceAll(text, " "+forged, " forged")
}

// script fails if markup of a cluster is markup in a page or in Markdown. A page
// ends with a script of its own.
func script(t *testing.T, what, text string) {
	t.Helper()
	if at := strings.LastIndex(text, "<script>"); at >= 0 && strings.HasPrefix(text[at:], "<script>\"use strict\";") {
		text = text[:at]
	}
	if strings.Contains(text, "<script") {
		t.Errorf("%s: live markup", what)
	}
}

var objectFormats = map[string][]string{
	"rsmap":         {"text", "wide", "json", "yaml", "name", "jsonpath={.items[*]}", "jsonpath={.items[*].workload.name}", "custom-columns=A:.workload.name,B:.summary", "html", "dot", "mermaid"},
	"thrash":        {"text", "wide", "json", "yaml", "name", "jsonpath={.items[*]}", "jsonpath={.items[*].pod}", "custom-columns=A:.pod,B:.cause.summary", "html"},
	"explainfields": {"text", "wide", "json", "yaml", "name", "jsonpath={.items[*]}", "custom-columns=A:.object.name,B:.problems", "html", "table", "markdown"},
}

// TestEscapesInObjects puts escapes into strings of objects and looks at all
// that the plugins print of them.
func TestEscapesInObjects(t *testing.T) {
	world := read(t, filepath.Join("testdata", "escape", "crash.json"))
	for plugin, formats := range objectFormats {
		for _, format := range formats {
			t.Run(plugin+" "+format, func(t *testing.T) {
				for seed := range seeds(6) {
					r := rand.New(rand.NewPCG(seed, 1))
					file := write(t, tainted(world, "", taint(r, 1+int(seed%4))))
					for _, args := range [][]string{{}, {"--show-secrets"}} {
						if plugin != "explainfields" && seed%2 == 1 {
							args = append(args, "-A")
						}
						got := run(t, plugin, append(args, "-f", file, "-o", format)...)
						if plugin == "explainfields" && (format == "text" || format == "wide") {
							got.stdout = indented(got.stdout) // block scalars of YAML, which a test of its own reads back
						}
						checkOutput(t, fmt.Sprintf("seed %d", seed), format, got)
					}
				}
			})
		}
	}
}

// checkOutput holds what a command printed to what its format promises.
func checkOutput(t *testing.T, what, format string, got result) {
	t.Helper()
	if got.code != 0 && got.code != 1 {
		t.Errorf("%s: exit code %d: %s", what, got.code, got.stderr)
	}
	safe(t, what+", standard error", got.stderr)
	switch {
	case format == "json" && got.code == 0:
		var v any
		if err := json.Unmarshal([]byte(got.stdout), &v); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	case format == "jsonpath={.items[*]}":
		for d := json.NewDecoder(strings.NewReader(got.stdout)); d.More(); {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
	case format == "html", format == "markdown":
		script(t, what, got.stdout)
	}
	if format == "yaml" || format == "html" || strings.HasPrefix(format, "jsonpath") {
		got.stdout = strings.ReplaceAll(got.stdout, forged, "forged") // lines of a text may be lines there
	}
	safe(t, what, got.stdout)
}

// TestEscapesSurviveInYAML holds -o yaml to the values that -o json has, and
// annotated manifests to the object that they explain.
func TestEscapesSurviveInYAML(t *testing.T) {
	world := read(t, filepath.Join("testdata", "escape", "crash.json"))
	for seed := range seeds(4) {
		input := tainted(world, "", taint(rand.New(rand.NewPCG(seed, 2)), 2))
		file := write(t, input)
		for _, plugin := range []string{"rsmap", "thrash", "explainfields"} {
			var fromJSON, fromYAML any
			asJSON := run(t, plugin, "-f", file, "-o", "json")
			asYAML := run(t, plugin, "-f", file, "-o", "yaml")
			if err := json.Unmarshal([]byte(asJSON.stdout), &fromJSON); err != nil {
				t.Fatalf("%s, seed %d: %v, %s", plugin, seed, err, asJSON.stderr)
			}
			if err := yaml.Unmarshal([]byte(asYAML.stdout), &fromYAML); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
				t.Errorf("%s, seed %d: -json +yaml\n%s", plugin, seed, diff)
			}
		}
		annotated := run(t, "explainfields", "-f", file, "--show-secrets", "--show-managed-fields")
		var back any
		if err := yaml.Unmarshal([]byte(annotated.stdout), &back); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if diff := cmp.Diff(input, back); diff != "" {
			t.Errorf("seed %d: -object +annotated\n%s", seed, diff)
		}
	}
}

// TestEscapesInSchemas puts escapes into the names and texts of a
// CustomResourceDefinition, which anyone may create who may create one.
func TestEscapesInSchemas(t *testing.T) {
	crd := read(t, filepath.Join("testdata", "escape", "crd.yaml"))
	object := write(t, map[string]any{"apiVersion": "x.io/v1", "kind": "Foo", "metadata": map[string]any{"name": "f"}, "spec": map[string]any{"a": "b", "wrong": 1}})
	for _, format := range objectFormats["explainfields"] {
		t.Run(format, func(t *testing.T) {
			for seed := range seeds(8) {
				r := rand.New(rand.NewPCG(seed, 3))
				change := taint(r, 1+int(seed%2))
				file := write(t, tainted(crd, "", func(s string) string {
					if slices.Contains([]string{"foos.x.io", "x.io", "foos", "v1", "Namespaced", "object", "string", "integer", "array"}, s) {
						return s
					}
					return change(s)
				}))
				what := fmt.Sprintf("seed %d", seed)
				for _, args := range [][]string{{"foos.x.io"}, {"foos.x.io", "--long"}, {"foos.x.io", "--depth", "9"}, {"-f", object}, {"-f", object, "--unset", "common"}} {
					got := run(t, "explainfields", append(args, "--crd", file, "-o", format)...)
					checkOutput(t, what, format, got)
					if format == "text" && got.code == 0 {
						var v any
						if err := yaml.Unmarshal([]byte(got.stdout), &v); err != nil {
							t.Errorf("%s, %v: no YAML: %v\n%s", what, args, err, got.stdout)
						}
					}
				}
			}
		})
	}
}

// TestEscapesInFileNames reads files whose names act on a terminal: damaged ones,
// which errors name, and intact ones.
func TestEscapesInFileNames(t *testing.T) {
	for i, escape := range escapes {
		if strings.ContainsAny(escape, "\x00/") {
			continue
		}
		for _, text := range []string{`{"a`, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nope":1}}`, "kind: ["} {
			dir := t.TempDir()
			file := filepath.Join(dir, "a"+escape+".yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for plugin := range objectFormats {
				for _, path := range []string{dir, file, file + ".gone"} {
					got := run(t, plugin, "-f", path)
					safe(t, fmt.Sprintf("%s, escape %d, standard error", plugin, i), got.stderr)
					safe(t, fmt.Sprintf("%s, escape %d", plugin, i), got.stdout)
				}
			}
		}
	}
}

// TestEscapesFromServers has a server answer with escapes in what it says of itself.
func TestEscapesFromServers(t *testing.T) {
	var says atomic.Pointer[string]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		evil := *says.Load()
		w.Header().Set("Warning", `299 - "`+strings.NewReplacer("\n", "", "\r", "", "\x00", "", `"`, "").Replace(evil)+`"`)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no " + evil, "details": map[string]any{"name": evil, "kind": evil},
		})
	}))
	defer server.Close()
	for i, escape := range escapes {
		says.Store(&escape)
		for plugin, args := range map[string][]string{"rsmap": {"web"}, "thrash": {}, "explainfields": {"deployment/web"}} {
			got := run(t, plugin, append(args, "--server", server.URL, "-n", "shop")...)
			if got.code != 1 {
				t.Errorf("%s: exit code %d: %s", plugin, got.code, got.stderr)
			}
			safe(t, fmt.Sprintf("%s, escape %d, standard error", plugin, i), got.stderr)
			safe(t, fmt.Sprintf("%s, escape %d", plugin, i), got.stdout)
		}
	}
}
