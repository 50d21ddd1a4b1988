package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Picture is what one reading of a watched cluster showed.
type Picture struct {
	Snapshot *snapshot.Snapshot
	// Report is what -o json and its like print.
	Report *view.Report
	// Name names an item of Report for -o name.
	Name func(item any) string
	// Draw writes the picture for people.
	Draw func(w io.Writer, s view.Style) error
	// Facts are what is told of in lines where there is no terminal.
	Facts []Fact
	// Done tells that --until is decided: Err is nil where it is met.
	Done bool
	Err  error
	// Waiting says what --until still waits for.
	Waiting string
}

// Fact is the state of one thing, of which a line tells when it changes.
type Fact struct {
	Name  string // "pod/web-1": what the fact is about; no two are the same
	State string // "Running", of which a change is told as from and to
	Words string // what there is to say of the state
	// Detail is told when it changes, and not when it is seen at the beginning.
	Detail bool
}

// tick is how often a picture is judged anew where nothing changes but the
// time. Where judging takes long, it is done less often: a share of the time only.
const (
	tick  = time.Second
	share = 20
)

// Follow keeps a picture current until the context ends, --timeout has passed
// or --until is decided. read reads by the source that it is given; it is
// called after each change and as time passes. title says what is watched.
//
// On a terminal the picture is drawn in place. Elsewhere text is a line a
// change, and the formats for scripts print a document a change.
func (w *WatchFlags) Follow(ctx context.Context, env *Env, f *Flags, title string, read func(context.Context, Source) (*Picture, error)) (err error) {
	server, err := f.Cluster()
	if err != nil {
		return err
	}
	if w.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.Timeout, errTimeout)
		defer cancel()
	}
	source := server.Watch(ctx, env.Now)
	defer onResize(source.Wake)()
	out, err := w.display(env, f, title)
	if err != nil {
		return err
	}
	defer func() {
		if closing := out.close(); err == nil {
			err = closing
		}
	}()
	var last *Picture
	for {
		began := env.Now()
		p, err := read(ctx, source)
		switch {
		case ctx.Err() != nil:
			return w.ended(ctx, last)
		case err != nil && (last == nil || (w.Until != "" && apierrors.IsNotFound(err))):
			return err
		case err == nil:
			last = p
		}
		if err := out.show(last, err); err != nil {
			return err
		}
		if err == nil && w.Until != "" && p.Done {
			return p.Err
		}
		if source.Next(ctx, max(tick, share*env.Now().Sub(began))) != nil {
			return w.ended(ctx, last)
		}
	}
}

var errTimeout = errors.New("timed out")

// ended returns the error of a watch whose context ended.
func (w *WatchFlags) ended(ctx context.Context, last *Picture) error {
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

// display shows pictures as they come.
type display interface {
	// show shows a picture that may be the last one, or as good as that. failed
	// tells why it could not be read again: then it is old.
	show(p *Picture, failed error) error
	// close leaves the output in order.
	close() error
}

func (w *WatchFlags) display(env *Env, f *Flags, title string) (display, error) {
	told := &warnings{env: env}
	if f.Output == "text" || f.Output == "wide" {
		if env.Width() > 0 && env.Getenv("TERM") != "dumb" { // which can only print
			return &screen{env: env, flags: f, watch: w, title: title, began: env.Now()}, nil
		}
		return &lines{env: env, warnings: told}, nil
	}
	printer, err := view.NewPrinter(f.Output)
	if err != nil {
		return nil, Usagef("--output: %w", err)
	}
	printer.NoHeaders = f.NoHeaders
	return &documents{env: env, printer: printer, warnings: told}, nil
}

// warnings tells each gap once while it lasts.
type warnings struct {
	env  *Env
	told map[string]bool
}

func (w *warnings) tell(p *Picture, failed error) {
	now := map[string]bool{}
	once := func(text string) {
		if !w.told[text] && !now[text] {
			say(w.env, text)
		}
		now[text] = true
	}
	for _, g := range p.Snapshot.Gaps {
		once(warning(g))
	}
	if failed != nil {
		once("warning: not current: " + message(failed))
	}
	w.told = now
}
