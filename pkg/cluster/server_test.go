package cluster_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/cluster"
)

// moment is what the clock of the API servers of these tests shows.
var moment = time.Date(2026, 11, 23, 3, 4, 5, 0, time.UTC)

// api is an API server that answers by path, in protobuf to those who ask for it.
type api struct {
	*httptest.Server
	answers map[string]http.HandlerFunc
	cache   string

	mu   sync.Mutex
	seen []*http.Request
}

func serve(t *testing.T, answers map[string]http.HandlerFunc) *api {
	t.Helper()
	a := &api{answers: answers, cache: t.TempDir()}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.seen = append(a.seen, r)
	a.mu.Unlock()
	w.Header().Set("Date", moment.Format(http.TimeFormat))
	answer, ok := a.answers[r.URL.Path]
	if !ok {
		http.NotFound(w, r) // as the API server does for a path that it does not serve
		return
	}
	answer(w, r)
}

// requests returns what was asked for, in the order of its arrival.
func (a *api) requests() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.seen)
}

// paths returns the paths of the requests.
func (a *api) paths() []string {
	var out []string
	for _, r := range a.requests() {
		out = append(out, r.URL.Path)
	}
	return out
}

// cluster returns a Cluster that reads from the server.
func (a *api) cluster(t *testing.T, o cluster.Options) *cluster.Cluster {
	t.Helper()
	return a.within(t, "0", o)
}

// within returns a Cluster with a --request-timeout and a token.
func (a *api) within(t *testing.T, timeout string, o cluster.Options) *cluster.Cluster {
	t.Helper()
	token := "the-token"
	flags := genericclioptions.NewConfigFlags(true)
	insecure := strings.HasPrefix(a.URL, "https:")
	flags.Timeout = &timeout
	flags.BearerToken = &token
	flags.Insecure = &insecure
	flags.APIServer = &a.URL
	flags.CacheDir = &a.cache
	none := filepath.Join(t.TempDir(), "kubeconfig")
	t.Setenv("KUBECONFIG", none)
	c, err := cluster.New(flags, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// object answers with a typed object.
func object(o runtime.Object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { write(w, r, http.StatusOK, o) }
}

// refusal answers with the status of an error of the API.
func refusal(err *apierrors.StatusError) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := err.Status()
		write(w, r, int(status.Code), &status)
	}
}

func forbidden(resource, message string) http.HandlerFunc {
	err := apierrors.NewForbidden(schema.GroupResource{Resource: resource}, "", nil)
	err.ErrStatus.Message = message
	return refusal(err)
}

// document answers with any JSON.
func document(value any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", runtime.ContentTypeJSON)
		if err := json.NewEncoder(w).Encode(value); err != nil {
			panic(err)
		}
	}
}

func write(w http.ResponseWriter, r *http.Request, code int, o runtime.Object) {
	format := runtime.ContentTypeJSON
	if strings.Contains(r.Header.Get("Accept"), runtime.ContentTypeProtobuf) {
		format = runtime.ContentTypeProtobuf
	}
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), format)
	versions, _, err := scheme.Scheme.ObjectKinds(o)
	if err != nil {
		panic(err)
	}
	gv := versions[0].GroupVersion()
	if _, isStatus := o.(*metav1.Status); isStatus {
		gv = schema.GroupVersion{Version: "v1"}
	}
	var body bytes.Buffer
	if err := scheme.Codecs.EncoderForVersion(info.Serializer, gv).Encode(o.DeepCopyObject(), &body); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", format)
	w.WriteHeader(code)
	if _, err := w.Write(body.Bytes()); err != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
}
