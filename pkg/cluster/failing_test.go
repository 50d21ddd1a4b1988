package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// refuse answers with an error of the API and a Retry-After header, none if it is empty.
func refuse(code int, retryAfter string) http.HandlerFunc {
	status := apierrors.NewGenericServerResponse(code, "get", corev1.Resource("pods"), "", "slow down", 0, true).Status()
	status.Message = "slow down"
	return func(w http.ResponseWriter, r *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		write(w, r, code, &status)
	}
}

// reset breaks the connection.
func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// silent answers nothing.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// drip sends a list slowly, and never all of it.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	for _, err := w.Write([]byte(`{"kind":"PodList","apiVersion":"v1","items":[`)); err == nil; _, err = w.Write([]byte(" ")) {
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// times answers n times with first, then with next.
func times(n int64, first, next http.HandlerFunc) http.HandlerFunc {
	var seen atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if seen.Add(1) <= n {
			first(w, r)
		} else {
			next(w, r)
		}
	}
}

var onlyPods = snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "shop", Required: true}}}

const podsPath = "/api/v1/namespaces/shop/pods"

func TestRequestsAreSentThreeTimesAtMost(t *testing.T) {
	good := object(pods("a"))
	for name, test := range map[string]struct {
		answer   http.HandlerFunc
		requests int
		err      string
	}{
		"busy, then not":             {times(2, refuse(429, ""), good), 3, ""},
		"busy":                       {refuse(429, ""), 3, "slow down"},
		"busy, at once again":        {refuse(429, "0"), 3, "slow down"},
		"no backend":                 {refuse(503, ""), 3, "slow down"},
		"a day":                      {refuse(429, "86400"), 1, "slow down"},
		"an internal error":          {refuse(500, ""), 1, "slow down"},
		"an internal error, waiting": {times(1, refuse(500, "0"), good), 2, ""},
		"a reset":                    {times(1, reset, good), 2, ""},
		"resets":                     {reset, 3, "the server closed the connection without an answer, 3 times"},
		"unauthorized":               {refuse(401, "0"), 1, "slow down"},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, map[string]http.HandlerFunc{podsPath: test.answer})
			err := a.cluster(t, cluster.Options{}).Load(t.Context(), &snapshot.Snapshot{}, onlyPods)
			if (err == nil) != (test.err == "") || (err != nil && !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if n := len(a.requests()); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

func TestAWaitThatIsTooLongIsReported(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{podsPath: refuse(429, "7"), "/api/v1/nodes": refuse(503, "86400")})
	err := a.within(t, "5s", cluster.Options{}).Load(t.Context(), &snapshot.Snapshot{}, onlyPods)
	failed, ok := errors.AsType[*cluster.ReadError](err)
	if !ok || failed.Pause != 7*time.Second || !strings.Contains(failed.Hint(), "7s") || !strings.Contains(err.Error(), "slow down") {
		t.Errorf("error %v, want the server's words and its wait", err)
	}
	a.answers[podsPath] = object(pods())
	s := &snapshot.Snapshot{}
	q := snapshot.Query{Reads: append([]snapshot.Read{{Resource: "nodes", Impact: "nothing"}}, onlyPods.Reads...)}
	if err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Gap{{Resource: "nodes", Reason: "slow down, the server asks to try again in 24h0m0s", Impact: "nothing"}}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Error(diff)
	}
}

// many is a query as the plugins send it: one required list and many others.
func many() (snapshot.Query, map[string]http.HandlerFunc) {
	q := onlyPods
	answers := map[string]http.HandlerFunc{podsPath: nil}
	for _, resource := range strings.Fields("services events configmaps endpoints secrets replicationcontrollers persistentvolumeclaims") {
		q.Reads = append([]snapshot.Read{{Resource: resource, Namespace: "shop"}}, q.Reads...)
		answers["/api/v1/namespaces/shop/"+resource] = nil
	}
	return q, answers
}

func TestAFailingServerIsNotAskedAgainForWhatIsNotShown(t *testing.T) {
	q, answers := many()
	for name, answer := range map[string]http.HandlerFunc{
		"busy": refuse(429, "0"), "resets": reset, "no backend": refuse(502, ""),
		"redirects": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			for path := range answers {
				answers[path] = answer
			}
			a := serve(t, answers)
			if err := a.cluster(t, cluster.Options{}).Load(t.Context(), &snapshot.Snapshot{}, q); err == nil {
				t.Error("no error")
			}
			most := len(q.Reads) + 2
			if n := len(a.requests()); n > most {
				t.Errorf("%d requests, want %d at most", n, most)
			}
		})
	}
	for path := range answers { // each is busy once, which must not cost a list
		answers[path] = times(1, refuse(429, "0"), document(map[string]any{"items": []any{}}))
	}
	s := &snapshot.Snapshot{}
	if err := serve(t, answers).cluster(t, cluster.Options{}).Load(t.Context(), s, q); err != nil || len(s.Gaps) > 0 {
		t.Errorf("error %v, gaps %v, want neither", err, s.Gaps)
	}
}

