// Package fault has the ways in which an API server, or a proxy between it and
// a client, can fail. Tests put them in front of a server, by seed and rate.
package fault

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// Fault is a way in which a server fails, with what may follow from it.
type Fault struct {
	Name string
	// Do answers a request; answer is what the server would have answered.
	Do answers
	// Lies reports that no client can notice it: the answer may differ from the
	// true one without a gap.
	Lies bool
	// Watches reports that it is for watches, which are not asked for otherwise.
	Watches bool
	// Large reports that its answers are large: it is for one resource only.
	Large bool
	// Text reports that it changes the body of an answer, which nobody can notice in
	// a log: that may be any text.
	Text bool
}

// answers is a fault: see Fault.Do.
type answers = func(w http.ResponseWriter, r *http.Request, answer func() *httptest.ResponseRecorder)

// status is a fault that answers with an error of the API. With 404 it lies: the object
// may have been deleted, or the cluster may not serve the resource.
func status(name string, code int, reason metav1.StatusReason, retryAfter string) Fault {
	do := func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		fakeapi.Fail(w, r, code, reason, name+" by the test")
	}
	return Fault{Name: name, Lies: code == http.StatusNotFound, Do: do}
}

// changed is a fault that changes the body of an answer.
func changed(name string, change func(r *rand.Rand, body []byte) []byte) Fault {
	return Fault{Name: name, Text: true, Do: func(w http.ResponseWriter, r *http.Request, answer func() *httptest.ResponseRecorder) {
		a := answer()
		begin(w, a)
		_, _ = w.Write(change(Chance(0, r.URL.String()), a.Body.Bytes())) // the client has gone
	}}
}

// with is a fault that sets a header of an answer.
func with(name, header, value string) Fault {
	return Fault{Name: name, Do: func(w http.ResponseWriter, _ *http.Request, answer func() *httptest.ResponseRecorder) {
		a := answer()
		w.Header().Set("Content-Type", a.Header().Get("Content-Type"))
		w.Header().Set(header, value)
		w.WriteHeader(a.Code)
		_, _ = w.Write(a.Body.Bytes()) // the client has gone
	}}
}

// begin sends the status and the type of an answer; the body follows.
func begin(w http.ResponseWriter, a *httptest.ResponseRecorder) {
	w.Header().Set("Content-Type", a.Header().Get("Content-Type"))
	w.WriteHeader(a.Code)
}

// flush sends what was written so far, if w can do that.
func flush(w http.ResponseWriter) {
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
}

// lying marks a fault as one that no client can notice.
func lying(f Fault) Fault { f.Lies = true; return f }

// always returns a corruption that replaces the whole answer by a text, such as the page of a proxy.
func always(text string) func(*rand.Rand, []byte) []byte {
	return func(*rand.Rand, []byte) []byte { return []byte(text) }
}

// part returns the length of a part of data, which is not all of it.
func part(r *rand.Rand, data []byte) int { return r.IntN(max(1, len(data))) }

// All returns the ways to fail, always in the same order: a seed picks one of them.
// elsewhere is the address of another server.
func All(elsewhere string) []Fault {
	return slices.Concat(refusals(), broken(), bodies(), headers(), redirects(elsewhere), pages(), watches())
}

// refusals answer with an error of the API. Retry-After asks the client to try again
// at once, in a day, or at a time that cannot be read.
func refusals() []Fault {
	return []Fault{
		status("401", 401, metav1.StatusReasonUnauthorized, ""),
		status("403", 403, metav1.StatusReasonForbidden, ""),
		status("404", 404, metav1.StatusReasonNotFound, ""),
		status("409", 409, metav1.StatusReasonConflict, ""),
		status("410", 410, metav1.StatusReasonExpired, ""),
		status("429", 429, metav1.StatusReasonTooManyRequests, ""),
		status("429 at once again", 429, metav1.StatusReasonTooManyRequests, "0"),
		status("429 in a day", 429, metav1.StatusReasonTooManyRequests, "86400"),
		status("429 in nonsense", 429, metav1.StatusReasonTooManyRequests, "soon"),
		status("500", 500, metav1.StatusReasonInternalError, ""),
		status("500 at once again", 500, metav1.StatusReasonInternalError, "0"),
		status("503", 503, metav1.StatusReasonServiceUnavailable, ""),
		status("503 in a day", 503, metav1.StatusReasonServiceUnavailable, "86400"),
		status("a failure with 200", 200, metav1.StatusReasonInternalError, ""),
	}
}

