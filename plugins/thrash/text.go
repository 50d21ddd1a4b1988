package thrash

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// text writes for people.
type text struct {
	style      view.Style
	at         time.Time
	everywhere bool // items are of several namespaces
	labels     cli.ListFlags
	unfolded   bool // list timelines too if they are drawn
}

// nothing returns the sentence that nothing is wrong, and how much was looked at: an empty output would
// be the same for a namespace without pods.
func nothing(o *options, p result) string {
	begin := "Nothing thrashes"
	if podsUnread(p.snapshot) {
		begin = "Of what was read, nothing thrashes"
	}
	return fmt.Sprintf("%s %s: %s, %s looked at.", begin, view.CleanLine(o.where(p)),
		wording.Count(p.found.pods, "pod"), wording.Count(p.found.containers, "container"))
}

// where returns in words which namespaces or contexts were looked at.
func (o *options) where(p result) string {
	where := "in any namespace"
	if o.members != nil {
		where = fmt.Sprintf("in %d of %s", p.found.read, wording.Count(len(o.members), "context"))
	} else if o.namespace != "" {
		where = "in namespace " + o.namespace
	}
	if o.named() || o.flags.Selector != "" {
		return "of what was asked for " + where
	}
	return where
}

// kinds are the short names of kinds of workloads, as people type them.
var kinds = map[string]string{
	"Deployment": "deploy", "StatefulSet": "sts", "DaemonSet": "ds", "ReplicaSet": "rs", "ReplicationController": "rc",
}

// workload names the workload of a container: "deploy/web rev 2". Revisions of
// eight or more characters are hashes, which are left out.
func (t text) workload(i diagnose.Item) string {
	name := "pod/" + i.Pod
	if i.Workload != nil {
		name = workloadName(i.Workload)
	}
	if t.everywhere {
		name = i.Namespace + "/" + name
	}
	return name
}

// workloadName names a workload with its revision, but for a hash.
func workloadName(w *diagnose.Workload) string {
	name := cmp.Or(kinds[w.Kind], strings.ToLower(w.Kind)) + "/" + w.Name
	if w.Revision != "" && len(w.Revision) < 8 {
		name += " rev " + w.Revision
	}
	return name
}

// place is workload with the context before it, if there are several.
func (t text) place(i diagnose.Item) string { return view.InContext(i.Context, t.workload(i)) }

// container returns the name of the container, with its kind unless it is an
// app container.
func container(i diagnose.Item) string {
	if i.ContainerType == "" || i.ContainerType == pod.App {
		return i.Container
	}
	return i.Container + " (" + string(i.ContainerType) + ")"
}

// exit returns the last exit code with its reason or signal: "137 OOMKilled",
// "143 SIGTERM".
func exit(i diagnose.Item) string {
	last := i.LastTermination
	if last == nil {
		return "-"
	}
	out := fmt.Sprint(last.ExitCode)
	switch last.Reason {
	case "", "Error", "Completed": // which add nothing to the code
		if last.Signal != "" {
			out += " " + last.Signal
		}
	default:
		out += " " + last.Reason
	}
	return out
}

// ran returns how long the last run lasted, "-" if its start or end is not recorded.
func ran(i diagnose.Item) string {
	if i.LastTermination == nil || i.LastTermination.RanFor == nil {
		return "-"
	}
	return wording.Exact(time.Duration(*i.LastTermination.RanFor))
}

// next returns when the next start is due, and how long the kubelet would wait after
// the next exit: "in 1m1s–1m34s, then 5m". It returns "-" if that is not known.
func (t text) next(i diagnose.Item) string {
	d := t.nextWords(i)
	return d.when + d.link + d.after
}

// nextWords is when the next start is due, and what comes after it: "in 1m1s", ", ", "then 5m", or of a
// container that runs "runs", "; ", "would wait 5m".
type nextWords struct{ when, link, after string }

