package rollout

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// unsteady returns the trouble of a container that runs again after it
// terminated, and has not run for longer than it did before.
func (x examiner) unsteady(p *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	last := s.LastTerminationState.Terminated
	if s.State.Running == nil || last == nil || s.RestartCount == 0 {
		return nil
	}
	runs := x.at.Sub(s.State.Running.StartedAt.Time)
	lived := last.FinishedAt.Sub(last.StartedAt.Time)
	outlived := s.Ready && runs > max(patience, lived+lived/2) // it is past where it crashed before
	if runs >= pod.StableAfter || outlived {
		return nil
	}
	return x.crashing(p, s, prefix, "Restarted")
}

// crashing returns how the last run of a container ended.
func (x examiner) crashing(p *corev1.Pod, s corev1.ContainerStatus, prefix, reason string) *trouble {
	last := cmp.Or(s.State.Terminated, s.LastTerminationState.Terminated)
	if last == nil {
		words := fmt.Sprintf("%s%d restarts", prefix, s.RestartCount)
		return &trouble{reason: reason, words: words, detail: words, hard: true}
	}
	words := prefix + ranWords(last)
	if probe := x.killer(p); probe != "" {
		words += ", " + probe
	}
	detail := words
	if last.Message != "" {
		detail += ": " + strings.TrimSpace(last.Message)
	}
	return &trouble{
		reason: reason,
		words:  words,
		detail: detail,
		since:  x.crashingSince(p, s, last.FinishedAt.Time),
		hard:   reason == "CrashLoopBackOff" || s.RestartCount >= 2, // one restart may have been an accident
	}
}

// ranWords returns how a run ended and how long it took: "exits 1 after 2s".
func ranWords(t *corev1.ContainerStateTerminated) string {
	ran, known := pod.RanFor(t)
	if !known || ran < 0 {
		return exitPhrase(t)
	}
	if ran < time.Second {
		return exitPhrase(t) + " within a second"
	}
	return exitPhrase(t) + " after " + wording.Age(ran)
}

// killer returns which probe has the kubelet kill the pod's containers, "" if
// none failed. The age of the event does not matter: the kubelet soon stops to
// repeat it (client-go tools/record allows 25 for an object, then one in 5
// minutes).
func (x examiner) killer(p *corev1.Pod) string {
	for _, e := range x.events.Of("Pod", p) {
		if probe, failed := pod.FailedProbe(e.Message); e.Reason == "Unhealthy" && failed && probe != "readiness" {
			return "its " + probe + " probe fails"
		}
	}
	return ""
}

// exitPhrase returns how a container ended: "exits 1", "OOMKilled".
func exitPhrase(t *corev1.ContainerStateTerminated) string {
	switch t.Reason {
	case "", "Error", "Completed":
		if t.Signal != 0 {
			return fmt.Sprintf("is killed by signal %d", t.Signal)
		}
		return fmt.Sprintf("exits %d", t.ExitCode)
	case "OOMKilled":
		return "OOMKilled"
	default:
		return fmt.Sprintf("%s (exit %d)", t.Reason, t.ExitCode)
	}
}

// crashingSince returns when the kubelet first backed off from restarting a
// container, by the events that are left: the server keeps one for an hour after
// it was last repeated. Without any it returns the first termination, and the
// zero time after several.
func (x examiner) crashingSince(p *corev1.Pod, s corev1.ContainerStatus, exited time.Time) time.Time {
	first := x.firstBackOff(p, s.Name)
	if first.IsZero() && s.RestartCount <= 1 {
		return exited
	}
	return first
}

// firstBackOff returns when the earliest event reports that a container is in back-off, zero if none
// does.
func (x examiner) firstBackOff(p *corev1.Pod, name string) time.Time {
	var first time.Time
	c, found := pod.Find(p, name)
	if !found {
		return first
	}
	for _, e := range x.events.Of("Pod", p) {
		if began := pod.FirstSeen(e); e.Reason == "BackOff" && c.Names(e) && (first.IsZero() || began.Before(first)) {
			first = began
		}
	}
	return first
}
