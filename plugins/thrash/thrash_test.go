package thrash_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

var update = flag.Bool("update", false, "rewrite the expected output in the stories")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"thrash": func() { os.Exit(cli.Main(onTerminal)) },
	})
}

// onTerminal is the command on a terminal with the width in COLUMNS, or without
// a terminal if COLUMNS is not set.
func onTerminal(env *cli.Env) *cobra.Command {
	env.Width = func() int {
		width, err := strconv.Atoi(env.Getenv("COLUMNS"))
		if err != nil {
			return 0
		}
		return width
	}
	return thrash.NewCommand(env)
}

// recordings are snapshots of real clusters that the stories read.
var recordings = map[string]string{
	"panic.tar.gz":     "d01-parlor-web/snap-20261123T192028Z.tar.gz",
	"config.tar.gz":    "d08-edge-proxy/snap-20261123T192042Z.tar.gz",
	"chain.tar.gz":     "d11-core/snap-20261123T192048Z.tar.gz",
	"init.tar.gz":      "d12-billing/snap-20261123T192050Z.tar.gz",
	"probe.tar.gz":     "d15-status-page/snap-20261123T192056Z.tar.gz",
	"pull.tar.gz":      "d17-admin-console/snap-20261123T191740Z.tar.gz",
	"done.tar.gz":      "d18-schema-v88/snap-20261123T191102Z.tar.gz",
	"recovered.tar.gz": "d19-audit-log/snap-20261123T192104Z.tar.gz",
	"sidecar.tar.gz":   "d21-voice-sfu/snap-20261123T192108Z.tar.gz",
	"silent.tar.gz":    "d22-smart-reply/snap-20261123T192110Z.tar.gz",
	"cronjob.tar.gz":   "d25-nightly-backup/snap-20261123T192425Z.tar.gz",
	"gone.tar.gz":      "d25-nightly-backup/snap-20261123T190146Z.tar.gz",
}

// TestStories runs the scripts in testdata/script. Each has the recordings and
// the files of testdata in its directory.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for name, from := range recordings {
				if err := copyFile(filepath.Join("..", "..", "testdata", "corpus", from), filepath.Join(env.WorkDir, name)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
