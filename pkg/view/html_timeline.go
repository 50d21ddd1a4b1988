package view

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// Timeline is a chart of events over time: lanes over one time axis. It is as
// wide as the page allows, and its text never shrinks.
type Timeline struct {
	Name     string    // for those who cannot see it
	From, To time.Time // the ends of the axis
	Now      time.Time // marked if it is between the two; later events are expected ones
	Lanes    []Lane
}

// Lane is one row of a Timeline.
type Lane struct {
	Label string
	Bars  []Bar
	Marks []Mark
}

// Bar is something that lasted.
type Bar struct {
	From, To time.Time
	Sign     Sign
	Words    string // description, shown on hover
}

// Mark is something that happened at one time.
type Mark struct {
	At    time.Time
	Sign  Sign
	Label string // beside it, if there is room
	Words string // description, shown on hover
	Guide bool   // drawn through all lanes
}

// Sign is how something is drawn, and named in the legend.
type Sign struct {
	Shape Shape
	Class string // its colour: "good", "warn", "bad", "accent" or "dim"
	Words string // its meaning, in the legend
}

// Shape is the form of a Sign: no meaning rests on colour alone.
type Shape string

// The shapes: three of bars, the others of marks.
const (
	Solid    Shape = "solid"
	Thin     Shape = "thin"
	Dashed   Shape = "dashed"
	Cross    Shape = "cross"
	Diamond  Shape = "diamond"
	Square   Shape = "square"
	Triangle Shape = "triangle"
	Play     Shape = "play"

	now Shape = "now"
)

// paths are the outlines of marks around 0,0, in units of pixels: no shape is scaled with the axis.
var paths = map[Shape]string{
	Cross: "M-5-5L5 5M-5 5L5-5", Diamond: "M0-6L6 0L0 6L-6 0Z", Square: "M-5-5H5V5H-5Z", Triangle: "M-6-5H6L0 6Z",
	Play: "M-3-6L6 0L-3 6Z", now: "M0-8V8",
}

const (
	laneHeight = 46 // of them the label takes the upper part
	axisHeight = 24 // of the times below the lanes
)

// HTML draws the timeline, with a legend of the signs that are in it.
func (t Timeline) HTML() HTML {
	if !t.To.After(t.From) || len(t.Lanes) == 0 {
		return ""
	}
	// Places are percentages of the width and pixels of the height: it is stretched to the page, and
	// letters and marks keep their size.
	bottom := len(t.Lanes) * laneHeight
	var out strings.Builder
	fmt.Fprintf(
		&out,
		`<svg class="timeline" width="100%%" height="%d" role="img" aria-label="%s">`,
		bottom+axisHeight,
		html.EscapeString(CleanLine(t.Name)),
	)
	t.axis(&out, bottom)
	var signs []Sign // those that are drawn, by what they mean: one legend for all lanes
	use := func(s Sign) {
		if !slices.ContainsFunc(signs, func(used Sign) bool { return used.Words == s.Words }) {
			signs = append(signs, s)
		}
	}
	for n, l := range t.Lanes {
		t.lane(&out, l, n*laneHeight, use)
	}
	if !t.Now.Before(t.From) && !t.Now.After(t.To) {
		use(Sign{Shape: now, Words: "now"})
		fmt.Fprintf(&out, `<line class="now" x1="%[1]s" x2="%[1]s" y1="20" y2="%[2]d"/>`, t.at(t.Now), bottom)
	}
	out.WriteString("</svg>")
	return Tag("figure", "", HTML(out.String()), legend(signs))
}

// Fit returns t with an axis over all that its lanes show and Now, with some
// room before it. Without lanes it has none.
func (t Timeline) Fit() Timeline {
	if len(t.Lanes) == 0 {
		return t
	}
	t.From = t.Now
	t.To = t.Now
	take := func(times ...time.Time) {
		for _, m := range times {
			if m.Before(t.From) {
				t.From = m
			}
			if m.After(t.To) {
				t.To = m
			}
		}
	}
	for _, l := range t.Lanes {
		for _, b := range l.Bars {
			take(b.From, b.To)
		}
		for _, m := range l.Marks {
			take(m.At)
		}
	}
	t.From = t.From.Add(-t.To.Sub(t.From) / 40) // else the first mark would be cut in half
	return t
}

