package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Update is the result of one read of a watched cluster.
type Update struct {
	Snapshot *snapshot.Snapshot
	// Report is what -o json and similar formats print.
	Report *view.Report
	// Name names an item of Report for -o name.
	Name func(item any) string
	// Draw writes the view for people.
	Draw func(w io.Writer, s view.Style) error
	// Facts are printed as lines if the output is not a terminal.
	Facts []Fact
	// Done is set if --until is decided; Err is nil if it was reached.
	Done bool
	Err  error
	// Waiting describes what --until still waits for.
	Waiting string
	// Missing are warnings about contexts that have not what was asked for.
	Missing []string
}

// Fact is the state of one object; a line is printed when it changes.
type Fact struct {
	Name  string // "pod/web-1": the object, unique among the facts
	State string // "Running"; a change is printed as from and to
	Words string // details of the state
	// Detail facts are printed when they change, not at the beginning.
	Detail bool
}

// tick is how often the view is evaluated again if nothing changes but the time.
// If an evaluation takes long, it is repeated less often: at most 1/share of the
// time is spent on it.
const (
	tick  = time.Second
	share = 5
)

// Follow refreshes a view until the context ends, --timeout has passed or --until
// is decided. read reads from the source that it is given; it is called after
// each change and as time passes. title describes what is watched.
//
// On a terminal the view is redrawn in place. Otherwise text output is one line
// per change, and the formats for scripts print one document per change.
func (w *WatchFlags) Follow(ctx context.Context, env *Env, f *Flags, title string, read func(context.Context, Source) (*Update,
	error),
) (err error) {
	server, err := f.Cluster()
	if err != nil {
		return err
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	source := server.Watch(ctx, env.Now)
	defer onResize(source.Wake)()
	shown, err := w.display(env, f, title)
	if err != nil {
		return err
	}
	defer func() { err = closed(shown, err) }()
	view := follower{watch: w, out: shown}
	var once sync.Once
	for {
		began := env.Now()
		p, err := read(ctx, source)
		if ctx.Err() != nil {
			return w.ended(ctx, view.last)
		}
		if done, err := view.show(p, err); done {
			return err
		}
		once.Do(saveTime)
		if source.Next(ctx, max(tick, share*env.Now().Sub(began))) != nil {
			return w.ended(ctx, view.last)
		}
	}
}

// limited returns a context that ends when --timeout has passed.
func (w *WatchFlags) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.Timeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, w.Timeout, errTimeout)
}

// closed restores the output, and returns err or else the error of that.
func closed(out display, err error) error {
	if closing := out.close(); err == nil {
		return closing
	}
	return err
}

// follower shows the updates of a watch until one decides --until.
type follower struct {
	watch *WatchFlags
	out   display
	last  *Update
}

// show shows an update, or the last one with the reason why there is no newer
// one. It reports whether the watch is over, and its error.
func (v *follower) show(p *Update, failed error) (done bool, err error) {
	if failed != nil && (v.last == nil || (v.watch.Until != "" && apierrors.IsNotFound(failed))) {
		return true, failed
	}
	if failed == nil {
		v.last = p
	}
	if err := v.out.show(v.last, failed); err != nil {
		return true, err
	}
	if failed == nil && v.watch.Until != "" && p.Done {
		return true, p.Err
	}
	return false, nil
}

// errTimeout is why the context of a watch ended when --timeout has passed.
var errTimeout = errors.New("timed out")

// ended returns the error of a watch whose context has ended.
func (w *WatchFlags) ended(ctx context.Context, last *Update) error {
	if cause := context.Cause(ctx); !errors.Is(cause, errTimeout) {
		return cause
	}
	text := fmt.Sprintf("timed out after %s", w.Timeout)
	if w.Until != "" {
		text += " of waiting until " + w.Until
		if last != nil && last.Waiting != "" {
			text += ": " + last.Waiting
		}
	}
	return &ExitError{Code: ExitTimeout, Err: errors.New(text)}
}

// display shows updates as they come.
type display interface {
	// show shows an update, which may be the same as the last one. If failed is
	// set, the cluster could not be read again and the update is old.
	show(p *Update, failed error) error
	// close restores the output.
	close() error
}

// display returns how a watch shows its view: redrawn on a terminal, as lines of changes elsewhere,
// or as documents in a format for programs.
func (w *WatchFlags) display(env *Env, f *Flags, title string) (display, error) {
	printed := &warnings{env: env}
	if f.Output == "text" || f.Output == "wide" {
		if env.Width() > 0 && env.Getenv("TERM") != "dumb" { // a dumb terminal only prints
			return &screen{env: env, flags: f, watch: w, title: title, began: env.Now()}, nil
		}
		return &lines{env: env, warnings: printed}, nil
	}
	printer, err := view.NewPrinter(f.Output)
	if err != nil {
		return nil, Usagef("--output: %w", err)
	}
	printer.NoHeaders = f.NoHeaders
	return &documents{env: env, printer: printer, warnings: printed}, nil
}

// warnings prints each gap once while it lasts.
type warnings struct {
	env     *Env
	printed map[string]bool
}

// print prints the warnings that were not there before: a watch refreshes its view often.
func (w *warnings) print(p *Update, failed error) {
	now := map[string]bool{}
	once := func(text string) {
		if !w.printed[text] && !now[text] {
			printLine(w.env, text)
		}
		now[text] = true
	}
	for _, l := range view.GapLines(p.Snapshot.Gaps) {
		once(warning(l))
	}
	for _, words := range p.Missing {
		once("warning: " + words)
	}
	if failed != nil {
		once("warning: not current: " + message(failed))
	}
	w.printed = now
}
