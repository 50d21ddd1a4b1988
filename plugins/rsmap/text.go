package rsmap

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// text writes workloads for people.
type text struct {
	style     view.Style
	at        time.Time
	revisions int // older revisions without pods to show, -1 for all
	pods      int // pods to show of each revision, -1 for all
}

// phase returns a phase in the colour of its urgency.
func (t text) phase(p rollout.Phase) string {
	switch p {
	case rollout.Failed, rollout.Stalled, rollout.Degraded:
		return t.style.Bad(string(p))
	case rollout.Progressing, rollout.Paused:
		return t.style.Warn(string(p))
	case rollout.Complete:
		return t.style.Good(string(p))
	case rollout.ScaledToZero:
		return t.style.Dim(string(p))
	}
	return string(p)
}

// list writes one line a workload.
func (t text) list(out io.Writer, found []*rollout.Workload, namespaces bool) error {
	columns := []view.Column{
		{Head: "name", Shrink: 20}, {Head: "phase"}, {Head: "ready"}, {Head: "updated", Right: true, Drop: 3}, {Head: "revision", Drop: 2},
		{Head: "age", Drop: 1}, {Head: "images", WideOnly: true}, {Head: "why", Shrink: 20, Prose: true},
	}
	if namespaces {
		columns = append([]view.Column{{Head: "namespace", Shrink: 10}}, columns...)
	}
	table := view.NewTable(columns...)
	for _, w := range found {
		cells := []string{itemShort(w), t.phase(w.Phase), ratio(w.Ready, w.Desired), optional(w.Updated), "", age(t.at, w.CreatedAt), "", why(w)}
		if now, ok := w.Current(); ok {
			cells[4], cells[6] = numberOf(now), imageList(now)
			if now.Kind == "Job" {
				cells[2] = revisionReady(now)
			}
		}
		if namespaces {
			cells = append([]string{w.Ref.Namespace}, cells...)
		}
		table.Row(cells...)
	}
	return table.Write(out, t.style)
}

// itemShort names a workload as an argument of this command: deployment/web.
func itemShort(w *rollout.Workload) string { return strings.ToLower(w.Ref.Kind) + "/" + w.Ref.Name }

// why returns the cause alone where there is one: the other columns say the rest.
func why(w *rollout.Workload) string {
	switch w.Phase {
	case rollout.Complete, rollout.ScaledToZero:
		return ""
	default:
		if _, cause, ok := strings.Cut(w.Summary, "; "); ok {
			return cause
		}
		return w.Summary
	}
}

