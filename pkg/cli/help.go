package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/view"
)

const (
	// helpWidth is the width of the help on every terminal, so that it is the same as in the reference.
	helpWidth = 80
	// connection marks kubectl's global flags.
	connection = "thrashkit.dev/connection"
)

// common marks the flags that --help shows; --help-all shows all of them.
const common = "thrashkit.dev/common"

// Common marks flags of cmd as those that most people need. --help shows these
// alone, on one screen; without any it shows all flags.
func Common(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		must(cmd.Flags().SetAnnotation(name, common, []string{"true"}))
	}
}

// help returns the help of a command, wrapped to 80 columns: its own flags in
// full, and the names of kubectl's global flags. Unless all is set, it is short:
// the first paragraph, the first examples and the common flags.
func help(cmd *cobra.Command, all bool) string {
	all = all || !hasCommon(cmd)
	flags := sortFlags(cmd, all)
	text := strings.TrimSpace(cmd.Long)
	example := strings.Trim(cmd.Example, "\n")
	if !all {
		text, _, _ = strings.Cut(text, "\n\n")
		example = firstExamples(example)
	}
	parts := []string{
		text,
		"Usage:\n  " + strings.TrimSuffix(cmd.UseLine(), " [flags]") + " [flags]",
		"Examples:\n" + indented(example),
		"Flags:\n" + strings.TrimRight(flags.own.FlagUsagesWrapped(helpWidth), "\n"),
	}
	if all {
		parts = append(parts, lastOfHelp(cmd, flags.global)...)
	} else {
		parts = append(parts, "More flags, explained by --help-all:\n"+flagNames(flags.rest))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// lastOfHelp returns the end of the long help: kubectl's global flags, if there are any, and how to
// complete names in a shell.
func lastOfHelp(cmd *cobra.Command, global []string) []string {
	var parts []string
	if len(global) > 0 {
		parts = append(parts, "Global kubectl flags (see `kubectl options`):\n"+flagNames(global))
	}
	return append(parts, "Shell completion of names and values:\n"+
		"  "+cmd.DisplayName()+" completion kubectl   prints the script and how to install it")
}

// flagNames returns flags by name alone, indented and wrapped.
func flagNames(names []string) string {
	return "  " + view.Wrap(strings.Join(names, " "), helpWidth, 2)
}

// helpFlags are the flags of a command as its help lists them.
type helpFlags struct {
	own    *pflag.FlagSet // explained
	global []string       // named: those of every kubectl command
	rest   []string       // named: those that only the long help explains
}

// sortFlags returns the flags of a command for its long or its short help.
func sortFlags(cmd *cobra.Command, all bool) helpFlags {
	out := helpFlags{own: pflag.NewFlagSet("", pflag.ContinueOnError)}
	out.own.SortFlags = true
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden:
		case f.Annotations[connection] != nil:
			out.global = append(out.global, "--"+f.Name)
		case all:
			out.own.AddFlag(f)
		case f.Annotations[common] != nil:
			out.own.AddFlag(brief(f))
		default:
			out.rest = append(out.rest, "--"+f.Name)
		}
	})
	return out
}

// brief returns a flag with the beginning of its usage. That of --output stays
// whole, because people look for the formats.
func brief(f *pflag.Flag) *pflag.Flag {
	short := *f
	if f.Name == "output" {
		return &short
	}
	for _, end := range []string{": ", "; ", ", as in", ", such as", " (or, "} {
		short.Usage, _, _ = strings.Cut(short.Usage, end)
	}
	return &short
}

// hasCommon reports whether a command marks some of its flags with Common.
func hasCommon(cmd *cobra.Command) bool {
	found := false
	cmd.Flags().VisitAll(func(f *pflag.Flag) { found = found || f.Annotations[common] != nil })
	return found
}

// firstExamples returns the first of a command's examples, without the empty
// lines between them.
func firstExamples(text string) string {
	const most = 3
	examples := strings.Split(text, "\n\n")
	return strings.Join(examples[:min(most, len(examples))], "\n")
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
