package cli

import (
	"fmt"

	"k8s.io/cli-runtime/pkg/printers"

	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Style returns the style of text output: in color and within the width of the
// terminal, if the output is a terminal.
func (f *Flags) Style(env *Env) view.Style {
	color := f.Color == "always"
	if f.Color == "auto" {
		color = printers.AllowsColorOutput(view.Unguarded(env.Out))
	}
	return view.Style{Color: color, Width: env.Width(), Wide: f.Output == "wide", NoHeaders: f.NoHeaders}
}

// Print prints the report in the format of --output if that is one for scripts,
// which all plugins have. name returns "TYPE/NAME" of an item. It reports whether it has printed.
func (f *Flags) Print(env *Env, r *view.Report, name func(item any) string) (bool, error) {
	p, err := view.NewPrinter(f.Output)
	if err != nil || p == nil {
		return err != nil, err
	}
	p.Name = name
	return true, p.Print(env.Out, r)
}

// Warn prints a warning for each gap: what could not be read, why, and the impact.
func Warn(env *Env, s *snapshot.Snapshot) {
	for _, l := range view.GapLines(s.Gaps) {
		printLine(env, warning(l))
	}
}

// warning returns "warning: pods/log in shop not read: forbidden: …; causes are less certain".
func warning(l view.GapLine) string { return "warning: " + l.What + " not read: " + l.Why }

// NoResources prints that nothing was found, in kubectl's words. An empty
// namespace stands for all namespaces.
func NoResources(env *Env, namespace string) {
	text := "No resources found"
	if namespace != "" {
		text += " in " + namespace + " namespace."
	}
	printLine(env, text)
}

// NoResourcesIn prints that nothing was found in a number of contexts.
func NoResourcesIn(env *Env, contexts int) {
	printLine(env, "No resources found in "+wording.Count(contexts, "context")+".")
}

// printLine writes one line to standard error. A failure cannot be reported anywhere.
func printLine(env *Env, text string) {
	_, _ = fmt.Fprintln(env.ErrOut, safeLine(text))
}

// safeLine returns text as one line that can be printed: without credentials
// and without control characters. Errors quote servers, files and addresses.
func safeLine(text string) string {
	shown, _ := redact.Text(text)
	return view.CleanLine(shown)
}
