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

func (f forecast) line() string {
	window := "no window"
	if f.said() {
		window = fmt.Sprintf("%s to %s", f.schedule.NotBefore.UTC().Format(time.TimeOnly), f.schedule.ExpectedBy.UTC().Format(time.TimeOnly))
	}
	return fmt.Sprintf("%s: %s at %s: %s (%s, max %s), started %s after %s", f.set, f.who, f.at.UTC().Format(time.TimeOnly),
		window, f.schedule.Basis, f.schedule.Policy.Max, f.started.UTC().Format(time.TimeOnly), f.wait)
}

// bounds are the real waits that belong to a step, late starts included.
var bounds = []struct {
	upTo time.Duration
	step string
}{{6 * time.Second, "0"}, {20 * time.Second, "10s"}, {35 * time.Second, "20s"}, {62 * time.Second, "40s"}, {
	110 * time.Second,
	"1m20s",
}, {200 * time.Second, "2m40s"}, {time.Hour, "5m"}}

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
	groups := map[[3]string][]forecast{}
	bases := map[backoff.Basis][]forecast{}
	sets := map[string][]forecast{}
	for _, f := range all {
		key := [3]string{f.set, f.version, step(f.wait)}
		groups[key] = append(groups[key], f)
		bases[f.schedule.Basis] = append(bases[f.schedule.Basis], f)
		sets[f.set] = append(sets[f.set], f)
	}
	fmt.Fprintf(out, "%-28s %-7s %-6s %6s %8s %7s %13s\n", "RECORDING", "KUBELET", "STEP", "ASKED", "WINDOWS", "INSIDE", "MEDIAN WIDTH")
	keys := slices.Collect(maps.Keys(groups))
	slices.SortFunc(keys, func(a, b [3]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(order(a[2]), order(b[2])))
	})
	for _, k := range keys {
		t := sum(groups[k])
		fmt.Fprintf(out, "%-28s %-7s %-6s %6d %8d %7d %13s\n", k[0], k[1], k[2], t.starts, t.said, t.inside, t.width)
	}
	for _, b := range slices.Sorted(maps.Keys(bases)) {
		fmt.Fprintf(out, "basis %s: %s\n", b, sum(bases[b]))
	}
	for _, s := range slices.Sorted(maps.Keys(sets)) {
		fmt.Fprintf(out, "%s: %s\n", s, sum(sets[s]))
	}
	fmt.Fprintf(out, "all: %s\n", sum(all))
}

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
	starts, said, inside int
	waits, held          int           // and those waits every prediction of which came true
	width                time.Duration // median
	share                float64       // median of width by wait
	narrow               int           // not wider than half the wait and 4 s
}

func sum(all []forecast) total {
	t := total{starts: len(all)}
	var widths []time.Duration
	var shares []float64
	held := map[string]bool{}
	for _, f := range all {
		wait := f.set + f.who + f.ended.String()
		before, seen := held[wait]
		held[wait] = f.inside() && (before || !seen)
		if !f.said() {
			continue
		}
		t.said++
		if f.inside() {
			t.inside++
		}
		if f.width() <= f.wait/2+4*time.Second {
			t.narrow++
		}
		widths = append(widths, f.width())
		shares = append(shares, f.width().Seconds()/max(f.wait.Seconds(), 1))
	}
	t.waits = len(held)
	for _, ok := range held {
		if ok {
			t.held++
		}
	}
	slices.Sort(widths)
	slices.Sort(shares)
	if len(widths) > 0 {
		t.width = widths[len(widths)/2]
		t.share = shares[len(shares)/2]
	}
	return t
}

func (t total) String() string {
	return fmt.Sprintf(
		"%d predictions, %.1f %% with a window, %.2f %% of these inside, %.0f %% not wider than half the wait and 4 s, median width %s, by wait %.2f; %.2f %% of %d waits held from first to last",
		t.starts,
		percent(t.said, t.starts),
		percent(t.inside, t.said),
		percent(t.narrow, t.said),
		t.width,
		t.share,
		percent(t.held, t.waits),
		t.waits,
	)
}

func percent(part, whole int) float64 {
	return 100 * float64(part) / float64(max(whole, 1))
}
