package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// testImmutable makes objects that nothing acts on, and tries to change each of
// their fields. A field is proven immutable where the server accepts another
// value on creation and refuses the change, and mutable where it accepts it.
func (s *fieldServer) testImmutable(t *testing.T) {
	proofs := map[string]map[fielddoc.Immutability]bool{}
	table := map[string]fielddoc.Immutability{}
	for _, o := range manifests(t, "immutable*.yaml", s.Current) {
		client, ok := s.resource(o)
		if !ok {
			continue
		}
		made, err := client.Create(context.Background(), o, metav1.CreateOptions{})
		if err != nil {
			t.Errorf("create %s %s: %v", o.GetKind(), o.GetName(), err)
			continue
		}
		if made.GetNamespace() == "" {
			t.Cleanup(func() {
				if err := client.Delete(context.Background(), o.GetName(), metav1.DeleteOptions{}); err != nil {
					t.Error(err)
				}
			})
		}
		c := &changes{client: client, sent: o, made: made, proofs: proofs, table: table}
		c.walk(s.schema(t, o.GroupVersionKind()).Root(made.Object))
	}
	proven, unproven := map[fielddoc.Immutability]int{}, []string{}
	for _, field := range slices.Sorted(maps.Keys(table)) {
		proof, says := proofs[field], table[field]
		switch {
		case len(proof) == 0:
			unproven = append(unproven, field)
			continue
		case says == fielddoc.Conditional:
		case proof[fielddoc.Never] && proof[fielddoc.Always]:
			t.Errorf("%s: it depends, the table says %s", field, says)
		case !proof[says]:
			t.Errorf("%s: the table says %s, the server shows %v", field, says, proof)
		}
		proven[says]++
	}
	t.Logf("Kubernetes 1.%d: proven immutable %d, mutable %d, conditional tried %d; unproven %d: %s", s.minor,
		proven[fielddoc.Always], proven[fielddoc.Never], proven[fielddoc.Conditional], len(unproven), strings.Join(unproven, ", "))
}

// changes tries to change one object.
type changes struct {
	client     dynamic.ResourceInterface
	sent, made *unstructured.Unstructured
	proofs     map[string]map[fielddoc.Immutability]bool // by field
	table      map[string]fielddoc.Immutability
}

func (c *changes) walk(at fielddoc.Cursor) {
	path := at.Path()
	if len(path) == 1 && slices.Contains([]string{"metadata", "status", "kind", "apiVersion"}, path[0].Name) {
		return
	}
	switch value := at.Value().(type) {
	case map[string]any:
		for name := range value {
			c.walk(at.Key(name))
		}
	case []any:
		for i := range value {
			c.walk(at.Step(fielddoc.Item(i)))
		}
	default:
		c.try(at)
	}
}

// try changes a field to each of some other values until one proves something.
func (c *changes) try(at fielddoc.Cursor) {
	doc := at.Doc()
	field := c.made.GetKind() + " " + schemaPath(doc.Path)
	c.table[field] = doc.Immutable
	for _, value := range others(doc, at.Value()) {
		if proof, err := c.change(doc.Path, value); err == nil {
			if c.proofs[field] == nil {
				c.proofs[field] = map[fielddoc.Immutability]bool{}
			}
			c.proofs[field][proof] = true
			return
		}
	}
}

// change tries to set a field to another value. An error says that this proves nothing.
func (c *changes) change(path fielddoc.Path, value any) (fielddoc.Immutability, error) {
	dry := []string{metav1.DryRunAll}
	paths := []fielddoc.Path{path}
	if more, ok := fielddoc.ParsePath(together[path.String()]); ok && len(more) > 0 && at(c.made.Object, more) != nil {
		paths = append(paths, more)
	}
	var steps []map[string]any
	for _, p := range paths {
		steps = append(steps, map[string]any{"op": "replace", "path": p.Pointer(), "value": value})
	}
	patch, err := json.Marshal(steps)
	if err != nil {
		return "", err
	}
	got, err := c.client.Patch(context.Background(), c.made.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{DryRun: dry})
	if err == nil {
		if !reflect.DeepEqual(at(got.Object, path), normal(value)) {
			return "", errors.New("the server kept its own value")
		}
		return fielddoc.Never, nil
	}
	if !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
		return "", err
	}
	other := c.made.DeepCopy()
	for _, p := range paths {
		put(other.Object, p, value)
	}
	for _, own := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"} {
		unstructured.RemoveNestedField(other.Object, "metadata", own)
	}
	other.SetName(c.made.GetName() + "-2")
	if c.made.GetKind() == "Job" {
		unstructured.RemoveNestedField(other.Object, "spec", "selector")
		unstructured.RemoveNestedField(other.Object, "spec", "template", "metadata")
	}
	if c.made.GetKind() == "Service" {
		unstructured.RemoveNestedField(other.Object, "spec", "clusterIP")
		unstructured.RemoveNestedField(other.Object, "spec", "clusterIPs")
	}
	if _, err := c.client.Create(context.Background(), other, metav1.CreateOptions{DryRun: dry}); err != nil {
		return "", fmt.Errorf("not accepted on creation either: %w", err)
	}
	return fielddoc.Always, nil
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

// together are fields that must have one value, by the first of them.
var together = map[string]string{
	"spec.selector.matchLabels.a": "spec.template.metadata.labels.a", "spec.selector.a": "spec.template.metadata.labels.a",
	"spec.serviceAccountName": "spec.serviceAccount", "spec.template.spec.serviceAccount": "spec.template.spec.serviceAccountName",
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
		list = append(list, v+1, v-1, v+1000, nil)
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

// put sets what an object holds at a path.
func put(object any, path fielddoc.Path, value any) {
	last := path[len(path)-1]
	switch holder := at(object, path[:len(path)-1]).(type) {
	case map[string]any:
		holder[last.Name] = value
	case []any:
		holder[last.Index] = value
	}
}

// normal is a value as it comes back from the server.
func normal(value any) any {
	if n, ok := value.(int); ok {
		return int64(n)
	}
	return value
}
