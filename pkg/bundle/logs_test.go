package bundle_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const currentLog = "must-gather.local.1/quay-io-x-sha256-0a1b/namespaces/shop/pods/web-1-a/app/app/logs/current.log"

func longLog(lines int) string {
	var out strings.Builder
	for i := range lines {
		fmt.Fprintf(&out, "line %06d of a long log\n", i)
	}
	return out.String()
}

// TestLogsAreTheEnd reads the end of a log in every form of input: whole lines
// only, within the asked number of lines and bytes.
func TestLogsAreTheEnd(t *testing.T) {
	files := story(t, "must-gather.txtar")
	files[currentLog] = longLog(10_000)
	packed := gzipOf(t, tarOf(t, files))
	forms := map[string]func() *bundle.Files{
		"folder": func() *bundle.Files { return bundle.New([]string{writeDir(t, files)}, bundle.Options{}) },
		"tar.gz": func() *bundle.Files {
			return bundle.New([]string{writeFile(t, "b.tgz", packed)}, bundle.Options{})
		},
		"zip": func() *bundle.Files {
			return bundle.New([]string{writeFile(t, "b.zip", zipOf(t, files))}, bundle.Options{})
		},
		"stream": func() *bundle.Files {
			return bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(packed)})
		},
	}
	for form, open := range forms {
		for _, c := range []struct {
			lines, bytes int64
			first, count int
		}{
			{0, 0, 10_000 - 64<<10/26, 64 << 10 / 26},
			{3, 0, 9_997, 3},
			{1, 0, 9_999, 1},
			{0, 100, 9_997, 3},
			{2, 100, 9_998, 2},
		} {
			if form == "stream" && c.lines == 0 && c.bytes == 0 {
				c.count = 64 << 10 / 26
			}
			w := snapshot.LogRead{LogKey: appLog, TailLines: c.lines, LimitBytes: c.bytes}
			log := read(t, open(), snapshot.Query{Logs: []snapshot.LogRead{w}}).Logs[appLog]
			want := strings.Join(strings.SplitAfter(longLog(10_000), "\n")[c.first:], "")
			if log.Text != want || !log.Truncated || strings.Count(log.Text, "\n") != c.count {
				t.Errorf(
					"%s, %d lines, %d bytes: %d bytes, truncated %v, first %.30q, want %d, first %.30q",
					form,
					c.lines,
					c.bytes,
					len(log.Text),
					log.Truncated,
					log.Text,
					len(want),
					want,
				)
			}
		}
	}
	// One line that is longer than what is asked for keeps its end.
	files[currentLog] = strings.Repeat("x", 1000) + "end"
	w := snapshot.LogRead{LogKey: appLog, LimitBytes: 10}
	log := read(t, forms["folder"](), snapshot.Query{Logs: []snapshot.LogRead{w}}).Logs[appLog]
	if diff := cmp.Diff(snapshot.Log{Text: "xxxxxxxend", Truncated: true}, log); diff != "" {
		t.Error(diff)
	}
}

func TestLogThatIsNotThereIsAGap(t *testing.T) {
	dir := writeDir(t, story(t, "must-gather.txtar"))
	s := read(t, bundle.New([]string{dir}, bundle.Options{}), snapshot.Query{Logs: []snapshot.LogRead{
		{LogKey: snapshot.LogKey{Namespace: "shop", Pod: "web-1-a", Container: "other", Previous: true}, Impact: "its last words are not known"},
	}})
	want := []snapshot.Gap{
		{
			Resource:  "pods/log",
			Namespace: "shop",
			Names:     []string{"web-1-a/other"},
			Reason:    "the must-gather holds no previous log",
			Impact:    "its last words are not known",
		},
	}
	if diff := cmp.Diff(want, s.Gaps); diff != "" || len(s.Logs) != 0 {
		t.Error(diff, s.Logs)
	}
}

