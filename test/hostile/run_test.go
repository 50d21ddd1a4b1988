package hostile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/plugins/thrash"
	"github.com/thrashkit/thrashkit/test/leak"
)

var plugins = map[string]func(*cli.Env) *cobra.Command{
	"rsmap": rsmap.NewCommand, "thrash": thrash.NewCommand, "explainfields": explainfields.NewCommand,
}

// TestMain keeps the kubeconfig of whoever runs the tests out of them.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		panic(err)
	}
	for name, value := range map[string]string{"KUBECONFIG": filepath.Join(home, "none"), "HOME": home} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	code := leak.Main(m)
	if err := os.RemoveAll(home); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// result is what a command printed and its exit code.
type result struct {
	stdout, stderr string
	code           int
}

// run runs a plugin in this process.
func run(t testing.TB, plugin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
	}
	code := cli.Run(env, plugins[plugin], args...)
	return result{stdout.String(), stderr.String(), code}
}
