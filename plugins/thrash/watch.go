package thrash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Between two readings lie ticks seconds, in which a terminal counts down: each
// reading is three lists, and the evidence on what is sick.
const ticks = 5

// picture is what one reading showed.
type picture struct {
	snapshot *snapshot.Snapshot
	found    findingsOf
	hidden   int
}

// look reads and judges once.
func (o *options) look(ctx context.Context) (picture, error) {
	p := picture{snapshot: &snapshot.Snapshot{}}
	var err error
	if p.found, err = o.read(ctx, p.snapshot); err != nil {
		return p, err
	}
	if !o.flags.ShowSecrets {
		p.hidden = hide(p.found.items)
	}
	return p, nil
}

var errTimeout = &cli.ExitError{Code: cli.ExitTimeout, Err: errors.New("timed out before all was stable")}

// follow keeps the picture current: in place on a terminal, a line a change
// elsewhere, a document a change in the formats for scripts. It ends when
// --until is met or --timeout has passed.
func (o *options) follow(ctx context.Context) error {
	if o.watch.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.watch.Timeout, errTimeout)
		defer cancel()
	}
	last := []string{"\x00"} // as no picture is
	for {
		p, err := o.look(ctx)
		if err == nil {
			err = o.show(p, last)
			last = changes(p)
		}
		if err != nil {
			return ended(ctx, err)
		}
		if o.watch.Until == "stable" && stable(p.found.items) {
			return nil
		}
		if err := o.countDown(ctx, p); err != nil {
			return ended(ctx, err)
		}
	}
}

// countDown waits for the next reading, and on a terminal lets the windows come
// nearer meanwhile.
func (o *options) countDown(ctx context.Context, p picture) error {
	for tick := range ticks {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		if tick == ticks-1 || !o.live() {
			continue
		}
		later := *p.snapshot
		later.At = later.At.Add(time.Duration(tick+1) * time.Second)
		if err := o.redraw(picture{snapshot: &later, found: p.found, hidden: p.hidden}); err != nil {
			return err
		}
	}
	return nil
}

// live reports whether the picture is drawn over the one before.
func (o *options) live() bool {
	return (o.flags.Output == "text" || o.flags.Output == "wide") && o.env.Width() > 0
}

// ended returns the error of a watch: that of the timeout, if it was that.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// stable reports whether nothing thrashes, is blocked or gave up.
func stable(items []diagnose.Item) bool {
	return !slices.ContainsFunc(items, func(i diagnose.Item) bool { return i.Status != diagnose.Recovered })
}

// changes tells a picture by a line an item, without what only time changes.
func changes(p picture) []string {
	out := []string{}
	for _, i := range p.found.items {
		out = append(out, fmt.Sprintf("%s/%s %s: %s, %s, %s (%s): %s", i.Namespace, itemName(i), container(i), i.Status, i.State,
			i.Cause.Category, i.Cause.Confidence, i.Cause.Summary)+fmt.Sprintf("; %s", count(int(i.Restarts), "restart")))
	}
	return out
}

// show prints a picture unless it is as the last one.
func (o *options) show(p picture, last []string) error {
	if o.live() {
		return o.redraw(p)
	}
	now := changes(p)
	if slices.Equal(now, last) {
		return nil
	}
	cli.Warn(o.env, p.snapshot)
	if o.flags.Output != "text" && o.flags.Output != "wide" {
		return o.print(p.snapshot, p.found, p.hidden)
	}
	var out strings.Builder
	for _, line := range now {
		if !slices.Contains(last, line) {
			out.WriteString(p.snapshot.At.UTC().Format("15:04:05 ") + view.CleanLine(line) + "\n")
		}
	}
	if len(now) == 0 {
		out.WriteString(p.snapshot.At.UTC().Format("15:04:05 ") + nothing(o, p.found) + "\n")
	}
	if _, err := io.WriteString(o.env.Out, out.String()); err != nil {
		return fmt.Errorf("write change: %w", err)
	}
	return nil
}

// redraw prints the picture over the one before, cut to the terminal's height
// so that its head stays in sight.
func (o *options) redraw(p picture) error {
	var b bytes.Buffer
	if err := o.write(&b, p); err != nil {
		return err
	}
	style := o.flags.Style(o.env)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for _, g := range p.snapshot.Gaps {
		lines = append(lines, style.Warn(view.CleanLine("not read: "+g.Resource+": "+g.Reason)))
	}
	if height := o.height(); height > 2 && len(lines) > height-1 {
		more := len(lines) - height + 2
		lines = append(lines[:height-2], style.Dim(fmt.Sprintf("… %d more lines", more)))
	}
	const home, clearLine, clearBelow = "\x1b[H", "\x1b[K", "\x1b[J"
	if _, err := io.WriteString(o.env.Out, home+strings.Join(lines, clearLine+"\n")+clearLine+"\n"+clearBelow); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

// height returns the lines of the terminal, 0 where they are not known.
func (o *options) height() int {
	f, ok := o.env.Out.(*os.File)
	if !ok {
		return 0
	}
	_, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0 // no terminal
	}
	return height
}