func TestTheRequestTimeoutIsThatOfTheQuestion(t *testing.T) {
	const limit = 500 * time.Millisecond
	var page atomic.Int64
	endless := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		n := page.Add(1)
		list := pods(fmt.Sprintf("p%d", n))
		list.Continue = fmt.Sprintf("token-%d", n)
		write(w, r, http.StatusOK, list)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"no answer": silent, "a slow one": drip, "many pages": endless, "a late one after a retry": times(1, reset, silent),
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, map[string]http.HandlerFunc{podsPath: answer})
			c := a.within(t, limit.String(), cluster.Options{ChunkSize: 1})
			began := time.Now()
			err := c.Load(t.Context(), &snapshot.Snapshot{}, onlyPods)
			if late, ok := errors.AsType[*cluster.TimeoutError](err); !ok || late.Limit != limit || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want the time-out", err)
			}
			if took := time.Since(began); took < limit/2 || took > 60*limit { // a server may be silent for longer than that
				t.Errorf("took %s, want %s", took, limit)
			}
			began = time.Now()
			if err := c.Load(t.Context(), &snapshot.Snapshot{}, onlyPods); err == nil {
				t.Error("no error")
			}
			if took := time.Since(began); took > 20*limit {
				t.Errorf("the next question took %s, although the time is used up", took)
			}
		})
	}
}

func TestCredentialsDoNotFollowRedirects(t *testing.T) {
	var leaked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Add(1) }))
	defer elsewhere.Close()
	secure := httptest.NewTLSServer(elsewhere.Config.Handler)
	defer secure.Close()
	a := &api{cache: t.TempDir()}
	a.Server = httptest.NewTLSServer(a) // a token is for TLS only
	defer a.Close()
	a.answers = map[string]http.HandlerFunc{
		podsPath: func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Query().Get("labelSelector") {
			case "to=elsewhere":
				http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
			case "to=secure":
				http.Redirect(w, r, secure.URL+r.URL.Path, http.StatusTemporaryRedirect)
			case "to=itself":
				http.Redirect(w, r, r.URL.String(), http.StatusMovedPermanently)
			default:
				http.Redirect(w, r, "/moved", http.StatusMovedPermanently)
			}
		},
		"/moved": object(pods("a")),
	}
	c := a.cluster(t, cluster.Options{})
	for to, want := range map[string]string{
		"to=elsewhere": a.URL + " redirects to " + elsewhere.URL + ": refused",
		"to=secure":    a.URL + " redirects to " + secure.URL + ": refused",
		"to=itself":    "redirects again and again", "to=here": "",
	} {
		q := snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Namespace: "shop", Labels: to, Required: true}}}
		err := c.Load(t.Context(), &snapshot.Snapshot{}, q)
		if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", to, err, want)
		}
	}
	if n := leaked.Load(); n > 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
	if n := len(a.requests()); n > 6 {
		t.Errorf("%d requests, want at most one redirect each", n)
	}
	if got := a.requests()[0].Header.Get("Authorization"); got != "Bearer the-token" {
		t.Errorf("the server itself got %q: this test proves nothing", got)
	}
}

func TestAForeignAnswerIsNoEmptyList(t *testing.T) {
	raw := func(format, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", format)
			_, _ = w.Write([]byte(text)) // the client has gone
		}
	}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		err    string
	}{
		"an empty object":    {raw("application/json", "{}"), "Object 'Kind' is missing"},
		"null":               {raw("application/json", "null"), "Object 'Kind' is missing"},
		"another list":       {object(&corev1.SecretList{}), "the server answered with a SecretList"},
		"a login page":       {raw("text/html; charset=utf-8", "<html>"), `the server answered with "text/html; charset=utf-8"`},
		"nothing":            {raw("application/json", ""), ""},
		"cut":                {raw("application/json", `{"kind":"PodList","apiVersion":"v1","items":[{"meta`), ""},
		"cut in protobuf":    {raw("application/vnd.kubernetes.protobuf", "k8s\x00\x0a\x10"), ""},
		"a status of 200":    {object(&apierrors.NewInternalError(errors.New("odd")).ErrStatus), "odd"},
		"broken off":         {brokenOff, "the answer broke off after 17 bytes"},
		"a body without end": {endlessBody, "the answer has more than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, map[string]http.HandlerFunc{podsPath: test.answer})
			c := a.cluster(t, cluster.Options{ChunkSize: 5})
			c.SetPageBudget(1 << 20)
			err := c.Load(t.Context(), &snapshot.Snapshot{}, onlyPods)
			if err == nil || !strings.HasPrefix(err.Error(), "list pods: ") || !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"kind":"PodList"`)) // the client has gone
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func endlessBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write([]byte(`{"kind":"PodList","apiVersion":"v1","items":[`))
	spaces := []byte(strings.Repeat(" ", 1<<16))
	for err == nil {
		_, err = w.Write(spaces)
	}
}

func TestAServerThatNeverAnsweredIsAnErrorAndNoGap(t *testing.T) {
	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		timeout string
		err     string
	}{
		"hangs":       {silent, "200ms", "no complete answer within 200ms (--request-timeout)"},
		"resets":      {reset, "0", "the server closed the connection"},
		"who are you": {refuse(401, ""), "0", "slow down"},
		"busy":        {refuse(503, "0"), "0", "slow down"},
	} {
		a := serve(t, map[string]http.HandlerFunc{podsPath: test.answer})
		read := snapshot.Read{Resource: "pods", Namespace: "shop", Optional: true, Impact: "not seen"}
		err := a.within(t, test.timeout, cluster.Options{}).Load(t.Context(), &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{read}})
		if err == nil || !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: error %v, want %q", name, err, test.err)
		}
	}
}
