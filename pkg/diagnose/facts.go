package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// report is the work on one snapshot: what all cases share.
type report struct {
	s         *snapshot.Snapshot
	forest    *owners.Forest
	workloads map[owners.Ref]*rollout.Workload
	cases     []*facts
	unread    bool // logs were not asked for

	events   pod.Events
	readings map[snapshot.LogKey]reading
	busy     map[*facts]bool           // verdicts under way, against loops of dependencies
	policies map[string]backoff.Policy // by node, where its containers give one away
}

// facts is what is known of one sick container before any rule judges it.
type facts struct {
	*report
	Container
	c        pod.Container
	death    *corev1.ContainerStateTerminated
	state    backoff.State
	happened happenings
	node     *corev1.Node
	read     reading
	history  history
	settings []setting

	cause *Cause // the verdict, once it is given
}

// newFacts gathers what the rules ask for.
func (r *report) newFacts(sick Container) *facts {
	f := &facts{report: r, Container: sick, c: sick.container}
	w := r.workloads[sick.Root]
	if sick.Pod == "" {
		f.history = history{workload: w}
		return f
	}
	f.death = f.c.Last()
	if node, ok := snapshot.Find(r.s.Nodes, "", f.c.Pod.Spec.NodeName); ok {
		f.node = node
	}
	own := r.events.Of("Pod", f.c.Pod)
	told := slices.Concat(own, r.events.OfNode(f.c.Pod.Spec.NodeName))
	f.state = backoff.Compute(f.c.Pod, sick.Name, f.node, told, r.s.At, backoff.Options{Policy: r.policies[f.c.Pod.Spec.NodeName]})
	f.happened = happened(own, f.c)
	f.history = newHistory(r.s, w, f.c)
	f.settings = settings(r.s, f.c.Pod, f.c.Spec)
	f.read = r.log(f.c)
	if !f.read.known && f.death != nil && f.death.Message != "" && f.death.Reason != "StartError" && f.death.Reason != "ContainerCannotRun" {
		f.read = read(snapshot.Log{Text: f.death.Message}, "termination message of pod "+f.Pod)
	}
	if !f.read.known {
		f.read = r.borrowed(f.c, f.history.sick)
	}
	return f
}

// previous reports which log holds the end of the last run: that of the
// instance before where one runs now.
func previous(c pod.Container) bool { return c.Running() }

// log reads the log of the instance that died last. While a container waits or
// is dead, the kubelet gives the same log for both questions.
func (r *report) log(c pod.Container) reading {
	key := snapshot.LogKey{Namespace: c.Pod.Namespace, Pod: c.Pod.Name, Container: c.Spec.Name, Previous: previous(c)}
	if got := r.reading(key); got.known || c.Status.State.Waiting == nil || c.Last() == nil {
		return got
	}
	key.Previous = true
	return r.reading(key)
}

// reading reads a log once.
func (r *report) reading(key snapshot.LogKey) reading {
	got, done := r.readings[key]
	if done {
		return got
	}
	got = reading{at: -1}
	if log, ok := r.s.Logs[key]; ok && readable(log) {
		got = read(log, "log of the last run")
	}
	r.readings[key] = got
	return got
}

// borrowed reads the log of another pod of the same revision that dies alike.
func (r *report) borrowed(c pod.Container, pods []*corev1.Pod) reading {
	for _, p := range pods {
		other, ok := pod.Find(p, c.Spec.Name)
		if !ok || p.Name == c.Pod.Name || other.Last() == nil || c.Last() == nil || other.Last().ExitCode != c.Last().ExitCode {
			continue
		}
		if got := r.log(other); got.known {
			got.source, got.other = "log of the last run of pod "+p.Name, true
			return got
		}
	}
	return reading{at: -1}
}

// claim makes a piece of evidence of a sentence.
func claim(source, format string, args ...any) Claim {
	return Claim{Claim: fmt.Sprintf(format, args...), Source: source}
}

// status, log and events are the sources of most claims.
func (f *facts) statusSource() string { return "status of pod " + f.Pod }

