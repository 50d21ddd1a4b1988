package e2e

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// step is a step of a JSON patch that sets a value, or takes one away.
func step(object any, path fielddoc.Path, value any) map[string]any {
	op := "add"
	if there := at(object, path) != nil; value == nil {
		op = "remove"
	} else if there {
		op = "replace"
	}
	return map[string]any{"op": op, "path": path.Pointer(), "value": value}
}

// blames reports whether the server refuses a change because of this field, or
// of what holds it.
func blames(err error, field fielddoc.Path) bool {
	var status *apierrors.StatusError
	if !errors.As(err, &status) || status.ErrStatus.Details == nil {
		return false
	}
	return slices.ContainsFunc(status.ErrStatus.Details.Causes, func(cause metav1.StatusCause) bool {
		if name, other := blamed[cause.Field]; other {
			cause.Field = name
		}
		path, ok := fielddoc.ParsePath(cause.Field)
		return ok && (path.Covers(field) || field.Covers(path))
	})
}

// blamed are fields that the server calls by another name.
var blamed = map[string]string{"spec.attachedRequired": "spec.attachRequired", "spec.clusterIPs[0]": "spec.clusterIP"}

// asNew takes away from an object what only one that is there has.
func asNew(o *unstructured.Unstructured) {
	for _, own := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"} {
		unstructured.RemoveNestedField(o.Object, "metadata", own)
	}
	o.SetName(o.GetName() + "-2")
	switch o.GetKind() {
	case "Job":
		unstructured.RemoveNestedField(o.Object, "spec", "selector")
		unstructured.RemoveNestedField(o.Object, "spec", "template", "metadata")
	case "Service":
		unstructured.RemoveNestedField(o.Object, "spec", "clusterIP")
		unstructured.RemoveNestedField(o.Object, "spec", "clusterIPs")
		ports, _, _ := unstructured.NestedSlice(o.Object, "spec", "ports")
		for _, port := range ports {
			delete(port.(map[string]any), "nodePort")
		}
		if ports != nil {
			o.Object["spec"].(map[string]any)["ports"] = ports
		}
	}
}

// words are values by the names of fields that take only some; _ is a blank.
var words = map[string]string{
	"fsGroupPolicy": "File None", "volumeLifecycleModes": "Ephemeral", "schedule": "1_*_*_*_*", "selectPolicy": "Min Max Disabled",
	"type": "Percent Pods Queue Value", "pathType": "Exact", "whenDeleted": "Delete", "whenScaled": "Delete Retain",
	"kind": "ClusterRole Role Group User", "fieldPath": "metadata.namespace", "resource": "requests.cpu", "divisor": "1",
	"ip": "127.0.0.2", "maxUnavailable": "10%", "effect": "NoSchedule", "expression": "1_==_1 Object{metadata:_Object.metadata{}}",
	"parameterNotFoundAction": "Allow", "admissionReviewVersions": "v1beta1", "scope": "Namespaced", "status": "False",
	"restartPolicy": "OnFailure", "operator": "Exists Equal", "volumeMounts": "b",
}

func lastName(p fielddoc.Path) string {
	for i := len(p) - 1; i >= 0; i-- {
		if !p[i].List {
			return p[i].Name
		}
	}
	return ""
}

// others returns values to change a field to.
func others(doc fielddoc.Doc, value any) []any {
	var list []any
	for _, word := range append(slices.Clone(doc.Enum), strings.Fields(words[lastName(doc.Path)])...) {
		if word = strings.ReplaceAll(word, "_", " "); any(word) != value {
			list = append(list, word)
		}
	}
	switch v := value.(type) {
	case string:
		list = append(list, v+"x", "x-"+v, "7"+v, "/x"+v, "other.example/x", "300Mi", "5", "aGVsbG8=", nil)
	case bool:
		list = append(list, !v, nil)
	case int64:
		list = append(list, v+1, v-1, v+1000, v-1000, v+17, nil) // of ports some can be taken, or out of their range
	}
	return list
}

// at returns what an object holds at a path.
func at(value any, path fielddoc.Path) any {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step.Name]
		case []any:
			if step.Index >= len(v) {
				return nil
			}
			value = v[step.Index]
		}
	}
	return value
}

// put sets what an object holds at a path; nil takes it away.
func put(object any, path fielddoc.Path, value any) {
	last := path[len(path)-1]
	switch holder := at(object, path[:len(path)-1]).(type) {
	case map[string]any:
		if value == nil {
			delete(holder, last.Name)
			return
		}
		holder[last.Name] = value
	case []any:
		holder[last.Index] = value
	}
}

// asJSON is a value in one form, however its numbers were read.
func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
