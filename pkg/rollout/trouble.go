package rollout

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"
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
	events eventIndex
	at     time.Time
}

// pod returns the trouble of a pod, nil where it has none that shows.
func (x examiner) pod(pod *corev1.Pod) *trouble {
	t := x.examine(pod)
	if t != nil {
		t.at = x.at
	}
	return t
}

func (x examiner) examine(pod *corev1.Pod) *trouble {
	switch {
	case pod.DeletionTimestamp != nil:
		return x.terminating(pod)
	case pod.Status.Phase == corev1.PodSucceeded:
		return nil
	case pod.Status.Phase == corev1.PodFailed && pod.Status.Reason != "":
		return &trouble{reason: pod.Status.Reason, words: brief(pod.Status.Message), detail: pod.Status.Message}
	}
	if t := x.unscheduled(pod); t != nil {
		return t
	}
	for _, s := range pod.Status.InitContainerStatuses {
		if t := x.container(pod, s, "init "+s.Name+": "); t != nil {
			return t
		}
	}
	prefix := ""
	for _, s := range pod.Status.ContainerStatuses {
		if len(pod.Status.ContainerStatuses) > 1 {
			prefix = s.Name + ": "
		}
		if t := x.container(pod, s, prefix); t != nil {
			return t
		}
	}
	if t := x.preparing(pod); t != nil {
		return t
	}
	return x.unready(pod)
}

// terminating tells of a pod that outlives its grace period, the end of which
// is its deletion time.
func (x examiner) terminating(pod *corev1.Pod) *trouble {
	late := x.at.Sub(pod.DeletionTimestamp.Time)
	if late < patience {
		return nil
	}
	words := "should be gone since " + duration.HumanDuration(late)
	if len(pod.Finalizers) > 0 {
		words += ", finalizers " + strings.Join(pod.Finalizers, ", ")
	}
	return &trouble{reason: "Terminating", words: words, detail: words, since: pod.DeletionTimestamp.Time, hard: true}
}

func (x examiner) unscheduled(pod *corev1.Pod) *trouble {
	for _, c := range pod.Status.Conditions {
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
func (x examiner) container(pod *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	if w := s.State.Waiting; w != nil {
		switch w.Reason {
		case "", "ContainerCreating", "PodInitializing":
			return nil
		case "CrashLoopBackOff":
			return x.crashing(pod, s, prefix, w.Reason)
		case "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed":
			detail := w.Message
			if e := x.events.latest(pod, "Failed"); e != nil && !strings.Contains(detail, "failed") && strings.Contains(e.Message, s.Image) {
				detail = e.Message // older kubelets give the cause in the event only
			}
			return &trouble{reason: w.Reason, words: prefix + pullWords(s.Image, detail), detail: prefix + detail, since: waitingSince(pod, s), hard: true}
		default:
			return &trouble{reason: w.Reason, words: prefix + brief(w.Message), detail: prefix + w.Message, since: waitingSince(pod, s), hard: true}
		}
	}
	if t := s.State.Terminated; t != nil && (t.ExitCode != 0 || s.RestartCount > 0) && pod.Spec.RestartPolicy != corev1.RestartPolicyNever {
		if t.ExitCode == 0 && strings.HasPrefix(prefix, "init ") {
			return nil
		}
		return x.crashing(pod, s, prefix, exitWord(t))
	}
	return x.unsteady(pod, s, prefix)
}

// preparing tells why the containers of a pod with a node are not made yet.
func (x examiner) preparing(pod *corev1.Pod) *trouble {
	if pod.Status.Phase != corev1.PodPending {
		return nil
	}
	e := x.events.latest(pod, "FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "FailedCreatePodContainer", "NetworkNotReady")
	if e == nil {
		return nil
	}
	return &trouble{reason: e.Reason, words: brief(e.Message), detail: e.Message, since: firstTime(e), hard: x.at.Sub(firstTime(e)) >= patience}
}

// unready tells why a running pod takes no traffic.
func (x examiner) unready(pod *corev1.Pod) *trouble {
	for _, c := range pod.Status.Conditions {
		if c.Type != corev1.PodReady || c.Status == corev1.ConditionTrue || pod.Status.Phase != corev1.PodRunning {
			continue
		}
		since := c.LastTransitionTime.Time
		lasts := x.at.Sub(since)
		t := &trouble{reason: "NotReady", words: "not ready for " + duration.HumanDuration(lasts), detail: c.Message, since: since, hard: lasts >= patience}
		switch e := x.events.latest(pod, "Unhealthy"); {
		case e != nil && !eventTime(e).Before(since.Add(-patience)):
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
func waitingSince(pod *corev1.Pod, s corev1.ContainerStatus) time.Time {
	if last := s.LastTerminationState.Terminated; last != nil {
		return last.FinishedAt.Time
	}
	return pod.CreationTimestamp.Time
}

// brief returns the first line of a message without a trailing full stop.
func brief(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return strings.TrimSuffix(strings.TrimSpace(line), ".")
}
