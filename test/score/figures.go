package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// figure counts the outcomes of one half of a set.
type figure struct {
	set          string
	half         half
	results      []result // of the last snapshots
	snapshots    int
	wrongOfThem  int
	unnamed, all int // expressions of must_mention
}

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
	f.results = append(f.results, g.results...)
	f.snapshots += g.snapshots
	f.wrongOfThem += g.wrongOfThem
	f.unnamed += g.unnamed
	f.all += g.all
}

// count returns the number of cases with an outcome.
func (f figure) count(o outcome) int {
	return f.countFunc(func(r result) bool { return r.outcome == o })
}

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
		category, confidence := r.given()
		text := fmt.Sprintf("%-12s %s/%s: expected %s, got %s (%s)\n", r.outcome, f.set, r.c.ID, r.shot.Expected, category, confidence)
		if r.item != nil {
			text += fmt.Sprintf("             %s\n", r.item.Cause.Summary)
		}
		for _, expr := range r.false {
			text += fmt.Sprintf("             false: /%s/\n", expr)
		}
		for _, expr := range r.unnamed {
			text += fmt.Sprintf("             not named: /%s/\n", expr)
		}
		if _, err := io.WriteString(out, text); err != nil {
			return err
		}
	}
	return nil
}

// scores returns the table of the sets: at the last snapshot of each case, and
// the wrong assertions at all of them.
func scores(figures []figure) string {
	rows := []string{fmt.Sprintf("%-10s %-5s %6s %6s %13s %7s %6s %6s %9s %16s",
		"set", "half", "cases", "right", "undetermined", "missed", "wrong", "false", "named", "wrong snapshots")}
	open := figure{set: "all", half: halfOpen}
	kept := figure{set: "all", half: halfKept}
	for _, f := range figures {
		if len(f.results) == 0 {
			continue
		}
		rows = append(rows, f.row())
		if f.half == halfOpen {
			open.join(f)
		} else {
			kept.join(f)
		}
	}
	return strings.Join(append(rows, open.row(), kept.row()), "\n") + "\n"
}

func (f figure) row() string {
	return fmt.Sprintf("%-10s %-5s %6d %6d %13d %7d %6d %6d %9s %16s", f.set, f.half, len(f.results),
		f.count(right), f.count(cautious), f.count(missed), f.count(wrong), f.falsehoods(),
		fmt.Sprintf("%d/%d", f.all-f.unnamed, f.all), fmt.Sprintf("%d/%d", f.wrongOfThem, f.snapshots))
}

// calibration returns the table of the confidences over all sets: how many of
// the verdicts that name a cause are right.
func calibration(figures []figure) string {
	text := fmt.Sprintf("%-10s %21s %21s %21s\n", "confidence", "open: right of", "kept: right of", "all: right of")
	for _, confidence := range []diagnose.Confidence{diagnose.High, diagnose.Medium, diagnose.Low} {
		var rightly, given [3]int
		for _, f := range figures {
			of := func(r result) bool {
				return r.item != nil && r.item.Cause.Confidence == confidence && r.item.Cause.Category != diagnose.Undetermined
			}
			n := 0
			if f.half == halfKept {
				n = 1
			}
			for _, at := range []int{n, 2} {
				given[at] += f.countFunc(of)
				rightly[at] += f.countFunc(func(r result) bool { return of(r) && r.outcome == right })
			}
		}
		text += fmt.Sprintf("%-10s", confidence)
		for n := range given {
			text += fmt.Sprintf(" %21s", share(rightly[n], given[n]))
		}
		text += "\n"
	}
	return text
}

// share returns a count beside its total, with the percentage.
func share(part, total int) string {
	if total == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d, %.1f %%", part, total, 100*float64(part)/float64(total))
}
