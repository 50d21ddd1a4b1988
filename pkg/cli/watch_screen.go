package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// The control sequences of a screen (ECMA-48 and xterm's private modes). The
// view is drawn on the alternate screen, so that the terminal keeps its content.
const (
	enter      = "\x1b[?1049h" + hideCursor // to the alternate screen
	leave      = showCursor + "\x1b[?1049l" // back to the normal one
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	home       = "\x1b[H"         // cursor to the upper left corner
	clearLine  = "\x1b[2K"        // of the cursor, which stays
	clearBelow = "\x1b[J"         // from the cursor to the end of the screen
	eraseLine  = "\r" + clearLine // and write there again
)

// guarded puts a guard before both streams of env: of control sequences, only
// those above and colors pass, regardless of who wrote them.
func (e *Env) guarded() *Env {
	e.Out = guard(e.Out)
	e.ErrOut = guard(e.ErrOut)
	return e
}

// guard returns w behind a guard, as it is if it has one: a command can be made on an Env that another
// one was made on before.
func guard(w io.Writer) io.Writer {
	if view.Unguarded(w) != w {
		return w
	}
	return view.NewGuard(w, enter, leave, home, clearLine, clearBelow, eraseLine)
}

const (
	// mark is shown before a changed line, for markTime.
	mark     = "* "
	noMark   = "  "
	markTime = 5 * time.Second
	// lineCount is the assumed height of a terminal that does not report its own.
	lineCount = 24
	// mostGaps is the maximum number of warnings above the view.
	mostGaps = 3
)

// screen redraws the view in place on a terminal: a head that always stays, and
// as much of the view as fits.
type screen struct {
	env   *Env
	flags *Flags
	watch *WatchFlags
	title string    // what is watched, as a command
	began time.Time // for the rest of --timeout
	marks marks
	last  *Update // drawn, nil before the first
}

// show draws a frame in one write, so that it never appears half drawn.
func (s *screen) show(p *Update, failed error) error {
	style := s.flags.Style(s.env)
	inner := style
	inner.Width = max(1, style.Width-len(mark))
	body, err := draw(p, inner)
	if err != nil {
		return err
	}
	rows := s.marked(body, style, inner.Width)
	out := frame(s.head(p, failed, style), rows, s.height(), style)
	if s.last == nil {
		out = enter + out
	}
	s.last = p
	return s.write(out, leave)
}

// marked returns the lines of a view as rows of the screen of up to width columns, each with a mark
// before it if the line changed recently. A line that takes several rows has it before the first.
func (s *screen) marked(body []string, style view.Style, width int) []string {
	changed := s.marks.see(body, style.Width, s.env.Now())
	var rows []string
	for i, line := range body {
		before := noMark
		if changed[i] {
			before = style.Bold(mark)
		}
		for _, row := range view.Rows(line, width) {
			rows = append(rows, before+row)
			before = noMark
		}
	}
	return rows
}

// close returns to the normal screen and prints the whole last view on it.
func (s *screen) close() error {
	if s.last == nil {
		return nil
	}
	body, err := draw(s.last, s.flags.Style(s.env))
	if err != nil {
		body = nil
	}
	text := ""
	if len(body) > 0 {
		text = strings.Join(body, "\n") + "\n"
	}
	if failed := s.write(leave+text, ""); failed != nil {
		return failed
	}
	Warn(s.env, s.last.Snapshot)
	return err
}

// write writes text. If the program is interrupted, undone is written to restore the
// terminal.
func (s *screen) write(text, undone string) error {
	if err := s.env.outUndo.write(s.env.Out, text, undone); err != nil {
		return fmt.Errorf("write view: %w", err)
	}
	return nil
}

// height returns the lines of the terminal at this time: it may be resized between two frames.
func (s *screen) height() int {
	if s.env.Height != nil {
		if height := s.env.Height(); height > 0 {
			return height
		}
	}
	return lineCount
}

