package explainfields_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"kubectl-explainfields": func() { os.Exit(cli.Main(explainfields.NewCommand)) },
	})
}

// TestScript tells the stories of testdata/script. With UPDATE=1 the expected
// output is rewritten; read the difference.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("KUBECONFIG", env.WorkDir+"/no-cluster")
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
	})
}
