package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// What is promised of every recording: nearly every wait gets a window, nearly
// every start lies inside, and half of the windows are narrow.
func TestWindowsOnTheRecordings(t *testing.T) {
	for _, unknown := range []bool{false, true} {
		all, err := forecasts("../../testdata", 10*time.Second, unknown)
		if err != nil {
			t.Fatal(err)
		}
		sets := map[string][]forecast{}
		for _, f := range all {
			sets[f.set] = append(sets[f.set], f)
		}
		if len(sets) != 12 || len(sets["corpus"]) < 140 {
			t.Fatalf("the recordings are not all there: %d sets, %d of the corpus", len(sets), len(sets["corpus"]))
		}
		for set, list := range sets {
			s := sum(list)
			inside := 99.0
			narrow := 50.0
			if strings.HasSuffix(set, " reduced") {
				inside = 90 // of an alpha gate, which nothing shows at first
			}
			if unknown && strings.HasSuffix(set, " 2s") {
				narrow = 0 // kubelets of both kinds differ by more than such a wait
			}
			if percent(s.windowed, s.starts) < 97 || percent(s.inside, s.windowed) < inside || percent(s.narrow, s.windowed) < narrow {
				t.Errorf("%s (version unknown: %v): %s", set, unknown, s)
			}
		}
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"windows", "-testdata", "../../testdata", "-every", "1h"}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\ncorpus: ") || !strings.Contains(out.String(), "\nall: ") {
		t.Errorf("no summary in\n%s", &out)
	}
	for _, args := range [][]string{nil, {"other"}, {"windows", "-other"}, {"windows", "-testdata", "missing"}} {
		if err := run(args, &out); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
