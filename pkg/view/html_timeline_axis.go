package view

import (
	"fmt"
	"strings"
	"time"
)

// steps are the distances of the lines of an axis.
var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 365 * day,
}

const day = 24 * time.Hour

// mostTicks is how many lines an axis has, so that their times fit on a phone.
const mostTicks = 5

// axis draws the lines and times below the lanes.
func (t Timeline) axis(out *strings.Builder, bottom int) {
	step := steps[len(steps)-1]
	for _, s := range steps {
		if t.To.Sub(t.From) <= mostTicks*s {
			step = s
			break
		}
	}
	form := "15:04"
	switch {
	case step < time.Minute:
		form = "15:04:05"
	case step >= day:
		form = "2 Jan"
	case t.To.Sub(t.From) > day:
		form = "2 Jan 15h"
	}
	for at := t.From.UTC().Truncate(step); !at.After(t.To); at = at.Add(step) {
		if at.Before(t.From) {
			continue
		}
		fmt.Fprintf(out, `<line class="tick" x1="%[1]s" x2="%[1]s" y1="20" y2="%[2]d"/>`, t.at(at), bottom)
		anchor := "middle"
		if share := t.share(at); share < 8 {
			anchor = "start"
		} else if share > 92 {
			anchor = "end"
		}
		fmt.Fprintf(out, `<text class="time" x="%s" y="%d" text-anchor="%s">%s</text>`, t.at(at), bottom+16, anchor, at.Format(form))
	}
}

// legend explains the signs of a timeline.
func legend(signs []Sign) HTML {
	var out []HTML
	for _, s := range signs {
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
