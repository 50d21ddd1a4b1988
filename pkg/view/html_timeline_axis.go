package view

import (
	"fmt"
	"strings"
	"time"
)

// steps are the distances of the lines of an axis: round ones, at which people read clocks and calendars.
var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 365 * day,
}

// day is one of UTC, in which no clock is put back.
const day = 24 * time.Hour

// mostTicks is how many lines an axis has, so that their times fit on a phone.
const mostTicks = 5

// axis draws the lines and times below the lanes.
func (t Timeline) axis(out *strings.Builder, bottom int) {
	length := t.To.Sub(t.From)
	step := stepOf(length)
	form := tickForm(step, length)
	for at := t.From.UTC().Truncate(step); !at.After(t.To); at = at.Add(step) {
		if at.Before(t.From) { // only the first, which was rounded down
			continue
		}
		fmt.Fprintf(out, `<line class="tick" x1="%[1]s" x2="%[1]s" y1="20" y2="%[2]d"/>`, t.at(at), bottom)
		fmt.Fprintf(out, `<text class="time" x="%s" y="%d" text-anchor="%s">%s</text>`,
			t.at(at), bottom+16, anchorAt(t.share(at)), at.Format(form))
	}
}

// stepOf returns the shortest of steps that gives an axis no more than mostTicks lines.
func stepOf(length time.Duration) time.Duration {
	for _, s := range steps {
		if length <= mostTicks*s {
			return s
		}
	}
	return steps[len(steps)-1] // of many years there are more lines
}

// tickForm returns how the times of an axis are written: as little of them as distinguishes them.
func tickForm(step, length time.Duration) string {
	switch {
	case step < time.Minute:
		return "15:04:05"
	case step >= day:
		return "2 Jan"
	case length > day:
		return "2 Jan 15h"
	default:
		return "15:04"
	}
}

// anchorAt returns how a time is aligned with its line, so that those at the ends of the axis are not
// cut off.
func anchorAt(share float64) string {
	switch {
	case share < 8:
		return "start"
	case share > 92:
		return "end"
	default:
		return "middle"
	}
}

// legend explains the signs of a timeline.
func legend(signs []Sign) HTML {
	var out []HTML
	for _, s := range signs {
		// As it is drawn in the lanes, at the size of a letter.
		drawn := fmt.Sprintf(`<path class="%s %s" transform="translate(9 8)" d="%s"/>`, s.Shape, s.Class, paths[s.Shape])
		switch s.Shape {
		case Solid, Dashed:
			drawn = fmt.Sprintf(`<rect class="%s %s" x="1" width="16" y="3" height="10"/>`, s.Shape, s.Class)
		case Thin:
			drawn = fmt.Sprintf(`<rect class="%s %s" x="1" width="16" y="6" height="4"/>`, s.Shape, s.Class)
		case Cross, Diamond, Square, Triangle, Play, now:
		}
		out = append(out, Tag("span", "", HTML(`<svg width="18" height="16" aria-hidden="true">`+drawn+`</svg>`), Text(s.Words)))
	}
	return Tag("figcaption", "", out...)
}
