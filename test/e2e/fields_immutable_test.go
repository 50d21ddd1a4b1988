package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
// their fields. A field is proven immutable if the server accepts another
// value on creation and refuses the change, and mutable if it accepts the change.
func (s *fieldServer) testImmutable(t *testing.T) {
	var how howToChange
	readTable(t, "change.yaml", &how)
	proofs := map[string]map[fielddoc.Immutability]bool{}
	table := map[string]fielddoc.Immutability{}
	why := map[string][]error{}
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
		c := &changes{client: client, sent: o, made: made, proofs: proofs, why: why, table: table, how: how}
		c.walk(s.schema(t, o.GroupVersionKind()).Root(made.Object))
	}
	proven := map[fielddoc.Immutability]int{}
	unproven := []string{}
	for _, field := range slices.Sorted(maps.Keys(table)) {
		proof := proofs[field]
		says := table[field]
		switch {
		case len(proof) == 0:
			unproven = append(unproven, field)
			if !how.isAlike(field) {
				t.Errorf("%s: nothing shows whether it can be changed: %v", field, errors.Join(why[field]...))
			}
			continue
		case how.isAlike(field):
			t.Errorf("%s: there is another value after all, it is proven %v", field, proof)
		case says == fielddoc.Conditional:
		case proof[fielddoc.Never] && proof[fielddoc.Always]:
			t.Errorf("%s: it depends, the table says %s", field, says)
		case !proof[says]:
			t.Errorf("%s: the table says %s, the server shows %v", field, says, proof)
		}
		proven[says]++
	}
	t.Logf("Kubernetes 1.%d: proven immutable %d, mutable %d, conditional tried %d; unproven %d:", s.minor,
		proven[fielddoc.Always], proven[fielddoc.Never], proven[fielddoc.Conditional], len(unproven))
	for _, reason := range slices.Sorted(maps.Keys(how.Alike)) {
		t.Logf("  %d as %s: %s", len(how.Alike[reason]), reason, strings.Join(how.Alike[reason], ", "))
	}
}

// howToChange is what change.yaml says.
type howToChange struct {
	Together map[string]map[string]any `json:"together"`
	Alike    map[string][]string       `json:"alike"`
}

// isAlike reports whether there is no other value for a field, and why is known.
func (h howToChange) isAlike(field string) bool {
	for _, fields := range h.Alike {
		if slices.Contains(fields, field) {
			return true
		}
	}
	return false
}

// changes tries to change one object.
type changes struct {
	client     dynamic.ResourceInterface
	sent, made *unstructured.Unstructured
	proofs     map[string]map[fielddoc.Immutability]bool // by field
	why        map[string][]error                        // by field, what proved nothing
	table      map[string]fielddoc.Immutability
	how        howToChange
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
	field := c.made.GetKind() + " " + doc.Path.Names()
	c.table[field] = doc.Immutable
	var tries []map[string]any
	if values := c.how.Together[c.made.GetKind()+" "+doc.Path.String()]; values != nil {
		tries = append(tries, values)
	}
	for _, value := range others(doc, at.Value()) {
		tries = append(tries, map[string]any{doc.Path.String(): value})
	}
	for _, values := range tries {
		proof, err := c.change(doc.Path, values)
		if err == nil {
			if c.proofs[field] == nil {
				c.proofs[field] = map[fielddoc.Immutability]bool{}
			}
			c.proofs[field][proof] = true
			return
		}
		c.why[field] = append(c.why[field], err)
	}
}

// change tries to give values to a field, and to those that must change with
// it. An error says that this proves nothing.
func (c *changes) change(field fielddoc.Path, values map[string]any) (fielddoc.Immutability, error) {
	other := c.made.DeepCopy()
	var steps []map[string]any
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path, ok := fielddoc.ParsePath(name)
		if !ok {
			return "", fmt.Errorf("bad path %s in change.yaml", name)
		}
		steps = append(steps, step(c.made.Object, path, values[name]))
		put(other.Object, path, values[name])
	}
	patch, err := json.Marshal(steps)
	if err != nil {
		return "", err
	}
	dry := []string{metav1.DryRunAll}
	got, err := c.client.Patch(context.Background(), c.made.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{DryRun: dry})
	switch {
	case err == nil && asJSON(at(got.Object, field)) != asJSON(at(other.Object, field)):
		return "", errors.New("the server kept its own value")
	case err == nil:
		return fielddoc.Never, nil
	case (!apierrors.IsInvalid(err) && !apierrors.IsForbidden(err)) || !blames(err, field):
		return "", err
	}
	asNew(other)
	err = untilAddresses(func() error {
		_, err := c.client.Create(context.Background(), other, metav1.CreateOptions{DryRun: dry})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("not accepted on creation either: %w", err)
	}
	return fielddoc.Always, nil
}