// broken are connections that end too early, or not at all.
func broken() []Fault {
	return []Fault{
		{Name: "reset", Do: func(http.ResponseWriter, *http.Request, func() *httptest.ResponseRecorder) {
			panic(http.ErrAbortHandler)
		}},
		{Name: "no answer", Do: func(_ http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			<-r.Context().Done()
		}},
		{Name: "cut in the body", Do: cutBody},
		{Name: "slow drip", Do: drip},
	}
}

// bodies are answers with another text than the server's.
func bodies() []Fault {
	return []Fault{
		changed("cut, but in order", func(r *rand.Rand, b []byte) []byte { return b[:part(r, b)] }),
		changed("nothing", always("")), changed("null", always("null")), changed("{}", always("{}")), changed("a string", always(`"x"`)),
		changed("another kind", always(`{"kind":"SecretList","apiVersion":"v1","metadata":{},"items":[]}`)),
		changed("an unknown kind", always(`{"kind":"Widgets","apiVersion":"example.org/v1","items":[{}]}`)),
		changed("nested deep", always(strings.Repeat(`{"items":[`, 20_000))),
		changed("garbage before", func(_ *rand.Rand, b []byte) []byte { return append([]byte("\xff\xfe"), b...) }),
		lying(changed("flipped bits", flipBits)),
	}
}

// headers are answers with another header: a type that the body is not of, a clock
// that is wrong, by which the plugins judge ages, or a long warning.
func headers() []Fault {
	return []Fault{
		with("a login page", "Content-Type", "text/html"), with("no content type", "Content-Type", ""),
		with("a wrong content type", "Content-Type", "application/yaml"), with("an odd content type", "Content-Type", ";;;"),
		lying(with("a clock of 1970", "Date", "Thu, 01 Jan 1970 00:00:00 GMT")),
		lying(with("a clock of 9999", "Date", "Fri, 31 Dec 9999 23:59:59 GMT")),
		lying(with("no clock", "Date", "")), lying(with("a clock that is none", "Date", "yesterday")),
		lying(with("warnings", "Warning", `299 - "`+strings.Repeat("long ", 1000)+`"`)),
	}
}

// redirects lead to another server, which must not be asked, or to the same address again.
func redirects(elsewhere string) []Fault {
	return []Fault{
		{Name: "redirect elsewhere", Do: func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			http.Redirect(w, r, elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
		}},
		{Name: "redirects without end", Do: func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}},
	}
}

// pages are lists that do not end.
func pages() []Fault {
	return []Fault{
		{Name: "the same token for ever", Do: endless(func(int) string { return "again" })},
		{Name: "new tokens for ever", Do: endless(func(n int) string { return fmt.Sprint("token-", n) })},
		{Name: "410 for every other page", Do: expiring},
		{Name: "a body without end", Do: endlessBody, Large: true},
		{Name: "a huge object", Do: hugeObject, Large: true},
	}
}

// watches are streams with something else than the changes that were asked for.
func watches() []Fault {
	return []Fault{
		{Name: "watch garbage", Watches: true, Do: watchWith("\x00\xff garbage\n")},
		{
			Name: "watch of errors", Watches: true,
			Do: watchWith(`{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","code":410,"reason":"Expired"}}` + "\n"),
		},
		{Name: "watch of nothing", Watches: true, Do: watchWith("")},
		{
			Name: "watch of odd events", Watches: true,
			Do: watchWith(`{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1"}}` + "\n" + `{"type":"WHAT"}` + "\n"),
		},
	}
}

