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

	"github.com/thrashkit/thrashkit/pkg/view"
)

// grace is how long a command that was interrupted may take to put the
// terminal in order.
const grace = 300 * time.Millisecond

// Main runs the command on this process's arguments and streams, tells its
// error, and returns the exit code. An interrupt cancels the command's context
// and ends it, also where it does not listen.
func Main(newCommand func(*Env) *cobra.Command) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	env := systemEnv()
	return run(env, newCommand(env), signals)
}

func run(env *Env, cmd *cobra.Command, signals <-chan os.Signal) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- cmd.ExecuteContext(ctx) }()
	select {
	case err := <-done:
		return report(env.ErrOut, cmd, err)
	case sig := <-signals:
		cancel()
		select {
		case <-done: //nolint:errcheck // interrupted: its error says no more
		case <-signals: // asked twice
		case <-time.After(grace):
		}
		if number, ok := sig.(syscall.Signal); ok {
			return exitSignal + int(number)
		}
		return ExitFailed
	}
}

// report tells err, if it is to be told, and returns its exit code.
func report(w io.Writer, cmd *cobra.Command, err error) int {
	code, tell := exitCode(err)
	if tell {
		// Standard error is the last place to complain to: a failure has none.
		_, _ = fmt.Fprintln(w, view.Clean(message(err)))
	}
	if tell && code == ExitMisused {
		_, _ = fmt.Fprintf(w, "See '%s --help' for usage.\n", cmd.DisplayName())
	}
	return code
}
