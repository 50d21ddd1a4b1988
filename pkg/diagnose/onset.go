package diagnose

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// eventsLast is for how long all events of a pod are there, with some slack:
// an API server keeps them for an hour (--event-ttl).
const eventsLast = 55 * time.Minute

// began returns when the container can have started first: when the pod was
// created, or later when its init containers were done or its image was there.
func (f *caseFile) began() time.Time {
	at := f.c.Pod.CreationTimestamp.Time
	if done := pod.Condition(f.c.Pod, corev1.PodInitialized); f.Type == pod.App && done != nil && done.Status == corev1.ConditionTrue {
		at = latest(at, f.beforeRuns(done.LastTransitionTime.Time))
	}
	// With another policy an image is pulled only if the node does not have it, so
	// that no container can have run before.
	if f.c.Spec.ImagePullPolicy != corev1.PullAlways {
		at = latest(at, f.beforeRuns(f.happened.pulled))
	}
	return at
}

// beforeRuns returns a time, or zero if it is not before the known runs: then it
// is of a later sandbox of the pod.
func (f *caseFile) beforeRuns(at time.Time) time.Time {
	if started := f.end.started(); !started.IsZero() && at.After(started) {
		return time.Time{}
	}
	return at
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// onset returns the shortest time that the pod must have run well before the
// known restarts began, 0 if they can have begun with the pod.
func onset(c pod.Container, began, at time.Time) time.Duration {
	life, known := pod.RanFor(c.Last())
	if c.Status.RestartCount == 0 || !known {
		return 0
	}
	n := time.Duration(c.Status.RestartCount)
	// Each restart takes at most the longest back-off and its lateness, and a
	// run like the last one with some slack.
	most := n * (life + life/2 + 30*time.Second)
	for i := range c.Status.RestartCount {
		most += min(10*time.Second<<min(i, 5), 5*time.Minute) * 5 / 4
	}
	age := at.Sub(began)
	if late := age - most; late > pod.StableAfter && late > age/4 {
		return late
	}
	return 0
}

// ranWell returns how long at least the pod ran well before its restarts began,
// 0 if they can have begun with the pod. The first event of a back-off dates the
// trouble of a young pod, the number of restarts that of others.
func (f *caseFile) ranWell() time.Duration {
	began := f.began()
	if late := onset(f.c, began, f.s.At); late > 0 {
		return late
	}
	first := f.happened.firstTrouble()
	life, known := f.end.ran()
	if !known || first.IsZero() || f.s.At.Sub(began) > eventsLast {
		return 0
	}
	// The first restart comes without a back-off, so the trouble began one run earlier.
	if late := first.Sub(began) - life*3/2 - 10*time.Second; late > max(time.Minute, 3*life) {
		return late
	}
	return 0
}
