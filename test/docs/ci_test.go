package docs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/test/fakeapi"
)

const recording = top + "/examples/synergychat/recording"

// serveRecording serves the recording as an API server would: get, list, logs
// and watches in which nothing happens.
func serveRecording(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "Mon, 23 Nov 2026 22:53:46 GMT")
		query := r.URL.Query()
		switch want := fakeapi.Parse(r.URL.Path); {
		case want.Sub == "log":
			file := "current.log"
			if query.Get("previous") == "true" {
				file = "previous.log"
			}
			container := query.Get("container")
			http.ServeFile(w, r, path.Join(recording, "namespaces/default/pods", want.Name, container, container, "logs", file))
		case fakeapi.Watches(r):
			w.Header().Set("Content-Type", "application/json")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			fakeapi.Answer(w, r, recorded(want.Resource), "1")
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// recorded returns the objects of a resource in the recording.
func recorded(resource string) []unstructured.Unstructured {
	items := []unstructured.Unstructured{}
	files, _ := filepath.Glob(filepath.Join(recording, "namespaces/default/*", resource+".yaml"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var list unstructured.Unstructured
		if yaml.Unmarshal(data, &list.Object) != nil {
			continue
		}
		_ = list.EachListItem(func(o runtime.Object) error {
			items = append(items, *o.(*unstructured.Unstructured))
			return nil
		})
	}
	return items
}

// runner is what a job has: a kubeconfig, a directory with files, a summary.
func runner(t *testing.T) (sh shell, dir string) {
	t.Helper()
	sh = newShell(t)
	dir = t.TempDir()
	url := serveRecording(t)
	files := map[string]string{
		"kubeconfig": fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: eu\nclusters: [{name: c, cluster: {server: %q}}]\n"+
			"contexts: [{name: eu, context: {cluster: c, user: u}}, {name: us, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n", url),
		"bad.yaml":  "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  port: []\n",
		"good.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 80}]\n",
		"summary":   "",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return sh, dir
}

// TestCIAction runs the step of the composite action as a runner of GitHub does:
// its inputs with their defaults become the environment of its script.
func TestCIAction(t *testing.T) {
	sh, dir := runner(t)
	data, err := os.ReadFile(filepath.Join(top, "examples/ci/action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	step := action.Runs.Steps[0]
	for name, test := range map[string]struct {
		with    map[string]string
		code    int
		out     string // in what the step prints
		last    string // in its last line
		summary string
	}{
		"manifests that are wrong": {
			map[string]string{"check": "manifests", "files": dir + "/good.yaml " + dir + "/bad.yaml"},
			1,
			"::error file=" + dir + "/bad.yaml,line=5,col=3,title=unknown-field in Service web::spec.port is no field here", "", "",
		},
		"manifests": {map[string]string{"check": "manifests", "files": dir + "/good.yaml"}, 0, "", "", ""},
		"manifests for a version": {
			map[string]string{"check": "manifests", "files": dir + "/good.yaml", "target": "1.30"}, 0, "", "", "",
		},
		"a rollout": {
			map[string]string{"check": "rollout", "workload": "deployment/synergychat-api"},
			0,
			"deployment/synergychat-api Complete", "", "",
		},
		"a rollout that hangs": {
			map[string]string{"check": "rollout", "workload": "deployment/synergychat-web"},
			1,
			"deployment/synergychat-web is Stalled", "image-bug: it crashes since image synergychat-web:1.6.0 replaced synergychat-web:1.4.1: panic: assignment to entry in nil map",
			"panic: assignment to entry in nil map",
		},
		"a fleet":           {map[string]string{"check": "fleet"}, 1, "crashes in 2 of 2 contexts (eu, us)", "", "image-bug"},
		"a part of a fleet": {map[string]string{"check": "fleet", "contexts": "u*"}, 1, "deploy/synergychat-web", "", "image-bug"},
		"an unknown check":  {map[string]string{"check": "weather"}, 2, "use manifests, rollout or fleet", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			summary := filepath.Join(dir, "summary")
			if err := os.Truncate(summary, 0); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), step.Shell, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.Run)
			ci, err := filepath.Abs(filepath.Join(top, "examples/ci"))
			if err != nil {
				t.Fatal(err)
			}
			cmd.Env = []string{
				"PATH=" + sh.bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + sh.home, "KUBECONFIG=" + filepath.Join(dir,
					"kubeconfig"),
				"GITHUB_ACTIONS=true", "GITHUB_ACTION_PATH=" + ci, "GITHUB_STEP_SUMMARY=" + summary,
			}
			for key, value := range step.Env {
				input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
				declared, ok := action.Inputs[input]
				if !ok {
					t.Fatalf("%s is of no input: %s", key, value)
				}
				given, ok := test.with[input]
				if !ok {
					given = declared.Default
				}
				cmd.Env = append(cmd.Env, key+"="+given)
			}
			out, _ := cmd.CombinedOutput()
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			written, err := os.ReadFile(summary)
			if err != nil {
				t.Fatal(err)
			}
			if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.Contains(string(out), test.out) ||
				!strings.Contains(lines[len(lines)-1], test.last) || !strings.Contains(string(written), test.summary) {
				t.Errorf("exit code %d, want %d\n%s\nsummary:\n%s", code, test.code, out, written)
			}
		})
	}
}

// TestCIGitLab runs the scripts of the GitLab jobs in a project that has the files
// that they name. kubectl apply is left out: the plugins only read.
func TestCIGitLab(t *testing.T) {
	sh, dir := runner(t)
	data, err := os.ReadFile(filepath.Join(top, "examples/ci/gitlab-ci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var jobs map[string]struct{ Script []string }
	if err := yaml.Unmarshal(data, &jobs); err != nil {
		t.Fatal(err)
	}
	ci, err := filepath.Abs(filepath.Join(top, "examples/ci"))
	if err != nil {
		t.Fatal(err)
	}
	setup := "cd " + dir + " && mkdir -p manifests && cp bad.yaml manifests && ln -sfn " + ci + " ci && export KUBECONFIG=$PWD/kubeconfig && "
	for name, want := range map[string]string{
		"manifests": "", // the report has it
		"rollout":   "synergychat-web-67d7c7cd5d-rdp5s: image-bug: it crashes since image",
		"fleet":     `--contexts "prod-*": the kubeconfig has no such context; it has eu, us`,
	} {
		job, ok := jobs[name]
		if !ok {
			t.Fatalf("no job %s", name)
		}
		script := strings.Join(slices.DeleteFunc(job.Script, func(line string) bool { return strings.HasPrefix(line, "kubectl apply ") }), " && ")
		script = strings.ReplaceAll(script, "deployment/web", "deployment/synergychat-web")
		if out := sh.run(t, setup+script); !strings.Contains(out, want) {
			t.Errorf("%s: no %q in\n%s", name, want, out)
		}
	}
	if report, err := os.ReadFile(filepath.Join(dir, "manifests.xml")); err != nil || !strings.Contains(string(report), "<failure") {
		t.Errorf("no report: %s, %v", report, err)
	}
}