// nextWords returns the parts of next.
func (t text) nextWords(i diagnose.Item) nextWords {
	t.at = i.At
	b := i.Backoff
	switch {
	case i.Status == diagnose.Failed && i.NextRun != nil:
		return nextWords{when: "run in " + wording.Age(i.NextRun.Sub(t.at))}
	case i.Status == diagnose.Failed:
		return nextWords{when: "never"}
	case i.State == "Running": // between two crashes, or recovered
		return t.running(b)
	case b.NotBefore == nil || b.ExpectedBy == nil:
		return nextWords{when: "-"}
	case b.Overdue(t.at):
		return nextWords{when: tried[b.Kind] + "overdue by " + wording.Exact(t.at.Sub(b.ExpectedBy.Time)) + t.nodeDown(b)}
	}
	out := nextWords{when: tried[b.Kind] + t.window(b.NotBefore.Time, b.ExpectedBy.Time) + t.nodeDown(b)}
	if b.Next != nil {
		out.link = ", "
		out.after = "then " + wait(b)
	}
	return out
}

// tried is the word before the time if the kubelet first does something else than
// start the container: it pulls the image, or tries again to create the container.
var tried = map[backoff.Kind]string{backoff.KindImagePull: "pull ", backoff.KindRetry: "retry "}

// running returns what a container that runs would wait if it exited now.
func (t text) running(b backoff.Schedule) nextWords {
	if b.Next == nil {
		return nextWords{when: "runs"}
	}
	if *b.Next == 0 {
		return nextWords{"runs", "; ", "would not wait"}
	}
	return nextWords{"runs", "; ", "would wait " + wait(b)}
}

// nodeDown returns the words for a node that is not ready, on which the kubelet may
// start nothing.
func (t text) nodeDown(b backoff.Schedule) string {
	if b.NodeDown {
		return "; node not ready"
	}
	return ""
}

// wait returns the wait after the next exit, "~1m20s" if it was computed by
// running the kubelet's algorithm forward.
func wait(b backoff.Schedule) string {
	out := short(b.Next)
	if b.Basis == backoff.BasisSimulated {
		return "~" + out
	}
	return out
}

// window returns a span of time as seen from now: "in 1m40s–2m10s", "within
// 28s", "now".
func (t text) window(from, to time.Time) string {
	first := from.Sub(t.at)
	last := to.Sub(t.at)
	switch {
	case last <= 0:
		return "now"
	case first <= 0:
		return "within " + wording.Exact(last)
	case first.Round(time.Second) == last.Round(time.Second):
		return "in " + wording.Exact(first)
	}
	return "in " + wording.Exact(first) + "–" + wording.Exact(last)
}

// short returns a duration as people write it: "1m20s".
func short(d *snapshot.Duration) string { return wording.Exact(time.Duration(*d)) }

// cause returns the verdict in one line.
func (t text) cause(i diagnose.Item) string {
	head := categoryWords(i.Cause)
	if i.ContainerType != "" && i.ContainerType != pod.App {
		head += ", " + string(i.ContainerType) + " " + i.Container
	}
	return t.paint(i.Cause, head) + ": " + t.summary(i)
}

// categoryWords returns "out-of-memory (high)". That the evidence does not decide has no confidence.
func categoryWords(c diagnose.Cause) string {
	if c.Category == diagnose.Undetermined {
		return string(c.Category)
	}
	return string(c.Category) + " (" + string(c.Confidence) + ")"
}

// summary returns the verdict in a sentence, and since when the container fails.
func (t text) summary(i diagnose.Item) string {
	out := view.CleanLine(i.Cause.Summary)
	if when := i.Cause.When(i.At); when != "" {
		out += " (" + when + ")"
	}
	return out
}

// paint colors a verdict by its confidence: one of low confidence is to be checked before it is acted on.
func (t text) paint(c diagnose.Cause, words string) string {
	if c.Category == diagnose.Undetermined {
		return t.style.Dim(words)
	}
	if c.Confidence == diagnose.Low {
		return t.style.Warn(words)
	}
	return t.style.Bad(words)
}

// ago returns how long before the snapshot a time was, "3m ago", or nothing for no time. The clock is that
// of the snapshot: a bundle gives the same answer next year.
func (t text) ago(at *snapshot.Time) string {
	if at == nil {
		return ""
	}
	return wording.Age(t.at.Sub(at.Time)) + " ago"
}
