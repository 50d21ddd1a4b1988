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
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := checkCausesFlags(*list, *only); err != nil {
		return err
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

// checkCausesFlags returns an error if -list or -set has another value than those it accepts, or none.
func checkCausesFlags(list, only string) error {
	if list != "" && !slices.Contains([]half{halfOpen, halfKept}, half(list)) {
		return fmt.Errorf("-list must be open or kept, not %q", list)
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
