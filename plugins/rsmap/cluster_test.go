package rsmap_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
	"github.com/thrashkit/thrashkit/test/bubble"
)

// kubectl runs the command against a server and returns what it wrote.
func kubectl(t *testing.T, url string, args ...string) (out, errOut string, err error) {
	t.Helper()
	return run(t, append([]string{"--server", url, "-n", "shop", "--cache-dir", t.TempDir()}, args...)...)
}

// kubectlOn is kubectl on a server in a bubble, whose clock it waits by.
func kubectlOn(t *testing.T, s *server, args ...string) (out string, err error) {
	t.Helper()
	n := bubble.Network{}
	n.Serve(t, "cluster:80", s)
	out, _, err = runOn(t, n.Dial, append([]string{"--server", "http://cluster", "-n", "shop", "--cache-dir", t.TempDir()}, args...)...)
	return out, err
}

// run runs the command and returns what it wrote.
func run(t *testing.T, args ...string) (out, errOut string, err error) {
	t.Helper()
	return runOn(t, nil, args...)
}

// dialer connects to a server, as cli.Env.Dial does.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// runOn is run on a network.
func runOn(t *testing.T, dial dialer, args ...string) (out, errOut string, err error) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Now:       func() time.Time { return time.Unix(0, 0) }, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
		Dial: dial,
	}
	cmd := rsmap.NewCommand(env)
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	err = cmd.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

// One Deployment takes one get, and then lists of what its selector matches.
func TestRequestsForOneDeployment(t *testing.T) {
	s, url := newServer(t)
	out, _, err := kubectl(t, url, "web")
	if err != nil {
		t.Fatal(err)
	}
	fromFile, _, err := kubectl(t, url, "-f", "testdata/shop.yaml", "web")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromFile, out); diff != "" {
		t.Errorf("a file says another thing than the cluster that it was recorded from: %s", diff)
	}
	want := []string{"deployments/web", "events", "horizontalpodautoscalers", "poddisruptionbudgets", "pods app=web", "replicasets app=web"}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// A name that is no Deployment costs one more round trip.
