package explainfields

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// compare adds to each report how the live object differs from the file. If there
// is no such object in the cluster, that becomes a gap of s.
func (o *options) compare(ctx context.Context, s *snapshot.Snapshot, documents []document) error {
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	// One after the other: the first error ends the command.
	for _, d := range documents {
		for i := range d.parts {
			if err := o.comparePart(ctx, s, server, &d.parts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// comparePart reads the live object of one part and compares it with the file's. The report is
// that of the file, to which the values and managers of the live object are added.
func (o *options) comparePart(ctx context.Context, s *snapshot.Snapshot, server *cluster.Cluster, p *part) error {
	u, mapping, namespace, err := o.there(ctx, server, p.object)
	if err != nil {
		return err
	}
	live, err := server.Object(ctx, mapping, namespace, u.GetName())
	if apierrors.IsNotFound(err) {
		s.AddGap(noLiveObject(mapping.Resource.Resource+"/"+u.GetName(), namespace))
		return nil
	}
	if err != nil {
		return err
	}
	p.compared = true // also if nothing differs, which the header reports then
	p.report.Compare(p.schema, p.object.Value, live.Object, o.flags.ShowSecrets)
	return nil
}

// noLiveObject returns the gap of an object that only the file has, which is no failure: it may
// be about to be created.
func noLiveObject(name, namespace string) snapshot.Gap {
	return snapshot.Gap{
		Resource: name, Namespace: namespace, Reason: "there is none in the cluster", Impact: "it is not compared",
	}
}

// there returns a file's object with its kind and namespace in the cluster. An
// object without a namespace is in the one of the kubeconfig, as for kubectl apply.
func (o *options) there(ctx context.Context, server *cluster.Cluster, object annotate.Object) (*unstructured.Unstructured,
	*meta.RESTMapping, string, error,
) {
	u := &unstructured.Unstructured{Object: object.Value}
	name := qualifiedKind(u.GroupVersionKind())
	mapping, err := server.Resolve(ctx, name)
	if err != nil {
		return nil, nil, "", fmt.Errorf("find %s: %w", name, err)
	}
	namespace, err := o.namespaceOf(u)
	if err != nil {
		return nil, nil, "", err
	}
	return u, mapping, namespace, nil
}

// namespaceOf returns the namespace of a file's object, or the one of the kubeconfig.
func (o *options) namespaceOf(u *unstructured.Unstructured) (string, error) {
	if namespace := u.GetNamespace(); namespace != "" {
		return namespace, nil
	}
	namespace, _, err := o.flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", fmt.Errorf("read kubeconfig: %w", err)
	}
	return namespace, nil
}

// qualifiedKind returns a kind as kubectl takes it: Pod, or Deployment.v1.apps. With the group,
// because several can have kinds of one name, and the version, because the file has its fields.
func qualifiedKind(gvk schema.GroupVersionKind) string {
	if gvk.Group == "" {
		return gvk.Kind
	}
	return gvk.Kind + "." + gvk.Version + "." + gvk.Group
}
