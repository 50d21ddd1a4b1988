package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// figure counts the outcomes of one half of a set.
type figure struct {
	set          string
	half         half
	results      []result // of the last snapshots
	snapshots    int      // of all cases, the last ones among them
	wrongOfThem  int      // of snapshots
	unnamed, all int      // expressions of must_mention: those without a match, and all
}

// add counts the results of a case. A case counts once, by its last snapshot; only
// wrong assertions count at every snapshot, since a user may look at any time.
func (f *figure) add(results []result) {
	for _, r := range results {
		f.snapshots++
		if r.outcome == wrong {
			f.wrongOfThem++
		}
		if r.last {
			f.results = append(f.results, r)
			f.unnamed += len(r.unnamed)
			f.all += len(r.c.Mention)
		}
	}
}

// join adds the counts of another figure.
func (f *figure) join(g figure) {
	f.results = slices.Concat(f.results, g.results) // a new slice: sums may share what they began with
	f.snapshots += g.snapshots
	f.wrongOfThem += g.wrongOfThem
	f.unnamed += g.unnamed
	f.all += g.all
}

// count returns the number of cases with an outcome.
func (f figure) count(o outcome) int {
	return f.countFunc(func(r result) bool { return r.outcome == o })
}

// countFunc returns the number of cases for which of holds.
func (f figure) countFunc(of func(result) bool) int {
	n := 0
	for _, r := range f.results {
		if of(r) {
			n++
		}
	}
	return n
}

// falsehoods returns the number of cases that are not wrong and state something false.
func (f figure) falsehoods() int {
	return f.countFunc(func(r result) bool { return len(r.false) > 0 })
}

// list prints the cases of a half that are not right, or state something false.
func (f figure) list(out io.Writer, of half) error {
	if f.half != of {
		return nil
	}
	for _, r := range f.results {
		if r.outcome == right && len(r.false) == 0 && len(r.unnamed) == 0 {
			continue
		}
		if _, err := io.WriteString(out, r.explain(f.set)); err != nil {
			return err
		}
	}
	return nil
}

// explain returns what a case expected and what the verdict was, then a line for each
// sentence that is false or missing.
func (r result) explain(set string) string {
	category, confidence := r.given()
	text := fmt.Sprintf("%-12s %s/%s: expected %s, got %s (%s)\n", r.outcome, set, r.c.ID, r.shot.Expected, category, confidence)
	if r.item != nil {
		text += fmt.Sprintf("             %s\n", r.item.Cause.Summary)
	}
	for _, expr := range r.false {
		text += fmt.Sprintf("             false: /%s/\n", expr)
	}
	for _, expr := range r.unnamed {
		text += fmt.Sprintf("             not named: /%s/\n", expr)
	}
	return text
}

// scores returns the table of the sets: at the last snapshot of each case, and
// the wrong assertions at all of them.
func scores(figures []figure) string {
	rows := []string{fmt.Sprintf("%-10s %-5s %6s %6s %13s %7s %6s %6s %9s %16s",
		"set", "half", "cases", "right", "undetermined", "missed", "wrong", "false", "named", "wrong snapshots")}
	for _, f := range figures {
		if len(f.results) > 0 {
			rows = append(rows, f.row())
		}
	}
	open, kept := halves(figures)
	return strings.Join(append(rows, open.row(), kept.row()), "\n") + "\n"
}

// halves returns the sums over all sets, of either half.
func halves(figures []figure) (open, kept figure) {
	open = figure{set: "all", half: halfOpen}
	kept = figure{set: "all", half: halfKept}
	for _, f := range figures {
		if f.half == halfOpen {
			open.join(f)
		} else {
			kept.join(f)
		}
	}
	return open, kept
}

// row returns a row of the table, in the columns that the head of scores has.
func (f figure) row() string {
	return fmt.Sprintf("%-10s %-5s %6d %6d %13d %7d %6d %6d %9s %16s", f.set, f.half, len(f.results),
		f.count(right), f.count(cautious), f.count(missed), f.count(wrong), f.falsehoods(),
		fmt.Sprintf("%d/%d", f.all-f.unnamed, f.all), fmt.Sprintf("%d/%d", f.wrongOfThem, f.snapshots))
}

// calibration returns the table of the confidences over all sets: how many of
// the verdicts that name a cause are right.
func calibration(figures []figure) string {
	open, kept := halves(figures)
	all := open
	all.join(kept)
	text := fmt.Sprintf("%-10s %21s %21s %21s\n", "confidence", "open: right of", "kept: right of", "all: right of")
	for _, confidence := range []diagnose.Confidence{diagnose.High, diagnose.Medium, diagnose.Low} {
		text += fmt.Sprintf("%-10s %21s %21s %21s\n", confidence,
			open.rightShare(confidence), kept.rightShare(confidence), all.rightShare(confidence))
	}
	return text
}

// rightShare returns how many of the verdicts with a confidence are right. A verdict of
// "undetermined" names no cause: its confidence is not one in a cause.
func (f figure) rightShare(confidence diagnose.Confidence) string {
	given := func(r result) bool {
		return r.item != nil && r.item.Cause.Confidence == confidence && r.item.Cause.Category != diagnose.Undetermined
	}
	rightly := func(r result) bool { return given(r) && r.outcome == right }
	return share(f.countFunc(rightly), f.countFunc(given))
}

// share returns a count beside its total, with the percentage.
func share(part, total int) string {
	if total == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d, %.1f %%", part, total, 100*float64(part)/float64(total))
}
