package manifest

import (
	"strings"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Decode returns the object that data holds: typed and in the version of the
// snapshot's list, or unstructured if there is none. The error names the first field of the wrong type.
func Decode(h *Header, data []byte) (runtime.Object, error) {
	kind := snapshot.ListedKind(h.APIVersion, h.Kind)
	switch {
	case kind == nil:
		return DecodeUnstructured(h, data)
	case strings.HasPrefix(h.APIVersion, "events.k8s.io/"): // v1 and v1beta1 have the same fields
		return decodeThen(h, data, coreEvent)
	case h.APIVersion == "autoscaling/v1":
		return decodeThen(h, data, currentAutoscaler)
	}
	return decodeListed(h, kind, data)
}

// decodeListed decodes an object of a kind and version that the snapshot has a list of. The type is set because
// the items of a list may omit it.
func decodeListed(h *Header, kind *snapshot.Kind, data []byte) (runtime.Object, error) {
	obj := kind.New()
	if err := kjson.Unmarshal(data, obj); err != nil {
		return nil, typeError(h, data, func() any { return kind.New() }, err)
	}
	written := kind.GroupVersionKind
	if h.APIVersion == batchv1beta1.SchemeGroupVersion.String() {
		written.Version = batchv1beta1.SchemeGroupVersion.Version // whose servers may report less
	}
	obj.GetObjectKind().SetGroupVersionKind(written)
	return obj, nil
}

// DecodeUnstructured returns the object that data holds as a generic map. It
// returns an error that names the field if data is no object.
func DecodeUnstructured(h *Header, data []byte) (*unstructured.Unstructured, error) {
	object, err := decodeAs[map[string]any](h, data)
	if err != nil {
		return nil, err
	}
	out := &unstructured.Unstructured{Object: *object}
	out.SetAPIVersion(h.APIVersion)
	out.SetKind(h.Kind)
	return out, nil
}

// decodeThen decodes an object of a version that is not the snapshot's, and converts it.
func decodeThen[From any, To runtime.Object](h *Header, data []byte, convert func(*From) To) (runtime.Object, error) {
	written, err := decodeAs[From](h, data)
	if err != nil {
		return nil, err
	}
	return convert(written), nil
}

// decodeAs decodes into a new value of a type. The error names the field.
func decodeAs[T any](h *Header, data []byte) (*T, error) {
	out := new(T)
	if err := kjson.Unmarshal(data, out); err != nil {
		return nil, typeError(h, data, func() any { return new(T) }, err)
	}
	return out, nil
}

// coreEvent converts as the API server does for core/v1
// (k8s.io/kubernetes/pkg/apis/events/v1/conversion.go, 1.37).
func coreEvent(e *eventsv1.Event) *corev1.Event {
	out := &corev1.Event{
		ObjectMeta:          e.ObjectMeta,
		InvolvedObject:      e.Regarding,
		Related:             e.Related,
		Reason:              e.Reason,
		Message:             e.Note,
		Type:                e.Type,
		Action:              e.Action,
		EventTime:           e.EventTime,
		Source:              e.DeprecatedSource,
		FirstTimestamp:      e.DeprecatedFirstTimestamp,
		LastTimestamp:       e.DeprecatedLastTimestamp,
		Count:               e.DeprecatedCount,
		ReportingController: e.ReportingController,
		ReportingInstance:   e.ReportingInstance,
	}
	if e.Series != nil {
		out.Series = &corev1.EventSeries{Count: e.Series.Count, LastObservedTime: e.Series.LastObservedTime}
	}
	out.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Event"))
	return out
}

// currentAutoscaler converts the fields of autoscaling/v1; other metrics are in
// its annotations and stay there.
func currentAutoscaler(h *autoscalingv1.HorizontalPodAutoscaler) *autoscalingv2.HorizontalPodAutoscaler {
	out := &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: h.ObjectMeta,
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference(h.Spec.ScaleTargetRef),
			MinReplicas:    h.Spec.MinReplicas,
			MaxReplicas:    h.Spec.MaxReplicas,
		},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			ObservedGeneration: h.Status.ObservedGeneration,
			LastScaleTime:      h.Status.LastScaleTime,
			CurrentReplicas:    h.Status.CurrentReplicas,
			DesiredReplicas:    h.Status.DesiredReplicas,
		},
	}
	if percent := h.Spec.TargetCPUUtilizationPercentage; percent != nil {
		out.Spec.Metrics = cpuTarget(percent)
	}
	out.SetGroupVersionKind(autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"))
	return out
}

// cpuTarget returns the one metric that autoscaling/v1 has a field for: the use of the CPU in percent
// of the requests.
func cpuTarget(percent *int32) []autoscalingv2.MetricSpec {
	return []autoscalingv2.MetricSpec{{
		Type: autoscalingv2.ResourceMetricSourceType,
		Resource: &autoscalingv2.ResourceMetricSource{
			Name:   corev1.ResourceCPU,
			Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: percent},
		},
	}}
}
