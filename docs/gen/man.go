package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// homepage is the web page that a manual page names.
const homepage = "https://github.com/thrashkit/thrashkit"

// man returns the manual page of a command, in the macros of man(7). It has no
// date and no version: the same sources give the same page.
func man(cmd *cobra.Command) string {
	var out strings.Builder
	section := func(name string) { fmt.Fprintf(&out, ".SH %s\n", name) }
	fmt.Fprintf(&out, ".TH %q 1 \"\" thrashkit \"User Commands\"\n", strings.ToUpper(cmd.Name()))
	section("NAME")
	fmt.Fprintf(&out, "%s \\- %s\n", roff(cmd.Name()), roff(cmd.Short))
	section("SYNOPSIS")
	fmt.Fprintf(&out, "%s\n", roff(usage(cmd)))
	section("DESCRIPTION")
	for i, paragraph := range strings.Split(strings.TrimSpace(cmd.Long), "\n\n") {
		if i > 0 {
			out.WriteString(".PP\n")
		}
		out.WriteString(roff(paragraph) + "\n")
	}
	own, common := flagsOf(cmd)
	section("OPTIONS")
	manFlags(&out, own)
	section("OPTIONS OF EVERY KUBECTL COMMAND")
	manFlags(&out, common)
	section("EXIT STATUS")
	for _, e := range exitCodes(cmd) {
		fmt.Fprintf(&out, ".TP\n.B %d\n%s\n", e.code, roff(strings.ReplaceAll(e.meaning, "`", "")))
	}
	section("EXAMPLES")
	fmt.Fprintf(&out, ".nf\n%s\n.fi\n", roff(dedent(cmd.Example)))
	section("SEE ALSO")
	fmt.Fprintf(&out, ".BR kubectl (1), %s\n", roff(homepage))
	return out.String()
}

func manFlags(out *strings.Builder, flags []flagLine) {
	for _, f := range flags {
		meaning := f.meaning
		if f.standard != "" {
			meaning += " (default " + f.standard + ")"
		}
		fmt.Fprintf(out, ".TP\n.B %s\n%s\n", roff(f.names), roff(strings.TrimSpace(meaning)))
	}
}

// roff escapes text: backslashes, hyphens that are to be copied as such, and
// the signs that begin a request at the start of a line.
func roff(text string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
