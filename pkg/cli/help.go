package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/view"
)

const (
	helpWidth = 80
	// connection marks kubectl's global flags.
	connection = "thrashkit.dev/connection"
)

// help returns the help of a command, wrapped to 80 columns: its own flags in
// full, and the names of kubectl's global flags.
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
		parts = append(parts, "Global kubectl flags (see `kubectl options`):\n"+
			"  "+view.Wrap(strings.Join(common, " "), helpWidth, 2))
	}
	parts = append(parts, "Shell completion of names and values:\n"+
		"  "+cmd.DisplayName()+" completion kubectl   prints the script and how to install it")
	return strings.Join(parts, "\n\n") + "\n"
}

// indented indents the lines of an example by two spaces, as kubectl does.
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
