package thrash_test

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

const (
	chain     = "d11-core/snap-20261123T192048Z.tar.gz"
	chainDate = "Mon, 23 Nov 2026 19:20:48 GMT"
)

// kubectl runs the command without a terminal and returns what it wrote.
func kubectl(t testing.TB, args ...string) (out, errOut string, err error) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 }, Height: func() int { return 0 },
	}
	cmd := thrash.NewCommand(env)
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	err = cmd.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

// items returns the items of a report and its gaps, as JSON.
func items(t *testing.T, report string) (items, gaps any) {
	t.Helper()
	var r struct{ Items, Gaps any }
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatalf("%v in %s", err, report)
	}
	return r.Items, r.Gaps
}

// A cluster and the files that were recorded from it get the same verdicts.
func TestClusterAndFilesAgree(t *testing.T) {
	_, url := newServer(t, chain)
	live, errOut, err := kubectl(t, "--server", url, "-n", "parlor-core", "-o", "json")
	if err != nil || errOut != "" {
		t.Fatalf("%v: %s", err, errOut)
	}
	recorded, _, err := kubectl(t, "-f", filepath.Join("..", "..", "testdata", "corpus", chain), "-o", "json", "--at", "2026-11-23T19:20:48Z")
	if err != nil {
		t.Fatal(err)
	}
	got, _ := items(t, live)
	want, _ := items(t, recorded)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A healthy namespace costs three lists; an unhealthy one also the evidence on
// the unhealthy pods.
func TestRequests(t *testing.T) {
	s, url := newServer(t, "d20-avatars/snap-20261123T190746Z.tar.gz")
	out, _, err := kubectl(t, "--server", url, "-n", "parlor-avatars")
	if err != nil || out != "Nothing thrashes in namespace parlor-avatars: 3 pods, 3 containers looked at.\n" {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff([]string{"cronjobs", "jobs", "pods"}, s.asked()); diff != "" {
		t.Error(diff)
	}
	s, url = newServer(t, chain)
	if _, _, err := kubectl(t, "--server", url, "-n", "parlor-core"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"cronjobs", "daemonsets", "deployments", "endpointslices", "events involvedObject.kind=Node",
		"events involvedObject.kind=Pod,involvedObject.name=parlor-api-57d4bd6cb-dvw9k", "events involvedObject.kind=Pod,involvedObject.name=parlor-api-57d4bd6cb-hvfgr",
		"events involvedObject.kind=Pod,involvedObject.name=parlor-bff-6bc89cd9d7-cwvtw", "events involvedObject.kind=Pod,involvedObject.name=parlor-bff-6bc89cd9d7-k9mdm",
		"events type=Warning", "jobs",
		"log/parlor-api-57d4bd6cb-dvw9k/api current", "log/parlor-api-57d4bd6cb-hvfgr/api current",
		"log/parlor-bff-6bc89cd9d7-cwvtw/bff current", "log/parlor-bff-6bc89cd9d7-k9mdm/bff current",
		"nodes/worker-a", "nodes/worker-b", "pods", "replicasets", "services", "statefulsets",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// A pod whose own log decides costs no list of its namespace, however large
// that is; neither does its workload.
func TestRequestsForASinglePod(t *testing.T) {
	for _, target := range []string{"parlor-api-57d4bd6cb-dvw9k", "deploy/parlor-api"} {
		s, url := newServer(t, chain)
		out, _, err := kubectl(t, "--server", url, "-n", "parlor-core", target, "-o", "json")
		if err != nil || !strings.Contains(out, `"confidence": "high"`) {
			t.Fatalf("%v: %s", err, out)
		}
		for _, asked := range s.asked() {
			if !strings.ContainsAny(asked, "/ ") {
				t.Errorf("%s: the whole list of %s is read", target, asked)
			}
		}
	}
}

// For a single pod its neighbors are read and judged too, because its
// dependency may be among them, but they are not shown.
func TestNamedPodIsExplainedByItsChain(t *testing.T) {
	_, url := newServer(t, chain)
	out, _, err := kubectl(t, "--server", url, "-n", "parlor-core", "parlor-bff-6bc89cd9d7-cwvtw", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(out, `"cause": {`) != 1 || !strings.Contains(out, "MAX_UPLOAD_MB") {
		t.Errorf("got %s", out)
	}
}

// A refused read is a gap and a warning, and the rest is shown.
func TestForbiddenEvidenceIsAGap(t *testing.T) {
	for resource, verdict := range map[string]string{"events": "dependency", "services": "dependency", "replicasets": "dependency"} {
		s, url := newServer(t, chain)
		s.forbid = resource
		out, errOut, err := kubectl(t, "--server", url, "-n", "parlor-core", "-o", "json")
		if err != nil {
			t.Fatal(err)
		}
		if _, gaps := items(t, out); !strings.Contains(errOut, "warning: "+resource+" in parlor-core not read") || gaps == nil ||
			!strings.Contains(out, `"category": "`+verdict+`"`) {
			t.Errorf("%s: %s %s", resource, errOut, out)
		}
	}
	s, url := newServer(t, chain)
	s.forbid = "pods"
	if _, _, err := kubectl(t, "--server", url, "-n", "parlor-core"); err == nil || !strings.Contains(err.Error(), "forbidden") {
		t.Errorf("pods that may not be read: %v", err)
	}
}
