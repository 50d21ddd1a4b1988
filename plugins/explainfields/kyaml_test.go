package explainfields

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"
)

// everyKind returns the objects of the files that the lab makes: one at least of each kind
// that a server serves.
func everyKind(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob("../../test/e2e/testdata/fields/[ed]*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("files: %v, %v", files, err)
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range strings.Split(string(data), "\n---\n") {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			objects = append(objects, o)
		}
	}
	return objects
}

// TestKYAMLOfKubectlKeepsItsBytes explains what kubectl prints with -o kyaml, of every kind
// and of several objects in a row. Without our comments it is the same text, and every
// field is explained in it as in YAML.
func TestKYAMLOfKubectlKeepsItsBytes(t *testing.T) {
	printer := &printers.KYAMLPrinter{}
	kinds := map[schema.GroupKind]bool{}
	var all bytes.Buffer
	for _, o := range everyKind(t) {
		kinds[o.GroupVersionKind().GroupKind()] = true
		var one bytes.Buffer
		if err := (&printers.KYAMLPrinter{}).PrintObj(o, &one); err != nil {
			t.Fatal(err)
		}
		if err := printer.PrintObj(o, &all); err != nil {
			t.Fatal(err)
		}
		t.Run(o.GetKind()+" "+o.GetName(), func(t *testing.T) { keptInKYAML(t, one.String()) })
	}
	t.Run("all in one file", func(t *testing.T) { keptInKYAML(t, all.String()) })
	t.Logf("%d kinds, %d bytes", len(kinds), all.Len())
	if len(kinds) < 55 {
		t.Errorf("%d kinds, want 55 at least", len(kinds))
	}
}

func keptInKYAML(t *testing.T, text string) {
	t.Helper()
	out, errs := explainedBy(t, text, "-f", "-", "--show-secrets", "--width", "100")
	if !strings.Contains(out, "#: ") {
		t.Fatalf("nothing is explained:\n%s%s", out, errs)
	}
	if diff := cmp.Diff(text, withoutComments(out, "#:")); diff != "" {
		t.Errorf("without the comments it is another file: %s", diff)
	}
	for line := range strings.Lines(out) {
		if len([]rune(line)) > 101 && strings.Contains(line, "#: ") {
			t.Errorf("a comment goes beyond the width: %s", line)
		}
	}
	again, _ := explainedBy(t, out, "-f", "-", "--show-secrets", "--width", "100")
	if diff := cmp.Diff(out, again); diff != "" {
		t.Errorf("explained again, it is another file: %s", diff)
	}
}
