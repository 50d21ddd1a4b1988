package diagnose

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// podEvents is what the events report of one container and its pod.
type podEvents struct {
	kills     map[string]occurrences // by probe, "liveness" or "startup": Killing
	unhealthy map[string]occurrences // by probe: its failures
	stops     occurrences            // the kubelet stops it for another reason than a probe: Killing
	hooks     occurrences            // its postStart hook failed: FailedPostStartHook
	sandbox   occurrences            // the kubelet makes the sandbox of the pod anew: SandboxChanged
	changed   bool                   // the kubelet restarts it for a changed definition
	pull      occurrences            // failed image pulls
	setups    []reported             // failures to mount, attach or make the sandbox, newest first
	backOffs  occurrences            // waits before restarts
	pulled    time.Time              // when its image was first pulled, zero if no event reports it
}

// occurrences is one kind of event: how often at least, when first and last, and
// its latest message. The API server drops events after an hour, and recorders drop
// many of the same object, so that a count is never more than a lower bound.
type occurrences struct {
	count   int32
	first   time.Time
	last    time.Time
	message string
}

// reported is one event.
type reported struct {
	reason, message string
	last            time.Time // when it was last seen
}

// ofSandbox reports whether the event is about the sandbox of the pod, which has
// its network.
func (r reported) ofSandbox() bool {
	return r.reason == "FailedCreatePodSandBox" || r.reason == "NetworkNotReady"
}

// add counts an event. Recorders send equal events as one, with a count and the times of the first
// and the last (eventLogger in k8s.io/client-go tools/record/events_cache.go); of the others the last
// message is kept.
func (o *occurrences) add(e *corev1.Event) {
	o.count += pod.Times(e)
	if at := pod.FirstSeen(e); o.first.IsZero() || at.Before(o.first) {
		o.first = at
	}
	if at := pod.LastSeen(e); !at.Before(o.last) {
		o.last = at
		o.message = strings.TrimSpace(e.Message)
	}
}

// near reports whether the latest occurrence was no longer than before ahead of
// at, and no longer than after behind it.
func (o occurrences) near(at time.Time, before, after time.Duration) bool {
	gap := o.last.Sub(at)
	return o.count > 0 && gap >= -before && gap <= after
}

// claim quotes the latest message, how often it occurred and when last.
func (o occurrences) claim(source string, at time.Time) Claim {
	return claim(source, "%s (%s, last %s ago)", quoted(o.message), wording.Count(int(o.count), "time"), wording.Lasted(at.Sub(o.last)))
}

// newPodEvents sorts the events of a pod for one of its containers.
func newPodEvents(events []*corev1.Event, c pod.Container) podEvents {
	h := podEvents{kills: map[string]occurrences{}, unhealthy: map[string]occurrences{}}
	for _, e := range events {
		if !c.NamesOther(e) {
			h.add(e, c)
		}
	}
	return h
}

// add records an event by what its reason shows. The kubelet uses the same reason for several
// things (Failed for pulls and for creating containers, BackOff for pulls and for restarts), so
// the message decides (k8s.io/kubernetes pkg/kubelet/events/event.go, 1.37).
func (h *podEvents) add(e *corev1.Event, c pod.Container) {
	begins := func(prefix string) bool { return strings.HasPrefix(e.Message, prefix) }
	switch {
	case e.Reason == "Killing":
		h.killing(e, c)
	case e.Reason == "Failed" && begins(pod.PullFailed):
		h.pull.add(e)
	case e.Reason == "Pulled" && begins(pod.PullDone):
		h.pulledAt(pod.FirstSeen(e))
	case e.Reason == "FailedPostStartHook" && c.Names(e):
		h.hooks.add(e)
	case e.Reason == "SandboxChanged":
		h.sandbox.add(e)
	case e.Reason == "BackOff" && begins(pod.BackOffRestarting):
		h.backOffs.add(e)
	case slices.Contains(pod.SetupFailures, e.Reason):
		h.setups = append(h.setups, reported{reason: e.Reason, message: strings.TrimSpace(e.Message), last: pod.LastSeen(e)})
	case slices.Contains(probeReasons, e.Reason):
		if probe, failed := pod.FailedProbe(e.Message); failed {
			count(h.unhealthy, probe, e)
		}
	}
}

// probeReasons are the reasons with which the kubelet reports that a probe failed or gave a warning.
var probeReasons = []string{"Unhealthy", "ProbeWarning", "ProbeError"}

// pulledAt records when the image was pulled. The first pull counts: later ones only refresh it.
func (h *podEvents) pulledAt(at time.Time) {
	if h.pulled.IsZero() || at.Before(h.pulled) {
		h.pulled = at
	}
}

// killing records why the kubelet stops a container. A changed definition concerns all
// containers of the pod, the rest only the one that the event names.
func (h *podEvents) killing(e *corev1.Event, c pod.Container) {
	probe, killed := pod.KillingProbe(e.Message)
	if killed && c.Names(e) {
		count(h.kills, probe, e)
	} else if strings.HasPrefix(e.Message, pod.Stopping) && c.Names(e) {
		h.stops.add(e)
	}
	h.changed = h.changed || strings.Contains(e.Message, "definition changed")
}

// count adds an event to the occurrences of a key.
func count(m map[string]occurrences, key string, e *corev1.Event) {
	o := m[key]
	o.add(e)
	m[key] = o
}

// firstTrouble returns when the events first report a back-off or the failure
// of a probe that may kill; zero if they do not.
func (h *podEvents) firstTrouble() time.Time {
	first := h.backOffs.first
	for _, which := range []string{"liveness", "startup"} { // a readiness probe kills nothing
		first = earliest(first, earliest(h.kills[which].first, h.unhealthy[which].first))
	}
	return first
}

// earliest returns the earlier of two times; zero means that one is not known.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// backedOff returns the events which report that the named container, any for
// "", was in back-off in a pod whose name begins with prefix. Events outlive
// their pods, so this is the only trace of the crashes of pods that are gone.
func backedOff(s *snapshot.Snapshot, namespace, prefix, name string) (occurrences, bool) {
	var o occurrences
	for _, e := range snapshot.InNamespace(s.Events, namespace) {
		if isBackOff(e) && strings.HasPrefix(e.InvolvedObject.Name, prefix) && concerns(e, name) {
			o.add(e)
		}
	}
	return o, o.count > 0
}

// isBackOff reports whether an event is of a container in back-off. The type keeps out those of
// an image, which are Normal.
func isBackOff(e *corev1.Event) bool {
	return e.Reason == "BackOff" && e.Type == corev1.EventTypeWarning && e.InvolvedObject.Kind == "Pod"
}

// concerns reports whether an event can be of the named container, any for "". The field path names
// it, as spec.containers{web}; without one the event may be of any.
func concerns(e *corev1.Event, name string) bool {
	at := e.InvolvedObject.FieldPath
	return at == "" || name == "" || strings.HasSuffix(at, "{"+name+"}")
}
