package rollout

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// patience is how long a pod may be unschedulable, in creation or not ready
// before that counts as holding the rollout up: autoscalers and slow starts
// need a while.
const patience = time.Minute

// trouble is what keeps a pod from being ready, or soon will again.
type trouble struct {
	reason string    // one word, as kubectl or the API has it
	words  string    // few words for a column
	detail string    // the whole message
	since  time.Time // zero: not known
	hard   bool      // it will not pass by waiting a little
	timed  bool      // words already contain how long it lasts
	quiet  bool      // it is no problem of the pod: its line does not show it
	root   *Blocker  // the object that causes it, if that is another one
	at     time.Time // when it was judged
	// again reports that its node refused the pods before it as well, since began; zero: not known.
	again bool
	began time.Time
}

// examiner looks for trouble in pods.
type examiner struct {
	s      *snapshot.Snapshot
	events pod.Events
	nodes  map[string]*corev1.Node
	at     time.Time
}

// newExaminer prepares the events and nodes of a snapshot for look-ups by name.
func newExaminer(s *snapshot.Snapshot) examiner {
	x := examiner{s: s, events: pod.IndexEvents(s.Events), nodes: map[string]*corev1.Node{}, at: s.At}
	for _, n := range s.Nodes {
		x.nodes[n.Name] = n
	}
	return x
}

// pod returns the trouble of a pod, nil if it has none that shows.
func (x examiner) pod(p *corev1.Pod) *trouble {
	t := x.examine(p)
	if t == nil {
		return nil
	}
	t.at = x.at
	if t.root != nil {
		t.root.at = x.at
	}
	return t
}

// examine returns why a pod is not ready, nil if nothing is known against it. The checks follow
// the life of a pod: a pod that has no node yet has no containers to look at.
func (x examiner) examine(p *corev1.Pod) *trouble {
	switch {
	case p.DeletionTimestamp != nil:
		return x.leaving(p)
	case p.Status.Phase == corev1.PodSucceeded:
		return nil
	case p.Status.Phase == corev1.PodFailed:
		return x.failed(p)
	}
	for _, look := range []func(*corev1.Pod) *trouble{
		x.unscheduled, x.lostNode, x.containers, x.preparing, x.initializing,
		x.untaken, x.creating, x.unready,
	} {
		if t := look(p); t != nil {
			return t
		}
	}
	return nil
}

// lasting returns a trouble that begins to count when it has lasted a while. It
// does not count if its beginning is not recorded.
func (x examiner) lasting(reason, words, detail string, since time.Time) *trouble {
	return &trouble{reason: reason, words: words, detail: detail, since: since, hard: !since.IsZero() && x.at.Sub(since) >= patience}
}

// ago returns how long before at something happened, as " 5m ago"; empty if its
// time is not recorded.
func ago(at, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " " + wording.Age(at.Sub(t)) + " ago"
}

// lasted returns how long something has lasted, as " for 5m"; empty if its
// beginning is not recorded.
func lasted(at, since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return " for " + wording.Age(at.Sub(since))
}

// leaving returns the trouble of a pod that is being deleted. Its deletion time
// is the end of its grace period: a pod that exists long after it is stuck,
// because of finalizers or of its node.
func (x examiner) leaving(p *corev1.Pod) *trouble {
	end := p.DeletionTimestamp.Time
	late := x.at.Sub(end)
	if late < patience {
		return terminating(late)
	}
	t := &trouble{reason: "Terminating", words: "should be gone since " + wording.Age(late), since: end, hard: true, timed: true}
	if len(p.Finalizers) > 0 {
		t.words += heldBy(p.Finalizers)
	} else if node := x.downNode(p); node != nil {
		t.words += ", " + node.words
		t.root = node.root
	}
	t.detail = t.words
	return t
}

// terminating returns that a pod is being deleted as it should; late is how long its grace period is
// over, negative before that.
func terminating(late time.Duration) *trouble {
	words := "is terminating"
	if late < 0 {
		words += ", its grace period ends in " + wording.Age(-late)
	}
	return &trouble{reason: "Terminating", words: words, detail: words, timed: true, quiet: true}
}

// failed returns why a pod ended that its controller replaces.
func (x examiner) failed(p *corev1.Pod) *trouble {
	if p.Status.Reason != "" {
		return &trouble{reason: p.Status.Reason, words: brief(p.Status.Message), detail: p.Status.Message, timed: true}
	}
	for c := range pod.Containers(p) {
		t := c.Status.State.Terminated
		if t == nil || t.ExitCode == 0 {
			continue
		}
		words := x.name(c) + ranWords(t)
		if last := lastLine(t.Message); last != "" {
			words += ": " + last
		}
		return &trouble{reason: pod.ExitWord(t), words: words, detail: words, since: t.FinishedAt.Time, timed: true}
	}
	return nil
}

