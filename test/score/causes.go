package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// causes prints how the verdicts of the command compare with the labels of
// every set, and how often each confidence is right.
func causes(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("causes", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("testdata", "testdata", "folder of the recordings")
	list := flags.String("list", "", "also print the cases of this half (open or kept) that are not right")
	only := flags.String("set", "", "judge only this set: "+strings.Join(sets, ", "))
	vary := flags.String("vary", "", "compare the verdicts before and after the variations whose names begin so, or all")
	of := flags.String("half", "", "with -vary: judge only this half (open or kept)")
	sample := flags.Int("sample", 1, "with -vary: judge one case of so many, chosen by a hash of its name")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := checkCausesFlags(*list, *of, *only, *sample); err != nil {
		return err
	}
	if *vary != "" {
		return causesVaried(varyOptions{
			dir: *dir, set: *only, name: *vary, list: half(*list), only: half(*of), sample: *sample,
		}, out)
	}
	figures, err := judgeSets(*dir, *only)
	if err != nil {
		return err
	}
	for _, f := range figures {
		if err := f.list(out, half(*list)); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, scores(figures)+"\n"+calibration(figures))
	return err
}

// checkCausesFlags returns an error if -list, -half, -set or -sample has another value than those it accepts, or none.
func checkCausesFlags(list, of, only string, sample int) error {
	if list != "" && !slices.Contains([]half{halfOpen, halfKept}, half(list)) {
		return fmt.Errorf("-list must be open or kept, not %q", list)
	}
	if of != "" && !slices.Contains([]half{halfOpen, halfKept}, half(of)) {
		return fmt.Errorf("-half must be open or kept, not %q", of)
	}
	if sample < 1 {
		return fmt.Errorf("-sample must be 1 or more, not %d", sample)
	}
	if only != "" && !slices.Contains(sets, only) {
		return fmt.Errorf("-set must be one of %s, not %q", strings.Join(sets, ", "), only)
	}
	return nil
}

// judgeSets returns the figures of all sets below dir, or of only one.
func judgeSets(dir, only string) ([]figure, error) {
	var figures []figure
	for _, set := range sets {
		if only != "" && set != only {
			continue
		}
		f, err := judgeSet(filepath.Join(dir, set))
		if err != nil {
			return nil, err
		}
		figures = append(figures, f...)
	}
	return figures, nil
}

// judgeSet judges the cases of a folder and returns the figures of its two halves.
func judgeSet(dir string) ([]figure, error) {
	cases, err := readSet(dir)
	if err != nil {
		return nil, err
	}
	open := figure{set: filepath.Base(dir), half: halfOpen}
	kept := figure{set: filepath.Base(dir), half: halfKept}
	for _, c := range cases {
		results, err := judgeCase(c)
		if err != nil {
			return nil, err
		}
		if halfOf(c.ID) == halfOpen {
			open.add(results)
		} else {
			kept.add(results)
		}
	}
	return []figure{open, kept}, nil
}
