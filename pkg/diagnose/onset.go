package diagnose

import (
	"time"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// eventsLast is for how long all events of a pod are there, with some slack:
// an API server keeps them for an hour (--event-ttl).
const eventsLast = 55 * time.Minute

// onset returns the shortest time that the pod must have run well before the
// known restarts began, 0 if they can have begun with the pod.
func onset(c pod.Container, at time.Time) time.Duration {
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
	age := at.Sub(c.Pod.CreationTimestamp.Time)
	if late := age - most; late > pod.StableAfter && late > age/4 {
		return late
	}
	return 0
}

// ranWell returns how long at least the pod ran well before its restarts began,
// 0 if they can have begun with the pod. The first event of a back-off dates the
// trouble of a young pod, the number of restarts that of others.
func (f *caseFile) ranWell() time.Duration {
	if late := onset(f.c, f.s.At); late > 0 {
		return late
	}
	made := f.c.Pod.CreationTimestamp.Time
	first := f.happened.firstTrouble()
	life, known := pod.RanFor(f.end.ContainerStateTerminated)
	if !known || first.IsZero() || f.s.At.Sub(made) > eventsLast {
		return 0
	}
	// The first restart comes without a back-off, so the trouble began one run earlier.
	if late := first.Sub(made) - life*3/2 - 10*time.Second; late > max(time.Minute, 3*life) {
		return late
	}
	return 0
}