func TestRequestsForABareName(t *testing.T) {
	s, url := newServer(t)
	out, _, err := kubectl(t, url, "db")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out, "StatefulSet shop/db   Stalled\n") {
		t.Error(out)
	}
	want := []string{
		"controllerrevisions app=db", "cronjobs/db", "daemonsets/db", "deploymentconfigs/db", "deployments/db", "events",
		"horizontalpodautoscalers", "jobs/db", "poddisruptionbudgets", "pods app=db",
		"replicasets/db", "replicationcontrollers/db", "rollouts/db", "statefulsets/db",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// A pod leads up to its workload.
func TestRequestsForAPod(t *testing.T) {
	s, url := newServer(t)
	out, _, err := kubectl(t, url, "pod/api-8xd4-aaaa1")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out, "Deployment shop/api   Stalled\n") || !strings.Contains(out, "api-8xd4-cccc3") {
		t.Error(out)
	}
	want := []string{
		"deployments/api",
		"events",
		"horizontalpodautoscalers",
		"poddisruptionbudgets",
		"pods app=api",
		"pods/api-8xd4-aaaa1",
		"replicasets app=api",
		"replicasets/api-8xd4",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// For a crash only the evidence of the pod itself is read; the lists of the
// namespace are read only if that does not decide the cause.
func TestRequestsForACrash(t *testing.T) {
	const pod = "web-6b7f-m4zt7"
	own := []string{
		"events involvedObject.kind=Node",
		"events involvedObject.kind=Pod,involvedObject.name=" + pod,
		"nodes/node-b",
		"pods/" + pod + "/log",
	}
	lists := []string{"daemonsets", "deployments", "endpointslices", "pods", "replicasets", "services", "statefulsets"}
	for name, test := range map[string]struct {
		reason, log, says string
		lists             bool
	}{
		"settled":   {"OOMKilled", "loading", "out-of-memory (high): ", false},
		"unsettled": {"Error", "2026-03-02T11:58:20Z dial tcp: lookup db: no such host", "dependency (", true},
	} {
		t.Run(name, func(t *testing.T) {
			s, url := newServer(t)
			s.crash(t, pod, test.reason)
			s.log = test.log
			out, _, err := kubectl(t, url, "web")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out, "  crash       "+test.says) {
				t.Errorf("no %q in\n%s", test.says, out)
			}
			want := append(
				[]string{"deployments/web", "events", "horizontalpodautoscalers", "poddisruptionbudgets", "pods app=web", "replicasets app=web"},
				own...)
			if test.lists {
				want = append(want, lists...)
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, s.asked()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A namespace takes one list of each kind, however many workloads it has, and
// the nodes of a few pods that are not ready.
func TestRequestsForANamespace(t *testing.T) {
	s, url := newServer(t)
	out, _, err := kubectl(t, url)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out, "NAME                PHASE") || strings.Count(out, "\n") != 7 {
		t.Error(out)
	}
	want := []string{
		"controllerrevisions", "cronjobs", "daemonsets", "deployments", "events", "horizontalpodautoscalers", "jobs",
		"nodes/node-c", // of a pod that is not ready and does not crash
		"poddisruptionbudgets", "pods",
		"replicasets", "replicationcontrollers", "rollouts", "statefulsets",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Error(diff)
	}
}

// A refused read is reported, and the known rest is still shown.
func TestForbiddenReadsAreTold(t *testing.T) {
	s, url := newServer(t)
	s.forbid = "replicasets"
	out, errOut, err := kubectl(t, url, "api")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(errOut, "warning: replicasets in shop not read: ") || !strings.Contains(errOut, "revisions are not known") {
		t.Errorf("standard error: %s", errOut)
	}
	if !strings.Contains(out, "api-8xd4-aaaa1") || strings.Contains(out, "revision 1") {
		t.Errorf("the pods are not shown without their revision: %s", out)
	}
	s.forbid = "deployments"
	if _, _, err := kubectl(t, url, "deployment/api"); err == nil || !strings.Contains(err.Error(), "forbidden") {
		t.Errorf("got %v, want that the Deployment may not be read", err)
	}
	if _, _, err := kubectl(t, url); err == nil || !strings.Contains(err.Error(), "forbidden") {
		t.Errorf("got %v, want that Deployments may not be listed", err)
	}
	if _, _, err := kubectl(t, url, "api"); !apierrors.IsForbidden(err) {
		t.Errorf("got %v, want the server's own error of a name that may be a Deployment", err)
	}
}

// --until ends when everything is rolled out, and with an error if a rollout
// hangs; --timeout ends with an exit code of its own.
func TestUntil(t *testing.T) {
	tests := map[string]struct {
		args []string
		code int
		want string // on standard output
	}{
		"complete": {
			[]string{"web", "--until", "complete"},
			cli.ExitDone,
			"12:00:00 deployment/web Complete: revision 3 is rolled out, all 2 pods available\n",
		},
		"stalled":        {[]string{"api", "--until", "complete"}, cli.ExitFound, "12:00:00 deployment/api Stalled: "},
		"paused stays":   {[]string{"cart", "--until", "stable"}, cli.ExitDone, "12:00:00 deployment/cart Paused: "},
		"timeout":        {[]string{"cart", "--until", "complete", "--timeout", "2s"}, cli.ExitTimeout, "12:00:00 deployment/cart Paused: "},
		"one document":   {[]string{"web", "--until", "complete", "-o", "name"}, cli.ExitDone, "deployment.apps/web\n"},
		"with --fail-on": {[]string{"cart", "--until", "stable", "--fail-on", "paused"}, cli.ExitFound, "12:00:00 deployment/cart Paused: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bubble.Run(t, func(t *testing.T) {
				out, err := kubectlOn(t, recorded(t), test.args...)
				code := cli.ExitDone
				if exit, ok := errors.AsType[*cli.ExitError](err); ok {
					code = exit.Code
				} else if err != nil {
					t.Fatal(err)
				}
				if code != test.code || !strings.HasPrefix(out, test.want) {
					t.Errorf("code %d, want %d; got %q, want %q", code, test.code, out, test.want)
				}
			})
		})
	}
}
