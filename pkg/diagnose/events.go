package diagnose

import (
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

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
	t.count += max(1, e.Count)
	if at := firstSeen(e); t.first.IsZero() || at.Before(t.first) {
		t.first = at
	}
	if at := lastSeen(e); !at.Before(t.last) {
		t.last, t.message = at, strings.TrimSpace(e.Message)
	}
}

func firstSeen(e *corev1.Event) time.Time {
	switch {
	case !e.FirstTimestamp.IsZero():
		return e.FirstTimestamp.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return lastSeen(e)
}

func lastSeen(e *corev1.Event) time.Time {
	switch {
	case e.Series != nil && !e.Series.LastObservedTime.IsZero():
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return e.CreationTimestamp.Time
}

var (
	// The kubelet's words for a kill by a probe (k8s.io/kubernetes
	// pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.24 to 1.37).
	killedBy = regexp.MustCompile(`failed (liveness|startup) probe`)
	failed   = regexp.MustCompile(`^(Liveness|Startup|Readiness) probe (?:failed|errored)`)
)

// setupFailures are the reasons with which a kubelet or controller tells that
// a pod's surroundings do not come about.
var setupFailures = []string{"FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady", "FailedCreatePodContainer"}

// eventKey names what an event is about.
type eventKey struct{ kind, namespace, name string }

// index orders the events by what they are about. Those of Nodes have no
// namespace of their own.
func index(events []*corev1.Event) map[eventKey][]*corev1.Event {
	out := map[eventKey][]*corev1.Event{}
	for _, e := range events {
		key := eventKey{e.InvolvedObject.Kind, e.InvolvedObject.Namespace, e.InvolvedObject.Name}
		if key.kind == "Node" {
			key.namespace = ""
		}
		out[key] = append(out[key], e)
	}
	return out
}

func (r *report) eventsOf(kind, namespace, name string) []*corev1.Event {
	return r.events[eventKey{kind, namespace, name}]
}

// happened reads the events of a pod for one of its containers.
func happened(events []*corev1.Event, c container) happenings {
	h := happenings{kills: map[string]told{}, unhealthy: map[string]told{}}
	for _, e := range events {
		if !about(e, c.pod) {
			continue
		}
		if path := e.InvolvedObject.FieldPath; path != "" && !strings.HasSuffix(path, "{"+c.spec.Name+"}") {
			continue
		}
		h.add(e, c.spec.Name)
	}
	return h
}

// about reports whether an event is of this very pod. The kubelet writes those
// of a static pod with the UID of its own copy.
func about(e *corev1.Event, pod *corev1.Pod) bool {
	o := e.InvolvedObject
	if o.Kind != "Pod" || o.Name != pod.Name || o.Namespace != pod.Namespace {
		return false
	}
	return o.UID == "" || pod.UID == "" || o.UID == pod.UID || string(o.UID) == pod.Annotations["kubernetes.io/config.hash"] || string(o.UID) == pod.Annotations[corev1.MirrorPodAnnotationKey]
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

func (h *happenings) add(e *corev1.Event, name string) {
	switch e.Reason {
	case "Killing":
		if m := killedBy.FindStringSubmatch(e.Message); m != nil && mentions(e, name) {
			t := h.kills[m[1]]
			t.add(e)
			h.kills[m[1]] = t
		}
		h.changed = h.changed || strings.Contains(e.Message, "definition changed")
	case "Unhealthy", "ProbeWarning", "ProbeError":
		if m := failed.FindStringSubmatch(e.Message); m != nil {
			t := h.unhealthy[strings.ToLower(m[1])]
			t.add(e)
			h.unhealthy[strings.ToLower(m[1])] = t
		}
	case "Failed":
		if strings.HasPrefix(e.Message, "Failed to pull image") || (strings.Contains(e.Message, "ErrImagePull") && h.pull.message == "") {
			h.pull.add(e)
		}
	case "Evicted":
		h.evicted.add(e)
	case "BackOff":
		if strings.HasPrefix(e.Message, "Back-off restarting") {
			h.backOffs.add(e)
		}
	}
	if slices.Contains(setupFailures, e.Reason) && !lastSeen(e).Before(h.setup.last) {
		h.setup.add(e)
		h.setupOf = e.Reason
	}
}

// mentions reports whether a pod event is of the container of that name: by
// its field path, or where it has none by its words.
func mentions(e *corev1.Event, name string) bool {
	return e.InvolvedObject.FieldPath != "" || strings.Contains(e.Message, " "+name+" ")
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
