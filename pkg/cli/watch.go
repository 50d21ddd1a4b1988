package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// WatchFlags are the flags of the commands that can keep their picture current.
type WatchFlags struct {
	Watch   bool
	Until   string        // empty, or one of the values given to Add
	Timeout time.Duration // 0 for ever

	untils []string
}

// Add registers --watch, --timeout, and --until with its values and what help says of them.
func (w *WatchFlags) Add(cmd *cobra.Command, usage string, until ...string) {
	w.untils = until
	cmd.Flags().BoolVarP(&w.Watch, "watch", "w", false, "keep the picture current until Ctrl-C: in place on a terminal, a line a change elsewhere, a document a change with -o json or yaml")
	cmd.Flags().DurationVar(&w.Timeout, "timeout", 0, "end watching after this `time`, as in 5m, with exit code 4")
	cmd.Flags().StringVar(&w.Until, "until", "", "watch until this `state`: "+usage)
	CompleteFlag(cmd, "until", until...)
}

// Check refuses values and combinations that cannot be. Watching is on where
// --until is given.
func (w *WatchFlags) Check(f *Flags) error {
	if w.Until != "" && !slices.Contains(w.untils, w.Until) {
		return Usagef("--until %q: use %s", w.Until, orList(w.untils))
	}
	w.Watch = w.Watch || w.Until != ""
	switch {
	case w.Timeout < 0:
		return Usagef("--timeout %s: give a time such as 5m", w.Timeout)
	case w.Timeout > 0 && !w.Watch:
		return Usagef("--timeout ends watching: give --watch too, or --request-timeout for a single request")
	case w.Watch && len(f.Filenames) > 0:
		return Usagef("--watch and --filename: files do not change; leave one of them out")
	case w.Watch && len(f.FailOn) > 0 && w.Until == "":
		return Usagef("--fail-on judges how a watch ends: give --until too")
	case w.Watch && f.At != "":
		return Usagef("--watch and --at: a watch goes with the server's clock; leave one of them out")
	case (w.Watch && f.Output == "html") || (w.Watch && slices.Contains(f.Formats, f.Output)):
		return Usagef("--watch and --output %s: one document cannot grow; use -o text, json or yaml", f.Output)
	}
	return nil
}
