package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"

	"github.com/thrashkit/thrashkit/pkg/internal/await"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Resolve returns the mapping of a type as people write it: "deploy",
// "StatefulSet", "widgets.example.org", "deployments.v1.apps". Built-in types
// are known without a request, others are looked up in the discovery cache.
func (c *Cluster) Resolve(ctx context.Context, name string) (*meta.RESTMapping, error) {
	if k := snapshot.KindNamed(name); k != nil {
		return k.Mapping(), nil
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	ctx, end := c.server.ask(ctx)
	defer end()
	mapper, err := c.getter.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.config.Host, err)
	}
	return await.Func(ctx, func() (*meta.RESTMapping, error) {
		c.finding.Lock()
		defer c.finding.Unlock()
		return lookUp(mapper, name)
	})
}

// serves reports whether the server has a resource. It asks only for kinds that
// custom resource definitions add, and takes any failure but 404 for a yes.
func (c *Cluster) serves(ctx context.Context, resource string) bool {
	k := snapshot.KindNamed(resource)
	if k == nil || snapshot.KindOfResource(resource) != nil {
		return true
	}
	err := c.typed.Discovery().RESTClient().Get().AbsPath("apis", k.Group, k.Version).Do(ctx).Error()
	return !apierrors.IsNotFound(err)
}

// lookUp tries name as a resource, then as a kind.
func lookUp(mapper meta.RESTMapper, name string) (*meta.RESTMapping, error) {
	// "deployments.v1.apps" and "widgets.example.org" are both of dots: the version is tried first.
	versioned, resource := schema.ParseResourceArg(name)
	var gvk schema.GroupVersionKind
	var err error
	if versioned != nil {
		gvk, err = mapper.KindFor(*versioned)
	}
	if versioned == nil || err != nil {
		gvk, err = mapper.KindFor(resource.WithVersion(""))
	}
	if err == nil {
		return mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if !meta.IsNoMatchError(err) {
		return nil, fmt.Errorf("look up type %s: %w", name, err)
	}
	if mapping := mappingOfKind(mapper, name); mapping != nil {
		return mapping, nil
	}
	return nil, &UnknownTypeError{Type: name, err: err}
}

// mappingOfKind returns the mapping of a kind, "Widget" or "Widget.v1.example.org"; nil if there is none.
func mappingOfKind(mapper meta.RESTMapper, name string) *meta.RESTMapping {
	versioned, kind := schema.ParseKindArg(name)
	if versioned != nil {
		if mapping, err := mapper.RESTMapping(versioned.GroupKind(), versioned.Version); err == nil {
			return mapping
		}
	}
	mapping, err := mapper.RESTMapping(kind)
	if err != nil {
		return nil
	}
	return mapping
}

// UnknownTypeError is a type that the server does not have.
type UnknownTypeError struct {
	Type string // as requested
	err  error
}

// Error returns kubectl's sentence for it.
func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("the server doesn't have a resource type %q", e.Type)
}

// Unwrap returns the mapper's error, for which meta.IsNoMatchError holds.
func (e *UnknownTypeError) Unwrap() error { return e.err }

