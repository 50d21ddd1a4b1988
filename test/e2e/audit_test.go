package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The audit logs of all tests are searched when their labs end. This test holds them
// to show what the plugins send, and a dry-run only behind its flag.
func TestTheAuditLogShowsOnlyReads(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	manifest := `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}`
	l.Apply(t, manifest)
	path := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(manifest, "settings", "other", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	verbs := func() map[string]int {
		t.Helper()
		found := map[string]int{}
		err := l.pluginRequests(func(a audited) {
			if !strings.Contains(a.RequestURI, "/namespaces/"+l.Current+"/") {
				return
			}
			found[a.Verb]++
			if !a.allowed() {
				t.Error(a)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for _, args := range [][]string{
		{"rsmap"},
		{"thrash"},
		{"explainfields", "configmap/settings"},
		{"explainfields", "-f", path},
		{"explainfields", "-f", path, "--against", "live"},
	} {
		l.Kubectl(t, args...) // nothing to find is an error of some
	}
	l.WaitFor(t, "the requests in the audit log", func() bool {
		v := verbs()
		if v["watch"] == 0 { // on a busy machine the time can be over before it begins to watch
			l.Kubectl(t, "rsmap", "-w", "--timeout", "3s")
		}
		return v["get"] > 0 && v["list"] > 0 && v["watch"] > 0
	})
	if n := verbs()["create"]; n > 0 {
		t.Errorf("%d creates without --verify-defaults", n)
	}
	l.Do(t, "explainfields", "-f", path, "--verify-defaults")
	l.WaitFor(t, "the dry-run in the audit log", func() bool { return verbs()["create"] > 0 })
	if _, _, exit := l.Kubectl(t, "get", "configmap", "other"); exit == 0 {
		t.Error("--verify-defaults has stored the object")
	}
}

func TestWhatAPluginMaySend(t *testing.T) {
	for text, want := range map[string]bool{
		"kubectl-thrash/1 get /api/v1/pods":                                    true,
		"kubectl-rsmap/1 watch /api/v1/pods?watch=true":                        true,
		"kubectl-explainfields/1 create /api/v1/pods?dryRun=All":               true,
		"kubectl-explainfields/1 create /api/v1/pods":                          false,
		"kubectl-thrash/1 create /api/v1/pods?dryRun=All":                      false,
		"kubectl-explainfields/1 patch /api/v1/namespaces/a/pods/b?dryRun=All": false,
		"kubectl-rsmap/1 delete /api/v1/namespaces/a/pods/b":                   false,
	} {
		words := strings.Fields(text)
		if got := (audited{UserAgent: words[0], Verb: words[1], RequestURI: words[2]}).allowed(); got != want {
			t.Errorf("%s: allowed is %v", text, got)
		}
	}
}