// saidClaim quotes what the log says, with the lines that belong to it.
func (f *facts) saidClaim() Claim { return claim(f.read.source, "%s", f.read.told()) }

// saidClaims quotes what the log says, with the lines just around that say as much.
func (f *facts) saidClaims() []Claim {
	const around = 3
	out := []Claim{}
	for _, h := range f.read.hits {
		line := f.read.lines[h.at].quoted()
		near := h.at >= f.read.at-around && h.at <= f.read.at+around && h.sign.category() == f.read.sign.category()
		switch {
		case h.at == f.read.at:
			out = append(out, f.saidClaim())
		case near && !strings.Contains(f.read.told(), line):
			out = append(out, claim(f.read.source, "%s", line))
		}
	}
	return out
}

// exit says how the last run ended, and after how long.
func (f *facts) exit() string {
	text := f.ended()
	if ran, known := pod.RanFor(f.death); known {
		text += ", after " + wording.Lasted(ran)
	}
	return text
}

// ended says how the last run ended.
func (f *facts) ended() string {
	if f.death == nil {
		return "its last end is not known"
	}
	text := fmt.Sprintf("ended with exit code %d", f.death.ExitCode)
	if name := pod.Signal(f.death.ExitCode); name != "" {
		text += " (" + name + ")"
	}
	if f.death.Reason != "" && f.death.Reason != "Error" {
		text += ", reason " + f.death.Reason
	}
	return text
}

func (f *facts) exitClaim() Claim { return claim(f.statusSource(), "%s", f.exit()) }

// times says how often the container restarted.
func (f *facts) times() string {
	switch n := f.c.Status.RestartCount; n {
	case 0:
		return "no restart yet"
	case 1:
		return "1 restart"
	default:
		return fmt.Sprintf("%d restarts", n)
	}
}

// what names the container with its kind, as a sentence begins.
func (f *facts) what() string {
	switch f.Type {
	case pod.Init:
		return "init container " + f.Name
	case pod.Sidecar:
		return "sidecar " + f.Name
	default:
		return "container " + f.Name
	}
}

// it names the container where it is not the one that people expect.
func (f *facts) it() string {
	if f.Type == pod.App {
		return "it"
	}
	return f.what()
}

// self is the culprit that is the sick thing itself.
func (f *facts) self() *Culprit {
	return &Culprit{Kind: f.Root.Kind, Namespace: f.Namespace, Name: f.Root.Name, Container: f.Name}
}

// revision names a revision as people do.
func revision(r *rollout.Revision) string {
	if r.Number != nil {
		return fmt.Sprintf("revision %d", *r.Number)
	}
	return "revision " + r.Name
}

// find returns the facts of a sick container of a workload.
func (r *report) sickOf(root owners.Ref) *facts {
	for _, f := range r.cases {
		if f.Root == root && f.Status != Recovered {
			return f
		}
	}
	return nil
}

// neighbours returns the other sick containers that name the same host in the
// words that tell their end.
func (r *report) alsoNaming(host string, but *facts) []string {
	var out []string
	for _, f := range r.cases {
		if f.Root == but.Root || !f.read.known || f.read.sign.category() != Dependency {
			continue
		}
		if slices.ContainsFunc(peers(f.read.words(2)), func(p peer) bool { return p.host == host }) {
			if name := f.Root.String(); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func podNames(pods []*corev1.Pod) []string {
	out := make([]string, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.Name)
	}
	return out
}

// memory returns the limit and the request of the container as they are in
// force, "" where there is none.
func memoryOf(c pod.Container) (limit, request string) {
	text := func(list corev1.ResourceList) string {
		if q, ok := list[corev1.ResourceMemory]; ok {
			return q.String()
		}
		return ""
	}
	if r := c.Status.Resources; r != nil {
		limit, request = text(r.Limits), text(r.Requests)
	}
	return cmp.Or(limit, text(c.Spec.Resources.Limits)), cmp.Or(request, text(c.Spec.Resources.Requests))
}
