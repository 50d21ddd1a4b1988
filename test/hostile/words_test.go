package hostile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Names of a kubeconfig, its addresses, and the words of a command line come back in
// errors without what acts on a terminal.
func TestEscapesInKubeconfigsAndArguments(t *testing.T) {
	for i, escape := range escapes {
		evil := "a" + escape
		data, err := json.Marshal(map[string]any{
			"apiVersion": "v1", "kind": "Config", "current-context": evil,
			"contexts": []any{
				map[string]any{"name": evil, "context": map[string]any{"cluster": evil, "user": evil, "namespace": evil}},
				map[string]any{"name": "b", "context": map[string]any{"cluster": "b" + evil, "user": "none" + evil}},
			},
			"clusters": []any{
				map[string]any{"name": evil, "cluster": map[string]any{"server": "http://127.0.0.1:1/" + evil}},
				map[string]any{"name": "b" + evil, "cluster": map[string]any{"server": "http://127.0.0.1:1", "certificate-authority": evil}},
			},
			"users": []any{map[string]any{"name": evil, "user": map[string]any{"token": "x", "client-certificate": evil}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		config := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(config, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for plugin := range plugins {
			for n, args := range [][]string{
				{"pod/x"},
				{"pod/x", "--context", "b"},
				{"pod/x", "--context", "none" + evil},
				{"pod/x", "--contexts", "b,none" + evil},
				{"pod/x", "--all-contexts"},
				{"pod/" + evil, "--context", "b", "--server", "http://127.0.0.1:1"},
				{evil + "/x", "--server", "http://127.0.0.1:1"},
				{"pod/x", "-o", evil},
				{"pod/x", "--" + evil},
				{"pod/x", "--request-timeout", evil},
				{"pod/x", "--server", "http://bob" + evil + "@127.0.0.1:1"},
				{"__complete", "--context", ""},
			} {
				got := run(t, plugin, append(args, "--kubeconfig", config, "--cache-dir", t.TempDir())...)
				if got.code == 0 && args[0] != "__complete" {
					t.Errorf("%s, escape %d, arguments %d: exit code 0\n%s", plugin, i, n, got.stdout)
				}
				safe(t, fmt.Sprintf("%s, escape %d, arguments %d, standard error", plugin, i, n), got.stderr)
				safe(t, fmt.Sprintf("%s, escape %d, arguments %d", plugin, i, n), got.stdout)
			}
		}
	}
}
