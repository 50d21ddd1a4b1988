package hostile_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// api is an API server with the objects of a recording: it gets, lists in pages
// with selectors, and sends logs, in protobuf to those who ask for it.
type api struct {
	recording *snapshot.Snapshot
	// fault answers a request in place of the server and reports whether it did.
	// times is how often this request came before.
	fault func(w http.ResponseWriter, r *http.Request, times int) bool

	mu       sync.Mutex
	requests []string
	times    map[string]int
}

// recording is a crash that spreads to another workload, in the namespace parlor-core.
var recording = filepath.Join("..", "..", "testdata", "corpus", "d11-core", "snap-20261123T192048Z.tar.gz")

// start starts the server, with TLS and HTTP/2 if secure.
func (a *api) start(t testing.TB, secure bool) *httptest.Server {
	t.Helper()
	a.times = map[string]int{}
	server := httptest.NewUnstartedServer(a)
	if secure {
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	return server
}

// ServeHTTP notes the request and answers it, or has the fault do so.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	key := r.URL.String()
	times := a.times[key]
	a.times[key]++
	a.requests = append(a.requests, key)
	a.mu.Unlock()
	w.Header().Set("Date", a.recording.At.UTC().Format(http.TimeFormat))
	if a.fault != nil && a.fault(w, r, times) {
		return
	}
	a.answer(w, r)
}

// count returns how many requests came.
func (a *api) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.requests)
}

// answer answers as an API server does.
func (a *api) answer(w http.ResponseWriter, r *http.Request) {
	want := fakeapi.Parse(r.URL.Path)
	switch {
	case want.Kind == nil:
		a.discover(w, r)
	case want.Sub == "log":
		a.log(w, r, want)
	case want.Sub != "":
		fakeapi.Fail(w, r, http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
	case r.URL.Query().Get("watch") == "true":
		<-r.Context().Done() // nothing changes
	default:
		a.objects(w, r, want)
	}
}

func (a *api) discover(w http.ResponseWriter, r *http.Request) {
	var value any
	switch r.URL.Path {
	case "/api":
		value = map[string]any{"kind": "APIVersions", "apiVersion": "v1", "versions": []string{"v1"}}
	case "/apis":
		value = map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{}}
	case "/api/v1":
		value = map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": []any{}}
	case "/openapi/v3":
		value = map[string]any{"paths": map[string]any{}}
	default:
		fakeapi.Fail(w, r, http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
		return
	}
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	_ = json.NewEncoder(w).Encode(value) // the client has gone
}

func (a *api) log(w http.ResponseWriter, r *http.Request, want fakeapi.Request) {
	key := snapshot.LogKey{
		Namespace: want.Namespace, Pod: want.Name, Container: r.URL.Query().Get("container"), Previous: r.URL.Query().Get("previous") == "true",
	}
	log, ok := a.recording.Logs[key]
	if !ok {
		fakeapi.Fail(w, r, http.StatusBadRequest, metav1.StatusReasonBadRequest, "previous terminated container not found")
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(log.Text)) // the client has gone
}

func (a *api) objects(w http.ResponseWriter, r *http.Request, want fakeapi.Request) {
	selector, err := want.Selector(r.URL.Query())
	if err != nil {
		fakeapi.Fail(w, r, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	var found []runtime.Object
	want.Kind.Each(a.recording, func(o metav1.Object) {
		object := o.(runtime.Object)
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		must(err)
		if selector.Matches(o, content) {
			found = append(found, object)
		}
	})
	switch {
	case want.Name != "" && len(found) == 0:
		fakeapi.NotFound(w, r, want)
	case want.Name != "":
		fakeapi.Send(w, r, http.StatusOK, found[0])
	default:
		page(w, r, want.Kind, found)
	}
}

// page answers with the part of a list that limit and continue name.
func page(w http.ResponseWriter, r *http.Request, k *snapshot.Kind, all []runtime.Object) {
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	to := len(all)
	if limit, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil {
		to = min(to, from+limit)
	}
	list, err := scheme.Scheme.New(k.GroupVersion().WithKind(k.Kind + "List"))
	if err != nil { // a kind that the client does not know either: by its name
		w.Header().Set("Content-Type", runtime.ContentTypeJSON)
		_, _ = fmt.Fprintf(w, `{"kind":"%sList","apiVersion":%q,"metadata":{},"items":[]}`, k.Kind, k.GroupVersion()) // the client has gone
		return
	}
	must(meta.SetList(list, all[min(from, to):to]))
	header, err := meta.ListAccessor(list)
	must(err)
	header.SetResourceVersion("1000")
	if to < len(all) {
		header.SetContinue(strconv.Itoa(to))
		left := int64(len(all) - to)
		header.SetRemainingItemCount(&left)
	}
	fakeapi.Send(w, r, http.StatusOK, list)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
