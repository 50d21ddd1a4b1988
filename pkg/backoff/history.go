package backoff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// mark is what one Event object reports: the same thing happened at least count
// times, first and last at these times.
type mark struct {
	first, last time.Time
	count       int32
	message     string
}

// history is what the events report of one container. Events under-count in
// long loops: the kubelet drops them by a budget of 25 and then one in five
// minutes (client-go/tools/record).
type history struct {
	started, crashing, killed, unhealthy []mark
	pulling, pullFailed, pulled, failed  []mark
	kubelet                              time.Time // the kubelet's last start
}

// read collects the events of the container, and of its node.
func read(s subject, events []*corev1.Event) history {
	var h history
	for _, e := range events {
		if kubeletStart(e) && e.InvolvedObject.Name == s.Pod.Spec.NodeName {
			if m := markOf(e); m.last.After(h.kubelet) {
				h.kubelet = m.last
			}
		} else if pod.About(e, s.Pod) && e.InvolvedObject.FieldPath == s.FieldPath() {
			h.add(e)
		}
	}
	h.sort()
	return h
}

// sort orders the events of each reason by time; equal times leave the message to decide, so that the
// result does not depend on the order in which events were read.
func (h *history) sort() {
	for _, list := range [][]mark{h.started, h.crashing, h.killed, h.unhealthy, h.pulling, h.pullFailed, h.pulled, h.failed} {
		slices.SortFunc(list, func(a, b mark) int {
			return cmp.Or(a.first.Compare(b.first), a.last.Compare(b.last), cmp.Compare(a.message, b.message))
		})
	}
}

// kubeletStart reports whether an event is about the start of the kubelet of a node
// (pkg/kubelet/kubelet.go BirthCry).
func kubeletStart(e *corev1.Event) bool {
	return e.InvolvedObject.Kind == "Node" && e.Reason == "Starting" && strings.HasPrefix(e.Message, "Starting kubelet")
}

// add sorts an event by its reason. The reasons are those of
// pkg/kubelet/events/event.go; crash and image back-off share one.
func (h *history) add(e *corev1.Event) {
	m := markOf(e)
	switch e.Reason {
	case "Started":
		h.started = append(h.started, m)
	case "BackOff":
		if strings.HasPrefix(e.Message, pod.BackOffPulling) {
			return // repeated at every sync; the failed pulls themselves count
		}
		h.crashing = append(h.crashing, m)
	case "Killing":
		if _, probe := pod.KillingProbe(e.Message); probe {
			h.killed = append(h.killed, m)
		}
	case "Unhealthy":
		h.unhealthy = append(h.unhealthy, m)
	case "Pulling":
		h.pulling = append(h.pulling, m)
	case "Pulled":
		h.pulled = append(h.pulled, m)
	case "Failed":
		if strings.HasPrefix(e.Message, pod.PullFailed) {
			h.pullFailed = append(h.pullFailed, m)
		} else if e.Message != "Error: ErrImagePull" && e.Message != "Error: ImagePullBackOff" { // which repeat it
			h.failed = append(h.failed, m)
		}
	}
}

// markOf returns an event by its first and last time, and how often it was seen.
func markOf(e *corev1.Event) mark {
	return mark{first: pod.FirstSeen(e), last: pod.LastSeen(e), count: pod.Times(e), message: e.Message}
}

// earliest returns when the first of the marks happened, zero for none.
func earliest(marks []mark) time.Time {
	var first time.Time
	for _, m := range marks {
		if first.IsZero() || m.first.Before(first) {
			first = m.first
		}
	}
	return first
}

// latest returns when the last of the marks happened, zero for none.
func latest(marks []mark) time.Time {
	var last time.Time
	for _, m := range marks {
		if m.last.After(last) {
			last = m.last
		}
	}
	return last
}

// probeKilled reports whether an event reports that a probe ended the run. An
// event that stands for several kills has only the first and the last time.
func (h history) probeKilled(r *run) bool {
	within := func(t time.Time) bool {
		return !t.Before(r.started) && !t.After(r.finished.Add(detection))
	}
	return slices.ContainsFunc(h.killed, func(m mark) bool { return within(m.first) || within(m.last) })
}

// pullTook matches the kubelet's word on a pull: "… in 206ms (206ms including waiting)".
var pullTook = regexp.MustCompile(`^Successfully pulled image .* in \S+ \((\S+) including waiting\)`)

// pull returns how long starting the container may be held up by its image.
func (s subject) pull(h history) time.Duration {
	if s.Type == pod.Ephemeral || s.Spec.ImagePullPolicy != corev1.PullAlways {
		return 0
	}
	longest := h.longestPull()
	if longest == 0 {
		return 3 * time.Second // not known: a manifest is fetched at least
	}
	return min(2*longest, 2*time.Minute).Round(time.Second)
}

// longestPull returns how long the longest pull took that succeeded, 0 if no event reports one.
func (h history) longestPull() time.Duration {
	longest := time.Duration(0)
	for _, m := range h.pulled {
		if word := pullTook.FindStringSubmatch(m.message); word != nil {
			took, _ := time.ParseDuration(word[1]) // malformed: 0
			longest = max(longest, took)
		}
	}
	return longest
}

// firstStart returns when the container first ran and whether that was
// observed; if it was not, a time that is not later.
func (s subject) firstStart(h history) (at time.Time, seen bool) {
	if s.Status.RestartCount == 0 && s.Status.State.Running != nil {
		return s.Status.State.Running.StartedAt.Time, true
	}
	for _, m := range h.started {
		if !m.first.IsZero() && (at.IsZero() || m.first.Before(at)) {
			at = m.first
		}
	}
	if begin := s.acceptedAt(); at.IsZero() || begin.IsZero() || at.Sub(begin) > time.Minute {
		// The oldest event may have expired, or come from a later start.
		return begin, false
	}
	return at, true
}

// acceptedAt returns when the kubelet took the pod on, for an app container
// when its init containers were done.
func (s subject) acceptedAt() time.Time {
	var at time.Time
	if s.Pod.Status.StartTime != nil {
		at = s.Pod.Status.StartTime.Time
	}
	if s.Type != pod.App {
		return at
	}
	if c := pod.Condition(s.Pod, corev1.PodInitialized); c != nil && c.Status == corev1.ConditionTrue && c.LastTransitionTime.After(at) {
		at = c.LastTransitionTime.Time
	}
	return at
}
