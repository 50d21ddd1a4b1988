package thrash

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// margin is the width of the words at the left of a case: "To confirm", the longest, and a blank.
const margin = 11

// fact is one paragraph of a case.
type fact struct {
	word  string // at its left: "Cause", empty for a continuation under the word above
	mark  string // before it: "- ", "| "
	text  string // without any there is no paragraph
	whole bool   // is not to be wrapped: a command to copy
}

// cases writes each case in full. Containers of one workload that share a
// verdict are written once, with the windows of each pod.
func (t text) cases(w io.Writer, items []diagnose.Item) error {
	var out bytes.Buffer
	for n, group := range together(items, alike) {
		if n > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintln(&out, t.title(group[0]))
		for _, f := range t.facts(group[0], group[1:]) {
			out.WriteString(t.fact(f))
		}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write cases: %w", err)
	}
	return nil
}

// fact returns one paragraph: "Next start in 1m1s–1m34s, then 5m". Its further lines begin below
// the words of the first.
func (t text) fact(f fact) string {
	text := f.text
	if !f.whole {
		text = view.Wrap(text, t.style.Width, margin+len(f.mark))
	}
	return fmt.Sprintf("%-*s%s%s\n", margin, f.word, t.style.Dim(f.mark), text)
}

// grouped splits items into runs of consecutive ones for which same is true.
func grouped(items []diagnose.Item, same func(a, b diagnose.Item) bool) [][]diagnose.Item {
	var out [][]diagnose.Item
	for len(items) > 0 {
		n := 1
		for n < len(items) && same(items[0], items[n]) {
			n++
		}
		out = append(out, items[:n])
		items = items[n:]
	}
	return out
}

// together puts items together that are the same to same, in the order of the
// first of each.
func together(items []diagnose.Item, same func(a, b diagnose.Item) bool) [][]diagnose.Item {
	var out [][]diagnose.Item
	for _, i := range items {
		n := slices.IndexFunc(out, func(have []diagnose.Item) bool { return same(have[0], i) })
		if n < 0 {
			n = len(out)
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

// alike reports whether two containers of one workload have the same status and verdict. Ten pods of a
// Deployment that crash for one reason are one case.
func alike(a, b diagnose.Item) bool {
	if a.Workload == nil || b.Workload == nil || *a.Workload != *b.Workload {
		return false
	}
	return a.Context == b.Context && a.Namespace == b.Namespace && a.Status == b.Status && agree(a, b)
}

// title returns the heading of a case: its pod, or the workload if the pod is
// gone.
func (t text) title(i diagnose.Item) string {
	name := i.Pod
	if name == "" {
		name = t.workload(i)
	}
	return t.style.Bold(view.CleanLine(name)) + "   " + t.status(i)
}

// status returns the status of a container in its color.
func (t text) status(i diagnose.Item) string {
	if i.Status == diagnose.Recovered {
		return t.style.Good(string(i.Status))
	}
	return t.style.Bad(string(i.Status))
}

// facts returns the lines of a case; others are the items with the same
// verdict.
func (t text) facts(i diagnose.Item, others []diagnose.Item) []fact {
	c := i.Cause
	// What it is about, why, how that is known, when it starts next, what happened, and what to do.
	out := []fact{
		{word: "Of", text: t.about(i)},
		{word: "Image", text: view.CleanLine(i.Image)},
		{word: "Cause", text: t.paint(c, string(c.Category)+", "+string(c.Confidence)+" confidence")},
		{text: t.summary(i)},
	}
	out = append(out, t.claims("For", c.Evidence)...)
	out = append(out, t.claims("Against", c.Against)...)
	out = append(out, list("To confirm", "- ", c.WouldSettle)...)
	out = append(out, fact{word: "Last run", text: t.lastRun(i)}, fact{word: "Next start", text: t.start(i)})
	out = append(out, list("Also", "", t.sameVerdict(others))...)
	out = append(out, t.timelineFacts(i)...)
	out = append(out, list("Log", "| ", shortened(c.Words))...)
	out = append(out, commands(i.NextSteps)...)
	return slices.DeleteFunc(out, func(f fact) bool { return f.text == "" })
}

// commands returns the commands to try, each to be copied as a whole.
func commands(steps []string) []fact {
	var out []fact
	for n, step := range steps {
		out = append(out, fact{word: first(n, "Try"), text: view.CleanLine(step), whole: true})
	}
	return out
}

// timelineFacts returns the timeline as blocks, and if it is unfolded or has none as a list.
func (t text) timelineFacts(i diagnose.Item) []fact {
	strip := t.blocks(i)
	out := stripFacts(strip)
	if t.unfolded || len(strip) == 0 {
		out = append(out, list(first(len(strip), "Timeline"), "", t.timeline(i.Timeline))...)
	}
	return out
}

// stripFacts returns the lines of a strip. Its rows must not be wrapped; the last line explains the signs
// in words, and may be.
func stripFacts(strip []string) []fact {
	var out []fact
	for n, line := range strip {
		out = append(out, fact{word: first(n, "Timeline"), text: line, whole: n < len(strip)-1})
	}
	return out
}

// sameVerdict describes the first of the other pods with a verdict, and counts the rest.
func (t text) sameVerdict(others []diagnose.Item) []string {
	var out []string
	for n, o := range others {
		if n == shown && len(others) > shown+1 {
			return append(out, fmt.Sprintf("and %d more pods with this verdict", len(others)-n))
		}
		out = append(out, t.otherPod(o))
	}
	return out
}

// otherPod returns how a pod differs from the one whose verdict it shares.
func (t text) otherPod(o diagnose.Item) string {
	return fmt.Sprintf("%s: %s, %s, %s", o.Pod, o.State, wording.Count(int(o.Restarts), "restart"), t.next(o))
}

// shortened returns the lines of a log without the middle of many: what a program
// reports comes first, and its end last.
func shortened(lines []string) []string {
	const (
		most = 12 // lines in all, with the one that counts the rest
		last = 3
	)
	if len(lines) <= most {
		return lines
	}
	head := most - last - 1
	left := fmt.Sprintf("… %d more lines (in full with -o html)", len(lines)-head-last)
	return slices.Concat(lines[:head], []string{left}, lines[len(lines)-last:])
}

// first returns the word for the first of some lines, and nothing for the others: the word stands at the
// left once.
func first(n int, word string) string {
	if n == 0 {
		return word
	}
	return ""
}

// list sets lines below each other, indented as they are.
func list(word, mark string, lines []string) []fact {
	var out []fact
	for n, line := range lines {
		text := strings.TrimLeft(line, " ")
		out = append(out, fact{word: first(n, word), mark: mark + line[:len(line)-len(text)], text: view.CleanLine(text)})
	}
	return out
}

// claims returns claims, each with its source. The word stands at the left of the first.
func (t text) claims(word string, claims []diagnose.Claim) []fact {
	var out []fact
	for n, c := range claims {
		text := view.CleanLine(c.Claim) + " " + t.style.Dim("("+view.CleanLine(c.Source)+")")
		out = append(out, fact{word: first(n, word), mark: "- ", text: text})
	}
	return out
}

// about returns the workload of a case, its container and its node.
func (t text) about(i diagnose.Item) string {
	var about []string
	if i.Pod != "" && i.Workload != nil {
		about = append(about, t.workload(i))
	}
	if i.Container != "" {
		about = append(about, "container "+container(i))
	}
	if i.Node != "" {
		about = append(about, "node "+i.Node)
	}
	return view.CleanLine(strings.Join(about, ", "))
}
