package e2e

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// shown is what the server has shown of the table of defaults.
type shown struct {
	rules, fields, kinds map[string]bool
}

// testDefaults creates the objects of the files and compares what the server
// fills in with the table.
func (s *fieldServer) testDefaults(t *testing.T) {
	var unserved []string
	for _, o := range manifests(t, "defaults-*.yaml", s.Current) {
		made, err := s.dryCreate(o)
		if o.GetName() == "ephemeral" {
			made, err = s.dryEphemeral(o)
		}
		name := o.GetKind() + "/" + o.GetName()
		if errors.Is(err, errNotServed) {
			unserved = append(unserved, o.GetKind())
			continue
		}
		if err != nil {
			t.Errorf("create %s: %v", name, err)
			continue
		}
		for _, d := range s.verify(s.schema(t, o.GroupVersionKind()), o, made) {
			t.Errorf("%s: %s: the server fills in %q, the table has %q", name, d.Path, d.Server, d.Table)
		}
	}
	t.Logf("Kubernetes 1.%d does not serve: %v", s.minor, slices.Compact(unserved))
}

// verify compares one object with the table and counts what it shows.
func (s *fieldServer) verify(schema *fielddoc.Schema, sent, made *unstructured.Unstructured) []fielddoc.Difference {
	verified := fielddoc.VerifyDefaults(schema, sent.Object, made.Object)
	kind := schema.GVK.String()
	s.shown.kinds[kind] = true
	for _, rule := range verified.Rules {
		s.shown.rules[rule] = true
	}
	for _, field := range verified.Fields {
		path, _ := fielddoc.ParsePath(field)
		s.shown.fields[kind+path.Names()] = true
	}
	return verified.Differences
}

// testRules holds the table to what was seen: no line of it may be there for nothing.
func (s *fieldServer) testRules(t *testing.T) {
	rules := defaultRules(t, s.minor)
	for _, rule := range rules {
		if !s.shown.rules[rule] {
			t.Errorf("no object shows the default %s", rule)
		}
	}
	t.Logf("Kubernetes 1.%d: %d kinds, %d fields filled in by the server as the table says by %d rules",
		s.minor, len(s.shown.kinds), len(s.shown.fields), len(rules))
}

// defaultRules returns the lines of the table of defaults that hold for a server of
// this minor version, in the form of fielddoc.Doc.DefaultRule.
func defaultRules(t *testing.T, minor int) []string {
	t.Helper()
	data, err := os.ReadFile("../../pkg/fielddoc/data/defaults.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	anchor := ""
	for line := range strings.Lines(string(data)) {
		path, rule, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if since := sinceOf(t, rule); line[0] != ' ' {
			anchor = strings.TrimSpace(line)
		} else if ok && !strings.HasPrefix(rule, "none") && since <= minor {
			rules = append(rules, anchor+" "+path+": "+rule)
		}
	}
	return rules
}

// sinceOf returns the minor version that introduced a default, 0 for all.
func sinceOf(t *testing.T, rule string) int {
	t.Helper()
	_, since, ok := strings.Cut(rule, " since 1.")
	if !ok {
		return 0
	}
	minor, err := strconv.Atoi(since)
	if err != nil {
		t.Fatalf("default %q: %v", rule, err)
	}
	return minor
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
