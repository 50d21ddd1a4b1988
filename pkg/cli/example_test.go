package cli_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// newCommand is a whole plugin: it counts pods, of a cluster or of -f.
func newCommand(env *cli.Env) *cobra.Command {
	f := cli.NewFlags()
	cmd := cli.NewCommand(env, cli.Command{Name: "podcount", Short: "Count pods", Long: "Count pods.", Example: "# of a bundle\nkubectl podcount -f must-gather.tar.gz"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, err := f.Source(env)
		if err != nil {
			return err
		}
		namespace, err := f.Namespace()
		if err != nil {
			return err
		}
		s := &snapshot.Snapshot{}
		if err := source.Load(cmd.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: namespace, Required: true}}}); err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Out, len(s.Pods), "pods at", s.At.Format(time.RFC3339))
		return err
	}
	f.Add(cmd, env)
	return cmd
}

// A program's main is os.Exit(cli.Main(newCommand)). In tests a command runs on
// streams, clock and environment of their own.
func ExampleNewCommand() {
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{Out: os.Stdout, ErrOut: os.Stdout},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 80 },
	}
	cmd := newCommand(env)
	cmd.SetArgs([]string{"-f", "../../examples/synergychat/recording"})
	if err := cmd.ExecuteContext(context.Background()); err != nil {
		fmt.Println("error:", err)
	}
	// Output: 5 pods at 2026-11-23T22:53:46Z
}
