package explainfields

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	if !r.any && len(r.flags.Filenames) == 0 && r.readable() {
		cli.Warn(r.env, r.snapshot)
		cli.NoResources(r.env, r.namespace)
		return nil
	}
	if !r.asText() {
		if err := r.print(ctx); err != nil {
			return err
		}
	} else if !r.printed {
		if _, err := fmt.Fprintln(r.env.ErrOut, "No fields match."); err != nil {
			return err
		}
	}
	if err := r.printMessages(); err != nil {
		return err
	}
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
		// Reports for programs have the problems in them, but not the errors.
		if !r.readable() && !strings.HasPrefix(message, "error: ") {
			continue
		}
		shown, _ := redact.Text(message)
		if _, err := fmt.Fprintln(r.env.ErrOut, view.CleanLine(shown)); err != nil {
			return err
		}
	}
	return nil
}

// showsContexts reports whether the output itself has the line about the contexts.
func (r *run) showsContexts() bool {
	if r.flags.Output == "table" || r.flags.summary {
		return false
	}
	return !r.asText() || r.printed
}
