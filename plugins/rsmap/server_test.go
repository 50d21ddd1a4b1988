package rsmap_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// server speaks as much of the Kubernetes API as reading takes: get and list
// with label selectors, of the objects of a recording. It notes what it is
// asked for.
type server struct {
	objects  []unstructured.Unstructured
	forbid   string // a resource that may not be read
	mu       sync.Mutex
	requests []string
}

func newServer(t *testing.T) (*server, string) {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	for document := range strings.SplitSeq(string(data), "\n---\n") {
		var o unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
			t.Fatal(err)
		}
		s.objects = append(s.objects, o)
	}
	started := httptest.NewServer(s)
	t.Cleanup(started.Close)
	return s, started.URL
}

// ServeHTTP answers /api/v1/… and /apis/GROUP/VERSION/… with JSON.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group := 2 // of the parts before the resource
	if parts[0] == "apis" {
		group = 3
	}
	rest := parts[min(group, len(parts)):]
	namespace := ""
	if len(rest) > 2 && rest[0] == "namespaces" {
		namespace, rest = rest[1], rest[2:]
	}
	resource, name := "", ""
	if len(rest) > 0 {
		resource = rest[0]
	}
	if len(rest) > 1 {
		name = rest[1]
	}
	s.note(strings.TrimSuffix(resource+"/"+name, "/"), r)
	selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil {
		s.status(w, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	found := []unstructured.Unstructured{}
	for _, o := range s.objects {
		if strings.ToLower(o.GetKind())+"s" == resource && (namespace == "" || o.GetNamespace() == namespace) && (name == "" || o.GetName() == name) && selector.Matches(labels.Set(o.GetLabels())) {
			found = append(found, o)
		}
	}
	switch {
	case resource == s.forbid:
		s.status(w, http.StatusForbidden, metav1.StatusReasonForbidden, resource+" is forbidden")
	case name != "" && len(found) == 0:
		s.status(w, http.StatusNotFound, metav1.StatusReasonNotFound, resource+` "`+name+`" not found`)
	case name != "":
		s.write(w, http.StatusOK, found[0].Object)
	default:
		s.write(w, http.StatusOK, map[string]any{"metadata": map[string]any{"resourceVersion": "1"}, "items": found})
	}
}

func (s *server) note(what string, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if selector := r.URL.Query().Get("labelSelector"); selector != "" {
		what += " " + selector
	}
	s.requests = append(s.requests, what)
}

func (s *server) status(w http.ResponseWriter, code int, reason metav1.StatusReason, message string) {
	s.write(w, code, metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Code: int32(code), Reason: reason, Message: message})
}

func (s *server) write(w http.ResponseWriter, code int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		code, data = http.StatusInternalServerError, []byte(err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", "Mon, 02 Mar 2026 12:00:00 GMT")
	w.WriteHeader(code)
	_, _ = w.Write(data) // the client has gone: nobody to tell
}

// asked returns the requests since the last call, in order of their names.
func (s *server) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.requests
	s.requests = nil
	slices.Sort(out)
	return out
}
