package rsmap_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
)

var update = flag.Bool("update", false, "rewrite the expected output in the stories")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rsmap": func() { os.Exit(cli.Main(onTerminal)) },
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
	return rsmap.NewCommand(env)
}

// TestStories runs the scripts in testdata/script; the recordings beside them
// are in each one's directory.
func TestStories(t *testing.T) {
	recordings, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(recordings) == 0 {
		t.Fatalf("recordings: %v, %v", recordings, err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for _, name := range recordings {
				data, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, filepath.Base(name)), data, 0o600); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