// draw returns the lines of a view.
func draw(p *Update, style view.Style) ([]string, error) {
	var out bytes.Buffer
	if err := p.Draw(&out, style); err != nil {
		return nil, err
	}
	text := strings.TrimRight(out.String(), "\n")
	if text == "" {
		return nil, nil
	}
	return strings.Split(text, "\n"), nil
}

// head returns the lines above the view: what is watched, as of when, until
// when, and what could not be read.
func (s *screen) head(p *Update, failed error, style view.Style) []string {
	words := []string{s.title, p.Snapshot.At.UTC().Format("15:04:05Z")}
	if s.watch.Until != "" {
		words = append(words, "until "+s.watch.Until)
	}
	if s.watch.Timeout > 0 {
		words = append(words, wording.Exact(s.watch.Timeout-s.env.Now().Sub(s.began))+" left")
	}
	rows := []string{style.Bold(firstRow(strings.Join(words, "   "), style))}
	for _, text := range missingLines(p, failed) {
		rows = append(rows, style.Warn(firstRow("! "+text, style)))
	}
	return append(rows, "")
}

// firstRow returns as much of a text as fits on one row of the screen.
func firstRow(text string, style view.Style) string {
	return view.Rows(view.CleanLine(text), style.Width)[0]
}

// missingLines returns a line for each thing that the view does not show. More than
// mostGaps would push the view off the screen, so the rest is counted.
func missingLines(p *Update, failed error) []string {
	var missing []string
	if failed != nil {
		missing = append(missing, "not current: "+message(failed))
	}
	missing = append(missing, gapLines(p.Snapshot.Gaps)...)
	missing = append(missing, p.Missing...)
	if more := len(missing) - mostGaps; more > 0 {
		missing = append(missing[:mostGaps], fmt.Sprintf("… %d more warnings", more))
	}
	return missing
}

// gapLines returns a line for each reason why something could not be read: those
// of missing changes first, then those of whole clusters.
func gapLines(gaps []snapshot.Gap) []string {
	gaps = slices.Clone(gaps)
	slices.SortStableFunc(gaps, func(a, b snapshot.Gap) int {
		return cmp.Or(order(a.Resource == snapshot.ChangesResource, b.Resource == snapshot.ChangesResource),
			order(a.Resource == "cluster", b.Resource == "cluster"))
	})
	var out []string
	at := map[string]int{}
	for _, g := range gaps {
		if line := ownLine(g); line != "" {
			out = append(out, line)
			continue
		}
		if i, ok := at[g.Reason]; ok {
			out[i] = g.Resource + ", " + out[i]
			continue
		}
		at[g.Reason] = len(out)
		out = append(out, g.Resource+" not read: "+g.Reason)
	}
	return out
}

// ownLine returns the line of a gap that shares its line with no other: missing changes, and what one
// context of a fleet lacks. It is empty for others.
func ownLine(g snapshot.Gap) string {
	if g.Resource == snapshot.ChangesResource {
		return changesLine(g)
	}
	if g.Context == "" {
		return ""
	}
	what, _ := view.Gap(g)
	return what + " not read: " + g.Reason
}

// order compares two conditions: what meets it comes first.
func order(a, b bool) int {
	if a == b {
		return 0
	}
	if a {
		return -1
	}
	return 1
}

// frame returns what draws head and rows over the frame before. Each line is
// cleared before it is written: after a full one the cursor is still on it.
func frame(head, rows []string, height int, style view.Style) string {
	head = head[:min(len(head), max(1, height-1))]
	if room := height - len(head); len(rows) > room {
		more := len(rows) - max(0, room-1)
		rows = append(rows[:max(0, room-1):max(0, room-1)], style.Dim(fmt.Sprintf("… %d more lines", more)))
	}
	all := append(head[:len(head):len(head)], rows...)
	out := home + clearLine + strings.Join(all, "\r\n"+clearLine)
	if len(all) < height {
		out += "\r\n" + clearBelow
	}
	return out
}

// changesLine returns why changes are not shown.
func changesLine(g snapshot.Gap) string {
	if g.Context != "" {
		return g.Context + ": " + g.Reason
	}
	return strings.ToUpper(g.Reason[:1]) + g.Reason[1:]
}
