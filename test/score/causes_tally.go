package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// tally counts outcomes.
type tally struct {
	out       io.Writer
	verbose   bool
	all, last map[outcome]int
	also      map[outcome]int
	table     map[[2]string]int // last snapshots, by expected and given category
	mentioned [2]int            // matched, of all
	forbidden [2]int
	lines     []string
}

func newTally(out io.Writer, verbose bool) *tally {
	return &tally{out: out, verbose: verbose, all: map[outcome]int{}, last: map[outcome]int{}, also: map[outcome]int{}, table: map[[2]string]int{}}
}

// add judges snapshot n of a case.
func (t *tally) add(c labels, n int, items []diagnose.Item) {
	shot, final := c.Snapshots[n], n == len(c.Snapshots)-1
	result, item := judge(c.Namespace, shot.Expected, c.Acceptable, c.Culprit, items)
	if shot.Any {
		result, item = right, nil
	}
	t.all[result]++
	given := "-"
	if item != nil {
		given = string(item.Cause.Category)
	}
	if t.verbose || result == wrong || result == missed || final && result == cautious {
		t.say("%-8s %s %s: expected %s, got %s", result, c.ID, shot.Dir, shot.Expected, given)
	}
	if !final {
		return
	}
	t.last[result]++
	t.table[[2]string{shot.Expected, given}]++
	if result == right && item != nil {
		t.claims(c, item)
	}
	for _, other := range c.Also {
		result, _ := judge(c.Namespace, other.Category, other.Acceptable, &other.Culprit, items)
		t.also[result]++
		if result != right {
			t.say("%-8s %s: further workload %s, expected %s", result, c.ID, other.Culprit.Name, other.Category)
		}
	}
}

func (t *tally) claims(c labels, item *diagnose.Item) {
	unmentioned, forbidden := claims(c, item)
	t.mentioned[0] += len(c.Mention) - len(unmentioned)
	t.mentioned[1] += len(c.Mention)
	t.forbidden[0] += len(forbidden)
	t.forbidden[1] += len(c.Not)
	for _, m := range unmentioned {
		t.say("         %s does not mention /%s/", c.ID, m)
	}
	for _, m := range forbidden {
		t.say("         %s claims what is false: /%s/", c.ID, m)
	}
}

func (t *tally) say(format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

func outcomes(counts map[outcome]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

func (t *tally) print() error {
	for _, counts := range []struct {
		name string
		of   map[outcome]int
	}{{"all snapshots", t.all}, {"last snapshots", t.last}, {"further failing workloads", t.also}} {
		line := fmt.Sprintf("%s %d:", counts.name, outcomes(counts.of))
		for _, o := range []outcome{right, cautious, missed, wrong} {
			line += fmt.Sprintf(" %s %d", o, counts.of[o])
		}
		t.say("%s", line)
	}
	t.confusion()
	t.say("evidence named %d of %d, false claims %d of %d", t.mentioned[0], t.mentioned[1], t.forbidden[0], t.forbidden[1])
	t.say("verdicts at the last snapshot: %d of %d right; wrong assertions: %d of %d snapshots", t.last[right], outcomes(t.last), t.all[wrong], outcomes(t.all))
	_, err := io.WriteString(t.out, strings.Join(t.lines, "\n")+"\n")
	return err
}

// confusion prints which category was given where which was expected.
func (t *tally) confusion() {
	given := append([]string{"-"}, categories...)
	row := fmt.Sprintf("%-14s", "expected")
	for _, c := range given {
		row += fmt.Sprintf(" %13s", c)
	}
	t.say("%s", row)
	for _, want := range categories {
		row, some := fmt.Sprintf("%-14s", want), false
		for _, c := range given {
			n := t.table[[2]string{want, c}]
			cell := "."
			if n > 0 {
				cell, some = fmt.Sprint(n), true
			}
			row += fmt.Sprintf(" %13s", cell)
		}
		if some {
			t.say("%s", row)
		}
	}
}
