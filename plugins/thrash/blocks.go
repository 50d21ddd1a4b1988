package thrash

import (
	"slices"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// The signs of a strip: what a container did, and below it what happened.
const (
	blockUnseen = '·' // before and between what the API still has
	blockWait   = '░' // waits for the back-off
	blockRun    = '█'
	blockGuess  = '▒' // somewhere in this stretch it must have started
	blockDue    = '┄' // the window of the next start

	markExit    = 'x'
	markProbe   = 'p'
	markConfig  = 'C'
	markRollout = 'R' // in the same cell the later of these hides the earlier
)

// signs explains the symbols, in the order of the legend.
var signs = []struct {
	sign  rune
	words string
}{
	{blockRun, "runs"},
	{blockWait, "waits"},
	{blockDue, "next start"},
	{blockGuess, "deduced start"},
	{blockUnseen, "not seen"},
	{markExit, "exit"},
	{markProbe, "probe failed"},
	{markRollout, "rollout"},
	{markConfig, "config changed"},
}

// strip is a stretch of time as a row of blocks and a row of marks.
type strip struct {
	from, to time.Time
	blocks   []rune
	marks    []rune
}

// stripCells is the width of a strip on a wide terminal.
const stripCells = 56

// blocks draws the timeline of a container on one line, with a line of marks
// and one that explains them. Only what was observed is drawn as a run or a
// wait. It returns nil if no end of a run is known.
func (t text) blocks(i diagnose.Item) []string {
	t.at = i.At // of a fleet each container has the time of its own cluster
	if !slices.ContainsFunc(i.Timeline, func(e backoff.Entry) bool { return e.Event == backoff.EventExited }) {
		return nil
	}
	s := t.strip(i)
	// The times at both ends stand for an axis, which would take a line of its own.
	from := clock(snapshot.NewTime(s.from))
	to := clock(snapshot.NewTime(s.to))
	if s.to.Sub(s.from) >= 24*time.Hour { // a time of day alone would be read as today's
		from = s.from.UTC().Format("01-02T15:04Z")
	}
	out := []string{from + " " + string(s.blocks) + " " + to}
	if marks := strings.TrimRight(string(s.marks), " "); marks != "" {
		out = append(out, strings.Repeat(" ", len(from)+1)+marks)
	}
	return append(out, s.legend())
}

// legend explains the symbols that are in a strip.
func (s *strip) legend() string {
	drawn := string(s.blocks) + string(s.marks)
	var legend []string
	for _, sign := range signs { // a sign that is not there would only be looked for
		if strings.ContainsRune(drawn, sign.sign) {
			legend = append(legend, string(sign.sign)+" "+sign.words)
		}
	}
	return strings.Join(legend, ", ")
}

// strip paints what is known of a container. It paints what is certain last, over
// what is not.
func (t text) strip(i diagnose.Item) *strip {
	// It ends now, or with the window of the next start, which is to come.
	empty := strings.Repeat(" ", t.stripWidth())
	s := &strip{from: begin(i.Timeline, t.at), to: t.at, blocks: []rune(empty), marks: []rune(empty)}
	if due := i.Backoff.ExpectedBy; due != nil && due.After(s.to) {
		s.to = due.Time
	}
	s.paint(s.from, t.at, blockUnseen) // what is known is painted over it
	ended := t.paintWaits(s, i)
	t.paintRuns(s, i, ended)
	s.remark(i.Timeline)
	return s
}

// stripWidth returns how many cells a strip has, so that it fits on a line between its two times.
// Of fewer than ten nothing could be read.
func (t text) stripWidth() int {
	if t.style.Width <= 0 {
		return stripCells
	}
	return max(10, min(stripCells, t.style.Width-margin-len("01-02T15:04Z ")-len(" 15:04:05Z")))
}

// begin returns the time of the earliest entry, or now if none is earlier. An entry that was
// reconstructed has a span instead of a time.
func begin(entries []backoff.Entry, now time.Time) time.Time {
	from := now
	for _, e := range entries {
		for _, at := range []*snapshot.Time{e.At, e.From} {
			if at != nil && at.Before(from) {
				from = at.Time
			}
		}
	}
	return from
}

// paintWaits paints the waits for starts, known and deduced, and the window of the
// next start. It returns when the last known run ended.
func (t text) paintWaits(s *strip, i diagnose.Item) (last time.Time) {
	for _, e := range i.Timeline {
		if e.Event == backoff.EventStarted {
			s.paintWait(e)
		}
		if e.Event == backoff.EventExited && e.At != nil {
			last = e.At.Time
		}
	}
	t.paintNext(s, i, last)
	return last
}

// paintNext paints the wait since the end of the last run, and the window of the next start.
func (t text) paintNext(s *strip, i diagnose.Item, ended time.Time) {
	b := i.Backoff
	// A container that runs waits for nothing, and one that is blocked not for the back-off.
	if i.State != "Running" && i.Status == diagnose.Thrashing {
		s.paint(ended, t.at, blockWait)
		if b.NotBefore != nil {
			s.paint(t.at, b.NotBefore.Time, blockWait)
		}
	}
	if b.NotBefore != nil && b.ExpectedBy != nil && b.ExpectedBy.After(t.at) {
		s.paint(b.NotBefore.Time, b.ExpectedBy.Time, blockDue)
	}
}

// paintWait paints the wait before a start, or the span in which a deduced start was.
func (s *strip) paintWait(e backoff.Entry) {
	// Of several deduced starts, the span says nothing of each.
	if e.Basis == backoff.Reconstructed && e.Count <= 1 && e.From != nil && e.To != nil {
		s.paint(e.From.Time, e.To.Time, blockGuess)
		return
	}
	if e.At != nil && e.Wait != nil {
		s.paint(e.At.Add(-time.Duration(*e.Wait)), e.At.Time, blockWait)
	}
}

// paintRuns paints the known runs; one that began after last still runs.
func (t text) paintRuns(s *strip, i diagnose.Item, last time.Time) {
	for _, e := range i.Timeline {
		switch {
		case e.Event == backoff.EventStarted && e.At != nil && i.State == "Running" && !e.At.Before(last):
			s.paint(e.At.Time, t.at, blockRun)
		case e.Event == backoff.EventStarted && e.At != nil: // how long it ran is known by its end
			s.paint(e.At.Time, e.At.Time, blockRun)
		case e.Event == backoff.EventExited && e.At != nil && e.RanFor != nil:
			s.paint(e.At.Add(-time.Duration(*e.RanFor)), e.At.Time, blockRun)
		}
	}
}

// remark sets the marks below the blocks; of two at one place the later row of the table shows.
func (s *strip) remark(entries []backoff.Entry) {
	for _, sign := range []struct {
		event backoff.Event
		mark  rune
	}{
		{backoff.EventExited, markExit},
		{backoff.EventProbeFailed, markProbe},
		{backoff.EventConfigChanged, markConfig},
		{backoff.EventRollout, markRollout},
	} {
		for _, e := range entries {
			if e.Event == sign.event {
				s.mark(sign.mark, e.At, e.From, e.To)
			}
		}
	}
}

// mark sets a mark at those of the times that are known: of many in a span at its ends.
func (s *strip) mark(mark rune, times ...*snapshot.Time) {
	for _, at := range times {
		if at != nil {
			s.marks[s.cell(at.Time)] = mark
		}
	}
}

// cell returns the cell to which a time belongs, the first or last one for a time
// outside the strip.
func (s *strip) cell(at time.Time) int {
	n := len(s.blocks)
	length := max(s.to.Sub(s.from).Seconds(), 1) // never 0, which it would be divided by
	cell := int(float64(n) * at.Sub(s.from).Seconds() / length)
	return max(0, min(n-1, cell))
}

// paint fills the cells of a stretch, at least one: a run of a second is seen on a strip of a day.
func (s *strip) paint(from, to time.Time, block rune) {
	if to.Before(from) {
		return
	}
	for c := s.cell(from); c <= s.cell(to); c++ {
		s.blocks[c] = block
	}
}
