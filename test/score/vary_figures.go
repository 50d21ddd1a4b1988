package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// varyOptions are what the flags of causes ask of the variations.
type varyOptions struct {
	dir    string
	set    string // "" for all
	name   string // of a variation or the beginning of several, "all" for all
	list   half   // print the cases of this half of which the verdict fell
	only   half   // judge this half alone, "" for both
	sample int    // judge one case in this many
}

// tally counts what a variation did to the verdicts of a half.
type tally struct {
	cases, same, unsure, cautious, wrong, false, unnamed int
}

// causesVaried prints how the verdicts on the cases change by each variation.
func causesVaried(o varyOptions, out io.Writer) error {
	chosen := chosenVariations(o.name)
	if len(chosen) == 0 {
		return fmt.Errorf("-vary must be all, or the beginning of the name of a variation, not %q", o.name)
	}
	counts := map[string]map[half]*tally{}
	for _, v := range chosen {
		counts[v.name] = map[half]*tally{halfOpen: {}, halfKept: {}}
	}
	for _, set := range sets {
		if o.set != "" && o.set != set {
			continue
		}
		cases, err := readSet(filepath.Join(o.dir, set))
		if err != nil {
			return err
		}
		for _, c := range cases {
			if !o.takes(c.ID) {
				continue
			}
			err := varyCase(c, chosen, func(v variation, change varied) {
				counts[v.name][halfOf(c.ID)].add(change)
				if halfOf(c.ID) == o.list {
					fmt.Fprint(out, change.explain(v, set))
				}
			})
			if err != nil {
				return err
			}
		}
	}
	_, err := io.WriteString(out, variedTable(chosen, counts))
	return err
}

// chosenVariations returns the variations whose names begin so, or all.
func chosenVariations(name string) []variation {
	if name == "all" {
		return variations
	}
	return slices.DeleteFunc(slices.Clone(variations), func(v variation) bool { return !strings.HasPrefix(v.name, name) })
}

// takes reports whether a case is one of those to judge. The sample is chosen by the second byte of the hash, as its first
// chooses the half.
func (o varyOptions) takes(name string) bool {
	if o.only != "" && halfOf(name) != o.only {
		return false
	}
	return int(sha256.Sum256([]byte(name))[1])%o.sample == 0
}

// varyCase judges the last snapshot of a case before and after each variation, and calls report for those that fit. A case
// that is wrong or missed is left out: it has no verdict to keep.
func varyCase(c labels, chosen []variation, report func(variation, varied)) error {
	files, err := readFiles(c.snapshotFile(len(c.Snapshots) - 1))
	if err != nil {
		return err
	}
	r, ok := crashOf(c, files)
	if !ok {
		return nil
	}
	items, err := verdicts(c.snapshotFile(len(c.Snapshots) - 1))
	if err != nil {
		return err
	}
	before := c.judge(c.Snapshots[len(c.Snapshots)-1], true, items)
	if before.outcome == wrong || before.item == nil {
		return nil
	}
	for _, v := range chosen {
		change, fits, err := v.judge(r, before)
		if err != nil {
			return err
		}
		if fits {
			report(v, change)
		}
	}
	return nil
}

// add counts a change. A case whose label accepts "undetermined" and got it still counts as one that fell, if it named a cause.
func (t *tally) add(c varied) {
	t.cases++
	switch {
	case c.after.outcome == wrong || c.after.outcome == missed:
		t.wrong++
	case c.undetermined():
		t.cautious++
	case c.lessSure():
		t.unsure++
	default:
		t.same++
	}
	if c.misquotes() {
		t.false++
	}
	if len(c.after.unnamed) > len(c.before.unnamed) {
		t.unnamed++
	}
}

// undetermined reports whether the verdict named a cause and does not any more.
func (c varied) undetermined() bool {
	none := func(r result) bool { return r.item == nil || r.item.Cause.Category == diagnose.Undetermined }
	return none(c.after) && !none(c.before)
}

// misquotes reports whether the summary states something false that it did not state before, or names a cause and quotes the noise for it.
func (c varied) misquotes() bool {
	if len(c.after.false) > len(c.before.false) {
		return true
	}
	return c.quoted != "" && c.after.item.Cause.Category != diagnose.Undetermined
}

// lessSure reports whether the confidence fell.
func (c varied) lessSure() bool {
	order := []diagnose.Confidence{diagnose.Low, diagnose.Medium, diagnose.High}
	rank := func(r result) int { return slices.Index(order, r.item.Cause.Confidence) }
	return rank(c.after) < rank(c.before)
}

// explain returns both verdicts if the second is worse, "" otherwise.
func (c varied) explain(v variation, set string) string {
	var t tally
	t.add(c)
	what := ""
	switch {
	case t.wrong > 0:
		what = "wrong"
	case t.false > 0:
		what = "false"
	case t.cautious > 0:
		what = "undetermined"
	case t.unsure > 0:
		what = "less sure"
	case t.unnamed > 0:
		what = "not named"
	default:
		return ""
	}
	text := fmt.Sprintf("%-12s %s %s/%s\n", what, v.name, set, c.before.c.ID)
	for _, r := range []result{c.before, c.after} {
		category, confidence := r.given()
		summary := ""
		if r.item != nil {
			summary = r.item.Cause.Summary
		}
		text += fmt.Sprintf("             %s (%s): %s\n", category, confidence, summary)
	}
	return text
}

// variedTable returns the table of the variations.
func variedTable(chosen []variation, counts map[string]map[half]*tally) string {
	text := fmt.Sprintf("%-22s %-11s %-5s %6s %6s %10s %13s %6s %6s %9s\n",
		"variation", "may lose", "half", "cases", "same", "less sure", "undetermined", "wrong", "false", "not named")
	sums := map[half]*tally{halfOpen: {}, halfKept: {}}
	for _, v := range chosen {
		for _, h := range []half{halfOpen, halfKept} {
			text += counts[v.name][h].row(v.name, string(v.may), h)
			sums[h].join(*counts[v.name][h])
		}
	}
	return text + sums[halfOpen].row("all", "", halfOpen) + sums[halfKept].row("all", "", halfKept)
}

// row returns a row of the table, "" if nothing was counted.
func (t tally) row(name, may string, h half) string {
	if t.cases == 0 {
		return ""
	}
	return fmt.Sprintf("%-22s %-11s %-5s %6d %6d %10d %13d %6d %6d %9d\n",
		name, may, h, t.cases, t.same, t.unsure, t.cautious, t.wrong, t.false, t.unnamed)
}

// join adds the counts of another tally.
func (t *tally) join(o tally) {
	t.cases += o.cases
	t.same += o.same
	t.unsure += o.unsure
	t.cautious += o.cautious
	t.wrong += o.wrong
	t.false += o.false
	t.unnamed += o.unnamed
}