// flipBits flips up to eight bits of a copy of a body.
func flipBits(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range min(len(b), 8) {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	}
	return b
}

// Chance returns the source of chance for one request of a run. It depends on the
// seed and the request alone, not on the order of requests, which differs from run to run.
func Chance(seed uint64, what string) *rand.Rand {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(what)) // never fails
	return rand.New(rand.NewPCG(seed, hash.Sum64()))
}

// cutBody sends a part of the answer and closes the connection.
func cutBody(w http.ResponseWriter, r *http.Request, answer func() *httptest.ResponseRecorder) {
	a := answer()
	begin(w, a)
	_, _ = w.Write(a.Body.Bytes()[:part(Chance(0, r.URL.String()), a.Body.Bytes())]) // the client has gone
	flush(w)                                                                         // else nothing of a short answer is sent before the end
	panic(http.ErrAbortHandler)
}

// drip sends 50 bytes a second, each by itself, so that the connection is never idle for long.
func drip(w http.ResponseWriter, r *http.Request, answer func() *httptest.ResponseRecorder) {
	a := answer()
	w.Header().Set("Content-Type", a.Header().Get("Content-Type"))
	for i := range a.Body.Len() {
		if _, err := w.Write(a.Body.Bytes()[i : i+1]); err != nil {
			return
		}
		flush(w)
		select {
		case <-r.Context().Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// endless adds a continue token to every page of a list.
func endless(token func(n int) string) answers {
	return func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
		want := fakeapi.Parse(r.URL.Path)
		if want.Kind == nil || want.Name != "" {
			fakeapi.Fail(w, r, http.StatusNotFound, metav1.StatusReasonNotFound, "nothing of that name")
			return
		}
		n := 0
		_, _ = fmt.Sscanf(r.URL.Query().Get("continue"), "token-%d", &n) // 0 for the first page
		w.Header().Set("Content-Type", runtime.ContentTypeJSON)
		_, _ = fmt.Fprintf(w, `{"kind":"%[1]sList","apiVersion":%[2]q,"metadata":{"continue":%[3]q},`+
			`"items":[{"metadata":{"name":"n-%[4]d","namespace":"x"}}]}`,
			want.Kind.Kind, want.Kind.GroupVersion(), token(n+1), n) // the client has gone
	}
}

// expiring answers the first page of a list with a token that has expired.
func expiring(w http.ResponseWriter, r *http.Request, answer func() *httptest.ResponseRecorder) {
	if r.URL.Query().Get("continue") != "" {
		fakeapi.Fail(w, r, http.StatusGone, metav1.StatusReasonExpired, "the provided continue parameter is too old")
		return
	}
	endless(func(int) string { return "first" })(w, r, answer)
}

// endlessBody answers with a list whose items never come, until the client hangs up.
func endlessBody(w http.ResponseWriter, _ *http.Request, _ func() *httptest.ResponseRecorder) {
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	spaces := bytes.Repeat([]byte(" "), 1<<16)
	_, err := w.Write([]byte(`{"kind":"PodList","apiVersion":"v1","items":[`))
	for err == nil {
		_, err = w.Write(spaces)
	}
}

// hugeObject answers with a list of one object of 20 MB.
func hugeObject(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
	want := fakeapi.Parse(r.URL.Path)
	if want.Kind == nil || want.Name != "" {
		fakeapi.Fail(w, r, http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		return
	}
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	_, _ = fmt.Fprintf(w, `{"kind":"%sList","apiVersion":%q,"metadata":{},"items":[{"metadata":{"name":"n","annotations":{"a":"%s"}}}]`+"\n",
		want.Kind.Kind, want.Kind.GroupVersion(), strings.Repeat("x", 20<<20)) // cut: a closing brace is missing
}

// watchWith opens each watch, sends text and ends it.
func watchWith(text string) answers {
	return func(w http.ResponseWriter, _ *http.Request, _ func() *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", runtime.ContentTypeJSON)
		_, _ = w.Write([]byte(text)) // the client has gone
	}
}
