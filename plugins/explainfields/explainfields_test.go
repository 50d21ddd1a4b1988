package explainfields_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
)

var update = flag.Bool("update", false, "rewrite the expected output")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"kubectl-explainfields": func() { os.Exit(cli.Main(explainfields.NewCommand)) },
	})
}

// TestStories runs the scripts in testdata/script. The folder "cluster" of a
// script is an API server: PATH.json is what it answers to PATH. So is each folder
// in "clusters", by the name of its context; one with a file "refuses" takes no
// connections, and PATH.json.403 is an answer with that code. With -update
// the expected output is rewritten; read the difference.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(answers(filepath.Join(env.WorkDir, "cluster")))
			env.Defer(server.Close)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("KUBECONFIG", filepath.Join(env.WorkDir, "kubeconfig"))
			clusters, contexts := fleet(env)
			text := fmt.Sprintf(kubeconfig, server.URL, clusters, contexts)
			return os.WriteFile(filepath.Join(env.WorkDir, "kubeconfig"), []byte(text), 0o600)
		},
	})
}

const kubeconfig = `{apiVersion: v1, kind: Config, current-context: lab,
  clusters: [{name: lab, cluster: {server: "%s"}}%s],
  contexts: [{name: lab, context: {cluster: lab, namespace: shop}}%s]}
`

// fleet starts the servers of the folder "clusters" and returns them for a
// kubeconfig.
func fleet(env *testscript.Env) (clusters, contexts string) {
	folders, _ := os.ReadDir(filepath.Join(env.WorkDir, "clusters")) // most scripts have none
	for _, folder := range folders {
		name := folder.Name()
		server := httptest.NewServer(answers(filepath.Join(env.WorkDir, "clusters", name)))
		if _, err := os.Stat(filepath.Join(env.WorkDir, "clusters", name, "refuses")); err == nil {
			server.Close()
		} else {
			env.Defer(server.Close)
		}
		clusters += fmt.Sprintf(`, {name: %q, cluster: {server: %q}}`, name, server.URL)
		contexts += fmt.Sprintf(`, {name: %q, context: {cluster: %q, namespace: shop}}`, name, name)
	}
	return clusters, contexts
}

// answers serves files, and says what is not there as an API server does.
func answers(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
		if data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(r.URL.Path)+".json")); err == nil {
			_, _ = w.Write(data)
			return
		}
		for _, code := range []int{http.StatusForbidden, http.StatusNotFound} {
			if data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(r.URL.Path)+".json."+strconv.Itoa(code))); err == nil {
				w.WriteHeader(code)
				_, _ = w.Write(data)
				return
			}
		}
		name := filepath.Base(r.URL.Path)
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, `{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"NotFound","code":404,`+
			`"message":"deployments.apps \"%s\" not found","details":{"name":%q,"group":"apps","kind":"deployments"}}`, name, name)
	})
}
