package hostile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A shell inserts a completion as it is: names that it would run, split or take for a
// flag are not offered, neither of files nor of a kubeconfig.
func TestCompletionsAreWhatAShellKeeps(t *testing.T) {
	hostile := []string{
		"a;b", "$(touch a)", "`id`", "-rf", "--kubeconfig=x", "x\ty", "x\ny", "a b", "a'b", `a"b`, "~",
		"*", "a&b", "\u202egpj", "\x1b[31m", "=x", "!x",
	}
	var pods []any
	contexts := map[string]any{}
	for _, name := range append(slices.Clone(hostile), "web-1") {
		pods = append(pods, map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": name, "namespace": "default"}})
		contexts[name] = map[string]any{"name": name, "context": map[string]any{"cluster": "c", "user": "u"}}
	}
	write := func(name string, value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("pods.json", map[string]any{"apiVersion": "v1", "kind": "List", "items": pods})
	var list []any
	for _, c := range contexts {
		list = append(list, c)
	}
	config := write("config", map[string]any{"apiVersion": "v1", "kind": "Config", "contexts": list})
	for plugin := range plugins {
		for _, args := range [][]string{
			{"__complete", "-f", file, "pod/"},
			{"__complete", "-f", file, "pods", ""},
			{"__complete", "--kubeconfig", config, "--context", ""},
		} {
			got := run(t, plugin, args...)
			var words []string
			for line := range strings.Lines(got.stdout) {
				word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
				words = append(words, strings.TrimPrefix(word, "pod/"))
			}
			if !slices.Contains(words, "web-1") {
				t.Errorf("%s %q: %q", plugin, args, words)
			}
			for _, name := range hostile {
				first, _, _ := strings.Cut(strings.ReplaceAll(name, "\n", "\t"), "\t")
				if slices.Contains(words, name) || slices.Contains(words, first) {
					t.Errorf("%s %q offers %q: %q", plugin, args, name, words)
				}
			}
		}
	}
}
