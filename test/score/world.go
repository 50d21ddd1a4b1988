package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// world is a recorded cluster at one time, as its reader knew it then.
type world struct {
	set    string
	at     time.Time
	nodes  map[string]*corev1.Node
	pods   map[types.UID]*corev1.Pod
	events map[string]*corev1.Event // by name
	about  map[string][]string      // names of events by pod or node

	broken  map[string]time.Time // when a kubelet restarted that left no event, by node
	unknown bool
	open    map[waiter][]forecast // predictions whose start is still to come
	done    []forecast
	policy  map[string]backoff.Policy // by node; nil: to be learnt anew
}

// waiter is a container before one of its restarts.
type waiter struct {
	pod  types.UID
	name string
	next int32
}

// newWorld returns a world in which nothing has been seen yet.
func newWorld(set string, unknown bool) *world {
	return &world{
		set: set, unknown: unknown, nodes: map[string]*corev1.Node{}, pods: map[types.UID]*corev1.Pod{},
		events: map[string]*corev1.Event{}, about: map[string][]string{}, open: map[waiter][]forecast{}, policy: map[string]backoff.Policy{},
		broken: map[string]time.Time{},
	}
}

// replay predicts at every change of a recording and at regular times between,
// with all that could be known then.
func replay(set string, rows []row, every time.Duration, unknown bool) []forecast {
	w := newWorld(set, unknown)
	var next time.Time
	for _, r := range rows {
		for ; !next.IsZero() && next.Before(r.At); next = next.Add(every) {
			w.at = next
			w.predictAll()
		}
		if next.IsZero() && !r.At.IsZero() {
			next = r.At.Add(every)
		}
		w.at = r.At
		w.take(r)
	}
	return w.done
}

// predictAll predicts for every pod, always in the same order.
func (w *world) predictAll() {
	for _, uid := range slices.Sorted(maps.Keys(w.pods)) {
		w.predict(w.pods[uid])
	}
}

// take makes a row part of the world.
func (w *world) take(r row) {
	switch {
	case r.Node != nil:
		w.nodes[r.Node.Name] = r.Node
	case r.Broken != "":
		w.broken[r.Broken] = r.At
	case r.Event != nil:
		w.takeEvent(r.Event)
	case r.Pod != nil:
		w.takePod(r.Pod)
	case r.Gone:
		delete(w.pods, r.UID)
	case r.Status != nil:
		w.takeStatus(r.UID, *r.Status)
	}
}

// takeEvent keeps an event. A kubelet that restarts has forgotten its back-offs, and may have
// another configuration: what was predicted and learnt before holds no more.
func (w *world) takeEvent(e *corev1.Event) {
	about := e.InvolvedObject.Name
	key := e.Namespace + "/" + e.Name
	if w.events[key] == nil {
		w.about[about] = append(w.about[about], key)
	}
	w.events[key] = e
	if e.InvolvedObject.Kind == "Node" && e.Reason == "Starting" {
		w.interrupt(func(p *corev1.Pod) bool { return p.Spec.NodeName == about })
		delete(w.policy, about)
	}
}

// takePod keeps a pod whose spec is new. Its statuses come in rows of their own.
func (w *world) takePod(pod *corev1.Pod) {
	if old := w.pods[pod.UID]; old != nil {
		pod.Status = old.Status
		if !equality.Semantic.DeepEqual(old.Spec, pod.Spec) { // edited
			w.interrupt(func(p *corev1.Pod) bool { return p.UID == pod.UID })
		}
	}
	w.pods[pod.UID] = pod
}

// takeStatus closes what was predicted of the starts that a status reports, before it
// predicts the next ones: the other order would judge a prediction by what it knew.
func (w *world) takeStatus(uid types.UID, status corev1.PodStatus) {
	pod := *w.pods[uid]
	pod.Status = status
	w.pods[uid] = &pod
	delete(w.policy, pod.Spec.NodeName)
	w.settle(&pod)
	w.predict(&pod)
}

// interrupt drops what was predicted of pods before somebody stepped in.
func (w *world) interrupt(of func(*corev1.Pod) bool) {
	for key := range w.open {
		if pod := w.pods[key.pod]; pod == nil || of(pod) {
			delete(w.open, key)
		}
	}
}

