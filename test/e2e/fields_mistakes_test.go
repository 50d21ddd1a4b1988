package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// TestMistakesOfPeopleAreRefused: the server refuses each of the mistakes that
// explainfields is tested with.
func TestMistakesOfPeopleAreRefused(t *testing.T) {
	t.Parallel()
	if labVersion() != fielddoc.Release {
		t.Skipf("SKIPPED: the rules are those of Kubernetes %s", fielddoc.Release)
	}
	s := newFieldServer(t, newSpace(t))
	data, err := os.ReadFile(filepath.Join("..", "..", "plugins", "explainfields", "testdata", "mistakes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(data), "\n---\n") // behind the comment
	documents := strings.Split(text, "\n---\n")
	for _, document := range documents {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		if _, err := s.dryCreate(o); err == nil {
			t.Errorf("the server accepts\n%s", document)
		}
	}
	t.Logf("%d mistakes, which the server refuses", len(documents))
}
