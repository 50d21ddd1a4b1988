package diagnose

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// podEvents is what the events report of one container and its pod.
type podEvents struct {
	kills     map[string]occurrences // by probe, "liveness" or "startup": Killing
	unhealthy map[string]occurrences // by probe: its failures
	changed   bool                   // the kubelet restarts it for a changed definition
	pull      occurrences            // failed image pulls
	setup     occurrences            // failures to mount, attach or make the sandbox
	setupOf   string                 // the reason of the latest
	backOffs  occurrences            // waits before restarts
}

// occurrences is one kind of event: how often at least, when first and last, and
// its latest message.
type occurrences struct {
	count   int32
	first   time.Time
	last    time.Time
	message string
}

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

func (h *podEvents) add(e *corev1.Event, c pod.Container) {
	switch e.Reason {
	case "Killing":
		if probe, killed := pod.KillingProbe(e.Message); killed && c.Names(e) {
			count(h.kills, probe, e)
		}
		h.changed = h.changed || strings.Contains(e.Message, "definition changed")
	case "Unhealthy", "ProbeWarning", "ProbeError":
		if probe, failed := pod.FailedProbe(e.Message); failed {
			count(h.unhealthy, probe, e)
		}
	case "Failed":
		if strings.HasPrefix(e.Message, pod.PullFailed) {
			h.pull.add(e)
		}
	case "BackOff":
		if strings.HasPrefix(e.Message, pod.BackOffRestarting) {
			h.backOffs.add(e)
		}
	}
	if slices.Contains(pod.SetupFailures, e.Reason) && !pod.LastSeen(e).Before(h.setup.last) {
		h.setup.add(e)
		h.setupOf = e.Reason
	}
}

func count(m map[string]occurrences, key string, e *corev1.Event) {
	o := m[key]
	o.add(e)
	m[key] = o
}

// firstTrouble returns when the events first report a back-off or the failure
// of a probe that may kill; zero if they do not.
func (h *podEvents) firstTrouble() time.Time {
	first := h.backOffs.first
	for _, o := range []occurrences{h.kills["liveness"], h.kills["startup"], h.unhealthy["liveness"], h.unhealthy["startup"]} {
		if !o.first.IsZero() && (first.IsZero() || o.first.Before(first)) {
			first = o.first
		}
	}
	return first
}

// backedOff returns the events which report that the named container, any for
// "", was in back-off in a pod whose name begins with prefix.
func backedOff(s *snapshot.Snapshot, namespace, prefix, name string) (occurrences, bool) {
	var o occurrences
	for _, e := range snapshot.InNamespace(s.Events, namespace) {
		about := e.InvolvedObject
		if e.Reason != "BackOff" || e.Type != corev1.EventTypeWarning || about.Kind != "Pod" || !strings.HasPrefix(about.Name, prefix) {
			continue
		}
		if about.FieldPath == "" || name == "" || strings.HasSuffix(about.FieldPath, "{"+name+"}") {
			o.add(e)
		}
	}
	return o, o.count > 0
}