// TestDumpAsAStreamKeepsTheEndsOfLogs reads a long log out of the one file of a
// pod, in an archive that can be read once only.
func TestDumpAsAStreamKeepsTheEndsOfLogs(t *testing.T) {
	files := story(t, "cluster-info-dump.txtar")
	files["shop/web-1-a/logs.txt"] = strings.Replace(files["shop/web-1-a/logs.txt"], "starting\n", longLog(10_000), 1)
	for form, f := range map[string]*bundle.Files{
		"stream": bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(tarOf(t, files))}),
		"folder": bundle.New([]string{writeDir(t, files)}, bundle.Options{}),
	} {
		log := read(t, f, snapshot.Query{Logs: []snapshot.LogRead{{LogKey: appLog}}}).Logs[appLog]
		if !log.Truncated || len(log.Text) < 60<<10 || len(log.Text) > 64<<10 || !strings.HasSuffix(log.Text, "panic: no") {
			t.Errorf("%s: truncated %v, %d bytes", form, log.Truncated, len(log.Text))
		}
	}
}

// TestDumpOfManyNamespaces reads a dump on standard output with two namespaces
// of which one has no pods, in YAML.
func TestDumpOfManyNamespaces(t *testing.T) {
	var text strings.Builder
	list := func(kind, version, items string) {
		fmt.Fprintf(&text, "---\napiVersion: %s\nitems: %s\nkind: %sList\nmetadata:\n  resourceVersion: \"1\"\n", version, items, kind)
	}
	list("Node", "v1", "[]")
	for _, ns := range []string{"kube-system", "shop"} {
		list("Event", "v1", "[]")
		list("ReplicationController", "v1", "[]")
		list("Service", "v1", "\n- metadata:\n    name: s\n    namespace: "+ns)
		list("DaemonSet", "apps/v1", "[]")
		list("Deployment", "apps/v1", "[]")
		list("ReplicaSet", "apps/v1", "[]")
		list("Pod", "v1", "[]")
	}
	s := read(
		t,
		bundle.New([]string{"-"}, bundle.Options{Stdin: strings.NewReader(text.String())}),
		snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}, {Resource: "services"}, {Resource: "jobs"}}},
	)
	if s.Source.Layout != bundle.LayoutClusterInfoDump || len(s.Services) != 2 || !s.Complete("pods", "shop") ||
		!s.Complete("services", "kube-system") ||
		s.Complete("jobs", "shop") {
		t.Errorf("layout %s, %d services", s.Source.Layout, len(s.Services))
	}
	if diff := cmp.Diff([]string{"jobs : a cluster-info dump does not collect jobs"}, gapReasons(s)); diff != "" {
		t.Error(diff)
	}
}

func TestFilesFromTheWeb(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/pods.yaml" {
			http.NotFound(w, r)
			return
		}
		if _, err := w.Write([]byte(twoPods)); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	address := strings.Replace(server.URL, "http://", "http://me:secret@", 1)
	s := read(t, bundle.New([]string{address + "/pods.yaml"}, bundle.Options{}), everything())
	if len(s.Pods) != 2 || strings.Contains(s.Source.Files[0], "secret") {
		t.Errorf("%d pods from %v", len(s.Pods), s.Source.Files)
	}
	err := bundle.New([]string{address + "/none"}, bundle.Options{}).Load(t.Context(), &snapshot.Snapshot{}, everything())
	if err == nil || !strings.HasSuffix(err.Error(), "/none: the server answered 404 Not Found") || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}

// Files hold no measurements of pods: that one is asked for is no gap.
func TestMeasurementsThatAreNotThereAreNoGap(t *testing.T) {
	dir := writeDir(t, story(t, "must-gather.txtar"))
	s := read(t, bundle.New([]string{dir}, bundle.Options{}), snapshot.Query{Reads: []snapshot.Read{
		{Resource: "pods", Namespace: "shop", Name: "web-1-a"},
		{Resource: snapshot.PodUsageResource, Namespace: "shop", Name: "web-1-a", Optional: true, Impact: "its memory is not known"},
	}})
	for _, g := range s.Gaps {
		if g.Resource == snapshot.PodUsageResource {
			t.Errorf("got %+v", g)
		}
	}
}
