package cluster

import (
	"context"
	"net/http"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// serverClock keeps the newest Date header of the responses to one load.
type serverClock struct {
	mu sync.Mutex
	at time.Time
}

// newest returns the latest date: nothing that was read is younger by more
// than the second that the header rounds to, so that no age is negative.
func (c *serverClock) newest() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// see takes over the date of a response, if it is the newest. Several reads are under way at once, and
// their responses come in any order.
func (c *serverClock) see(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return // absent or malformed: this response has no time
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at.UTC()
	}
}

// mostBehind is how far the date of an answer may be behind the objects in it: the
// second that it rounds to, and the clocks of several API servers.
const mostBehind = time.Minute

// mostAhead is how far the date of an answer may be ahead of the newest object that
// was found: in a quiet cluster that object may be years old.
const mostAhead = 100 * 365 * 24 * time.Hour

// correctClock moves the time of s to the newest time among what was found if the
// dates of the answers cannot be right, as from a proxy whose clock is wrong: they are
// behind the creation of an object, which an API server writes by the same clock, or
// a century ahead of all objects. Times of nodes that are yet to come are a gap.
func correctClock(s *snapshot.Snapshot, all []*found) {
	if s.AtSource == snapshot.AtServer || s.AtSource == snapshot.AtNewest { // from this load or an earlier one
		if at, gap := trueTime(all, s.At, s.AtSource == snapshot.AtNewest); gap != nil {
			s.At = at
			if s.AtSource == snapshot.AtServer {
				s.AddGap(*gap)
			}
			s.AtSource = snapshot.AtNewest
		}
	}
	nodesAhead(s, all)
}

// trueTime returns the newest time among what was found, and a gap, if the time at is
// wrong. known is whether it was found wrong before, and comes from the objects.
func trueTime(all []*found, at time.Time, known bool) (time.Time, *snapshot.Gap) {
	created := newestOf(all, creation)
	if created.IsZero() {
		return at, nil
	}
	if behind := created.Sub(at); !known && behind <= mostBehind && -behind <= mostAhead {
		return at, nil // the usual case needs no look at the containers
	}
	gap := &snapshot.Gap{Resource: "clock of the server", Impact: "ages and windows are as of the newest time in the objects"}
	newest := newestOf(all, creation, lastOfPod)
	switch {
	case known && newest.After(at):
	case known:
		return at, nil
	case created.Sub(at) > mostBehind:
		gap.Reason = "its answers are dated " + wording.Age(created.Sub(at)) + " before the newest object"
	case at.Sub(newest) > mostAhead:
		gap.Reason = "its answers are dated " + at.Format(time.DateOnly) + ", more than a century after the newest object"
	default:
		return at, nil
	}
	return newest, gap
}

// newestOf returns the newest of some times of the objects that were found.
func newestOf(all []*found, times ...func(runtime.Object) time.Time) time.Time {
	var newest time.Time
	for _, f := range all {
		for _, object := range f.objects {
			for _, of := range times {
				newest = latest(newest, of(object))
			}
		}
	}
	return newest.UTC()
}

// creation returns when an object was created, by the clock of an API server.
func creation(o runtime.Object) time.Time {
	m, err := meta.Accessor(o)
	if err != nil {
		return time.Time{}
	}
	return m.GetCreationTimestamp().Time
}

// lastOfPod returns the newest time in the status of a pod, which its kubelet wrote.
func lastOfPod(o runtime.Object) time.Time {
	pod, ok := o.(*corev1.Pod)
	if !ok {
		return time.Time{}
	}
	var newest time.Time
	for _, list := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range list {
			newest = latest(newest, lastOfState(list[i].State), lastOfState(list[i].LastTerminationState))
		}
	}
	return newest
}

// lastOfState returns when a container started or ended, the zero time if it waits.
func lastOfState(state corev1.ContainerState) time.Time {
	if state.Running != nil {
		return state.Running.StartedAt.Time
	}
	if state.Terminated != nil {
		return latest(state.Terminated.StartedAt.Time, state.Terminated.FinishedAt.Time)
	}
	return time.Time{}
}

// latest returns the newest of some times.
func latest(newest time.Time, others ...time.Time) time.Time {
	for _, at := range others {
		if at.After(newest) {
			newest = at
		}
	}
	return newest
}

// nodesAhead adds a gap for the nodes whose pods have times that are yet to come.
func nodesAhead(s *snapshot.Snapshot, all []*found) {
	for _, f := range all {
		for _, object := range f.objects {
			pod, ok := object.(*corev1.Pod)
			if !ok || pod.Spec.NodeName == "" || lastOfPod(pod).Sub(s.At) <= mostBehind {
				continue
			}
			s.AddGap(snapshot.Gap{
				Resource: "clock of the node", Names: []string{pod.Spec.NodeName},
				Reason: "its pods have times that are yet to come", Impact: "ages and windows of its pods are wrong",
			})
		}
	}
}

// clock receives the Date headers of the responses to a context's requests.
type clock interface{ see(date string) }

// clockKey is where a context has the clock of its requests.
type clockKey struct{}

// withClock returns a context whose responses set the clock to the server's time.
func withClock(ctx context.Context) (context.Context, *serverClock) {
	clock := &serverClock{}
	return context.WithValue(ctx, clockKey{}, clock), clock
}

// seeDate shows the date of a response to the clock of its context.
func seeDate(ctx context.Context, answer *http.Response) {
	if clock, ok := ctx.Value(clockKey{}).(clock); ok {
		clock.see(answer.Header.Get("Date"))
	}
}
