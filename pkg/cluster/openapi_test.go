package cluster_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cluster"
)

func TestOpenAPIDocumentsComeFromTheDiskCacheWhileTheirHashStays(t *testing.T) {
	const text = `{"openapi":"3.0.0","info":{"title":"t","version":"v"},"paths":{}}`
	entry := func(path string) map[string]any {
		return map[string]any{"serverRelativeURL": "/openapi/v3/" + path + "?hash=0123"}
	}
	schemaOf := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, immutable")
		w.Header().Set("Expires", "Mon, 23 Nov 2099 03:04:05 GMT")
		w.Header().Set("Etag", `"0123"`)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Error(err)
		}
	}
	a := serve(t, map[string]http.HandlerFunc{
		"/openapi/v3": document(
			map[string]any{"paths": map[string]any{"api/v1": entry("api/v1"), "apis/apps/v1": entry("apis/apps/v1")}},
		),
		"/openapi/v3/api/v1":       schemaOf,
		"/openapi/v3/apis/apps/v1": schemaOf,
	})
	for range 2 { // two runs of a command
		docs, err := a.cluster(t, cluster.Options{}).OpenAPI(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, gv := range []schema.GroupVersion{{Version: "v1"}, {Group: "apps", Version: "v1"}} {
			if data, err := docs.GroupVersion(gv); err != nil || string(data) != text {
				t.Errorf("%s: %q, %v", gv, data, err)
			}
		}
		if _, err := docs.GroupVersion(schema.GroupVersion{Group: "example.org", Version: "v1"}); err == nil {
			t.Error("a document that the server does not have")
		} else if _, ok := errors.AsType[*cluster.UnservedError](err); !ok {
			t.Errorf("error %v, want an UnservedError", err)
		}
	}
	want := []string{"/openapi/v3", "/openapi/v3/api/v1", "/openapi/v3/apis/apps/v1", "/openapi/v3"}
	if !slices.Equal(a.paths(), want) {
		t.Errorf("asked for %v, want %v", a.paths(), want)
	}
}

func TestAnOpenAPIIndexWithoutDocumentsIsAnError(t *testing.T) {
	for _, text := range []string{`null`, `{}`, `{"paths":{}}`, `{"kind":"Widgets","apiVersion":"example.org/v1","items":[{}]}`} {
		a := serve(t, map[string]http.HandlerFunc{"/openapi/v3": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if _, err := w.Write([]byte(text)); err != nil {
				t.Error(err)
			}
		}})
		if _, err := a.cluster(t, cluster.Options{}).OpenAPI(t.Context()); err == nil {
			t.Errorf("%s is an index", text)
		}
	}
}
