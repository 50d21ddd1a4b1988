package cluster_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// typed lists pods with the typed client of client-go.
func (a *api) typed(t *testing.T) (*corev1.PodList, error) {
	t.Helper()
	c, err := kubernetes.NewForConfig(&rest.Config{
		Host: a.URL,
		ContentConfig: rest.ContentConfig{
			AcceptContentTypes: "application/vnd.kubernetes.protobuf,application/json",
			ContentType:        runtime.ContentTypeProtobuf,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
}

// body returns what a server sends of an object, and its headers.
func body(o runtime.Object, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept", accept)
	out := httptest.NewRecorder()
	write(out, r, http.StatusOK, o)
	return out
}

// send answers with bytes of a content type.
func send(format string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{format}
		if format == "" {
			w.Header()["Content-Type"] = nil // else net/http guesses one
		}
		_, _ = w.Write(data) // the client may have gone
	}
}

// Whatever a server or a proxy answers, a list is what it is for the typed
// client, except that an answer of another type is an error.
func TestAListIsWhatTheTypedClientReads(t *testing.T) {
	list := pods("a", "b")
	list.ResourceVersion = "7"
	list.Items[0].Spec.Containers = []corev1.Container{{Name: "web", Image: "shop/web:1"}}
	protobuf := body(list, runtime.ContentTypeProtobuf).Body.Bytes()
	status := apierrors.NewTooManyRequestsError("later").Status()
	for name, answer := range map[string]http.HandlerFunc{
		"protobuf":                 object(list),
		"JSON":                     send(runtime.ContentTypeJSON, body(list, runtime.ContentTypeJSON).Body.Bytes()),
		"JSON with a charset":      send(runtime.ContentTypeJSON+"; charset=utf-8", body(list, runtime.ContentTypeJSON).Body.Bytes()),
		"no content type":          send("", protobuf),
		"a malformed content type": send("application/;=", protobuf),
		"an unknown content type":  send("text/html", []byte("<html>sign in</html>")),
		"JSON said to be protobuf": send(runtime.ContentTypeProtobuf, body(list, runtime.ContentTypeJSON).Body.Bytes()),
		"protobuf said to be JSON": send(runtime.ContentTypeJSON, protobuf),
		"a Status with code 200":   send(runtime.ContentTypeProtobuf, body(&status, runtime.ContentTypeProtobuf).Body.Bytes()),
		"a success Status": send(runtime.ContentTypeProtobuf, body(&metav1.Status{Status: metav1.StatusSuccess},
			runtime.ContentTypeProtobuf).Body.Bytes()),
		"another list":               object(&corev1.ServiceList{}),
		"an empty body":              send(runtime.ContentTypeProtobuf, nil),
		"a body that is no protobuf": send(runtime.ContentTypeProtobuf, []byte("k8s\x00\xff\xff")),
		"forbidden":                  forbidden("pods", "pods is forbidden: no"),
		"not served":                 http.NotFound,
		"gone": refusal(&apierrors.StatusError{ErrStatus: metav1.Status{
			Status: metav1.StatusFailure, Code: http.StatusGone, Reason: metav1.StatusReasonExpired, Message: "too old",
		}}),
		"a proxy's error page": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad gateway", http.StatusBadGateway) },
		"gzip": func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				t.Error("gzip is not accepted")
			}
			w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(protobuf)
			_ = z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": answer})
			s := &snapshot.Snapshot{}
			err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Required: true}}})
			want, wantErr := a.typed(t)
			sameReason := apierrors.IsInternalError(wantErr) || apierrors.ReasonForError(err) == apierrors.ReasonForError(wantErr)
			if (wantErr != nil || stricter[name]) != (err != nil) || !sameReason {
				t.Fatalf("error %v, and %v of the typed client", err, wantErr)
			}
			if err != nil {
				return
			}
			var names []*corev1.Pod
			for i := range want.Items {
				names = append(names, &want.Items[i])
			}
			if diff := cmp.Diff(names, s.Pods); diff != "" {
				t.Errorf("(-typed +ours):\n%s", diff)
			}
		})
	}
}

// stricter are the answers that the typed client takes for an empty list.
var stricter = map[string]bool{"a success Status": true, "another list": true}

// A connection that breaks in the middle of a page leaves nothing of the page.
func TestAPageThatBreaksOffLeavesNothing(t *testing.T) {
	whole := body(pods("a", "b", "c"), runtime.ContentTypeProtobuf).Body.Bytes()
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
		if _, err := w.Write(whole[:max(0, bytes.Index(whole, []byte("\x01c")))]); err != nil {
			t.Error(err)
		}
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}})
	s := &snapshot.Snapshot{}
	if err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}}}); err != nil {
		t.Fatal(err)
	}
	if len(s.Pods) != 0 || len(s.Gaps) != 1 || !strings.HasPrefix(s.Gaps[0].Reason, "the answer broke off after ") || s.Complete("pods", "") {
		t.Errorf("%d pods, gaps %+v", len(s.Pods), s.Gaps)
	}
}

// Pods are trimmed by the decoder of protobuf, and by Trim in any other format.
func TestListsAreTrimmedInEveryFormat(t *testing.T) {
	list := pods("a")
	pod := &list.Items[0]
	pod.Annotations = map[string]string{"note": "long"}
	pod.Status.Phase = corev1.PodRunning
	for format, answer := range map[string]http.HandlerFunc{
		"protobuf": object(list),
		"JSON":     send(runtime.ContentTypeJSON, body(list, runtime.ContentTypeJSON).Body.Bytes()),
	} {
		a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": answer})
		decoders := 0
		c := a.cluster(t, cluster.Options{Trim: snapshot.Trim, Decoder: func() cluster.Decoder {
			decoders++
			return &snapshot.Decoder{}
		}})
		s := &snapshot.Snapshot{}
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Required: true}}}); err != nil {
			t.Fatal(err)
		}
		if s.CountPods("") != 1 || decoders != 1 {
			t.Errorf("%s: %d decoders, pods %+v", format, decoders, s.Pods)
		}
		for pod := range s.PodObjects("") {
			if pod.GetAnnotations() != nil {
				t.Errorf("%s: the pod keeps %v", format, pod.GetAnnotations())
			}
		}
	}
}
