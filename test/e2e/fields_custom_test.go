package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	var samples []sample
	var objects []*unstructured.Unstructured
	for _, file := range files {
		both := manifests(t, filepath.Join("crds", filepath.Base(file)), s.Current)
		crd := both[0]
		object := both[1]
		client, _ := s.resource(crd)
		if _, err := client.Create(context.Background(), crd, metav1.CreateOptions{}); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		t.Cleanup(func() {
			if err := client.Delete(context.Background(), crd.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
				t.Error(err)
			}
		})
		plural, group, _ := strings.Cut(crd.GetName(), ".")
		gvk := object.GroupVersionKind()
		samples = append(samples, sample{gvk, plural + "." + gvk.Version + "." + group + "/" + object.GetName()})
		objects = append(objects, object)
	}
	s.WaitFor(t, "all kinds to be served", func() bool {
		s.remap(t)
		return !slices.ContainsFunc(objects, func(o *unstructured.Unstructured) bool {
			_, ok := s.resource(o)
			return !ok
		})
	})
	for _, o := range objects {
		client, _ := s.resource(o)
		s.WaitFor(t, "a "+o.GetKind()+" to be taken", func() bool {
			_, err := client.Create(context.Background(), o, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
			if apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
				t.Fatalf("%s: %v", o.GetKind(), err)
			}
			return err == nil
		})
	}
	s.WaitFor(t, "all kinds to be documented", func() bool {
		out, _, err := s.run(
			"",
			filepath.Join(filepath.Dir(s.bin), "kubectl-explainfields"),
			samples[len(samples)-1].name,
			"-o",
			"jsonpath={.items[0].schema.source}",
		)
		return err == nil && out == "server"
	})
	t.Logf("%d kinds, %d fields", len(samples), s.explained(t, samples, "--crd", dir))
	t.Run("an old version", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "old.yaml")
		if err := os.WriteFile(file, []byte("apiVersion: sync.fields.example.org/v1beta1\nkind: SecretSync\nmetadata: {name: x}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		report := s.fieldReports(t, "-f", file, "--crd", dir)[0]
		if len(report.Problems) != 1 || report.Problems[0].Kind != fielddoc.DeprecatedField ||
			!strings.Contains(report.Problems[0].Message, "goes away; use v1") {
			t.Errorf("%+v", report.Problems)
		}
	})
	t.Run("without a schema", func(t *testing.T) {
		if out := s.Plugin(t, "explainfields", "anythings/sample"); !strings.Contains(strings.ReplaceAll(out, "\n#: ", " "), "the server has no schema of the kind") {
			t.Error(out)
		}
	})
	t.Run("frozen by a rule", func(t *testing.T) {
		out := s.Plugin(t, "explainfields", "widgets/sample", "--only", "immutable", "-o", "jsonpath={.items[0].fields[*].path}")
		if !strings.Contains(out, "spec.frozen spec.frozen.a spec.frozen.b") {
			t.Error(out)
		}
		_, errs, exit := s.Kubectl(t, "patch", "widget", "sample", "--type=merge", "-p", `{"spec":{"frozen":{"b":2}}}`)
		if exit == 0 || !strings.Contains(errs, "spec.frozen") {
			t.Errorf("the server changes it: %d %s", exit, errs)
		}
	})
}