// settle finds the starts that a status reports, and closes what was predicted of them.
func (w *world) settle(pod *corev1.Pod) {
	for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		key := waiter{pod.UID, c.Name, c.RestartCount}
		started, ok := startOf(c)
		for _, f := range w.open[key] {
			// What was predicted after the start, by a status that came late, is no prediction.
			if ok && !f.at.After(started.Add(time.Second)) && !w.brokenOff(pod.Spec.NodeName, f.ended, started) {
				f.wait = started.Sub(f.ended)
				f.started = started
				w.done = append(w.done, f)
			}
		}
		delete(w.open, key)
	}
}

// brokenOff reports whether a restart of the kubelet of which no event reports
// ended a wait.
func (w *world) brokenOff(node string, ended, started time.Time) bool {
	at, ok := w.broken[node]
	return ok && ended.Before(at) && started.After(at) && started.Before(at.Add(30*time.Second))
}

// startOf returns when the run that a status counts last began. A try that
// failed to start began when it ended.
func startOf(c corev1.ContainerStatus) (time.Time, bool) {
	if c.State.Running != nil {
		return c.State.Running.StartedAt.Time, true
	}
	end := cmp.Or(c.State.Terminated, c.LastTerminationState.Terminated)
	if end == nil {
		return time.Time{}, false
	}
	if end.StartedAt.Unix() > 0 { // of a try that failed to start this is 1970
		return end.StartedAt.Time, true
	}
	return end.FinishedAt.Time, end.FinishedAt.Unix() > 0
}

// predict asks for the windows of the containers of a pod that wait.
func (w *world) predict(pod *corev1.Pod) {
	for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		end, waits := waitsSince(c)
		if !waits {
			continue
		}
		node := w.nodes[pod.Spec.NodeName]
		f := forecast{set: w.setOf(node), who: pod.Name + "/" + c.Name, version: minor(node), at: w.at, ended: end}
		f.schedule = w.schedule(pod, c.Name, node)
		if f.schedule.Kind != backoff.KindNone {
			key := waiter{pod.UID, c.Name, c.RestartCount + 1}
			w.open[key] = append(w.open[key], f) // judged when that start comes
		}
	}
}

// schedule computes when a container starts next, by what could be known at the time of the world.
func (w *world) schedule(pod *corev1.Pod, container string, node *corev1.Node) backoff.Schedule {
	if w.unknown {
		node = nil
	}
	o := backoff.Options{Policy: w.learnt(pod.Spec.NodeName)}
	return backoff.Compute(pod, container, node, w.eventsOf(pod), w.at, o).Schedule
}

// setOf returns the name by which the table sums up what a node's pods do: that of the
// recording, and the cell of a matrix, as "matrix-1.37 300s".
func (w *world) setOf(node *corev1.Node) string {
	if node == nil || node.Labels[cellLabel] == "" {
		return w.set
	}
	return w.set + " " + node.Labels[cellLabel]
}

// eventsOf returns the reported events of a pod and its node so far.
func (w *world) eventsOf(pod *corev1.Pod) []*corev1.Event {
	var out []*corev1.Event
	for _, name := range slices.Concat(w.about[pod.Name], w.about[pod.Spec.NodeName]) {
		out = append(out, w.events[name])
	}
	return out
}

// learnt returns the curve that the containers of a node give away so far.
func (w *world) learnt(node string) backoff.Policy {
	if p, ok := w.policy[node]; ok {
		return p
	}
	s := &snapshot.Snapshot{At: w.at}
	for _, name := range w.about[node] {
		s.Events = append(s.Events, w.events[name])
	}
	for _, pod := range w.pods {
		if pod.Spec.NodeName == node {
			s.Pods = append(s.Pods, pod)
		}
	}
	if n := w.nodes[node]; n != nil && !w.unknown {
		s.Nodes = append(s.Nodes, n)
	}
	s.Sort()
	w.policy[node] = backoff.Learn(s)[node]
	return w.policy[node]
}

// waitsSince returns the end of the last run of a container that does not run.
func waitsSince(status corev1.ContainerStatus) (time.Time, bool) {
	end := status.State.Terminated
	if status.State.Waiting != nil {
		end = status.LastTerminationState.Terminated
	}
	if end == nil || end.FinishedAt.Unix() <= 0 {
		return time.Time{}, false
	}
	return end.FinishedAt.Time, true
}
