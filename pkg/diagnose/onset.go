package diagnose

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// eventsLast is for how long all events of a pod are there, with some slack:
// an API server keeps them for an hour (--event-ttl).
const eventsLast = 55 * time.Minute

// course is how it went with a container since its pod was made.
type course struct {
	c        pod.Container
	end      termination
	happened podEvents
	at       time.Time // as of when it is judged
}

// began returns when the container can have started first: when the pod was
// created, or later when its init containers were done or its image was there.
func (o course) began() time.Time {
	at := latest(o.c.Pod.CreationTimestamp.Time, o.end.beforeRuns(o.initialized()))
	// With another policy an image is pulled only if the node does not have it, so
	// that no container can have run before.
	if o.c.Spec.ImagePullPolicy != corev1.PullAlways {
		at = latest(at, o.end.beforeRuns(o.happened.pulled))
	}
	return at
}

// initialized returns when the init containers were done, for which only app containers wait; zero
// if that is not known.
func (o course) initialized() time.Time {
	done := pod.Condition(o.c.Pod, corev1.PodInitialized)
	if o.c.Type != pod.App || done == nil || done.Status != corev1.ConditionTrue {
		return time.Time{}
	}
	return done.LastTransitionTime.Time
}

// beforeRuns returns a time, or zero if it is not before the known runs: then it
// is of a later sandbox of the pod.
func (t termination) beforeRuns(at time.Time) time.Time {
	if started := t.started(); !started.IsZero() && at.After(started) {
		return time.Time{}
	}
	return at
}

// latest returns the later of two times; zero, for unknown, is earlier than any.
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
	age := at.Sub(began)
	// The estimate is coarse: only what is long, and a good part of the age, counts.
	if late := age - longestFor(c.Status.RestartCount, life); late > pod.StableAfter && late > age/4 {
		return late
	}
	return 0
}

// longestFor returns how long restarts can have taken at most, if each run lasted about as long as
// the last one. Each restart takes a run with some slack, and the back-off of the kubelet, which
// doubles from 10 seconds to 5 minutes, with its lateness.
func longestFor(restarts int32, life time.Duration) time.Duration {
	most := time.Duration(restarts) * (life + life/2 + 30*time.Second)
	for i := range restarts {
		most += min(10*time.Second<<min(i, 5), 5*time.Minute) * 5 / 4
	}
	return most
}

// ranWell returns how long at least the pod ran well before its restarts began,
// 0 if they can have begun with the pod. The first event of a back-off dates the
// trouble of a young pod, the number of restarts that of others.
func (o course) ranWell() time.Duration {
	began := o.began()
	if late := onset(o.c, began, o.at); late > 0 {
		return late
	}
	if o.at.Sub(began) > eventsLast {
		return 0 // the first events of an older pod have expired
	}
	return o.untilTrouble(began)
}

// untilTrouble returns how long the pod ran well by its first event of trouble, 0 if that comes as
// soon as the first run can have ended.
func (o course) untilTrouble(began time.Time) time.Duration {
	first := o.happened.firstTrouble()
	life, known := o.end.ran()
	if !known || first.IsZero() {
		return 0
	}
	// The first restart comes without a back-off, so the trouble began one run earlier.
	if late := first.Sub(began) - life*3/2 - 10*time.Second; late > max(time.Minute, 3*life) {
		return late
	}
	return 0
}
