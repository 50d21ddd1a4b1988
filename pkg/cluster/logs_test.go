package cluster_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// logOf answers as the API server does: the last lines that were asked for.
func logOf(t *testing.T, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("timestamps") != "true" || q.Has("limitBytes") {
			t.Errorf("asked for %s, want timestamps and no limit of bytes, which would cut the end", r.URL.RawQuery)
		}
		var tail int
		if _, err := fmt.Sscan(q.Get("tailLines"), &tail); err != nil {
			t.Errorf("tailLines: %v", err)
		}
		text := strings.Join(lines[max(0, len(lines)-tail):], "\n") + "\n"
		if _, err := w.Write([]byte(text)); err != nil {
			t.Error(err)
		}
	}
}

func readLogs(t *testing.T, answers map[string]http.HandlerFunc, reads ...snapshot.LogRead) *snapshot.Snapshot {
	t.Helper()
	s := &snapshot.Snapshot{}
	if err := serve(t, answers).cluster(t, cluster.Options{}).Load(t.Context(), s, snapshot.Query{Logs: reads}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheEndOfALogIsRead(t *testing.T) {
	const path = "/api/v1/namespaces/shop/pods/web/log"
	key := snapshot.LogKey{Namespace: "shop", Pod: "web", Container: "app"}
	long := strings.Repeat("x", 3<<20)
	for _, test := range []struct {
		name  string
		lines []string
		read  snapshot.LogRead
		want  snapshot.Log
	}{
		{"all of a short one", []string{"one", "two"}, snapshot.LogRead{}, snapshot.Log{Text: "one\ntwo\n"}},
		{"as many lines as asked for", []string{"one", "two"}, snapshot.LogRead{TailLines: 2}, snapshot.Log{Text: "one\ntwo\n"}},
		{"the last lines", []string{"one", "two", "three"}, snapshot.LogRead{TailLines: 2}, snapshot.Log{Text: "two\nthree\n", Truncated: true}},
		{
			"whole lines within the bytes",
			[]string{"2026-11-23T03:04:05Z one", "2026-11-23T03:04:06Z two", "2026-11-23T03:04:07Z three"},
			snapshot.LogRead{LimitBytes: 55},
			snapshot.Log{Text: "2026-11-23T03:04:06Z two\n2026-11-23T03:04:07Z three\n", Truncated: true},
		},
		{"the end of a line that is too long", []string{"one", "abcdef"}, snapshot.LogRead{LimitBytes: 4}, snapshot.Log{
			Text:      "def\n",
			Truncated: true,
		}},
		{"the end of a line longer than the buffers", []string{long + "end"}, snapshot.LogRead{LimitBytes: 5}, snapshot.Log{
			Text:      "xend\n",
			Truncated: true,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.read.LogKey = key
			s := readLogs(t, map[string]http.HandlerFunc{path: logOf(t, test.lines...)}, test.read)
			test.want.Timestamps = true
			if diff := cmp.Diff(map[snapshot.LogKey]snapshot.Log{key: test.want}, s.Logs); diff != "" || len(s.Gaps) > 0 {
				t.Error(diff, s.Gaps)
			}
		})
	}
}

func TestContainersWithoutALogAreNoGap(t *testing.T) {
	answers := map[string]http.HandlerFunc{}
	reads := []snapshot.LogRead{}
	for pod, message := range map[string]string{
		"first": `previous terminated container "app" in pod "first" not found`,
		"new":   `container "app" in pod "new" is waiting to start: ContainerCreating`,
	} {
		answers["/api/v1/namespaces/shop/pods/"+pod+"/log"] = refusal(apierrors.NewBadRequest(message))
		reads = append(reads, snapshot.LogRead{LogKey: snapshot.LogKey{Namespace: "shop", Pod: pod, Container: "app", Previous: true}})
	}
	s := readLogs(t, answers, reads...)
	if len(s.Logs) != 0 || len(s.Gaps) != 0 {
		t.Errorf("logs %v, gaps %v", s.Logs, s.Gaps)
	}
}

func TestAnAnswerThatIsNoLogIsAGap(t *testing.T) {
	for media, want := range map[string]string{
		"application/json":         "the server answered with application/json instead of a log",
		"text/html; charset=utf-8": "the server answered with text/html instead of a log",
		"text/plain":               "", "": "", "application/yaml": "",
	} {
		s := readLogs(t, map[string]http.HandlerFunc{"/api/v1/namespaces/shop/pods/web/log": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{media}
			if _, err := w.Write([]byte("{}\n")); err != nil {
				t.Error(err)
			}
		}}, snapshot.LogRead{LogKey: snapshot.LogKey{Namespace: "shop", Pod: "web", Container: "app"}})
		got := ""
		if len(s.Gaps) > 0 {
			got = s.Gaps[0].Reason
		}
		if got != want || (len(s.Logs) == 1) != (want == "") {
			t.Errorf("%q: gap %q, logs %v, want %q", media, got, s.Logs, want)
		}
	}
}

func TestLogsThatCannotBeRead(t *testing.T) {
	answers := map[string]http.HandlerFunc{}
	reads := []snapshot.LogRead{}
	for i, ns := range []string{"shop", "shop", "shop", "bank"} {
		pod := fmt.Sprintf("web-%d", i)
		answers["/api/v1/namespaces/"+ns+"/pods/"+pod+"/log"] = forbidden("pods",
			fmt.Sprintf(`pods %q is forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace %q`, pod, ns))
		reads = append(
			reads,
			snapshot.LogRead{LogKey: snapshot.LogKey{Namespace: ns, Pod: pod, Container: "app"}, Impact: "causes are less certain"},
		)
	}
	answers["/api/v1/namespaces/shop/pods/old/log"] = logOf(t, "unable to retrieve container logs for containerd://0123")
	reads = append(reads, snapshot.LogRead{LogKey: snapshot.LogKey{Namespace: "shop", Pod: "old", Container: "app"}})
	s := readLogs(t, answers, reads...)
	want := []snapshot.Gap{
		{
			Resource: "pods/log", Namespace: "shop", Impact: "causes are less certain",
			Reason: `forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace "shop"`,
			Names:  []string{"web-0/app", "web-1/app", "web-2/app"}, Count: 3,
		},
		{
			Resource: "pods/log", Namespace: "bank", Impact: "causes are less certain",
			Reason: `forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace "bank"`,
			Names:  []string{"web-3/app"},
		},
		{Resource: "pods/log", Namespace: "shop", Names: []string{"old/app"}, Reason: "the node does not have it any more"},
	}
	if diff := cmp.Diff(want, s.Gaps); diff != "" || len(s.Logs) != 0 {
		t.Error(diff, s.Logs)
	}
}