// trees writes the workloads one after the other with their revisions and pods.
func (t text) trees(out io.Writer, found []*rollout.Workload) error {
	for i, w := range found {
		if i > 0 {
			if _, err := io.WriteString(out, "\n"); err != nil {
				return fmt.Errorf("write: %w", err)
			}
		}
		if _, err := io.WriteString(out, t.header(w)); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if err := t.tree(out, w); err != nil {
			return err
		}
		if _, err := io.WriteString(out, t.footer(w)); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

// header says which workload, in which phase and why, and the arithmetic.
func (t text) header(w *rollout.Workload) string {
	var b strings.Builder
	name := w.Ref.Kind + " " + w.Ref.Name
	if w.Ref.Namespace != "" {
		name = w.Ref.Kind + " " + w.Ref.Namespace + "/" + w.Ref.Name
	}
	b.WriteString(t.style.Bold(name) + "   " + t.phase(w.Phase) + "\n")
	t.fact(&b, "", w.Summary)
	if w.Phase != rollout.ScaledToZero {
		t.fact(&b, "strategy", strategyWords(w))
	}
	t.fact(&b, "next", nextWords(w))
	if w.Deadline != nil {
		remaining := time.Duration(w.Deadline.Remaining)
		words := "in " + view.Age(remaining) + " without progress"
		if remaining < 0 {
			words = "passed " + view.Age(-remaining) + " ago; the controller will say so at its next turn"
		}
		t.fact(&b, "deadline", words)
	}
	if w.ScaledBy != nil {
		t.fact(&b, "scaled by", w.ScaledBy.Kind+" "+w.ScaledBy.Name)
	}
	if w.Terminating != nil && *w.Terminating > 0 {
		t.fact(&b, "leaving", fmt.Sprintf("%d pods are terminating, which no other count includes", *w.Terminating))
	}
	return b.String() + "\n"
}

// fact writes one line of the header or footer, wrapped to the width.
func (t text) fact(b *strings.Builder, name, words string) {
	if words == "" {
		return
	}
	const indent = 2
	if name == "" {
		b.WriteString(strings.Repeat(" ", indent) + view.Wrap(t.style.Plain(words), t.style.Width, indent) + "\n")
		return
	}
	const column = 14
	label := fmt.Sprintf("%*s%-*s", indent, "", column-indent, name)
	b.WriteString(t.style.Dim(label) + view.Wrap(t.style.Plain(words), t.style.Width, column) + "\n")
}

func strategyWords(w *rollout.Workload) string {
	s := w.Strategy
	words := []string{s.Type}
	if s.MaxSurge != nil && s.MaxPods != nil {
		words = append(words, fmt.Sprintf("at most %d pods (surge %d)", *s.MaxPods, *s.MaxSurge))
	}
	if s.MaxUnavailable != nil && s.MinAvailable != nil {
		words = append(words, fmt.Sprintf("at least %d available (unavailable %d)", *s.MinAvailable, *s.MaxUnavailable))
	} else if s.MaxUnavailable != nil {
		words = append(words, fmt.Sprintf("at most %d unavailable", *s.MaxUnavailable))
	}
	if s.Partition != nil && *s.Partition > 0 {
		words = append(words, fmt.Sprintf("partition %d: ordinals below keep the old revision", *s.Partition))
	}
	switch w.Ref.Kind {
	case "Deployment", "StatefulSet", "DaemonSet", "Rollout":
		return strings.Join(words, ", ")
	case "CronJob":
		return "concurrency " + s.Type
	}
	return ""
}

func nextWords(w *rollout.Workload) string {
	n := w.Next
	if n == nil {
		return ""
	}
	var words []string
	if n.MayCreate > 0 {
		words = append(words, fmt.Sprintf("may create %d", n.MayCreate))
	}
	if n.MayDelete > 0 {
		words = append(words, fmt.Sprintf("may delete %d", n.MayDelete))
	}
	if len(n.WaitingFor) > 0 {
		shown := n.WaitingFor[:min(3, len(n.WaitingFor))]
		waits := "waits for " + strings.Join(shown, ", ")
		if more := len(n.WaitingFor) - len(shown); more > 0 {
			waits += fmt.Sprintf(" and %d more", more)
		}
		words = append(words, waits)
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, ", ")
}

// footer says what else blocks, what is tied to the workload, what to know, and
// the way back.
func (t text) footer(w *rollout.Workload) string {
	var b strings.Builder
	for _, k := range w.BlockedBy {
		if k.Kind == "Pod" && !strings.ContainsAny(k.Message, ":") {
			continue // the pod's line says as much
		}
		words := k.Reason + ", " + k.Kind + " " + k.Name
		if k.Count > 1 {
			words += fmt.Sprintf(" and %d more", k.Count-1)
		}
		if k.Since != nil {
			words += ", since " + view.Age(t.at.Sub(k.Since.Time))
		}
		t.fact(&b, "blocked by", words+": "+strings.TrimSpace(k.Message))
	}
	for _, o := range w.Orphans {
		t.fact(&b, "orphan", o.Kind+" "+o.Name+" "+o.Reason)
	}
	for _, n := range w.Notes {
		t.fact(&b, "note", n)
	}
	if w.Rollback != nil {
		unbroken := t
		unbroken.style.Width = 0 // to be copied
		unbroken.fact(&b, "go back", t.style.Accent(w.Rollback.Command))
		t.fact(&b, " ", w.Rollback.Reason)
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}

func ratio(a, b *int32) string {
	if a == nil && b == nil {
		return ""
	}
	if a == nil {
		return fmt.Sprintf("?/%d", *b)
	}
	if b == nil {
		return strconv.Itoa(int(*a))
	}
	return fmt.Sprintf("%d/%d", *a, *b)
}

func optional(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

func age(at, since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return view.Age(at.Sub(since))
}

func numberOf(r rollout.Revision) string {
	if r.Number == nil {
		return ""
	}
	return strconv.FormatInt(*r.Number, 10)
}

func imageList(r rollout.Revision) string {
	list := make([]string, 0, len(r.Images))
	for _, i := range r.Images {
		list = append(list, i.Container+"="+i.Image)
	}
	return strings.Join(slices.Compact(list), ", ")
}
