package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFieldsAgainstLive changes an applied object by other hands, and asks who did it.
func TestFieldsAgainstLive(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	file := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(file, []byte(app("web", "lab/web:1", "      nodeSelector: {none: such}", "        resources: {limits: {cpu: 1000m}}")), 0o600); err != nil {
		t.Fatal(err)
	}
	warned := func(args ...string) string {
		out, errs, exit := l.Kubectl(t, append([]string{"explainfields", "-f", file}, args...)...)
		if exit != 0 {
			t.Fatalf("exit %d: %s%s", exit, out, errs)
		}
		return out + errs
	}
	if got := warned("--against", "live"); !strings.Contains(got, "there is none in the cluster") {
		t.Errorf("before it is applied: %s", got)
	}
	l.Do(t, "apply", "-f", file)
	if got := warned("--against", "live"); !strings.Contains(got, "#: LIVE: as the file says") {
		t.Errorf("right after it is applied: %s", got)
	}
	l.Do(t, "set", "image", "deployment/web", "main=lab/web:2")
	l.Do(t, "scale", "deployment/web", "--replicas=3")
	l.Do(t, "label", "deployment/web", "team=a")
	got := warned("--against", "live", "-o", `jsonpath={range .items[0].against[*]}{.path} {.file} {.live} {.manager}{"\n"}{end}`)
	want := "metadata.labels.team  a kubectl-label\nspec.replicas  3 kubectl\nspec.template.spec.containers[0].image lab/web:1 lab/web:2 kubectl-set\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestFieldsVerifyDefaults lets the plugin ask the server by itself; nothing is stored.
func TestFieldsVerifyDefaults(t *testing.T) {
	t.Parallel()
	l := newSpace(t)
	out := l.Do(t, "explainfields", "--verify-defaults", "-f", filepath.Join("testdata", "fields", "defaults-workloads.yaml"))
	if lines := strings.Count(out, "\n"); lines != strings.Count(out, " defaults as documented, 0 otherwise\n") || lines < 29 {
		t.Error(out)
	}
	if left := l.Do(t, "get", "deployments,jobs,cronjobs", "-o", "name"); left != "" {
		t.Errorf("it stored %s", left)
	}
}
