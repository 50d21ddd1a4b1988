package rollout

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"
)

// patience is how long a pod may be unschedulable or not ready before that
// counts as holding the rollout up: autoscalers and slow starts need a while.
const patience = time.Minute

// kubeletReset is how long a container must run for the kubelet to forget its
// back-off (pkg/kubelet/kubelet.go MaxContainerBackOff, doubled).
const kubeletReset = 10 * time.Minute

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

// unsteady tells of a container that runs again after dying, and has not yet
// outlived what it lived before.
func (x examiner) unsteady(pod *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	last := s.LastTerminationState.Terminated
	if s.State.Running == nil || last == nil || s.RestartCount == 0 {
		return nil
	}
	runs := x.at.Sub(s.State.Running.StartedAt.Time)
	lived := last.FinishedAt.Sub(last.StartedAt.Time)
	if runs >= kubeletReset || s.Ready && runs > max(patience, lived+lived/2) {
		return nil
	}
	return x.crashing(pod, s, prefix, "Restarted")
}

// crashing tells how the last instance of a container ended.
func (x examiner) crashing(pod *corev1.Pod, s corev1.ContainerStatus, prefix, reason string) *trouble {
	last := s.State.Terminated
	if last == nil {
		last = s.LastTerminationState.Terminated
	}
	if last == nil {
		words := fmt.Sprintf("%s%d restarts", prefix, s.RestartCount)
		return &trouble{reason: reason, words: words, detail: words, hard: true}
	}
	words := prefix + exitPhrase(last)
	// A container that was never started is told to have begun in 1970.
	if lived := last.FinishedAt.Sub(last.StartedAt.Time); last.StartedAt.Unix() > 0 && lived >= time.Second {
		words += " after " + duration.HumanDuration(lived)
	} else if last.StartedAt.Unix() > 0 && lived >= 0 {
		words += " within a second"
	}
	if probe := x.killer(pod); probe != "" {
		words += ", " + probe
	}
	detail := words
	if last.Message != "" {
		detail += ": " + strings.TrimSpace(last.Message)
	}
	return &trouble{reason: reason, words: words, detail: detail, since: x.crashingSince(pod, s, last.FinishedAt.Time), hard: reason == "CrashLoopBackOff" || s.RestartCount >= 2}
}

// killer names the probe that has the kubelet kill the pod's containers, ""
// where none failed. However old the event is: the kubelet soon stops to repeat
// it (client-go tools/record allows 25 for an object, then one in 5 minutes).
func (x examiner) killer(pod *corev1.Pod) string {
	for _, e := range x.events[pod.UID] {
		if e.Reason != "Unhealthy" {
			continue
		}
		for _, probe := range []string{"Liveness", "Startup"} {
			if strings.HasPrefix(e.Message, probe+" probe ") {
				return "its " + strings.ToLower(probe) + " probe fails"
			}
		}
	}
	return ""
}

// exitPhrase names how a container ended: "exits 1", "OOMKilled".
func exitPhrase(t *corev1.ContainerStateTerminated) string {
	switch t.Reason {
	case "", "Error", "Completed":
		if t.Signal != 0 {
			return fmt.Sprintf("dies of signal %d", t.Signal)
		}
		return fmt.Sprintf("exits %d", t.ExitCode)
	case "OOMKilled":
		return "OOMKilled"
	default:
		return fmt.Sprintf("%s (exit %d)", t.Reason, t.ExitCode)
	}
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

// crashingSince returns when the kubelet first backed off from restarting a
// container, of all that is still told: the server keeps an event for an hour
// after it was last repeated. Where nothing is told it returns the first death,
// and the zero time after several.
func (x examiner) crashingSince(pod *corev1.Pod, s corev1.ContainerStatus, died time.Time) time.Time {
	var first time.Time
	for _, e := range x.events[pod.UID] {
		path := e.InvolvedObject.FieldPath
		about := strings.HasSuffix(path, "{"+s.Name+"}") || path == "" && strings.Contains(e.Message, " "+s.Name+" ")
		if began := firstTime(e); about && e.Reason == "BackOff" && (first.IsZero() || began.Before(first)) {
			first = began
		}
	}
	if first.IsZero() && s.RestartCount <= 1 {
		return died
	}
	return first
}

// brief returns the first line of a message without a trailing full stop.
func brief(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return strings.TrimSuffix(strings.TrimSpace(line), ".")
}
