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

// exitCode is a code that a command can end with, and what it means.
type exitCode struct {
	code    int
	meaning string // flags between backquotes
}

// exitCodes returns the exit codes of package cli that the command can end with.
func exitCodes(cmd *cobra.Command) []exitCode {
	var found []string
	if cmd.Flags().Lookup("fail-on") != nil {
		found = append(found, "found one of the `--fail-on` findings")
	}
	if cmd.Flags().Lookup("until") != nil {
		found = append(found, "`--until` met a rollout that stalled or failed")
	}
	out := []exitCode{
		{cli.ExitDone, "success; warnings on standard error name what could not be read"},
		{cli.ExitFailed, "failure: the server, a missing permission on what matters, unreadable input"},
		{cli.ExitMisused, "usage error: flags or arguments"},
	}
	if len(found) > 0 {
		out = append(out, exitCode{cli.ExitFound, strings.Join(found, ", or ")})
	}
	if cmd.Flags().Lookup("timeout") != nil {
		out = append(out, exitCode{cli.ExitTimeout, "`--timeout` expired"})
	}
	return append(out, exitCode{130, "interrupted by Ctrl-C"})
}

// reference returns the page of a command.
func reference(cmd *cobra.Command) string {
	own, common := flagsOf(cmd)
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n%s\n\n", cmd.DisplayName(), strings.TrimSpace(cmd.Long))
	fmt.Fprintf(&out, "## Usage\n\n```text\n%s\n```\n\n", usage(cmd))
	fmt.Fprintf(&out, "## Examples\n\n```sh\n%s\n```\n\n", dedent(cmd.Example))
	fmt.Fprintf(&out, "## Flags\n\n%s\n", flagTable(own))
	fmt.Fprintf(&out, "## Flags of every kubectl command\n\n%s\n", flagTable(common))
	out.WriteString("## Exit codes\n\n| code | meaning |\n| --- | --- |\n")
	for _, e := range exitCodes(cmd) {
		fmt.Fprintf(&out, "| %d | %s |\n", e.code, e.meaning)
	}
	return out.String()
}

// usage returns the usage lines of a command.
func usage(cmd *cobra.Command) string {
	line := cmd.UseLine()
	if !strings.Contains(line, "[flags]") {
		line += " [flags]"
	}
	return line
}

// flagLine is the row of a flag on a page.
type flagLine struct {
	names    string // "-o, --output format"
	standard string // its default, empty if there is none; under the home directory as "$HOME/…"
	meaning  string
}

// flagsOf returns the command's own flags and those that kubectl's commands share.
func flagsOf(cmd *cobra.Command) (own, common []flagLine) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // then no default holds it
	}
	shared := pflag.NewFlagSet("", pflag.ContinueOnError)
	genericclioptions.NewConfigFlags(true).AddFlags(shared)
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden:
		case shared.Lookup(f.Name) != nil && f.Name != "namespace":
			common = append(common, lineOf(f, home))
		default:
			own = append(own, lineOf(f, home))
		}
	})
	return own, common
}

// lineOf returns a flag as a line of a table. home is replaced in its default, so that the
// page does not depend on the machine.
func lineOf(f *pflag.Flag, home string) flagLine {
	value, meaning := pflag.UnquoteUsage(f)
	names := "--" + f.Name
	if f.Shorthand != "" {
		names = "-" + f.Shorthand + ", " + names
	}
	if value != "" {
		names += " " + value
	}
	standard := f.DefValue
	switch standard {
	case "", "[]", "false", "0", "0s":
		standard = ""
	default:
		if home != "" {
			standard = strings.ReplaceAll(standard, home, "$HOME")
		}
	}
	return flagLine{names, standard, meaning}
}

// flagTable returns flags as a Markdown table.
func flagTable(flags []flagLine) string {
	out := "| flag | default | meaning |\n| --- | --- | --- |\n"
	for _, f := range flags {
		standard := ""
		if f.standard != "" {
			standard = "`" + strings.ReplaceAll(f.standard, "|", `\|`) + "`"
		}
		out += fmt.Sprintf("| `%s` | %s | %s |\n", f.names, standard, strings.ReplaceAll(f.meaning, "|", `\|`))
	}
	return out
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
