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
	if *list != "" && !slices.Contains([]half{halfOpen, halfKept}, half(*list)) {
		return fmt.Errorf("-list must be open or kept, not %q", *list)
	}
	if *only != "" && !slices.Contains(sets, *only) {
		return fmt.Errorf("-set must be one of %s, not %q", strings.Join(sets, ", "), *only)
	}
	var figures []figure
	for _, set := range sets {
		if *only != "" && set != *only {
			continue
		}
		f, err := judgeSet(filepath.Join(*dir, set))
		if err != nil {
			return err
		}
		for _, f := range f {
			if err := f.list(out, half(*list)); err != nil {
				return err
			}
		}
		figures = append(figures, f...)
	}
	_, err := io.WriteString(out, scores(figures)+"\n"+calibration(figures))
	return err
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
