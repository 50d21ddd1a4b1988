package e2e

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// testDefaults creates objects and compares what the server fills in with the table.
func (s *fieldServer) testDefaults(t *testing.T) {
	seen, fields, kinds := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var unserved []string
	for _, o := range manifests(t, "defaults-*.yaml", s.Current) {
		made, err := s.dryCreate(o)
		if o.GetName() == "ephemeral" {
			made, err = s.dryEphemeral(o)
		}
		if errors.Is(err, errNotServed) {
			unserved = append(unserved, o.GetKind())
			continue
		}
		name := o.GetKind() + "/" + o.GetName()
		if err != nil {
			t.Errorf("create %s: %v", name, err)
			continue
		}
		kinds[o.GroupVersionKind().String()] = true
		verified := fielddoc.VerifyDefaults(s.schema(t, o.GroupVersionKind()), o.Object, made.Object)
		for _, rule := range verified.Rules {
			seen[rule] = true
		}
		for _, field := range verified.Fields {
			path, _ := fielddoc.ParsePath(field)
			fields[o.GroupVersionKind().String()+schemaPath(path)] = true
		}
		for _, d := range verified.Differences {
			t.Errorf("%s: %s: the server fills in %q, the table has %q", name, d.Path, d.Server, d.Table)
		}
	}
	rules := fielddoc.DefaultRules(s.minor)
	for _, rule := range rules {
		if !seen[rule] {
			t.Errorf("no object shows the default %s", rule)
		}
	}
	t.Logf("Kubernetes 1.%d: %d kinds, %d fields filled in by the server as the table says by %d rules; not served: %v",
		s.minor, len(kinds), len(fields), len(rules), slices.Compact(unserved))
}

// dryEphemeral returns what the server would make of the ephemeral containers of
// a pod, which only a pod that is there can get.
func (s *fieldServer) dryEphemeral(o *unstructured.Unstructured) (made *unstructured.Unstructured, err error) {
	client, _ := s.resource(o)
	first := o.DeepCopy()
	unstructured.RemoveNestedField(first.Object, "spec", "ephemeralContainers")
	if _, err := client.Create(context.Background(), first, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	more, _, err := unstructured.NestedSlice(o.Object, "spec", "ephemeralContainers")
	if err != nil {
		return nil, err
	}
	// The scheduler writes to the pod at the same time.
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		pod, err := client.Get(context.Background(), o.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		if err := unstructured.SetNestedSlice(pod.Object, more, "spec", "ephemeralContainers"); err != nil {
			return err
		}
		made, err = client.Update(context.Background(), pod, metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}}, "ephemeralcontainers")
		return err
	})
	return made, err
}

// schemaPath is a path without the places in lists.
func schemaPath(p fielddoc.Path) string {
	var names []string
	for _, s := range p {
		if !s.List {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ".")
}
