package rsmap

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// interval is the time between two readings: each is a handful of lists.
const interval = 2 * time.Second

// follow keeps the picture current: in place on a terminal, a line a change
// elsewhere, a document a change in the formats for scripts. It ends when
// --until is met or can no more be, or --timeout has passed.
func (o *options) follow(ctx context.Context) error {
	if o.watch.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.watch.Timeout, errTimeout)
		defer cancel()
	}
	last := ""
	for {
		m, err := o.read(ctx)
		if err == nil {
			last, err = o.show(m, last)
		}
		if err != nil {
			return ended(ctx, err)
		}
		if done, err := o.met(m.found); done {
			return err
		}
		select {
		case <-ctx.Done():
			return ended(ctx, ctx.Err())
		case <-time.After(interval):
		}
	}
}

var errTimeout = &cli.ExitError{Code: cli.ExitTimeout, Err: fmt.Errorf("timed out before the rollouts were as --until says")}

// ended returns the error of a watch: that of the timeout, if it was that.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// met reports whether --until is decided, and the error where it cannot be met:
// a rollout that stalled or failed does not complete by waiting.
func (o *options) met(found []*rollout.Workload) (bool, error) {
	if o.watch.Until == "" {
		return false, nil
	}
	waiting := false
	for _, w := range found {
		switch w.Phase {
		case rollout.Stalled, rollout.Failed:
			return true, &cli.ExitError{Code: cli.ExitFound, Err: fmt.Errorf("%s: %s", itemShort(w), w.Summary)}
		case rollout.Progressing:
			waiting = true
		case rollout.Degraded, rollout.Paused:
			waiting = waiting || o.watch.Until == "complete"
		case rollout.Complete, rollout.ScaledToZero:
		}
	}
	return !waiting, o.verdict(found)
}

// show prints a picture unless it is the last one, and returns what it is
// known by.
func (o *options) show(m *picture, last string) (string, error) {
	if text := o.flags.Output == "text" || o.flags.Output == "wide"; text && o.env.Width() > 0 {
		return "", o.redraw(m)
	} else if text {
		return o.appendLines(m, last)
	}
	key := o.key(m)
	if key == last {
		return last, nil
	}
	cli.Warn(o.env, m.snapshot)
	return key, o.print(m.snapshot, m.found, m.hidden)
}

// key is what a picture is known by: all but the ages.
func (o *options) key(m *picture) string {
	var b strings.Builder
	for _, w := range m.found {
		fmt.Fprintf(&b, "%s %s %s\n", w.Ref, w.Phase, w.Summary)
		for _, r := range w.Revisions {
			fmt.Fprintf(&b, "%s %v %d %d\n", r.Name, r.Current, r.Replicas, r.Ready)
			for _, p := range r.Pods {
				fmt.Fprintf(&b, "%s %s %s %d %s\n", p.Name, p.Ready, p.Status, p.Restarts, p.Problem)
			}
		}
	}
	return b.String()
}

// appendLines prints a line for each workload that is not as it was.
func (o *options) appendLines(m *picture, last string) (string, error) {
	var all, out strings.Builder
	for _, w := range m.found {
		line := fmt.Sprintf("%s %s: %s", itemShort(w), w.Phase, w.Summary)
		all.WriteString(line + "\n")
		if !strings.Contains("\n"+last, "\n"+line+"\n") {
			out.WriteString(m.snapshot.At.UTC().Format("15:04:05 ") + view.CleanLine(line) + "\n")
		}
	}
	if last == "" {
		cli.Warn(o.env, m.snapshot)
	}
	if _, err := io.WriteString(o.env.Out, out.String()); err != nil {
		return "", fmt.Errorf("write change: %w", err)
	}
	return all.String(), nil
}

// redraw prints the picture over the one before, cut to the terminal's height
// so that its head stays in sight.
func (o *options) redraw(m *picture) error {
	var b bytes.Buffer
	style := o.flags.Style(o.env)
	t := text{style: style, at: m.snapshot.At, revisions: o.revisions, pods: o.pods}
	var err error
	if o.named() {
		err = t.trees(&b, m.found)
	} else {
		err = t.list(m.found, o.namespace == "").Write(&b, style)
	}
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for _, g := range m.snapshot.Gaps {
		lines = append(lines, style.Warn("not read: "+g.Resource+": "+g.Reason))
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
