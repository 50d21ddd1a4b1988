package rsmap_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// server speaks as much of the Kubernetes API as reading takes: get, list and
// watch with label selectors, of the objects of a recording. It notes what it
// is asked for.
type server struct {
	forbid string // a resource that may not be read
	log    string // of every container

	mu       sync.Mutex
	objects  []unstructured.Unstructured
	requests []string
	changes  []unstructured.Unstructured // since the start; their number is the version
	changed  chan struct{}               // closed at the next change
	stopped  chan struct{}               // closed when connections break without an answer
}

func newServer(t *testing.T) (*server, string) {
	t.Helper()
	s := recorded(t)
	started := httptest.NewServer(s)
	t.Cleanup(started.Close)
	return s, started.URL
}

// recorded returns a server with the objects of the recording.
func recorded(t testing.TB) *server {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{changed: make(chan struct{}), stopped: make(chan struct{})}
	for document := range strings.SplitSeq(string(data), "\n---\n") {
		var o unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(document), &o.Object); err != nil {
			t.Fatal(err)
		}
		s.objects = append(s.objects, o)
	}
	return s
}

// crash makes the container of a pod one that exited again and again.
func (s *server) crash(t *testing.T, pod, reason string) {
	t.Helper()
	i := slices.IndexFunc(s.objects, func(o unstructured.Unstructured) bool { return o.GetKind() == "Pod" && o.GetName() == pod })
	o := s.objects[i].Object
	spec, _, err := unstructured.NestedSlice(o, "spec", "containers")
	if err != nil {
		t.Fatal(err)
	}
	container := spec[0].(map[string]any)
	container["resources"] = map[string]any{"limits": map[string]any{"memory": "64Mi"}}
	code := int64(1)
	if reason == "OOMKilled" {
		code = 137
	}
	died := map[string]any{
		"terminated": map[string]any{
			"exitCode":   code,
			"reason":     reason,
			"startedAt":  "2026-03-02T11:58:00Z",
			"finishedAt": "2026-03-02T11:58:20Z",
		},
	}
	status := map[string]any{
		"name":         container["name"],
		"image":        container["image"],
		"imageID":      "",
		"restartCount": int64(5),
		"state":        died,
		"lastState":    died,
	}
	for path, value := range map[string][]any{"spec": {container}, "status": {status}} {
		field := map[string]string{"spec": "containers", "status": "containerStatuses"}[path]
		if err := unstructured.SetNestedSlice(o, value, path, field); err != nil {
			t.Fatal(err)
		}
	}
}

// date is the time by which the server answers.
const date = "Mon, 02 Mar 2026 12:00:00 GMT"

// ServeHTTP answers /api/v1/… and /apis/GROUP/VERSION/… with JSON.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.stopped:
		panic(http.ErrAbortHandler)
	default:
	}
	want := fakeapi.Parse(r.URL.Path)
	s.note(want.String(), r)
	w.Header().Set("Date", date)
	switch {
	case fakeapi.Watches(r):
		s.watch(w, r, want)
	case want.Sub == "log":
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(s.log)) // an error means that the client has gone
	case want.Resource == s.forbid:
		fakeapi.Forbid(w, r, want)
	default:
		objects, version := s.current()
		fakeapi.Answer(w, r, objects, version)
	}
}

// current returns the objects, and the resource version that they make up.
func (s *server) current() ([]unstructured.Unstructured, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.objects), fmt.Sprint(len(s.changes) + 1)
}

// watch sends the changes since a version, as they come, until the client leaves.
func (s *server) watch(w http.ResponseWriter, r *http.Request, want fakeapi.Request) {
	version, err := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	if err != nil {
		fakeapi.Fail(w, r, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for sent := version - 1; ; {
		s.mu.Lock()
		news := s.changes[sent:]
		changed := s.changed
		s.mu.Unlock()
		for _, o := range news {
			if sent++; snapshot.Plural(o.GetKind()) == want.Resource && o.GetNamespace() == want.Namespace {
				_ = json.NewEncoder(w).Encode(map[string]any{"type": "MODIFIED", "object": o.Object}) // an error means that the client has gone
			}
		}
		w.(http.Flusher).Flush()
		select {
		case <-changed:
		case <-s.stopped:
			panic(http.ErrAbortHandler)
		case <-r.Context().Done():
			return
		}
	}
}

// pause pauses the Deployment web, or resumes it, as kubectl rollout does.
func (s *server) pause(t *testing.T, paused bool) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.objects, func(o unstructured.Unstructured) bool { return o.GetKind() == "Deployment" && o.GetName() == "web" })
	o := s.objects[i].DeepCopy()
	if err := unstructured.SetNestedField(o.Object, paused, "spec", "paused"); err != nil {
		t.Fatal(err)
	}
	s.objects[i] = *o
	s.changes = append(s.changes, *o)
	o.SetResourceVersion(fmt.Sprint(len(s.changes) + 1))
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *server) note(what string, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, selector := range []string{"labelSelector", "fieldSelector"} {
		if value := r.URL.Query().Get(selector); value != "" && value != "type=Warning" {
			what += " " + value
		}
	}
	s.requests = append(s.requests, what)
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
