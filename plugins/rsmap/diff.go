package rsmap

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// diffRange names the two revisions of --diff; 0 if one was left out, negative
// ones count back: -1 is the newest.
type diffRange struct{ from, to int64 }

// rangeArgument is a word that no name can be: "2..4", "2..", "..4", "-2..-1".
var rangeArgument = regexp.MustCompile(`^(-?\d*)\.\.(-?\d*)$`)

// diffFlag is --diff, with or without a range. The range may be a word of its own, which
// pflag takes for an argument.
type diffFlag struct {
	on     bool
	ranges []string // as typed behind "--diff=", each occurrence of the flag
}

// add registers --diff. NoOptDefVal lets it stand alone, at the price that "--diff 2..4" leaves
// the range among the arguments; see takeDiff.
func (d *diffFlag) add(to *pflag.FlagSet) {
	to.Var(
		d,
		"diff",
		"show what changed in the current revision, in another (--diff=4), or between two (--diff=2..4); negative numbers count back from "+
			"the newest, which is -1 (--diff=-3..-1)",
	)
	to.Lookup("diff").NoOptDefVal = "true"
}

// String returns the last range.
func (d *diffFlag) String() string {
	if len(d.ranges) == 0 {
		return ""
	}
	return d.ranges[len(d.ranges)-1]
}

// Set takes what follows "--diff=".
func (d *diffFlag) Set(text string) error {
	d.on = text != "false"
	if text != "true" && text != "false" {
		d.ranges = append(d.ranges, text)
	}
	return nil
}

// Type makes help show a range.
func (d *diffFlag) Type() string { return "range" }

// diffHint adds to the error of a flag that begins a range what to type instead: pflag takes the
// "-3..-1" of "--diff -3..-1" for the flag -3.
func diffHint(err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if ok && rangeArgument.MatchString("-"+unknown.GetSpecifiedShortnames()) {
		return cli.Usagef("a range that begins with a negative revision needs an equals sign: --diff=-%s", unknown.GetSpecifiedShortnames())
	}
	return cli.FlagError(err)
}

// takeDiff takes the range of --diff out of the arguments.
func (o *options) takeDiff(f *flags, args []string) ([]string, error) {
	if !f.diff.on {
		return args, nil
	}
	ranges := f.diff.ranges
	var rest []string
	for _, arg := range args {
		if rangeArgument.MatchString(arg) {
			ranges = append(ranges, arg)
		} else {
			rest = append(rest, arg)
		}
	}
	switch {
	// Each revision of a list has what it changed already, in a few words.
	case len(rest) == 0:
		return nil, cli.Usagef("--diff needs a workload, as in kubectl rsmap web --diff")
	case len(ranges) > 1:
		return nil, cli.Usagef("--diff takes one range, not %s", strings.Join(ranges, " and "))
	case len(ranges) == 0:
		o.diff = &diffRange{}
		return rest, nil
	}
	var err error
	o.diff, err = parseRange(ranges[0])
	return rest, err
}

// parseRange reads "2..4", or "4" for what changed in revision 4.
func parseRange(text string) (*diffRange, error) {
	from, to, ranged := strings.Cut(text, "..")
	if !ranged {
		from = "" // what came before it
		to = text
	}
	first, err := parseEnd(from, text)
	if err != nil {
		return nil, err
	}
	last, err := parseEnd(to, text)
	if err != nil {
		return nil, err
	}
	return &diffRange{first, last}, nil
}

// parseEnd reads one end of a range, 0 if it was left out.
func parseEnd(word, whole string) (int64, error) {
	if word == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n == 0 {
		return 0, cli.Usagef("--diff %s: %q is no revision", whole, word)
	}
	return n, nil
}

// printDiff writes the changed fields between two revisions of each workload, headed as diff -u heads
// files: "--- deployment/web revision 3", "+++ deployment/web revision 4".
func (o *options) printDiff(found []*rollout.Workload) error {
	style := o.flags.Style(o.env)
	for _, w := range found {
		change, from, to, err := o.compare(w)
		if err != nil {
			return err
		}
		head := style.Bold("--- "+itemShort(w)+" "+from) + "\n" + style.Bold("+++ "+itemShort(w)+" "+to) + "\n"
		if _, err := io.WriteString(o.env.Out, head+changeText(change, style)); err != nil {
			return fmt.Errorf("write diff: %w", err)
		}
	}
	return nil
}

