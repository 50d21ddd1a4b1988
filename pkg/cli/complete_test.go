package cli

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompletion(t *testing.T) {
	files := filepath.Join(t.TempDir(), "two.yaml")
	if err := os.WriteFile(files, []byte(`
{apiVersion: apps/v1, kind: Deployment, metadata: {name: worker, namespace: bank}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: bank}}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	useServer(t, func(w http.ResponseWriter, r *http.Request) {
		names := map[string]string{
			"/apis/apps/v1/namespaces/shop/deployments":  "web api",
			"/apis/apps/v1/deployments":                  "web api",
			"/apis/apps/v1/namespaces/shop/statefulsets": "db",
			"/api/v1/namespaces":                         "shop bank",
		}[r.URL.Path]
		if names == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadataList","metadata":{},"items":[{"metadata":{"name":"` +
			strings.Join(strings.Fields(names), `"}},{"metadata":{"name":"`) + `"}}]}`))
	})
	for words, want := range map[string]string{
		"":                           "api web deploy/ sts/ :4",
		"w":                          "web :4",
		"s":                          "sts/ :6",
		"deploy/":                    "deploy/api deploy/web :4",
		"deploy/w":                   "deploy/web :4",
		"deploy/api deploy/":         "deploy/web :4", // what is given is not offered again
		"deploy/api ":                "deploy/ sts/ :6",
		"api ":                       "web :4",
		"sts ":                       "db :4",
		"deployments a":              "api :4",
		"pods/":                      ":4", // forbidden
		"-n ":                        "bank shop :4",
		"--context ":                 "here there :4",
		"--cluster ":                 "a b :4",
		"--user ":                    "bob eve :4",
		"--color ":                   "auto always never :4",
		"--fail-on ":                 "stalled failed :4",
		"--fail-on stalled,":         "stalled,failed :4",
		"-o j":                       "json jsonpath= :4",
		"-o jsonp":                   "jsonpath= :6",
		"--until ":                   "complete stable :4",
		"-f x.yaml deploy/w":         ":4",
		"-f - deploy/w":              ":4",
		"-f " + files + " w":         "worker :4",
		"-f " + files + " sts/":      "sts/db :4",
		"-f " + files + " -n shop w": ":4",
	} {
		args := append([]string{"__complete"}, strings.Split(words, " ")...)
		got := (&demo{}).start(nil, args...)
		if diff := cmp.Diff(want, strings.Join(strings.Fields(got.Out), " ")); diff != "" {
			t.Errorf("%q: %s", words, diff)
		}
	}
}

// The script that kubectl asks is the one that releases carry, and a workload
// may still be called "completion".
func TestCompletionScripts(t *testing.T) {
	if got := kubectlScript("kubectl-demo", "linux"); !strings.HasPrefix(got, "#!/bin/sh\n# Completes kubectl demo.") || !strings.HasSuffix(got, "\nexec kubectl-demo __complete \"$@\"\n") {
		t.Errorf("on Linux:\n%s", got)
	}
	if got := kubectlScript("kubectl-demo", "windows"); !strings.HasPrefix(got, ":: Completes kubectl demo.") || !strings.HasSuffix(got, "\r\n@kubectl-demo __complete %*\r\n") {
		t.Errorf("on Windows:\n%s", got)
	}
	for shell, want := range map[string]string{
		"kubectl":    "kubectl demo completion kubectl >",
		"bash":       "complete -o default -F __start_kubectl-demo kubectl-demo",
		"zsh":        "#compdef kubectl-demo",
		"fish":       "complete -c kubectl-demo",
		"powershell": "Register-ArgumentCompleter -CommandName 'kubectl-demo'",
	} {
		if got := returning(errNamed).start(nil, "completion", shell); got.Code != ExitDone || got.Err != "" || !strings.Contains(got.Out, want) {
			t.Errorf("completion %s: code %d, error %q, no %q in:\n%s", shell, got.Code, got.Err, want, got.Out)
		}
	}
	for _, args := range []string{"completion", "completion web", "deploy completion", "completion kubectl web"} {
		if got := returning(errNamed).start(nil, strings.Fields(args)...); got.Err != "error: names were given\n" {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

var errNamed = errors.New("names were given")
