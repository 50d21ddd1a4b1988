package thrash_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// server speaks as much of the Kubernetes API as reading takes: get and list
// with selectors, and logs, of a recording. It notes what it is asked for.
type server struct {
	objects  []unstructured.Unstructured
	logs     map[string]string // by namespace/pod/container/current or previous
	date     string
	forbid   string // a resource that may not be read
	mu       sync.Mutex
	requests []string
}

// newServer serves the snapshot of a corpus case as of chainDate.
func newServer(t *testing.T, recording string) (*server, string) {
	t.Helper()
	s := recorded(t, recording)
	started := httptest.NewServer(s)
	t.Cleanup(started.Close)
	return s, started.URL
}

// recorded returns a server of the snapshot of a corpus case, not yet started.
func recorded(t *testing.T, recording string) *server {
	t.Helper()
	s := &server{logs: map[string]string{}, date: chainDate}
	f, err := os.Open(filepath.Join("..", "..", "testdata", "corpus", recording))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		s.take(t, header.Name, data)
	}
	return s
}

func (s *server) take(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir, file := path.Split(name); strings.HasSuffix(file, ".log") {
		parts := strings.Split(strings.Trim(dir, "/"), "/") // …/namespaces/NS/pods/POD/C/C/logs
		n := len(parts)
		s.logs[path.Join(parts[n-6], parts[n-4], parts[n-3], strings.TrimSuffix(file, ".log"))] = string(data)
		return
	}
	if !strings.HasSuffix(name, ".yaml") {
		return
	}
	var o unstructured.Unstructured
	if err := yaml.Unmarshal(data, &o.Object); err != nil {
		t.Fatal(err)
	}
	if !o.IsList() {
		s.objects = append(s.objects, o)
		return
	}
	if err := o.EachListItem(func(item runtime.Object) error {
		s.objects = append(s.objects, *item.(*unstructured.Unstructured))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// ServeHTTP answers /api/v1/… and /apis/GROUP/VERSION/… with JSON.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group := 2 // of the parts before the resource
	if parts[0] == "apis" {
		group = 3
	}
	rest := append(slices.Clone(parts[min(group, len(parts)):]), "", "")
	namespace := ""
	if len(rest) > 4 && rest[0] == "namespaces" {
		namespace = rest[1]
		rest = rest[2:]
	}
	resource := rest[0]
	name := rest[1]
	query := r.URL.Query()
	if len(rest) > 2 && rest[2] == "log" {
		s.log(w, namespace, name, query.Get("container"), query.Get("previous") == "true")
		return
	}
	if query.Get("watch") == "true" { // in which nothing happens
		s.note("watch", resource, query.Get("fieldSelector"))
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", s.date)
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return
	}
	s.note(resource, name, query.Get("labelSelector")+query.Get("fieldSelector"))
	byLabel, err := labels.Parse(query.Get("labelSelector"))
	if err != nil {
		s.status(w, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	byField, err := fields.ParseSelector(query.Get("fieldSelector"))
	if err != nil {
		s.status(w, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	found := []unstructured.Unstructured{}
	for _, o := range s.objects {
		if snapshot.Plural(o.GetKind()) == resource && (namespace == "" || o.GetNamespace() == namespace) && (name == "" || o.GetName() == name) &&
			byLabel.Matches(labels.Set(o.GetLabels())) && byField.Matches(eventFields(o)) {
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

func eventFields(o unstructured.Unstructured) fields.Set {
	set := fields.Set{}
	for _, field := range []string{"kind", "name"} {
		value, _, _ := unstructured.NestedString(o.Object, "involvedObject", field)
		set["involvedObject."+field] = value
	}
	set["type"], _, _ = unstructured.NestedString(o.Object, "type")
	return set
}

// log answers as the kubelet does, which gives an unreadable one in words.
func (s *server) log(w http.ResponseWriter, namespace, pod, container string, previous bool) {
	which := "current"
	if previous {
		which = "previous"
	}
	s.note("log", pod+"/"+container+" "+which, "")
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Date", s.date)
	_, _ = io.WriteString(w, s.logs[path.Join(namespace, pod, container, which)]) // an error means that the client has gone
}

func (s *server) note(resource, name, selector string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, strings.TrimSpace(strings.TrimSuffix(resource+"/"+name, "/")+" "+selector))
}

func (s *server) status(w http.ResponseWriter, code int, reason metav1.StatusReason, message string) {
	s.write(
		w,
		code,
		metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
			Status:   "Failure",
			Code:     int32(code),
			Reason:   reason,
			Message:  message,
		},
	)
}

func (s *server) write(w http.ResponseWriter, code int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		code = http.StatusInternalServerError
		data = []byte(err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", s.date)
	w.WriteHeader(code)
	_, _ = w.Write(data) // an error means that the client has gone
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
