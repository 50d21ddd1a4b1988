package cluster_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// widgets answers for a server with one custom type and one object of it.
func widgets() map[string]http.HandlerFunc {
	widget := map[string]any{
		"apiVersion": "example.org/v1", "kind": "Widget",
		"metadata": map[string]any{"namespace": "shop", "name": "cog"},
		"spec":     map[string]any{"teeth": 12},
	}
	list := map[string]any{"apiVersion": "example.org/v1", "kind": "WidgetList", "metadata": map[string]any{}, "items": []any{widget}}
	group := metav1.APIGroup{Name: "example.org", Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "example.org/v1", Version: "v1"}}}
	group.PreferredVersion = group.Versions[0]
	return map[string]http.HandlerFunc{
		"/api":    object(&metav1.APIVersions{Versions: []string{"v1"}}),
		"/apis":   object(&metav1.APIGroupList{Groups: []metav1.APIGroup{group}}),
		"/api/v1": object(&metav1.APIResourceList{GroupVersion: "v1"}),
		"/apis/example.org/v1": object(&metav1.APIResourceList{GroupVersion: "example.org/v1", APIResources: []metav1.APIResource{
			{
				Name:         "widgets",
				SingularName: "widget",
				Kind:         "Widget",
				Namespaced:   true,
				ShortNames:   []string{"wi"},
				Verbs:        metav1.Verbs{"get", "list"},
			},
		}}),
		"/apis/example.org/v1/namespaces/shop/widgets":     document(list),
		"/apis/example.org/v1/widgets":                     document(list),
		"/apis/example.org/v1/namespaces/shop/widgets/cog": document(widget),
	}
}

func TestBuiltInTypesAreResolvedWithoutARequest(t *testing.T) {
	a := serve(t, nil)
	c := a.cluster(t, cluster.Options{})
	for word, want := range map[string]string{
		"deploy": "apps/v1, Resource=deployments", "Deployment": "apps/v1, Resource=deployments",
		"deployments.apps": "apps/v1, Resource=deployments", "deployments.v1.apps": "apps/v1, Resource=deployments",
		"sts": "apps/v1, Resource=statefulsets", "po": "/v1, Resource=pods", "pod": "/v1, Resource=pods",
		"cj": "batch/v1, Resource=cronjobs", "ingress": "networking.k8s.io/v1, Resource=ingresses",
		"hpa": "autoscaling/v2, Resource=horizontalpodautoscalers", "ro": "argoproj.io/v1alpha1, Resource=rollouts",
	} {
		mapping, err := c.Resolve(t.Context(), word)
		if err != nil || mapping.Resource.String() != want {
			t.Errorf("%s: %v, %v, want %s", word, mapping, err, want)
		}
	}
	if len(a.paths()) != 0 {
		t.Errorf("asked the server for %v", a.paths())
	}
	for _, word := range []string{"deployments.extensions", "deployments.v1beta1.apps", "widgets", ""} {
		if k := snapshot.KindNamed(word); k != nil {
			t.Errorf("%q is taken for %v", word, k.GroupVersionKind)
		}
	}
}

func TestCustomTypesAreLookedUp(t *testing.T) {
	c := serve(t, widgets()).cluster(t, cluster.Options{})
	for _, word := range []string{"widgets", "widget", "wi", "widgets.example.org", "widgets.v1.example.org", "Widget.example.org", "Widget.v1.example.org"} {
		mapping, err := c.Resolve(t.Context(), word)
		if err != nil || mapping.Resource.String() != "example.org/v1, Resource=widgets" {
			t.Errorf("%s: %v, %v", word, mapping, err)
		}
	}
	_, err := c.Resolve(t.Context(), "gadgets")
	if err == nil || err.Error() != `the server doesn't have a resource type "gadgets"` || !meta.IsNoMatchError(err) {
		t.Errorf("gadgets: %v", err)
	}
}

func TestCustomObjectsAreReadWithAllTheirFields(t *testing.T) {
	c := serve(t, widgets()).cluster(t, cluster.Options{})
	mapping, err := c.Resolve(t.Context(), "widgets")
	if err != nil {
		t.Fatal(err)
	}
	cog, err := c.Object(t.Context(), mapping, "shop", "cog")
	if err != nil || cog.Object["spec"].(map[string]any)["teeth"] != int64(12) {
		t.Errorf("get: %v, %v", cog, err)
	}
	all, err := c.Objects(t.Context(), mapping, "", "")
	if err != nil || len(all) != 1 || all[0].GetName() != "cog" {
		t.Errorf("list: %v, %v", all, err)
	}
	s := &snapshot.Snapshot{}
	if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "widgets.example.org", Namespace: "shop"}}}); err != nil {
		t.Fatal(err)
	}
	if len(s.Others) != 1 || !s.Complete("widgets.example.org", "shop") {
		t.Errorf("others %v, gaps %v", s.Others, s.Gaps)
	}
}

func TestATypeThatTheServerDoesNotHave(t *testing.T) {
	for _, resource := range []string{"gadgets.example.org", "rollouts.argoproj.io"} {
		a := serve(t, widgets())
		c := a.cluster(t, cluster.Options{})
		s := &snapshot.Snapshot{}
		read := snapshot.Read{Resource: resource, Namespace: "shop", Optional: true}
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read, {Resource: "widgets.example.org"}}}); err != nil {
			t.Fatal(err)
		}
		if len(s.Gaps) != 0 || !s.Complete(resource, "shop") {
			t.Errorf("%s, optional: gaps %v", resource, s.Gaps)
		}
		read.Optional = false
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
			t.Fatal(err)
		}
		if len(s.Gaps) != 1 || s.Gaps[0].Reason != "the server has no such resource" {
			t.Errorf("%s: gaps %v", resource, s.Gaps)
		}
		if asked := slices.Contains(a.paths(), "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts"); asked != (resource == "rollouts.argoproj.io") {
			t.Errorf("%s: asked for %v", resource, a.paths())
		}
	}
}

func TestAnObjectThatIsNotThere(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/namespaces/shop/pods/web": refusal(apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, "web")),
	})
	c := a.cluster(t, cluster.Options{})
	for word, unknown := range map[string]bool{"pods": false, "rollouts": true} {
		mapping, err := c.Resolve(t.Context(), word)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Object(t.Context(), mapping, "shop", "web")
		_, isUnknown := errors.AsType[*cluster.UnknownTypeError](err)
		if isUnknown != unknown || apierrors.IsNotFound(err) == unknown {
			t.Errorf("%s: error %v", word, err)
		}
	}
}

func TestNamesAreSorted(t *testing.T) {
	item := func(name string) any { return map[string]any{"metadata": map[string]any{"name": name}} }
	list := map[string]any{
		"apiVersion": "meta.k8s.io/v1",
		"kind":       "PartialObjectMetadataList",
		"metadata":   map[string]any{},
		"items":      []any{item("web"), item("api")},
	}
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/namespaces/shop/pods": document(list), "/api/v1/nodes": document(list)})
	c := a.cluster(t, cluster.Options{})
	for _, word := range []string{"po", "node"} {
		names, err := c.Names(t.Context(), word, "shop", 500)
		if err != nil || !slices.Equal(names, []string{"api", "web"}) {
			t.Errorf("%s: %v, %v", word, names, err)
		}
	}
	if limit := a.requests()[0].URL.Query().Get("limit"); limit != "500" {
		t.Errorf("asked for %q names, want 500", limit)
	}
}
