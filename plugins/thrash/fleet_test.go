package thrash_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// kubeconfig returns the path of a kubeconfig with the contexts eu and us.
func kubeconfig(t *testing.T, eu, us string) string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: %q}}, {name: b, cluster: {server: %q}}]\n"+
		"contexts: [{name: eu, context: {cluster: a, user: me}}, {name: us, context: {cluster: b, user: me}}]\n"+
		"users: [{name: me, user: {}}]\n", eu, us)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// Commands to copy go to the cluster that they are about.
func TestFleetCommands(t *testing.T) {
	_, url := newServer(t, "d11-core/snap-20261123T192048Z.tar.gz")
	out, errOut, err := kubectl(t, "--kubeconfig", kubeconfig(t, url, url), "--cache-dir", t.TempDir(), "--all-contexts", "-A", "-o", "json")
	if err != nil {
		t.Fatal(err, errOut)
	}
	var report struct {
		Items []struct {
			Context   string
			NextSteps []string
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, item := range report.Items {
		for _, step := range item.NextSteps {
			if strings.HasPrefix(step, "kubectl ") {
				seen[item.Context]++
				if !strings.Contains(step, " --context="+item.Context+" ") {
					t.Errorf("%s: %s", item.Context, step)
				}
			}
		}
	}
	if seen["eu"] == 0 || seen["eu"] != seen["us"] {
		t.Errorf("commands by context: %v", seen)
	}
}