// share returns the position of a time on the axis, 0 to 100.
func (t Timeline) share(at time.Time) float64 {
	return min(100, max(0, 100*at.Sub(t.From).Seconds()/t.To.Sub(t.From).Seconds()))
}

// at returns where a time is on the axis, in percent of its width.
func (t Timeline) at(at time.Time) string { return fmt.Sprintf("%.2f%%", t.share(at)) }

// bar draws a bar, cut to the axis, and reports whether any of it is there.
func (t Timeline) bar(out *strings.Builder, b Bar, y int) bool {
	if b.To.Before(t.From) || b.From.After(t.To) || b.To.Before(b.From) {
		return false
	}
	height := 12
	if b.Sign.Shape == Thin {
		height = 4
	}
	from := t.share(b.From)
	to := t.share(b.To)
	// What lasted for no time has a width all the same, or it could not be seen.
	fmt.Fprintf(out, `<rect class="%s %s" x="%.2f%%" width="%.2f%%" y="%d" height="%d"><title>%s</title></rect>`,
		b.Sign.Shape, b.Sign.Class, from, max(0.01, to-from), y-height/2, height, Text(CleanLine(b.Words)))
	return true
}

// room is how much of the axis a label takes on a narrow screen, in percent: two for a letter, and
// the mark beside it. On a wide screen labels have more room than they need.
func room(label string) float64 { return 3 + 2*float64(Width(label)) }

// marks draws the marks of a lane. use is called for each symbol, for the legend.
func (t Timeline) marks(out *strings.Builder, marks []Mark, y, bottom int, use func(Sign)) {
	free := -1.0 // labels are written up to this position
	for _, m := range marks {
		if m.At.Before(t.From) || m.At.After(t.To) {
			continue
		}
		use(m.Sign)
		at := t.share(m.At)
		if m.Guide { // under the mark, which is drawn after it
			fmt.Fprintf(out, `<line class="guide %s" x1="%[2]s" x2="%[2]s" y1="%[3]d" y2="%[4]d"/>`, m.Sign.Class, t.at(m.At), y, bottom)
		}
		fmt.Fprintf(out, `<svg x="%s" y="%d" overflow="visible"><path class="%s %s" d="%s"><title>%s</title></path></svg>`,
			t.at(m.At), y, m.Sign.Shape, m.Sign.Class, paths[m.Sign.Shape], Text(CleanLine(m.Words)))
		if m.Label != "" && at > free {
			t.label(out, m, y+4)
			free = at + room(m.Label)
		}
	}
}

// label writes the label of a mark: right of it, or left if it would go beyond the end of the axis.
func (t Timeline) label(out *strings.Builder, m Mark, y int) {
	dx := 10
	anchor := "start"
	if t.share(m.At) > 100-room(m.Label) {
		dx = -10
		anchor = "end"
	}
	fmt.Fprintf(out, `<text class="label" x="%s" dx="%d" y="%d" text-anchor="%s">%s</text>`,
		t.at(m.At), dx, y, anchor, Text(CleanLine(m.Label)))
}

// lane draws one lane from y on, and passes the signs that it draws to use.
func (t Timeline) lane(out *strings.Builder, l Lane, y int, use func(Sign)) {
	fmt.Fprintf(out, `<text x="0" y="%d">%s</text>`, y+16, Text(CleanLine(l.Label)))
	for _, b := range l.Bars {
		if t.bar(out, b, y+32) {
			use(b.Sign)
		}
	}
	t.marks(out, l.Marks, y+32, len(t.Lanes)*laneHeight, use)
}
