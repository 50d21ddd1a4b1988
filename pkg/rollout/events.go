package rollout

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// eventIndex finds the warnings about an object by its UID.
type eventIndex map[types.UID][]*corev1.Event

func indexEvents(events []*corev1.Event) eventIndex {
	index := eventIndex{}
	for _, e := range events {
		if e.Type == corev1.EventTypeWarning && e.InvolvedObject.UID != "" {
			index[e.InvolvedObject.UID] = append(index[e.InvolvedObject.UID], e)
		}
	}
	for _, list := range index {
		slices.SortStableFunc(list, func(a, b *corev1.Event) int { return eventTime(b).Compare(eventTime(a)) })
	}
	return index
}

// latest returns the newest warning about obj that has one of the reasons, nil
// where there is none.
func (x eventIndex) latest(obj metav1.Object, reasons ...string) *corev1.Event {
	for _, e := range x[obj.GetUID()] {
		if slices.Contains(reasons, e.Reason) {
			return e
		}
	}
	return nil
}

// eventTime returns when an event was last seen; clients fill different fields.
func eventTime(e *corev1.Event) time.Time {
	var series time.Time
	if e.Series != nil {
		series = e.Series.LastObservedTime.Time
	}
	return slices.MaxFunc([]time.Time{series, e.LastTimestamp.Time, e.EventTime.Time, e.CreationTimestamp.Time}, time.Time.Compare)
}

// firstTime returns when an event was first seen.
func firstTime(e *corev1.Event) time.Time {
	return cmp.Or(e.FirstTimestamp.Time, e.EventTime.Time, e.CreationTimestamp.Time)
}
