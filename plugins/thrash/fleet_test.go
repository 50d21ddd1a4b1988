package thrash_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Commands to copy go to the cluster that they are about.
func TestFleetCommands(t *testing.T) {
	_, url := newServer(t, "d11-core/snap-20261123T192048Z.tar.gz")
	config := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: %q}}]\n"+
		"contexts: [{name: eu, context: {cluster: c, user: me}}, {name: us, context: {cluster: c, user: me}}]\n"+
		"users: [{name: me, user: {}}]\n", url)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, err := kubectl(t, "--kubeconfig", config, "--cache-dir", t.TempDir(), "--all-contexts", "-A", "-o", "json")
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
