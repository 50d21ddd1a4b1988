package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// TestCustomKindsAreExplained installs CustomResourceDefinitions in the shapes
// that are met in real clusters, makes an object of each, and explains it: live
// by what the server documents, and in a file by the definitions in files.
func TestCustomKindsAreExplained(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	dir := filepath.Join("testdata", "fields", "crds")
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		objects := manifests(t, filepath.Join("crds", filepath.Base(file)), s.Current)
		crd, sample := objects[0], objects[1]
		client, _ := s.resource(crd)
		if _, err := client.Create(context.Background(), crd, metav1.CreateOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Cleanup(func() {
			if err := client.Delete(context.Background(), crd.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
				t.Error(err)
			}
		})
		plural, group, _ := strings.Cut(crd.GetName(), ".")
		gvk := sample.GroupVersionKind()
		kind := servedKind{gvk: gvk, name: plural + "." + gvk.Version + "." + group}
		t.Run(name, func(t *testing.T) {
			s.WaitFor(t, crd.GetName()+" to be served", func() bool {
				_, err := s.output("get", kind.name)
				return err == nil
			})
			s.remap(t)
			client, ok := s.resource(sample)
			if !ok {
				t.Fatalf("%s is not served", gvk)
			}
			_, err := client.Create(context.Background(), sample, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d fields", s.explained(t, kind, sample.GetName(), "--crd", dir))
		})
	}
	t.Run("an old version", func(t *testing.T) {
		report := s.fieldReport(t, "secretsyncs.v1beta1.sync.fields.example.org/sample")
		if len(report.Problems) != 1 || report.Problems[0].Kind != fielddoc.DeprecatedField || !strings.Contains(report.Problems[0].Message, "goes away; use v1") {
			t.Errorf("%+v", report.Problems)
		}
	})
	t.Run("without a schema", func(t *testing.T) {
		if out := s.Plugin(t, "explainfields", "anythings/sample"); !strings.Contains(out, "the server documents none of its fields") {
			t.Error(out)
		}
	})
	t.Run("frozen by a rule", func(t *testing.T) {
		widget := schema.GroupVersionKind{Group: "all.fields.example.org", Version: "v1", Kind: "Widget"}
		out := s.Plugin(t, "explainfields", "widgets/sample", "--only", "immutable", "-o", "jsonpath={.items[0].fields[*].path}")
		if !strings.Contains(out, "spec.frozen spec.frozen.a spec.frozen.b") {
			t.Errorf("%s: %s", widget.Kind, out)
		}
		_, errs, exit := s.Kubectl(t, "patch", "widget", "sample", "--type=merge", "-p", `{"spec":{"frozen":{"b":2}}}`)
		if exit == 0 || !strings.Contains(errs, "spec.frozen") {
			t.Errorf("the server changes it: %d %s", exit, errs)
		}
	})
}
