package bundle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// gapsOfArchive returns the gaps of an archive of files that are read for their pods.
func gapsOfArchive(t *testing.T, files map[string]string) []snapshot.Gap {
	t.Helper()
	path := writeFile(t, "in.tar", tarOf(t, files))
	s := read(t, bundle.New([]string{path}, bundle.Options{}), snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Optional: true}}})
	for i := range s.Gaps {
		s.Gaps[i].Resource = strings.Replace(s.Gaps[i].Resource, path, "in.tar", 1)
	}
	return s.Gaps
}

// The same fault in many files or objects is one gap, which names all of them.
func TestTheSameFaultIsOneGap(t *testing.T) {
	pod := func(name, namespace string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\n", name, namespace)
	}
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []snapshot.Gap
	}{
		{"one file", map[string]string{"a.yaml": pod("a", "n"), "b.yaml": pod("b", "shop")}, []snapshot.Gap{
			{Resource: "in.tar/a.yaml", Reason: "decode Pod a: metadata.namespace: bool instead of a string"},
		}},
		{"files", map[string]string{"a.yaml": pod("a", "n"), "b.yaml": pod("b", "y"), "c.yaml": pod("c", "shop")}, []snapshot.Gap{
			{Resource: "in.tar", Reason: "decode Pod: metadata.namespace: bool instead of a string", Names: []string{"a.yaml", "b.yaml"}, Count: 2},
		}},
		{"objects of one file", map[string]string{"a.yaml": pod("a", "n") + "---\n" + pod("b", "n")}, []snapshot.Gap{
			{Resource: "in.tar/a.yaml", Reason: "decode Pod: metadata.namespace: bool instead of a string", Names: []string{"a", "b"}, Count: 2},
		}},
		{"files that are no objects", map[string]string{"a.yaml": "a: 1\n", "b.yaml": "\nb: 2\n", "c.yaml": pod("c", "shop")}, []snapshot.Gap{
			{
				Resource: "in.tar", Reason: "apiVersion and kind are missing: not a Kubernetes object", Impact: "its objects are not shown",
				Names: []string{"a.yaml", "b.yaml"}, Count: 2,
			},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, gapsOfArchive(t, test.files)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// However many reasons there are, the gaps are few, and no file is forgotten.
func TestManyReasonsAreFewGaps(t *testing.T) {
	files := map[string]string{"ok.yaml": twoPods}
	for i := range 50 {
		files[fmt.Sprintf("%02d.yaml", i)] = fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: a%d, labels: {x%d: 1}}\n", i, i)
	}
	got := gapsOfArchive(t, files)
	if len(got) != 21 || !strings.HasSuffix(got[20].Reason, ", and other reasons") || len(got[20].Names) != 30 {
		t.Errorf("%d gaps, the last is %+v", len(got), got[len(got)-1])
	}
}
