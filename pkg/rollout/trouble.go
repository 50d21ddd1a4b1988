package rollout

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// patience is how long a pod may be unschedulable or not ready before that
// counts as holding the rollout up: autoscalers and slow starts need a while.
const patience = time.Minute

// trouble is what keeps a pod from being ready, or soon will again.
type trouble struct {
	reason string // one word, as kubectl or the API has it
	words  string // few words for a column
	detail string // the whole message
	since  time.Time
	hard   bool      // it will not pass by waiting a little
	at     time.Time // the moment of judging
}

// examiner looks for trouble in pods.
type examiner struct {
	events pod.Events
	at     time.Time
}

// pod returns the trouble of a pod, nil where it has none that shows.
func (x examiner) pod(p *corev1.Pod) *trouble {
	t := x.examine(p)
	if t != nil {
		t.at = x.at
	}
	return t
}

func (x examiner) examine(p *corev1.Pod) *trouble {
	switch {
	case p.DeletionTimestamp != nil:
		return x.terminating(p)
	case p.Status.Phase == corev1.PodSucceeded:
		return nil
	case p.Status.Phase == corev1.PodFailed && p.Status.Reason != "":
		return &trouble{reason: p.Status.Reason, words: brief(p.Status.Message), detail: p.Status.Message}
	}
	if t := x.unscheduled(p); t != nil {
		return t
	}
	for _, s := range p.Status.InitContainerStatuses {
		if t := x.container(p, s, "init "+s.Name+": "); t != nil {
			return t
		}
	}
	prefix := ""
	for _, s := range p.Status.ContainerStatuses {
		if len(p.Status.ContainerStatuses) > 1 {
			prefix = s.Name + ": "
		}
		if t := x.container(p, s, prefix); t != nil {
			return t
		}
	}
	if t := x.preparing(p); t != nil {
		return t
	}
	return x.unready(p)
}

// terminating tells of a pod that outlives its grace period, the end of which
// is its deletion time.
func (x examiner) terminating(p *corev1.Pod) *trouble {
	late := x.at.Sub(p.DeletionTimestamp.Time)
	if late < patience {
		return nil
	}
	words := "should be gone since " + duration.HumanDuration(late)
	if len(p.Finalizers) > 0 {
		words += ", finalizers " + strings.Join(p.Finalizers, ", ")
	}
	return &trouble{reason: "Terminating", words: words, detail: words, since: p.DeletionTimestamp.Time, hard: true}
}

func (x examiner) unscheduled(p *corev1.Pod) *trouble {
	for _, c := range p.Status.Conditions {
		if c.Type != corev1.PodScheduled || c.Status != corev1.ConditionFalse {
			continue
		}
		since := c.LastTransitionTime.Time
		words := brief(c.Message)
		if c.Reason == corev1.PodReasonSchedulingGated {
			words = "held by scheduling gates"
		}
		return &trouble{reason: c.Reason, words: words, detail: c.Message, since: since, hard: x.at.Sub(since) >= patience}
	}
	return nil
}

// container tells of a container that waits for something that went wrong, or
// that dies and is started again.
func (x examiner) container(p *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	if w := s.State.Waiting; w != nil {
		switch why := pod.WaitingFor(w.Reason); {
		case why.Wait == pod.WaitStarting:
			return nil
		case w.Reason == pod.ReasonCrashLoop:
			return x.crashing(p, s, prefix, w.Reason)
		case why.Image:
			detail := w.Message
			if e := x.events.Latest("Pod", p, "Failed"); e != nil && !strings.Contains(detail, "failed") && strings.Contains(e.Message, s.Image) {
				detail = e.Message // older kubelets give the cause in the event only
			}
			return &trouble{reason: w.Reason, words: prefix + pullWords(s.Image, detail), detail: prefix + detail, since: waitingSince(p, s), hard: true}
		default:
			return &trouble{reason: w.Reason, words: prefix + brief(w.Message), detail: prefix + w.Message, since: waitingSince(p, s), hard: true}
		}
	}
	if t := s.State.Terminated; t != nil && (t.ExitCode != 0 || s.RestartCount > 0) && p.Spec.RestartPolicy != corev1.RestartPolicyNever {
		if t.ExitCode == 0 && strings.HasPrefix(prefix, "init ") {
			return nil
		}
		return x.crashing(p, s, prefix, pod.ExitWord(t))
	}
	return x.unsteady(p, s, prefix)
}

// preparing tells why the containers of a pod with a node are not made yet.
func (x examiner) preparing(p *corev1.Pod) *trouble {
	if p.Status.Phase != corev1.PodPending {
		return nil
	}
	e := x.events.Latest("Pod", p, pod.SetupFailures...)
	if e == nil {
		return nil
	}
	return &trouble{reason: e.Reason, words: brief(e.Message), detail: e.Message, since: pod.FirstSeen(e), hard: x.at.Sub(pod.FirstSeen(e)) >= patience}
}

// unready tells why a running pod takes no traffic.
func (x examiner) unready(p *corev1.Pod) *trouble {
	for _, c := range p.Status.Conditions {
		if c.Type != corev1.PodReady || c.Status == corev1.ConditionTrue || p.Status.Phase != corev1.PodRunning {
			continue
		}
		since := c.LastTransitionTime.Time
		lasts := x.at.Sub(since)
		t := &trouble{reason: "NotReady", words: "not ready for " + duration.HumanDuration(lasts), detail: c.Message, since: since, hard: lasts >= patience}
		switch e := x.events.Latest("Pod", p, "Unhealthy"); {
		case e != nil && !pod.LastSeen(e).Before(since.Add(-patience)):
			t.reason, t.words, t.detail = "Unhealthy", brief(e.Message), e.Message
		case c.Reason == "ReadinessGatesNotReady":
			t.reason, t.words = c.Reason, brief(c.Message)
		case lasts < patience: // it is starting
			return nil
		}
		return t
	}
	return nil
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
