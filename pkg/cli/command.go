package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Command describes a plugin to NewCommand.
type Command struct {
	Name    string // "rsmap": the program is kubectl-rsmap, people type "kubectl rsmap"
	Args    string // its arguments in the usage line
	Short   string // one line
	Long    string // paragraphs of at most 80 columns
	Example string // as kubectl has them: "# what" above "kubectl rsmap …"
}

// NewCommand returns a command on the streams of env, before which it puts a
// view.Guard each. The command calls itself "kubectl NAME", leaves printing
// errors to Main, and takes any arguments. The caller sets RunE.
func NewCommand(env *Env, c Command) *cobra.Command {
	env.guarded()
	cmd := &cobra.Command{
		Use:                   strings.TrimSpace("kubectl-" + c.Name + " " + c.Args),
		Short:                 c.Short,
		Long:                  c.Long,
		Example:               c.Example,
		Version:               thisBuild().String(),
		Args:                  cobra.ArbitraryArgs,
		Annotations:           map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl " + c.Name},
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
		// A workload may be called "completion".
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	cmd.SetIn(env.In)
	cmd.SetOut(env.Out)
	cmd.SetErr(env.ErrOut)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return FlagError(err) })
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		_, env.helped = fmt.Fprint(cmd.OutOrStdout(), help(cmd, false)) // cobra cannot return it
	})
	return cmd
}

// FlagError returns an error of pflag as a usage error, except for --help, which
// pflag reports as an error too.
func FlagError(err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	return Usagef("%w", err)
}
