// Package docs_test runs the documentation: the commands of the guides with
// the output that they show, and the JSON output beside its published schemas.
package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/explainfields"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

var update = flag.Bool("update", false, "write the real output into the guides")

// top is the top of the repository as this package sees it.
const top = "../.."

var plugins = map[string]func(*cli.Env) *cobra.Command{
	"rsmap":         rsmap.NewCommand,
	"thrash":        thrash.NewCommand,
	"explainfields": explainfields.NewCommand,
}

// TestMain is the tests, or kubectl with just these plugins: what the guides
// call is a link of that name to this program.
func TestMain(m *testing.M) {
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") != "kubectl" {
		os.Exit(m.Run())
	}
	if len(os.Args) < 2 || plugins[os.Args[1]] == nil {
		os.Exit(2)
	}
	name := os.Args[1]
	os.Args = append([]string{"kubectl-" + name}, os.Args[2:]...)
	os.Exit(cli.Main(plugins[name]))
}

// measured are pages whose figures commands of their own print.
var measured = map[string]bool{"scores.md": true, "rollout-status.md": true}

// guides returns the pages that people write, with the path of each.
func guides(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	if err != nil || len(paths) < 10 {
		t.Fatalf("found guides %v, %v", paths, err)
	}
	pages := map[string]string{}
	for _, path := range append(paths, filepath.Join(top, "README.md")) {
		if measured[filepath.Base(path)] {
			continue
		}
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[path] = string(page)
	}
	return pages
}
