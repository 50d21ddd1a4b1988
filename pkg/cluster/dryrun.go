package cluster

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// DryRunCreate returns the object that the server would create, with defaults
// and admission applied. Nothing is stored: every request carries dryRun=All. If
// the object exists already, the request uses another name.
func (c *Cluster) DryRunCreate(
	ctx context.Context,
	mapping *meta.RESTMapping,
	namespace string,
	object *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	sent := object.DeepCopy()
	for _, own := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"} {
		unstructured.RemoveNestedField(sent.Object, "metadata", own)
	}
	ctx, end := c.server.ask(ctx)
	defer end()
	client := c.resource(mapping, namespace)
	options := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	made, err := client.Create(ctx, sent, options)
	if apierrors.IsAlreadyExists(err) {
		sent.SetGenerateName(sent.GetName() + "-")
		sent.SetName("")
		made, err = client.Create(ctx, sent, options)
	}
	if err != nil {
		return nil, fmt.Errorf("create %s %s by dry-run: %w", mapping.GroupVersionKind.Kind, object.GetName(), served(mapping, err))
	}
	return made, nil
}
