package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// WatchFlags are the flags of commands that can watch for changes.
type WatchFlags struct {
	Watch   bool
	Until   string        // empty, or one of the values given to Add
	Timeout time.Duration // 0 for no limit

	untils []string // the values that --until takes
}

// Add registers --watch, --timeout, and --until with its values and their help.
func (w *WatchFlags) Add(cmd *cobra.Command, usage string, until ...string) {
	w.untils = until
	cmd.Flags().BoolVarP(&w.Watch, "watch", "w", false, "watch for changes until Ctrl-C: redraw in place on a terminal, otherwise print "+
		"one line (or, with -o json or yaml, one document) per change")
	cmd.Flags().DurationVar(&w.Timeout, "timeout", 0, "stop watching after this `duration`, as in 5m, with exit code 4")
	cmd.Flags().StringVar(&w.Until, "until", "", "watch until this `state`: "+usage)
	CompleteFlag(cmd, "until", until...)
}

// Check returns a usage error for invalid values and combinations. --until
// implies --watch.
func (w *WatchFlags) Check(f *Flags) error {
	if w.Until != "" && !slices.Contains(w.untils, w.Until) {
		return Usagef("--until %q: use %s", w.Until, orList(w.untils))
	}
	w.Watch = w.Watch || w.Until != ""
	// Without --until a watch ends by itself only when its time is over: nothing would decide on an
	// exit code of its own.
	switch {
	case w.Timeout < 0:
		return Usagef("--timeout %s: give a duration such as 5m", w.Timeout)
	case w.Timeout > 0 && !w.Watch:
		return Usagef("--timeout requires --watch; use --request-timeout to limit a single request")
	case w.Watch && len(f.Filenames) > 0:
		return Usagef("--watch cannot be used with --filename: files do not change")
	case w.Watch && len(f.FailOn) > 0 && w.Until == "":
		return Usagef("--fail-on with --watch requires --until")
	case w.Watch && f.At != "":
		return Usagef("--watch cannot be used with --at: it follows the server's clock")
	case (w.Watch && f.Output == "html") || (w.Watch && slices.Contains(f.Formats, f.Output)):
		return Usagef("--watch does not support -o %s; use text, json or yaml", f.Output)
	}
	return nil
}