// Types returns the types that the server can list, in its preferred version,
// sorted: "pods", or with a group "deployments.apps". Groups that do not answer
// are left out.
func (c *Cluster) Types(ctx context.Context) ([]string, error) {
	client, err := c.discovery()
	if err != nil {
		return nil, err
	}
	lists, err := client.ServerPreferredResourcesWithContext(ctx)
	if len(lists) == 0 && err != nil {
		return nil, fmt.Errorf("list types of %s: %w", c.config.Host, err)
	}
	var names []string
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			continue
		}
		for _, r := range list.APIResources {
			if slices.Contains(r.Verbs, "list") && !strings.Contains(r.Name, "/") {
				names = append(names, gv.WithResource(r.Name).GroupResource().String())
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Object returns one object with all the fields that the server sent.
// Namespace does not matter for kinds without one. An object that is not there
// is apierrors.IsNotFound.
func (c *Cluster) Object(ctx context.Context, mapping *meta.RESTMapping, namespace, name string) (*unstructured.Unstructured, error) {
	ctx, end := c.server.ask(ctx)
	defer end()
	object, err := c.resource(mapping, namespace).Get(ctx, name, metav1.GetOptions{})
	if err == nil {
		err = isOf(object, mapping, name)
	}
	if err != nil {
		return nil, &ReadError{
			Read: snapshot.Read{Resource: mapping.Resource.Resource, Namespace: namespace, Name: name},
			Err:  plain(served(mapping, err)), Pause: refusedPause(ctx),
		}
	}
	return object, nil
}

// Objects returns the objects of a kind that match a label selector, by
// namespace and name; an empty namespace stands for all.
func (c *Cluster) Objects(ctx context.Context, mapping *meta.RESTMapping, namespace, labels string) ([]*unstructured.Unstructured, error) {
	in := genericReader(c.resource(mapping, namespace), c.options.Trim)
	f := &found{read: snapshot.Read{Resource: mapping.Resource.Resource, Namespace: namespace, Labels: labels}}
	ctx, end := c.server.ask(ctx)
	defer end()
	if _, err := c.pages(ctx, in, f); err != nil {
		return nil, &ReadError{Read: f.read, Err: plain(served(mapping, err)), Pause: refusedPause(ctx)}
	}
	out := make([]*unstructured.Unstructured, 0, len(f.objects))
	for _, o := range f.objects {
		if u, ok := o.(*unstructured.Unstructured); ok {
			if err := isOf(u, mapping, ""); err != nil {
				return nil, &ReadError{Read: f.read, Err: err}
			}
			out = append(out, u)
		}
	}
	return out, nil
}

// Names returns the names of at most limit objects of a type, sorted.
func (c *Cluster) Names(ctx context.Context, typeName, namespace string, limit int64) ([]string, error) {
	mapping, err := c.Resolve(ctx, typeName)
	if err != nil {
		return nil, err
	}
	client, err := metadata.NewForConfig(c.config)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.config.Host, err)
	}
	list, err := client.Resource(mapping.Resource).Namespace(namespaceFor(mapping, namespace)).List(ctx, metav1.ListOptions{Limit: limit})
	if err != nil {
		return nil, &ReadError{Read: snapshot.Read{Resource: mapping.Resource.Resource, Namespace: namespace}, Err: served(mapping, err)}
	}
	var names []string
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// isOf returns an error if an answer is not the object that was asked for: a
// broken proxy answers with what it has. An empty name stands for any.
func isOf(o *unstructured.Unstructured, mapping *meta.RESTMapping, name string) error {
	if o.GetKind() != mapping.GroupVersionKind.Kind {
		return fmt.Errorf("the server answered with a %s", orNothing(o.GetKind()))
	}
	if name != "" && o.GetName() != name {
		return fmt.Errorf("the server answered with the %s %q", o.GetKind(), o.GetName())
	}
	return nil
}

// resource returns the dynamic client of a kind, in a namespace if it has one.
func (c *Cluster) resource(mapping *meta.RESTMapping, namespace string) dynamic.ResourceInterface {
	return c.dynamic.Resource(mapping.Resource).Namespace(namespaceFor(mapping, namespace))
}

// namespaceFor returns namespace for kinds that have one.
func namespaceFor(mapping *meta.RESTMapping, namespace string) string {
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return ""
	}
	return namespace
}

// served returns an UnknownTypeError if err is the 404 of a server that does not
// serve the resource at all, otherwise err.
func served(mapping *meta.RESTMapping, err error) error {
	if absent(err) && !namesObject(err) {
		return &UnknownTypeError{
			Type: mapping.Resource.GroupResource().String(),
			err:  &meta.NoResourceMatchError{PartialResource: mapping.Resource},
		}
	}
	return err
}
