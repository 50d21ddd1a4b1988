package main

import (
	"io"
	"path/filepath"
	"testing"
)

// TestCauses holds the verdicts on the labelled recordings: all right at the
// last snapshot, none wrong but the one that docs/scores.md tells of.
func TestCauses(t *testing.T) {
	for set, tolerated := range map[string]int{"corpus": 1, "unseen": 0} {
		t.Run(set, func(t *testing.T) {
			tally := newTally(io.Discard, false)
			if err := tally.judgeAll(filepath.Join("..", "..", "testdata", set)); err != nil {
				t.Fatal(err)
			}
			if n := outcomes(tally.last); tally.last[right] != n {
				t.Errorf("%d of %d right at the last snapshot", tally.last[right], n)
			}
			if tally.all[wrong] > tolerated {
				t.Errorf("%d wrong assertions, %d are known", tally.all[wrong], tolerated)
			}
			if tally.mentioned[0] != tally.mentioned[1] || tally.forbidden[0] > 0 {
				t.Errorf("%d of %d named, %d false claims", tally.mentioned[0], tally.mentioned[1], tally.forbidden[0])
			}
			for _, line := range tally.lines {
				t.Log(line)
			}
		})
	}
}
