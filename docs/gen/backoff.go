package main

import (
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"strings"
	"time"
)

// gaps has one row per run of a container, as its kubelet reported it.
const gaps = "testdata/recordings/restart-gaps.csv"

// lives are the pods of that recording that are drawn, and what each one shows.
var lives = []struct{ pod, words string }{
	{"k134-instant-5fbb677fcf-j4hjd", "ends at once, kubelet 1.34"},
	{"k135-instant-7c74c99dc7-2q87n", "ends at once, kubelet 1.35"},
	{"k134-run20s-7d55cd6fb8-mnglm", "runs 20 s each time: the waits are the same"},
	{"k135-reset660-787b8fd99f-z4f2n", "runs 11 min once: the kubelet forgets, and begins anew"},
	{"liveness-fails-5b445fc88-dmd7m", "killed by a liveness probe: pauses of 0 and of 300 s in turn"},
}

// Sizes in pixels: so much for a minute, for a life and for a digit.
const (
	minute    = 64
	minutes   = 14
	lifeTall  = 52
	digitWide = 7
	chartWide = 2*margin + minutes*minute
	ticksTall = 30
)

const chartSheet = `
.small { font-size: 12px; } .run { fill: #0550ae; } .wait { stroke: #59636e; stroke-width: 2; } .tick { stroke: #d1d9e0; }
@media (prefers-color-scheme: dark) { .run { fill: #79c0ff; } .wait { stroke: #9198a1; } .tick { stroke: #3d444d; } }
`

// ran is one run of a container and the pause after it, in seconds since its first start.
type ran struct{ start, end, pause float64 }

// backoffChart draws recorded lives of containers: their runs, and the pauses
// between them in seconds.
func backoffChart(file string) (string, error) {
	runs, err := recordedRuns(file)
	if err != nil {
		return "", err
	}
	tall := 2*margin + len(lives)*lifeTall + ticksTall
	var out strings.Builder
	fmt.Fprintf(
		&out,
		`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n",
		chartWide,
		tall,
	)
	fmt.Fprintf(
		&out,
		"<title>Five recorded containers: their runs, and the seconds between them</title>\n<style>%s%s</style>\n",
		sheet,
		chartSheet,
	)
	fmt.Fprintf(&out, `<rect class="paper" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>`+"\n", chartWide-1, tall-1)
	ticks(&out, margin+len(lives)*lifeTall)
	for i, life := range lives {
		if len(runs[life.pod]) == 0 {
			return "", fmt.Errorf("%s: no runs of pod %s", file, life.pod)
		}
		y := margin + i*lifeTall
		fmt.Fprintf(&out, `<text class="small" x="%d" y="%d">%s</text>`+"\n", margin, y+12, html.EscapeString(life.words))
		for _, r := range runs[life.pod] {
			r.draw(&out, y+26)
		}
	}
	out.WriteString("</svg>\n")
	return out.String(), nil
}

// ticks draws the axis.
func ticks(out *strings.Builder, y int) {
	for m := 0; m <= minutes; m += 2 {
		x := margin + m*minute
		anchor := "middle"
		switch m {
		case 0:
			anchor = "start"
		case minutes:
			anchor = "end"
		}
		fmt.Fprintf(out, `<line class="tick" x1="%d" x2="%[1]d" y1="%d" y2="%d"/>`+"\n", x, margin+18, y+6)
		fmt.Fprintf(out, `<text class="small dim" x="%d" y="%d" text-anchor="%s">%d min</text>`+"\n", x, y+22, anchor, m)
	}
}

// draw draws a run as a bar, the pause after it as a line, and its length if
// there is room. What lies beyond the axis is cut off.
func (r ran) draw(out *strings.Builder, y int) {
	x := func(seconds float64) float64 { return margin + min(seconds, minutes*60)*minute/60 }
	if r.start >= minutes*60 {
		return
	}
	fmt.Fprintf(out, `<rect class="run" x="%.1f" y="%d" width="%.1f" height="14" rx="1"/>`+"\n", x(r.start), y, max(3, x(r.end)-x(r.start)))
	from := x(r.end) + 3
	to := x(r.end + r.pause)
	if to <= from {
		return
	}
	fmt.Fprintf(out, `<line class="wait" x1="%.1f" x2="%.1f" y1="%d" y2="%[3]d"/>`+"\n", from, to, y+12)
	if words := fmt.Sprintf("%.0f s", r.pause); to-from > float64(digitWide*len(words)+4) {
		fmt.Fprintf(out, `<text class="small" x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", (from+to)/2, y+8, words)
	}
}

// recordedRuns reads the runs of each pod in their order. A run whose end was
// not seen has none but its start.
func recordedRuns(file string) (map[string][]ran, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	first := map[string]time.Time{}
	out := map[string][]ran{}
	for _, row := range rows[1:] {
		pod := row[1]
		started, err := time.Parse(time.RFC3339, row[5])
		if err != nil {
			return nil, fmt.Errorf("%s: pod %s: %w", file, pod, err)
		}
		if _, known := first[pod]; !known {
			first[pod] = started
		}
		r := ran{start: started.Sub(first[pod]).Seconds()}
		r.end = r.start
		if ended, err := time.Parse(time.RFC3339, row[6]); err == nil {
			r.end = ended.Sub(first[pod]).Seconds()
		}
		if row[11] != "" {
			if _, err := fmt.Sscan(row[11], &r.pause); err != nil {
				return nil, fmt.Errorf("%s: pod %s: %w", file, pod, err)
			}
		}
		out[pod] = append(out[pod], r)
	}
	return out, nil
}