// changeText returns each changed field with its value before and after:
//
//	spec.containers[web].image
//	- nginx:1.25
//	+ nginx:1.27
func changeText(change rollout.Change, style view.Style) string {
	var b strings.Builder
	switch change.Verdict {
	case rollout.Identical:
		b.WriteString("the templates are identical\n")
	case rollout.First:
		b.WriteString("it is the first revision\n")
	case rollout.Changed, rollout.RestartOnly:
	}
	for _, i := range change.Items {
		b.WriteString(itemText(i, style))
	}
	return b.String()
}

// itemText returns one changed field, an added one without "-" and a removed one without "+".
func itemText(i rollout.Item, style view.Style) string {
	text := style.Accent(i.Path) + "\n"
	if i.Kind != rollout.ItemAdded {
		text += style.Bad("- "+indentLines(i.Old)) + "\n"
	}
	if i.Kind != rollout.ItemRemoved {
		text += style.Good("+ "+indentLines(i.New)) + "\n"
	}
	return text
}

// indentLines keeps the further lines of a value, such as a script, under its first one and out
// of the column of "-" and "+".
func indentLines(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// compare returns what changed between the revisions that were asked for:
// without a range, in the current one.
func (o *options) compare(w *rollout.Workload) (change rollout.Change, from, to string, err error) {
	target, err := o.target(w)
	if err != nil {
		return change, "", "", err
	}
	before := o.diff.from
	if before == 0 && target.Change != nil { // the revision that it came after, which need not be one number less
		if target.Change.Verdict == rollout.First {
			return *target.Change, "nothing", target.Title(), nil
		}
		before = deref64(target.Change.From)
	}
	source, ok := numbered(w, before)
	// A revision can be known without its template: by what pods name as their owner, or from a status.
	if !ok || source.Template == nil || target.Template == nil {
		return change, "", "", noRevision(w, wanted(before)+" to compare "+target.Title()+" with")
	}
	change = rollout.Diff(source.Template, target.Template)
	if !o.flags.ShowSecrets {
		hideChange(&change) // made after the report was redacted
	}
	return change, source.Title(), target.Title(), nil
}

// target returns the revision whose changes were asked for: the current one if no number was given.
func (o *options) target(w *rollout.Workload) (rollout.Revision, error) {
	target, ok := w.Current()
	if o.diff.to != 0 {
		target, ok = numbered(w, o.diff.to)
	}
	if !ok {
		return target, noRevision(w, wanted(o.diff.to))
	}
	return target, nil
}

// deref64 returns the number of a revision, 0 if it has none.
func deref64(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// wanted names the revision that an error is about: "4", "-1", or without a number the one that
// --diff stands for.
func wanted(n int64) string {
	if n == 0 {
		return "that is current or before it"
	}
	return strconv.FormatInt(n, 10)
}

// numbered returns the revision that has, or once had, that number. Negative
// ones count back from -1, the newest.
func numbered(w *rollout.Workload, number int64) (rollout.Revision, bool) {
	if number < 0 {
		return newest(w, -number)
	}
	// A present number goes before a former one.
	for _, r := range w.Revisions {
		if r.Number != nil && *r.Number == number {
			return r, true
		}
	}
	for _, r := range w.Revisions {
		if slices.Contains(r.FormerNumbers, number) {
			return r, true
		}
	}
	return rollout.Revision{}, false
}

// newest returns the nth newest revision, counting from 1. Revisions are sorted newest first; one
// without a number is not counted.
func newest(w *rollout.Workload, nth int64) (rollout.Revision, bool) {
	for _, r := range w.Revisions {
		if r.Number == nil {
			continue
		}
		if nth--; nth == 0 {
			return r, true
		}
	}
	return rollout.Revision{}, false
}

// noRevision returns the error that a workload does not have the revision that was asked for, with the numbers that it has.
func noRevision(w *rollout.Workload, asked string) error {
	var numbers []string
	for _, r := range w.Revisions {
		if r.Number != nil {
			numbers = append(numbers, numberOf(r))
		}
	}
	if len(numbers) == 0 {
		return fmt.Errorf("%s: no revision %s: none of its revisions was read", itemShort(w), asked)
	}
	return fmt.Errorf("%s: no revision %s; there are %s", itemShort(w), asked, strings.Join(numbers, ", "))
}
