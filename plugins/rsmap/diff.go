package rsmap

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// diffRange names the two revisions of --diff; 0 where one was left out.
type diffRange struct{ from, to int64 }

// rangeArgument is a word that no name can be: "2..4", "2..", "..4".
var rangeArgument = regexp.MustCompile(`^(\d*)\.\.(\d*)$`)

// takeDiff takes the range of --diff out of the arguments.
func (o *options) takeDiff(f *flags, args []string) ([]string, error) {
	if !f.diff {
		return args, nil
	}
	o.diff = &diffRange{}
	var rest []string
	for _, arg := range args {
		m := rangeArgument.FindStringSubmatch(arg)
		if m == nil {
			rest = append(rest, arg)
			continue
		}
		for i, to := range []*int64{&o.diff.from, &o.diff.to} {
			if m[i+1] == "" {
				continue
			}
			n, err := strconv.ParseInt(m[i+1], 10, 64)
			if err != nil {
				return nil, cli.Usagef("--diff %s: %s is no revision", arg, m[i+1])
			}
			*to = n
		}
	}
	if len(rest) == 0 {
		return nil, cli.Usagef("--diff needs a workload, as in kubectl rsmap web --diff")
	}
	return rest, nil
}

// printDiff writes the changed fields between two revisions of each workload.
func (o *options) printDiff(found []*rollout.Workload) error {
	style := o.flags.Style(o.env)
	for _, w := range found {
		change, from, to, err := o.compare(w)
		if err != nil {
			return err
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n%s\n", style.Bold("--- "+itemShort(w)+" "+from), style.Bold("+++ "+itemShort(w)+" "+to))
		switch change.Verdict {
		case rollout.Identical:
			b.WriteString("the templates are identical\n")
		case rollout.First:
			b.WriteString("it is the first revision\n")
		case rollout.Changed, rollout.RestartOnly:
		}
		for _, i := range change.Items {
			b.WriteString(style.Accent(i.Path) + "\n")
			if i.Kind != rollout.ItemAdded {
				b.WriteString(style.Bad("- "+indentLines(i.Old)) + "\n")
			}
			if i.Kind != rollout.ItemRemoved {
				b.WriteString(style.Good("+ "+indentLines(i.New)) + "\n")
			}
		}
		if _, err := io.WriteString(o.env.Out, b.String()); err != nil {
			return fmt.Errorf("write diff: %w", err)
		}
	}
	return nil
}

func indentLines(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// compare returns what changed between the revisions that were asked for:
// without a range, in the current one.
func (o *options) compare(w *rollout.Workload) (change rollout.Change, from, to string, err error) {
	target, ok := w.Current()
	if o.diff.to > 0 {
		target, ok = numbered(w, o.diff.to)
	}
	if !ok {
		return change, "", "", fmt.Errorf("%s: no revision %s; there are %s", itemShort(w), wanted(o.diff.to), known(w))
	}
	before := o.diff.from
	if before == 0 && target.Change != nil {
		if target.Change.Verdict == rollout.First {
			return *target.Change, "nothing", target.Title(), nil
		}
		before = deref64(target.Change.From)
	}
	source, ok := numbered(w, before)
	if !ok || source.Template == nil || target.Template == nil {
		return change, "", "", fmt.Errorf("%s: no revision %s to compare %s with; there are %s", itemShort(w), wanted(before), target.Title(), known(w))
	}
	change = rollout.Diff(source.Template, target.Template)
	if !o.flags.ShowSecrets {
		hideChange(&change)
	}
	return change, source.Title(), target.Title(), nil
}

func deref64(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func wanted(n int64) string {
	if n == 0 {
		return "that is current or before it"
	}
	return strconv.FormatInt(n, 10)
}

// numbered returns the revision that has, or once had, that number.
func numbered(w *rollout.Workload, number int64) (rollout.Revision, bool) {
	for _, r := range w.Revisions {
		if r.Number != nil && *r.Number == number {
			return r, true
		}
	}
	for _, r := range w.Revisions {
		for _, former := range r.FormerNumbers {
			if former == number {
				return r, true
			}
		}
	}
	return rollout.Revision{}, false
}

func known(w *rollout.Workload) string {
	var list []string
	for _, r := range w.Revisions {
		if r.Number != nil {
			list = append(list, numberOf(r))
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
