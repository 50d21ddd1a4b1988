package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// settles is how long events and logs may arrive after a change of a container:
// evidence that was read earlier is read once more.
const settles = 3 * time.Second

// evidence was read of a pod while its containers were in a certain state.
type evidence struct {
	state   string
	since   time.Time // by the local clock: first read in that state
	settled bool      // read again after all evidence of the state had arrived
	again   bool      // it could not be read, and may now
	asked   time.Time
	found   *found
}

// due reports whether to read again: in another state, or once more after the state has settled.
func (e *evidence) due(state string, now time.Time) bool {
	return e.found == nil || e.again || e.state != state || (!e.settled && now.Sub(e.since) > settles)
}

// podOf returns the pod whose events r reads, if it is such a read.
func podOf(r snapshot.Read) (namespace, name string, ok bool) {
	if r.Resource != "events" || r.Fields == "" {
		return "", "", false
	}
	selector, err := fields.ParseSelector(r.Fields)
	if err != nil {
		return "", "", false
	}
	if kind, ok := selector.RequiresExactMatch("involvedObject.kind"); !ok || kind != "Pod" {
		return "", "", false
	}
	name, ok = selector.RequiresExactMatch("involvedObject.name")
	return r.Namespace, name, ok
}

// renew returns the outcomes of reads and logs, reading those that are due.
func (w *Watch) renew(ctx context.Context, reads []snapshot.Read, logs []snapshot.LogRead) ([]*found, error) {
	kept := make([]*evidence, 0, len(reads)+len(logs))
	// What is read for w is read with its clock, and ends with the caller.
	within, cancel := context.WithCancel(context.WithValue(ctx, clockKey{}, w.clock))
	defer cancel()
	var group errgroup.Group
	group.SetLimit(logsAtOnce)
	add := func(key any, state string, read func(context.Context) *found) {
		e, due := w.evidenceOf(key, state)
		kept = append(kept, e) // in the order of the query, whichever read ends first
		if due {
			group.Go(func() error {
				w.keep(e, read(within))
				return nil
			})
		}
	}
	for _, r := range reads {
		namespace, name, _ := podOf(r)
		add(r, w.podState(namespace, name, ""), func(ctx context.Context) *found { return w.cluster.readObjects(ctx, r) })
	}
	for _, r := range logs {
		add(r, w.podState(r.Namespace, r.Pod, r.Container), func(ctx context.Context) *found { return w.cluster.readLog(ctx, r) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return foundOf(kept)
}

// keep records the outcome of a read of evidence.
func (w *Watch) keep(e *evidence, f *found) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.found = f
}

// foundOf returns copies of the outcomes, or the first error: the gaps of each are merged with
// those of others, and the evidence is used again.
func foundOf(kept []*evidence) ([]*found, error) {
	out := make([]*found, len(kept))
	for i, e := range kept {
		shown := *e.found
		shown.gaps = slices.Clone(shown.gaps)
		out[i] = &shown
		if shown.err != nil {
			return nil, shown.err
		}
	}
	return out, nil
}

// evidenceOf returns the evidence kept under key, and whether to read it again.
func (w *Watch) evidenceOf(key any, state string) (*evidence, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.local()
	e, ok := w.evidence[key]
	if !ok {
		e = &evidence{}
		w.evidence[key] = e
	}
	e.asked = now
	due := e.due(state, now)
	e.again = false
	switch {
	case !due:
	case e.state != state || e.found == nil:
		e.state = state
		e.since = now
		e.settled = false
	default:
		e.settled = now.Sub(e.since) > settles
	}
	return e, due
}

// podState returns the states of the containers of a pod, or of one of them,
// as a text that changes when they do.
func (w *Watch) podState(namespace, name, container string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := types.NamespacedName{Namespace: namespace, Name: name}
	for _, f := range w.feeds {
		if pod, ok := f.objects.by[key].(*corev1.Pod); ok && f.read.Resource == "pods" {
			return containerStates(pod, container)
		}
	}
	return ""
}

// containerStates returns what must change before a container's log or events are read again.
func containerStates(pod *corev1.Pod, container string) string {
	var out strings.Builder
	s := pod.Status
	for _, c := range slices.Concat(s.InitContainerStatuses, s.ContainerStatuses, s.EphemeralContainerStatuses) {
		if container != "" && c.Name != container {
			continue
		}
		fmt.Fprintf(&out, "%s %d %s%s\n", c.Name, c.RestartCount, c.ContainerID, stateWord(c.State))
	}
	return out.String()
}

// stateWord returns the state of a container in a word, with a blank before it. The reason of a wait is
// part of it: a container that waits for an image may wait for its back-off next.
func stateWord(s corev1.ContainerState) string {
	switch {
	case s.Running != nil:
		return " running"
	case s.Terminated != nil:
		return " terminated"
	case s.Waiting != nil:
		return " waiting " + s.Waiting.Reason
	}
	return ""
}
