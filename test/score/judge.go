package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// outcome is how a verdict compares with its label.
type outcome string

const (
	right    outcome = "right"
	cautious outcome = "undetermined" // a cause was expected
	missed   outcome = "missed"       // no item for the culprit
	wrong    outcome = "wrong"        // another cause, or a healthy thing, is asserted
)

// result is the judgement of one snapshot.
type result struct {
	c       labels
	shot    shot
	last    bool // it is the last snapshot of its case
	outcome outcome
	item    *diagnose.Item  // the item that decided; nil if there is none
	unnamed []string        // expressions of must_mention that nothing matches
	false   []string        // expressions of false sentences that the verdict matches
	also    map[outcome]int // of the other culprits of the case
}

// judgeCase judges every snapshot of a case.
func judgeCase(c labels) ([]result, error) {
	out := make([]result, 0, len(c.Snapshots))
	for n, s := range c.Snapshots {
		items, err := verdicts(c.snapshotFile(n))
		if err != nil {
			return nil, err
		}
		out = append(out, c.judge(s, n == len(c.Snapshots)-1, items))
	}
	return out, nil
}

// judge compares the items of one snapshot with its labels.
func (c labels) judge(s shot, last bool, items []diagnose.Item) result {
	r := result{c: c, shot: s, last: last, also: map[outcome]int{}}
	r.outcome, r.item = judge(c.Namespace, s.Expected, c.Acceptable, c.Culprit, items)
	if s.Any { // at the edge of two states the label itself is not certain
		r.outcome = right
		r.item = nil
	}
	if !last {
		return r
	}
	if r.item != nil && r.outcome != wrong {
		r.unnamed, r.false = claims(c, r.item)
	}
	for _, other := range c.Also {
		o, _ := judge(c.Namespace, other.Category, other.Acceptable, &other.Culprit, items)
		r.also[o]++
	}
	return r
}

// given returns the category and the confidence of the verdict, "-" if there is none.
func (r result) given() (category, confidence string) {
	if r.item == nil {
		return "-", "-"
	}
	return string(r.item.Cause.Category), string(r.item.Cause.Confidence)
}

// judge compares the items of a namespace with what is expected of a place,
// and returns the item that decided.
//
// A wrong item decides: one that blames another cause misleads its reader, whatever
// another item of the same place reports. "undetermined" is never wrong.
func judge(namespace string, want string, acceptable []string, at *place, items []diagnose.Item) (outcome, *diagnose.Item) {
	bad := unhealthy(namespace, items)
	if want == "none" {
		if len(bad) == 0 {
			return right, nil
		}
		return wrong, &bad[0]
	}
	mine := slices.DeleteFunc(bad, func(i diagnose.Item) bool { return at != nil && !at.holds(i) })
	if len(mine) == 0 {
		return missed, nil
	}
	return verdictOf(mine, append(slices.Clone(acceptable), want))
}

// verdictOf returns the worst outcome of the items of one place, by the categories that are right there.
func verdictOf(items []diagnose.Item, accepted []string) (outcome, *diagnose.Item) {
	ok := func(i diagnose.Item) bool { return slices.Contains(accepted, string(i.Cause.Category)) }
	misleads := func(i diagnose.Item) bool { return !ok(i) && i.Cause.Category != diagnose.Undetermined }
	if n := slices.IndexFunc(items, misleads); n >= 0 {
		return wrong, &items[n]
	}
	if n := slices.IndexFunc(items, ok); n >= 0 {
		return right, &items[n]
	}
	return cautious, &items[0]
}

// unhealthy returns the items of a namespace that are about something that is unhealthy still.
func unhealthy(namespace string, items []diagnose.Item) []diagnose.Item {
	var out []diagnose.Item
	for _, i := range items {
		if i.Namespace == namespace && i.Status != diagnose.Recovered {
			out = append(out, i)
		}
	}
	return out
}

// holds reports whether an item is of that place. One whose pod is gone names
// no container.
func (p place) holds(i diagnose.Item) bool {
	name := i.Pod
	if i.Workload != nil {
		name = i.Workload.Name
	}
	return name == p.Name && (p.Container == "" || i.Container == "" || i.Container == p.Container)
}

// statements returns what an item asserts; cited is that and what it names.
func statements(i *diagnose.Item) (asserted, cited string) {
	lines := []string{i.Cause.Summary}
	for _, e := range i.Cause.Evidence {
		lines = append(lines, e.Claim+" ("+e.Source+")")
	}
	asserted = strings.Join(lines, "\n")
	names, err := json.Marshal([]any{i.Cause.Culprit, i.LastTermination})
	if err != nil {
		return asserted, asserted
	}
	return asserted, asserted + "\n" + string(names)
}

// claims returns the expressions of must_mention that the item does not match,
// and those of false sentences that it does.
func claims(c labels, i *diagnose.Item) (unnamed, falsehoods []string) {
	asserted, cited := statements(i)
	for _, m := range c.Mention {
		if !matches(m, cited) {
			unnamed = append(unnamed, m)
		}
	}
	for _, m := range c.Not {
		if !slices.Contains(categories, m) && matches(m, asserted) { // a category is no sentence: judge has compared it
			falsehoods = append(falsehoods, m)
		}
	}
	for _, m := range c.false {
		if matches(m, i.Cause.Summary) {
			falsehoods = append(falsehoods, m)
		}
	}
	return unnamed, falsehoods
}

// matches reports whether the text matches an expression of a label, in any case.
func matches(expr, text string) bool {
	return regexp.MustCompile("(?i)" + expr).MatchString(text)
}
