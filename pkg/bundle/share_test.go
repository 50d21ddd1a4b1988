package bundle_test

import (
	"fmt"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/bundle"
)

// Workloads with the same template share it, whichever file holds them: a bundle has one file for each.
func TestWorkloadsOfAllFilesShareTemplates(t *testing.T) {
	files := map[string]string{}
	for i, name := range []string{"web", "shop", "cart"} {
		files[fmt.Sprintf("%d.yaml", i)] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", namespace: shop}\n" +
			"spec: {template: {metadata: {labels: {app: " + name + "}}, spec: {containers: [{name: main, image: 'shop/base:1'}]}}}\n"
	}
	s := read(t, bundle.New([]string{writeDir(t, files)}, bundle.Options{Trim: true}), everything())
	if len(s.Deployments) != len(files) {
		t.Fatalf("%d Deployments", len(s.Deployments))
	}
	first := &s.Deployments[0].Spec.Template.Spec.Containers[0]
	for _, d := range s.Deployments {
		if got := &d.Spec.Template.Spec.Containers[0]; got != first || got.Image != "shop/base:1" {
			t.Errorf("%s has a template of its own", d.Name)
		}
		if d.Spec.Template.Labels["app"] != d.Name {
			t.Errorf("%s has the labels %v", d.Name, d.Spec.Template.Labels)
		}
	}
}
