package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// exitCodes returns the table of the exit codes of package cli that the
// command can end with.
func exitCodes(cmd *cobra.Command) string {
	var found []string
	if cmd.Flags().Lookup("fail-on") != nil {
		found = append(found, "found what `--fail-on` names")
	}
	if cmd.Flags().Lookup("until") != nil {
		found = append(found, "`--until` met a rollout that stalled or failed")
	}
	out := "| code | meaning |\n| --- | --- |\n"
	row := func(code int, meaning string) { out += fmt.Sprintf("| %d | %s |\n", code, meaning) }
	row(cli.ExitDone, "done; what could not be read is warned of on standard error")
	row(cli.ExitFailed, "could not do it: the server, a missing permission on what matters, unreadable input")
	row(cli.ExitMisused, "misused: flags or arguments")
	if len(found) > 0 {
		row(cli.ExitFound, strings.Join(found, ", or "))
	}
	if cmd.Flags().Lookup("timeout") != nil {
		row(cli.ExitTimeout, "`--timeout` ran out")
	}
	row(130, "ended by Ctrl-C")
	return out
}

// reference returns the page of a command.
func reference(cmd *cobra.Command) string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // then no default holds it
	}
	own, common := flagTables(cmd, home)
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n%s\n\n", cmd.DisplayName(), strings.TrimSpace(cmd.Long))
	fmt.Fprintf(&out, "## Usage\n\n```\n%s\n```\n\n", usage(cmd))
	fmt.Fprintf(&out, "## Examples\n\n```sh\n%s\n```\n\n", dedent(cmd.Example))
	fmt.Fprintf(&out, "## Flags\n\n%s\n", own)
	fmt.Fprintf(&out, "## Flags of every kubectl command\n\n%s\n", common)
	fmt.Fprintf(&out, "## Exit codes\n\n%s", exitCodes(cmd))
	return out.String()
}

func usage(cmd *cobra.Command) string {
	line := cmd.UseLine()
	if !strings.Contains(line, "[flags]") {
		line += " [flags]"
	}
	return line
}

// flagTables returns the tables of the command's own flags and of those that
// kubectl's commands share, defaults under the home directory as "$HOME/…".
func flagTables(cmd *cobra.Command, home string) (own, common string) {
	shared := pflag.NewFlagSet("", pflag.ContinueOnError)
	genericclioptions.NewConfigFlags(true).AddFlags(shared)
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	const head = "| flag | default | meaning |\n| --- | --- | --- |\n"
	own, common = head, head
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden:
		case shared.Lookup(f.Name) != nil && f.Name != "namespace":
			common += flagRow(f, home)
		default:
			own += flagRow(f, home)
		}
	})
	return own, common
}

func flagRow(f *pflag.Flag, home string) string {
	value, usage := pflag.UnquoteUsage(f)
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if value != "" {
		name += " " + value
	}
	standard := f.DefValue
	switch standard {
	case "", "[]", "false", "0", "0s":
		standard = ""
	default:
		if home != "" {
			standard = strings.ReplaceAll(standard, home, "$HOME")
		}
		standard = "`" + strings.ReplaceAll(standard, "|", `\|`) + "`"
	}
	return fmt.Sprintf("| `%s` | %s | %s |\n", name, standard, strings.ReplaceAll(usage, "|", `\|`))
}

// dedent takes away the blanks that all lines begin with.
func dedent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	least := -1
	for _, line := range lines {
		if blanks := len(line) - len(strings.TrimLeft(line, " ")); line != "" && (least < 0 || blanks < least) {
			least = blanks
		}
	}
	for i, line := range lines {
		lines[i] = line[min(len(line), max(least, 0)):]
	}
	return strings.Join(lines, "\n")
}
