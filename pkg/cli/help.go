package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/view"
)

const (
	helpWidth = 80
	// connection marks the flags that every kubectl command takes.
	connection = "thrashkit.dev/connection"
)

// help returns the help of a command on 80 columns: its own flags in full, and
// the names of those that are kubectl's.
func help(cmd *cobra.Command) string {
	own, common := pflag.NewFlagSet("", pflag.ContinueOnError), []string{}
	own.SortFlags = true
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden:
		case f.Annotations[connection] != nil:
			common = append(common, "--"+f.Name)
		default:
			own.AddFlag(f)
		}
	})
	parts := []string{
		strings.TrimSpace(cmd.Long),
		"Usage:\n  " + strings.TrimSuffix(cmd.UseLine(), " [flags]") + " [flags]",
		"Examples:\n" + indented(cmd.Example),
		"Flags:\n" + strings.TrimRight(own.FlagUsagesWrapped(helpWidth), "\n"),
	}
	if len(common) > 0 {
		parts = append(parts, "Flags of every kubectl command (`kubectl options` explains them):\n"+
			"  "+view.Wrap(strings.Join(common, " "), helpWidth, 2))
	}
	parts = append(parts, "To complete names and values with TAB:\n"+
		"  "+cmd.DisplayName()+" completion kubectl   writes the script, and how to install it")
	return strings.Join(parts, "\n\n") + "\n"
}

// indented sets the lines of an example in by two blanks, as kubectl does.
func indented(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			line = "  " + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}
