package cluster_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// one returns the answers of a server that has one object of a built-in type.
func one(t *testing.T, plural string) map[string]http.HandlerFunc {
	t.Helper()
	kind := snapshot.KindNamed(plural)
	if kind == nil {
		t.Fatalf("%s is not a known kind", plural)
	}
	gvk := kind.GroupVersionKind
	object1, err := scheme.Scheme.New(gvk)
	if err != nil {
		t.Fatal(err)
	}
	list, err := scheme.Scheme.New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
	if err != nil {
		t.Fatal(err)
	}
	named, err := meta.Accessor(object1)
	if err != nil {
		t.Fatal(err)
	}
	named.SetName("it")
	if err := meta.SetList(list, []runtime.Object{object1}); err != nil {
		t.Fatal(err)
	}
	root := "/apis/" + gvk.GroupVersion().String()
	if gvk.Group == "" {
		root = "/api/v1"
	}
	namespaced := root
	if !kind.Cluster {
		namespaced += "/namespaces/shop"
	}
	return map[string]http.HandlerFunc{root + "/" + plural: object(list), namespaced + "/" + plural + "/it": object(object1)}
}

func TestEveryListOfASnapshotCanBeRead(t *testing.T) {
	for i := range reflect.TypeFor[snapshot.Snapshot]().NumField() {
		field := reflect.TypeFor[snapshot.Snapshot]().Field(i)
		if field.Type.Kind() != reflect.Slice || field.Type.Elem().Kind() != reflect.Pointer {
			continue
		}
		if field.Name == "Others" || field.Name == "PackedPods" { // read with another list, or packed
			continue
		}
		t.Run(field.Name, func(t *testing.T) {
			plural := strings.ToLower(field.Name)
			c := serve(t, one(t, plural)).cluster(t, cluster.Options{})
			for _, read := range []snapshot.Read{{Resource: plural}, {Resource: plural, Namespace: "shop", Name: "it"}} {
				s := &snapshot.Snapshot{}
				read.Required = true
				if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
					t.Fatal(err)
				}
				if n := reflect.ValueOf(s).Elem().Field(i).Len(); n != 1 {
					t.Errorf("%+v puts %d objects into the list", read, n)
				}
			}
		})
	}
}
