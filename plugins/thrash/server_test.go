package thrash_test

import (
	"archive/tar"
	"compress/gzip"
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

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/test/fakeapi"
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
	want := fakeapi.Parse(r.URL.Path)
	query := r.URL.Query()
	w.Header().Set("Date", s.date)
	if want.Sub == "log" {
		s.log(w, want.Namespace, want.Name, query.Get("container"), query.Get("previous") == "true")
		return
	}
	if fakeapi.Watches(r) { // in which nothing happens
		s.note("watch", want.Resource, query.Get("fieldSelector"))
		w.Header().Set("Content-Type", "application/json")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return
	}
	s.note(want.Resource, want.Name, query.Get("labelSelector")+query.Get("fieldSelector"))
	if want.Resource == s.forbid {
		fakeapi.Forbid(w, r, want)
		return
	}
	fakeapi.Answer(w, r, s.objects, "1")
}

// log answers as the kubelet does, which gives an unreadable one in words.
func (s *server) log(w http.ResponseWriter, namespace, pod, container string, previous bool) {
	which := "current"
	if previous {
		which = "previous"
	}
	s.note("log", pod+"/"+container+" "+which, "")
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, s.logs[path.Join(namespace, pod, container, which)]) // an error means that the client has gone
}

func (s *server) note(resource, name, selector string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, strings.TrimSpace(strings.TrimSuffix(resource+"/"+name, "/")+" "+selector))
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
