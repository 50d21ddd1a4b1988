package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// grace is how long an interrupted command may take to leave the screen with its
// last view. After it the terminal is restored without.
const grace = 80 * time.Millisecond

// Main runs the command on this process's arguments and streams, prints its
// error, and returns the exit code. An interrupt cancels the command's context.
// Main then returns at once, or, if the command has drawn on the terminal, after a
// short grace period, and with the terminal restored even if the command ignores
// the cancellation.
func Main(newCommand func(*Env) *cobra.Command) int {
	signals := make(chan os.Signal, 2)
	signal.Reset(os.Interrupt, syscall.SIGTERM) // of package early
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	env := systemEnv()
	return run(env, newCommand(env), signals)
}

// run runs a command and returns its exit code. The first signal cancels the command; it
// returns after a grace period even if the command ignores that.
func run(env *Env, cmd *cobra.Command, signals <-chan os.Signal) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1) // with room: the command may end after run has returned
	go func() { done <- cmd.ExecuteContext(ctx) }()
	select {
	case err := <-done:
		if err == nil && env.helped != nil {
			err = fmt.Errorf("write help: %w", env.helped)
		}
		return report(env.ErrOut, cmd, err)
	case sig := <-signals:
		cancel()
		if env.outUndo.pending() || env.errUndo.pending() {
			select {
			case <-done: //nolint:errcheck // interrupted: its error adds nothing
			case <-signals: // asked twice
			case <-time.After(grace):
			}
		}
		env.outUndo.restore()
		env.errUndo.restore()
		if number, ok := sig.(syscall.Signal); ok {
			return exitSignal + int(number)
		}
		return ExitFailed
	}
}

// Run runs the command with arguments on the streams of env, prints its error,
// and returns the exit code, as Main does for a process.
func Run(env *Env, newCommand func(*Env) *cobra.Command, args ...string) int {
	cmd := newCommand(env)
	cmd.SetArgs(args)
	return run(env, cmd, nil)
}

// report prints err, unless it is silent, and returns its exit code.
func report(w io.Writer, cmd *cobra.Command, err error) int {
	code, printed := exitCode(err)
	if printed {
		// Names in an error are untrusted: a line break in one must not begin a line
		// that looks like ours. A failure to write here cannot be reported anywhere.
		_, _ = fmt.Fprintln(w, safeLine(message(err)))
	}
	if words := hint(err); printed && words != "" {
		_, _ = fmt.Fprintln(w, safeLine(words))
	}
	if printed && code == ExitMisused {
		_, _ = fmt.Fprintf(w, "See '%s --help' for usage.\n", cmd.DisplayName())
	}
	return code
}
