package explainfields

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// compare adds to each report how the live object differs from the file. That
// there is no such object is a gap of s.
func (o *options) compare(ctx context.Context, s *snapshot.Snapshot, documents []document) error {
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	for _, d := range documents {
		for i := range d.parts {
			p := &d.parts[i]
			u, mapping, namespace, err := o.there(ctx, server, p.object)
			if err != nil {
				return err
			}
			live, err := server.Object(ctx, mapping, namespace, u.GetName())
			switch {
			case apierrors.IsNotFound(err):
				s.AddGap(snapshot.Gap{
					Resource: mapping.Resource.Resource + "/" + u.GetName(), Namespace: namespace,
					Reason: "there is none in the cluster", Impact: "it is not compared",
				})
			case err != nil:
				return err
			default:
				p.compared = true
				p.report.Compare(p.schema, p.object.Value, live.Object, o.flags.ShowSecrets)
			}
		}
	}
	return nil
}

// there returns where in the cluster an object of a file belongs.
func (o *options) there(ctx context.Context, server *cluster.Cluster, object annotate.Object) (*unstructured.Unstructured,
	*meta.RESTMapping, string, error,
) {
	u := &unstructured.Unstructured{Object: object.Value}
	gvk := u.GroupVersionKind()
	name := gvk.Kind
	if gvk.Group != "" {
		name += "." + gvk.Version + "." + gvk.Group
	}
	mapping, err := server.Resolve(ctx, name)
	if err != nil {
		return nil, nil, "", fmt.Errorf("find %s: %w", name, err)
	}
	namespace := u.GetNamespace()
	if namespace == "" {
		if namespace, _, err = o.flags.ToRawKubeConfigLoader().Namespace(); err != nil {
			return nil, nil, "", fmt.Errorf("read kubeconfig: %w", err)
		}
	}
	return u, mapping, namespace, nil
}
