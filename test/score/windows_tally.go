package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
)

// line returns a forecast for -v:
//
//	RECORDING: POD/CONTAINER at 10:00:05: 10:00:17 to 10:00:22 (BASIS, max 5m0s), started 10:00:25 after 21s
func (f forecast) line() string {
	window := "no window"
	if f.windowed() {
		window = fmt.Sprintf("%s to %s", f.schedule.NotBefore.UTC().Format(time.TimeOnly), f.schedule.ExpectedBy.UTC().Format(time.TimeOnly))
	}
	return fmt.Sprintf("%s: %s at %s: %s (%s, max %s), started %s after %s", f.set, f.who, f.at.UTC().Format(time.TimeOnly),
		window, f.schedule.Basis, f.schedule.Policy.Max, f.started.UTC().Format(time.TimeOnly), f.wait)
}

// bounds are the real waits that belong to a step, late starts included.
var bounds = []struct {
	upTo time.Duration
	step string
}{
	{6 * time.Second, "0"},
	{20 * time.Second, "10s"},
	{35 * time.Second, "20s"},
	{62 * time.Second, "40s"},
	{110 * time.Second, "1m20s"},
	{200 * time.Second, "2m40s"},
	{time.Hour, "5m"},
}

// step returns the back-off of the kubelet that a real wait belongs to.
func step(wait time.Duration) string {
	for _, b := range bounds {
		if wait <= b.upTo {
			return b.step
		}
	}
	return "longer"
}

// printTable sums up by recording, version and step, and over all.
func printTable(out io.Writer, all []forecast) {
	printSteps(out, all)
	bases := groupBy(all, func(f forecast) backoff.Basis { return f.schedule.Basis })
	for _, b := range slices.Sorted(maps.Keys(bases)) {
		fmt.Fprintf(out, "basis %s: %s\n", b, sum(bases[b]))
	}
	sets := groupBy(all, func(f forecast) string { return f.set })
	for _, s := range slices.Sorted(maps.Keys(sets)) {
		fmt.Fprintf(out, "%s: %s\n", s, sum(sets[s]))
	}
	fmt.Fprintf(out, "all: %s\n", sum(all))
}

// groupBy returns the forecasts by a key of theirs.
func groupBy[K comparable](all []forecast, key func(forecast) K) map[K][]forecast {
	out := map[K][]forecast{}
	for _, f := range all {
		out[key(f)] = append(out[key(f)], f)
	}
	return out
}

// printSteps prints a row for each step of each version in each recording, the shortest step first.
func printSteps(out io.Writer, all []forecast) {
	groups := groupBy(all, func(f forecast) [3]string { return [3]string{f.set, f.version, step(f.wait)} })
	fmt.Fprintf(out, "%-28s %-7s %-6s %6s %8s %7s %13s\n", "RECORDING", "KUBELET", "STEP", "ASKED", "WINDOWS", "INSIDE", "MEDIAN WIDTH")
	for _, k := range slices.SortedFunc(maps.Keys(groups), byStep) {
		t := sum(groups[k])
		fmt.Fprintf(out, "%-28s %-7s %-6s %6d %8d %7d %13s\n", k[0], k[1], k[2], t.starts, t.windowed, t.inside, t.width)
	}
}

// byStep compares keys of printSteps: a recording, a version and a step.
func byStep(a, b [3]string) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(order(a[2]), order(b[2])))
}

// order returns the place of a step in bounds: as text "10s" would stand before "20s" and "1m20s" before both.
func order(name string) int {
	for i, b := range bounds {
		if b.step == name {
			return i
		}
	}
	return len(bounds)
}

// total is the sum of some forecasts.
type total struct {
	starts, windowed, inside int
	waits, held              int           // and those waits every prediction of which came true
	width                    time.Duration // median
	share                    float64       // median of width by wait
	narrow                   int           // not wider than half the wait and 4 s
}

// sum counts forecasts, and takes the medians of their widths.
func sum(all []forecast) total {
	t := total{starts: len(all)}
	t.waits, t.held = waits(all)
	var widths []time.Duration
	var shares []float64
	for _, f := range all {
		if !f.windowed() {
			continue
		}
		t.windowed++
		if f.inside() {
			t.inside++
		}
		if f.width() <= f.wait/2+4*time.Second {
			t.narrow++
		}
		widths = append(widths, f.width())
		shares = append(shares, f.width().Seconds()/max(f.wait.Seconds(), 1))
	}
	t.width = median(widths)
	t.share = median(shares)
	return t
}

// median returns the middle one of some values, zero of none.
func median[T cmp.Ordered](values []T) T {
	if len(values) == 0 {
		var none T
		return none
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// waits counts the waits that forecasts are of, and those of which every forecast held. Somebody who
// looks at a wait again and again sees a single one that fails.
func waits(all []forecast) (n, held int) {
	holds := map[string]bool{}
	for _, f := range all {
		wait := f.set + f.who + f.ended.String()
		before, seen := holds[wait]
		holds[wait] = f.inside() && (before || !seen)
	}
	for _, ok := range holds {
		if ok {
			held++
		}
	}
	return len(holds), held
}

// String returns the total as a line of the output.
func (t total) String() string {
	return fmt.Sprintf(
		"%d predictions, %.1f %% with a window, %.2f %% of these inside, %.0f %% not wider than half the wait and 4 s, "+
			"median width %s, by wait %.2f; %.2f %% of %d waits held from first to last",
		t.starts,
		percent(t.windowed, t.starts),
		percent(t.inside, t.windowed),
		percent(t.narrow, t.windowed),
		t.width,
		t.share,
		percent(t.held, t.waits),
		t.waits,
	)
}

// percent returns a share in percent, 0 of nothing.
func percent(part, whole int) float64 {
	return 100 * float64(part) / float64(max(whole, 1))
}
