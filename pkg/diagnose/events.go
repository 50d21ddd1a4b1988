package diagnose

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// happenings are what the events tell of one container and its pod.
type happenings struct {
	kills     map[string]told // by probe, "liveness" or "startup": Killing
	unhealthy map[string]told // by probe: the latest failure
	changed   bool            // the kubelet restarts it for a changed definition
	pull      told            // the latest failed image pull
	setup     told            // the latest failure to mount, attach or make the sandbox
	setupOf   string          // its reason
	evicted   told
	backOffs  told // waits before restarts
}

// told is one kind of event: how often at least, when last, and its latest words.
type told struct {
	count   int32
	first   time.Time
	last    time.Time
	message string
}

func (t *told) add(e *corev1.Event) {
	t.count += pod.Times(e)
	if at := pod.FirstSeen(e); t.first.IsZero() || at.Before(t.first) {
		t.first = at
	}
	if at := pod.LastSeen(e); !at.Before(t.last) {
		t.last, t.message = at, strings.TrimSpace(e.Message)
	}
}

// happened reads the events of a pod for one of its containers.
func happened(events []*corev1.Event, c pod.Container) happenings {
	h := happenings{kills: map[string]told{}, unhealthy: map[string]told{}}
	for _, e := range events {
		if !c.NamesOther(e) {
			h.add(e, c)
		}
	}
	return h
}

// firstTrouble returns when the events first tell of a back-off or of a probe
// that may kill; zero where they do not.
func (h *happenings) firstTrouble() time.Time {
	first := h.backOffs.first
	for _, t := range []told{h.kills["liveness"], h.kills["startup"], h.unhealthy["liveness"], h.unhealthy["startup"]} {
		if !t.first.IsZero() && (first.IsZero() || t.first.Before(first)) {
			first = t.first
		}
	}
	return first
}

func (h *happenings) add(e *corev1.Event, c pod.Container) {
	switch e.Reason {
	case "Killing":
		if probe, killed := pod.KillingProbe(e.Message); killed && c.Names(e) {
			t := h.kills[probe]
			t.add(e)
			h.kills[probe] = t
		}
		h.changed = h.changed || strings.Contains(e.Message, "definition changed")
	case "Unhealthy", "ProbeWarning", "ProbeError":
		if probe, failed := pod.FailedProbe(e.Message); failed {
			t := h.unhealthy[probe]
			t.add(e)
			h.unhealthy[probe] = t
		}
	case "Failed":
		if strings.HasPrefix(e.Message, pod.PullFailed) || (strings.Contains(e.Message, "ErrImagePull") && h.pull.message == "") {
			h.pull.add(e)
		}
	case "Evicted":
		h.evicted.add(e)
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

// backedOff reports whether an event tells that the named container, any for
// "", was in back-off in a pod whose name begins with prefix.
func backedOff(s *snapshot.Snapshot, namespace, prefix, name string) (told, bool) {
	var t told
	for _, e := range snapshot.InNamespace(s.Events, namespace) {
		if e.Reason != "BackOff" || e.Type != corev1.EventTypeWarning || e.InvolvedObject.Kind != "Pod" || !strings.HasPrefix(e.InvolvedObject.Name, prefix) {
			continue
		}
		if path := e.InvolvedObject.FieldPath; path == "" || name == "" || strings.HasSuffix(path, "{"+name+"}") {
			t.add(e)
		}
	}
	return t, t.count > 0
}
