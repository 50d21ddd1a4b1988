package explainfields

import (
	"context"
	"fmt"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// clock finds the time to count back from, if the text names times. Only the header
// of a live object with several managers does.
func (r *run) clock(ctx context.Context, documents []document) error {
	live := len(r.flags.Filenames) == 0
	if !live || !r.asText() || !slices.ContainsFunc(documents, document.namesTimes) {
		return nil
	}
	if err := r.stamp(ctx, r.snapshot); err != nil {
		return err
	}
	r.at = r.snapshot.At
	r.atSource = r.snapshot.AtSource
	return nil
}

// namesTimes reports whether the header of a document names managers, with the time
// at which each of them wrote last.
func (d document) namesTimes() bool {
	return slices.ContainsFunc(d.parts, func(p part) bool { return p.report != nil && len(p.report.Shares()) > 1 })
}

// finish prints what is left: the last batch, the formats that print all
// reports together, and what is wrong.
func (r *run) finish(ctx context.Context) error {
	if err := r.flush(ctx, true); err != nil {
		return err
	}
	// Of files that is an error already; a program gets an empty list.
	if !r.any && len(r.flags.Filenames) == 0 && r.readable() {
		cli.Warn(r.env, r.snapshot)
		cli.NoResources(r.env, r.namespace)
		return nil
	}
	if err := r.printRest(ctx); err != nil {
		return err
	}
	if err := r.printMessages(); err != nil {
		return err
	}
	return r.exit()
}

// printRest prints the formats that need all reports. Text was printed by batch; if there was
// none, a message on standard error reports why.
func (r *run) printRest(ctx context.Context) error {
	if !r.asText() {
		return r.print(ctx)
	}
	if r.printed {
		return nil
	}
	_, err := fmt.Fprintln(r.env.ErrOut, "No fields match.")
	return err
}

// exit returns the exit code, without another message. A document that could not be read goes
// before a finding: what it holds was not checked.
func (r *run) exit() error {
	switch {
	case r.failed:
		return &cli.ExitError{Code: cli.ExitFailed}
	case r.found:
		return &cli.ExitError{Code: cli.ExitFound}
	default:
		return nil
	}
}

// printMessages writes what is wrong to standard error, a line each.
func (r *run) printMessages() error {
	cli.Warn(r.env, r.snapshot)
	if r.fleet != nil && !r.showsContexts() {
		if _, err := fmt.Fprintln(r.env.ErrOut, view.CleanLine(r.fleet.header)); err != nil {
			return err
		}
	}
	for _, message := range r.messages {
		if err := r.printMessage(message); err != nil {
			return err
		}
	}
	return nil
}

// printMessage writes one message. Reports for programs have the problems in them,
// but not the errors.
func (r *run) printMessage(m message) error {
	if !r.readable() && !m.error {
		return nil
	}
	shown, _ := redact.Text(m.text) // a parser may quote the line that it refuses
	_, err := fmt.Fprintln(r.env.ErrOut, view.CleanLine(shown))
	return err
}

// showsContexts reports whether the output itself has the line about the contexts.
func (r *run) showsContexts() bool {
	if r.flags.Output == "table" || r.flags.summary {
		return false
	}
	return !r.asText() || r.printed
}
