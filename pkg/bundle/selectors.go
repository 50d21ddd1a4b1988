package bundle

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// selectableFields are the fields that the API server selects by
// (k8s.io/kubernetes/pkg/apis/core/v1/conversion.go, 1.37), beside name and namespace.
var selectableFields = map[string][]string{
	"pods": {
		"spec.nodeName",
		"spec.restartPolicy",
		"spec.schedulerName",
		"spec.serviceAccountName",
		"status.phase",
		"status.podIP",
		"status.nominatedNodeName",
	},
	"events": {
		"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
		"involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
	},
	"namespaces": {"status.phase"},
	"secrets":    {"type"},
	"services":   {"spec.clusterIP", "spec.type"},
}

// selectable reports whether a server selects a resource by a field.
func selectable(resource, field string) bool {
	return field == "metadata.name" || field == "metadata.namespace" || slices.Contains(selectableFields[resource], field)
}

// labelsOf returns the labels of an object; none of one without metadata.
func labelsOf(obj runtime.Object) labels.Set {
	m, err := meta.Accessor(obj)
	if err != nil {
		return nil
	}
	return m.GetLabels()
}

// fieldsOf returns the selectable fields of obj.
func fieldsOf(obj runtime.Object) fields.Set {
	set := nameFields(obj)
	// A digest or an earlier read may have packed the pod.
	if packed, ok := obj.(*snapshot.PackedPod); ok {
		obj = packed.Pod()
	}
	switch o := obj.(type) {
	case *corev1.Pod:
		addPodFields(set, o)
	case *corev1.Event:
		addEventFields(set, o)
	case *corev1.Namespace:
		set["status.phase"] = string(o.Status.Phase)
	case *corev1.Secret:
		set["type"] = string(o.Type)
	case *corev1.Service:
		set["spec.clusterIP"] = o.Spec.ClusterIP
		set["spec.type"] = string(o.Spec.Type)
	}
	return set
}

// nameFields returns the fields that a server selects every kind by.
func nameFields(obj runtime.Object) fields.Set {
	m, err := meta.Accessor(obj)
	if err != nil {
		return fields.Set{}
	}
	return fields.Set{"metadata.name": m.GetName(), "metadata.namespace": m.GetNamespace()}
}

// addPodFields adds what a server selects pods by (AddFieldLabelConversionFunc for pods in
// k8s.io/kubernetes pkg/apis/core/v1/conversion.go, 1.37).
func addPodFields(set fields.Set, o *corev1.Pod) {
	set["spec.nodeName"] = o.Spec.NodeName
	set["spec.restartPolicy"] = string(o.Spec.RestartPolicy)
	set["spec.schedulerName"] = o.Spec.SchedulerName
	set["spec.serviceAccountName"] = o.Spec.ServiceAccountName
	set["status.phase"] = string(o.Status.Phase)
	set["status.podIP"] = o.Status.PodIP
	set["status.nominatedNodeName"] = o.Status.NominatedNodeName
}

// addEventFields adds what a server selects events by. The source is the reporting controller if
// the event has none of the older field (ToSelectableFields in k8s.io/kubernetes
// pkg/registry/core/event/strategy.go, 1.37).
func addEventFields(set fields.Set, o *corev1.Event) {
	set["involvedObject.kind"] = o.InvolvedObject.Kind
	set["involvedObject.namespace"] = o.InvolvedObject.Namespace
	set["involvedObject.name"] = o.InvolvedObject.Name
	set["involvedObject.uid"] = string(o.InvolvedObject.UID)
	set["involvedObject.apiVersion"] = o.InvolvedObject.APIVersion
	set["involvedObject.resourceVersion"] = o.InvolvedObject.ResourceVersion
	set["involvedObject.fieldPath"] = o.InvolvedObject.FieldPath
	set["reason"] = o.Reason
	set["reportingComponent"] = o.ReportingController
	set["source"] = cmp.Or(o.Source.Component, o.ReportingController)
	set["type"] = o.Type
}
