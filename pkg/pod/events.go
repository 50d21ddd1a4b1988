package pod

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Events are the events of a snapshot by the object that they are about.
type Events map[eventKey][]*corev1.Event

type eventKey struct{ kind, namespace, name string }

// IndexEvents returns the events by what they are about, for each object the
// newest first.
func IndexEvents(events []*corev1.Event) Events {
	out := Events{}
	for _, e := range events {
		key := eventKey{e.InvolvedObject.Kind, e.InvolvedObject.Namespace, e.InvolvedObject.Name}
		if key.kind == "Node" {
			key.namespace = "" // events of Nodes have none of their own
		}
		out[key] = append(out[key], e)
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b *corev1.Event) int { return LastSeen(b).Compare(LastSeen(a)) })
	}
	return out
}

// Of returns the events about obj, the newest first. An event with another UID
// is about an object that had the name before.
func (x Events) Of(kind string, obj metav1.Object) []*corev1.Event {
	list := x[eventKey{kind, obj.GetNamespace(), obj.GetName()}]
	other := func(e *corev1.Event) bool { return !sameObject(e, obj) }
	if !slices.ContainsFunc(list, other) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), other)
}

// OfName returns the events about the object of that name, whatever its UID, the
// newest first.
func (x Events) OfName(kind, namespace, name string) []*corev1.Event {
	return x[eventKey{kind, namespace, name}]
}

// OfNode returns the events about the node of that name, the newest first. The
// kubelet writes them with the node's name for its UID, so that none is compared.
func (x Events) OfNode(name string) []*corev1.Event { return x[eventKey{kind: "Node", name: name}] }

// Latest returns the newest warning about obj that has one of the reasons, nil
// if there is none.
func (x Events) Latest(kind string, obj metav1.Object, reasons ...string) *corev1.Event {
	for _, e := range x.Of(kind, obj) {
		if e.Type == corev1.EventTypeWarning && slices.Contains(reasons, e.Reason) {
			return e
		}
	}
	return nil
}

// configHash is the annotation with the UID under which a kubelet knows a static
// pod (k8s.io/kubernetes pkg/kubelet/types/pod_update.go ConfigHashAnnotationKey).
const configHash = "kubernetes.io/config.hash"

// About reports whether an event is about this very pod. The kubelet writes
// those of a static pod with the UID of its own copy.
func About(e *corev1.Event, p *corev1.Pod) bool {
	o := e.InvolvedObject
	return o.Kind == "Pod" && o.Name == p.Name && o.Namespace == p.Namespace && sameObject(e, p)
}

// sameObject reports whether an event about an object of that name is about this very one, by its UID. An
// event or an object without one may be.
func sameObject(e *corev1.Event, obj metav1.Object) bool {
	uid := e.InvolvedObject.UID
	if uid == "" || obj.GetUID() == "" || uid == obj.GetUID() {
		return true
	}
	notes := obj.GetAnnotations()
	return string(uid) == notes[configHash] || string(uid) == notes[corev1.MirrorPodAnnotationKey]
}

// Names reports whether an event about the pod of c names c: by its field path,
// or if it has none by its words.
func (c Container) Names(e *corev1.Event) bool {
	if e.InvolvedObject.FieldPath != "" {
		return e.InvolvedObject.FieldPath == c.FieldPath()
	}
	return strings.Contains(e.Message+" ", " "+c.Spec.Name+" ")
}

// NamesOther reports whether an event about the pod of c is about another of its
// containers.
func (c Container) NamesOther(e *corev1.Event) bool {
	return e.InvolvedObject.FieldPath != "" && e.InvolvedObject.FieldPath != c.FieldPath()
}

// LastSeen returns when an event was last seen. Clients fill different fields:
// the latest of them holds.
func LastSeen(e *corev1.Event) time.Time {
	last := e.LastTimestamp.Time
	if e.Series != nil && e.Series.LastObservedTime.After(last) {
		last = e.Series.LastObservedTime.Time
	}
	if e.EventTime.After(last) {
		last = e.EventTime.Time
	}
	return cmp.Or(last, FirstSeen(e))
}

// FirstSeen returns when an event was first seen.
func FirstSeen(e *corev1.Event) time.Time {
	return cmp.Or(e.FirstTimestamp.Time, e.EventTime.Time, e.CreationTimestamp.Time)
}

// Times returns how often at least the event was seen.
func Times(e *corev1.Event) int32 {
	times := max(1, e.Count)
	if e.Series != nil {
		times = max(times, e.Series.Count)
	}
	return times
}

// SetupFailures are the reasons with which a kubelet or the attach-detach
// controller reports that it cannot prepare what a pod needs before its
// containers start (k8s.io/kubernetes pkg/kubelet/events/event.go, 1.37).
var SetupFailures = []string{
	"FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "FailedCreatePodContainer", "NetworkNotReady",
}

// KillingProbe returns the probe, "liveness" or "startup", for which the kubelet
// kills a container by the message of an event Killing, and false if it does not
// kill it for a probe (k8s.io/kubernetes
// pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.24 to 1.37).
func KillingProbe(message string) (string, bool) {
	for _, probe := range []string{"liveness", "startup"} {
		if strings.Contains(message, "failed "+probe+" probe") {
			return probe, true
		}
	}
	return "", false
}

// FailedProbe returns the probe, "liveness", "readiness" or "startup", whose
// failure the message of an event Unhealthy reports (k8s.io/kubernetes
// pkg/kubelet/prober/prober.go, 1.37).
func FailedProbe(message string) (string, bool) {
	for _, probe := range []string{"Liveness", "Readiness", "Startup"} {
		if strings.HasPrefix(message, probe+" probe failed") || strings.HasPrefix(message, probe+" probe errored") {
			return strings.ToLower(probe), true
		}
	}
	return "", false
}

// Stopping is how the kubelet begins the message of an event Killing if it stops
// a container for another reason than a probe (k8s.io/kubernetes
// pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer, 1.37).
const Stopping = "Stopping container "

// PullFailed and PullDone are how the kubelet begins the messages of the events
// Failed and Pulled for a pull that it made.
const (
	PullFailed = "Failed to pull image"
	PullDone   = "Successfully pulled image"
)

// BackOffRestarting and BackOffPulling are how the kubelet begins the two kinds
// of BackOff events.
const (
	BackOffRestarting = "Back-off restarting"
	BackOffPulling    = "Back-off pulling image"
)