// name returns the prefix that names a container if its pod has several.
func (x examiner) name(c pod.Container) string {
	if c.Type == pod.Init || c.Type == pod.Sidecar {
		return "init " + c.Name() + ": "
	}
	if len(c.Pod.Spec.Containers) > 1 {
		return c.Name() + ": "
	}
	return ""
}

// containers returns the trouble of the first container that has any.
func (x examiner) containers(p *corev1.Pod) *trouble {
	for c := range pod.Containers(p) {
		if !c.Reported || c.Type == pod.Ephemeral {
			continue
		}
		if t := x.container(c); t != nil {
			return t
		}
	}
	return nil
}

// container returns the trouble of a container that waits for something that
// went wrong, or that terminates and is restarted.
func (x examiner) container(c pod.Container) *trouble {
	p := c.Pod
	s := c.Status
	prefix := x.name(c)
	if s.State.Waiting != nil {
		return x.waiting(p, s, prefix)
	}
	if t := s.State.Terminated; t != nil && (t.ExitCode != 0 || s.RestartCount > 0) && p.Spec.RestartPolicy != corev1.RestartPolicyNever {
		if t.ExitCode == 0 && c.Type != pod.App { // an init container that is done
			return nil
		}
		return x.crashing(p, s, prefix, pod.ExitWord(t))
	}
	return x.unsteady(p, s, prefix)
}

// waiting returns the trouble of a container that waits, nil if it only has not come to start yet.
func (x examiner) waiting(p *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	w := s.State.Waiting
	switch why := pod.WaitingFor(w.Reason); {
	case why.Wait == pod.WaitStarting:
		return nil
	case w.Reason == pod.ReasonCrashLoop:
		return x.crashing(p, s, prefix, w.Reason)
	case why.Image:
		return x.pulling(p, s, prefix)
	}
	words := prefix + cmp.Or(brief(w.Message), w.Reason)
	return &trouble{reason: w.Reason, words: words, detail: prefix + w.Message, since: waitingSince(p, s), hard: true}
}

// unready returns why a running pod takes no traffic.
func (x examiner) unready(p *corev1.Pod) *trouble {
	c := pod.Condition(p, corev1.PodReady)
	if c == nil || c.Status == corev1.ConditionTrue || p.Status.Phase != corev1.PodRunning {
		return nil
	}
	since := c.LastTransitionTime.Time
	switch e := x.events.Latest("Pod", p, "Unhealthy"); {
	case e != nil && !pod.LastSeen(e).Before(since.Add(-patience)): // not of an earlier failure
		return x.lasting("Unhealthy", brief(e.Message), e.Message, since)
	case c.Reason == "ReadinessGatesNotReady":
		return x.lasting(c.Reason, brief(c.Message), c.Message, since)
	case x.at.Sub(since) < patience: // it is starting
		return nil
	}
	t := x.lasting("NotReady", "not ready"+lasted(x.at, since), c.Message, since)
	t.timed = true
	return t
}

// settling returns that a pod is ready, but counts as available only later.
func (x examiner) settling(p Pod, minReady int32) *trouble {
	since, ready := p.readySince()
	if !ready || minReady == 0 {
		return nil
	}
	left := since.Add(time.Duration(minReady) * time.Second).Sub(x.at)
	if left <= 0 {
		return nil
	}
	words := fmt.Sprintf("ready, available in %s (minReadySeconds %d)", wording.Age(left), minReady)
	return &trouble{reason: "MinReadySeconds", words: words, detail: words, since: since, timed: true, quiet: true, at: x.at}
}

// waitingSince returns when a container that cannot start was first to be started.
func waitingSince(p *corev1.Pod, s corev1.ContainerStatus) time.Time {
	if last := s.LastTerminationState.Terminated; last != nil {
		return last.FinishedAt.Time
	}
	return p.CreationTimestamp.Time
}

// brief returns the first line of a message without a trailing full stop.
func brief(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return strings.TrimSuffix(strings.TrimSpace(line), ".")
}

// lastLine returns the last line of a message that is not empty.
func lastLine(message string) string {
	message = strings.TrimSpace(message)
	return strings.TrimSpace(message[strings.LastIndexByte(message, '\n')+1:])
}
