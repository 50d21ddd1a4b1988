//go:build linux

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/test/fakeapi"
	"github.com/thrashkit/thrashkit/test/fault"
)

const (
	attacksAtOnce = 4
	patience      = time.Second // --request-timeout
	// hang is far more than a command may take that keeps to the timeout of its
	// questions, and less than the silence that is allowed without one.
	hang = 30 * time.Second
	// memory is the most that a plugin may use, in MiB. Of an answer without an end it
	// reads 64 MiB, of several lists at a time, and tries again with smaller pages.
	memory = 400
)

// attacked is a namespace that does not change once it has settled, with one of
// each kind of trouble.
const attacked = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: token}, stringData: {c: d}}
---
{apiVersion: v1, kind: Service, metadata: {name: database}, spec: {selector: {app: none}, ports: [{port: 5432}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: given-up}
spec:
  restartPolicy: Never
  containers: [{name: main, image: lab/app:1, command: [fake, exit=1, "log=dial tcp database:5432: connect: connection refused"]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: lab/app:1, envFrom: [{configMapRef: {name: settings}}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: once}
spec:
  selector: {matchLabels: {app: once}}
  template:
    metadata: {labels: {app: once}}
    spec:
      containers:
      - name: main
        image: lab/app:1
        command: [fake, run=200ms, exit=1, "log=panic: no route", then, run=1h]
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: token}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: lab/app:1}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: main, image: lab/app:1}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: failed}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: {app: failed}}
    spec:
      restartPolicy: Never
      containers: [{name: main, image: lab/app:1, command: [fake, exit=1, "log=panic: no such table"]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  suspend: true
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: lab/app:1}]}}}}
`

// attackedWith are the commands that are run against the proxy.
var attackedWith = [][]string{
	{"thrash"},
	{"thrash", "-o", "json"},
	{"thrash", "given-up"},
	{"thrash", "deploy/once"},
	{"thrash", "--fail-on", "thrashing,failed"},
	{"rsmap"},
	{"rsmap", "-o", "json"},
	{"rsmap", "web"},
	{"rsmap", "deploy/web", "--diff"},
	{"rsmap", "--fail-on", "failed"},
	{"explainfields", "deploy/web"},
	{"explainfields", "pods", "-o", "json"},
}

// attackedWatches are those for faults of watches.
var attackedWatches = [][]string{
	{"thrash", "--watch", "--timeout", "1500ms"},
	{"rsmap", "--watch", "--timeout", "1500ms"},
	{"rsmap", "web", "--watch", "--until", "complete", "--timeout", "10s"},
}

// field is a namespace under attack, and what the commands print of it through a
// proxy that does no harm.
type field struct {
	*Lab
	upstream  *httputil.ReverseProxy
	at        string
	elsewhere string
	answers   map[string]ended
}

// ended is how a plugin ended.
type ended struct {
	stdout, stderr string
	code           int
	requests       int
	took           time.Duration
	peak           int64 // resident memory, in MiB
}

// attack is one run: a command, and how the proxy fails meanwhile.
type attack struct {
	seed  uint64
	args  []string
	fault fault.Fault
	rate  float64 // of the requests that fail
	only  string  // the resource that fails, empty for all
	after int     // requests that are served before the first that fails
}

func (a *attack) String() string {
	return fmt.Sprintf("seed %d: %s against %q, rate %.1f, only %q, after %d requests; replay with THRASHKIT_SEED=%[1]d THRASHKIT_HISTORIES=1",
		a.seed, strings.Join(a.args, " "), a.fault.Name, a.rate, a.only, a.after)
}

// faults are those of every server, and those that take a real one.
func (f *field) faults() []fault.Fault {
	passing := func(after time.Duration, reset bool) func(http.ResponseWriter, *http.Request, func() *httptest.ResponseRecorder) {
		return func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			end := make(chan struct{})
			timer := time.AfterFunc(after, func() { close(end) })
			defer timer.Stop()
			(&proxy{upstream: f.upstream}).pass(w, r, end)
			if reset {
				panic(http.ErrAbortHandler)
			}
		}
	}
	return append(
		fault.All(f.elsewhere),
		fault.Fault{Name: "no OpenAPI v3", Lies: true, Do: func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			if strings.HasPrefix(r.URL.Path, "/openapi") {
				fakeapi.Fail(w, r, http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
				return
			}
			f.upstream.ServeHTTP(w, r)
		}},
		fault.Fault{Name: "JSON alone", Do: func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			r.Header.Set("Accept", "application/json")
			f.upstream.ServeHTTP(w, r)
		}},
		fault.Fault{Name: expiry, Do: func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
			fakeapi.Fail(w, r, http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "Unauthorized")
		}},
		fault.Fault{Name: "a watch that ends", Watches: true, Do: passing(100*time.Millisecond, false)},
		fault.Fault{Name: "a watch that is reset", Watches: true, Do: passing(300*time.Millisecond, true)},
		fault.Fault{Name: "a watch that is reset at once", Watches: true, Do: passing(0, true)},
	)
}

// expiry is the fault of credentials that are good for some requests only.
const expiry = "credentials that expire"

// plan returns the attack of a seed.
func (f *field) plan(seed uint64) *attack {
	r := rand.New(rand.NewPCG(seed, 17))
	all := f.faults()
	a := &attack{seed: seed, fault: all[seed%uint64(len(all))]}
	a.args = slices.Clone(attackedWith[r.IntN(len(attackedWith))])
	a.rate = []float64{1, 1, 0.5, 0.2}[r.IntN(4)]
	if n := r.IntN(4); a.fault.Large || n < 2 {
		a.only = []string{"pods", "deployments", "events", "replicasets", "nodes", "jobs"}[r.IntN(6)]
	} else if n == 2 {
		a.after = r.IntN(12)
	}
	if a.fault.Watches {
		a.only = ""
		a.after = 0
		a.args = slices.Clone(attackedWatches[r.IntN(len(attackedWatches))])
	} else if a.fault.Name == expiry {
		a.after = 1 + r.IntN(12)
		a.only = ""
		a.rate = 1
	}
	if r.IntN(2) == 0 {
		a.args = append(a.args, "--chunk-size", "2")
	}
	return a
}

// hits reports whether a request fails.
func (a *attack) hits(r *http.Request, n, times int) bool {
	watch := r.URL.Query().Get("watch") == "true" || r.URL.Query().Get("watch") == "1"
	want := fakeapi.Parse(r.URL.Path)
	if a.fault.Text && want.Sub == "log" {
		return false
	}
	if watch != a.fault.Watches || n < a.after || (a.only != "" && (want.Kind == nil || want.Kind.Plural != a.only)) {
		return false
	}
	return fault.Chance(a.seed, r.URL.Path+strconv.Itoa(times)).Float64() < a.rate
}

// run runs a plugin through a proxy that fails as the attack has it, or never for nil.
func (f *field) run(t *testing.T, a *attack, args ...string) (ended, *proxy) {
	t.Helper()
	p := f.proxy(t, f.upstream)
	defer p.close()
	if a != nil {
		p.fault = func(w http.ResponseWriter, r *http.Request, n, times int) bool {
			if !a.hits(r, n, times) {
				return false
			}
			p.fails()
			a.fault.Do(w, r, func() *httptest.ResponseRecorder { return p.answer(r) })
			return true
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*hang)
	defer cancel()
	program := filepath.Join(filepath.Dir(f.bin), "kubectl-"+args[0])
	cmd := exec.CommandContext(ctx, program, append(args[1:], "--cache-dir", t.TempDir())...)
	cmd.Env = append(f.env[:len(f.env):len(f.env)], "KUBECONFIG="+f.kubeconfigOf(t, p, ""))
	var stdout, stderr bytes.Buffer
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return ended{}, p
	}
	peak := make(chan int64)
	gone := make(chan struct{})
	go func() { peak <- peakOf(cmd.Process.Pid, gone) }()
	err := cmd.Wait()
	close(gone)
	out := ended{took: time.Since(began), stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode(), peak: <-peak}
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Error(err)
	}
	out.stdout = strings.ReplaceAll(out.stdout, p.server.URL, "SERVER")
	out.requests, _ = p.counts()
	return out, p
}

// peakOf returns the most resident memory of a process until it is gone, in MiB. That
// of its resource usage would count what this process had when it made it.
func peakOf(pid int, gone <-chan struct{}) int64 {
	peak := int64(0)
	for path := fmt.Sprintf("/proc/%d/status", pid); ; {
		status, _ := os.ReadFile(path) // it may be gone
		if _, value, found := strings.Cut(string(status), "VmHWM:"); found {
			kib := int64(0)
			_, _ = fmt.Sscan(value, &kib) // a number by the format of the kernel
			peak = max(peak, kib>>10)
		}
		select {
		case <-gone:
			return peak
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// truth runs a command without an attack.
func (f *field) truth(t *testing.T, args []string) ended {
	t.Helper()
	got, p := f.run(t, nil, append(slices.Clone(args), "--at", f.at)...)
	if !slices.Contains([]int{0, 3}, got.code) || got.stdout == "" || got.stderr != "" {
		t.Errorf("%v of a server that works: exit code %d, %s", args, got.code, got.stderr)
	}
	onlyReads(t, p)
	return got
}

// onlyReads checks that all requests of a plugin are reads.
func onlyReads(t *testing.T, p *proxy) {
	t.Helper()
	for _, request := range p.asked() {
		if !strings.HasPrefix(request, http.MethodGet+" ") {
			t.Errorf("a plugin sent %s", request)
		}
	}
}

// TestHostileProxyProperty has a proxy before the real API server fail in the ways of
// package fault, each run by a seed.
func TestHostileProxyProperty(t *testing.T) {
	many := number(t, "THRASHKIT_HISTORIES", amount(40, 200, 4000))
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	f := newField(t)
	var leaked atomic.Int64
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Add(1) }))
	defer elsewhere.Close()
	f.elsewhere = elsewhere.URL
	for _, args := range attackedWith {
		f.answers[strings.Join(args, " ")] = f.truth(t, args)
	}
	var group errgroup.Group
	group.SetLimit(attacksAtOnce)
	for i := range many {
		group.Go(func() error {
			f.check(t, f.plan(uint64(seed+i)))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := leaked.Load(); n > 0 {
		t.Errorf("%d requests followed a redirect to another server", n)
	}
}

// newField returns a namespace that has settled.
func newField(t *testing.T) *field {
	t.Helper()
	l := newSpace(t)
	l.NeedNodes(t)
	f := &field{Lab: l, upstream: l.upstream(t), answers: map[string]ended{}}
	f.settle(t)
	return f
}

// settle fills the namespace and waits until nothing changes in it any more.
func (f *field) settle(t *testing.T) {
	t.Helper()
	f.Apply(t, attacked)
	last := ""
	since := time.Now()
	f.WaitFor(t, "everything to settle", func() bool {
		running := 0
		gone := 0
		for _, p := range f.Pods(t, "") {
			for _, c := range p.Status.ContainerStatuses {
				if c.State.Running != nil && c.Ready && (p.Labels["app"] != "once" || c.RestartCount == 1) {
					running++
				} else if c.State.Terminated != nil {
					gone++
				}
			}
		}
		now := f.Do(t, "get", "deploy,rs,sts,ds,job,pod,event", "-o", "jsonpath={range .items[*]}{.metadata.name}{.metadata.resourceVersion} {end}")
		if now != last {
			last = now
			since = time.Now()
		}
		return running == 3+1+2+f.Nodes && gone == 2 && time.Since(since) > 3*time.Second
	})
	f.at = time.Now().UTC().Add(time.Second).Format(time.RFC3339)
}

// check runs an attack and holds its end to what must stand.
func (f *field) check(t *testing.T, a *attack) {
	args := append(slices.Clone(a.args), "--request-timeout", patience.String())
	compared := !a.fault.Lies && !a.fault.Watches
	if compared {
		args = append(args, "--at", f.at)
	}
	got, p := f.run(t, a, args...)
	requests, failed := p.counts()
	fail := func(format string, values ...any) {
		t.Helper()
		t.Errorf("%s\n%s\nexit code %d, %d requests, %d failed, %s, %d MiB\nstandard error: %s\nstandard output: %.2000s",
			a, fmt.Sprintf(format, values...), got.code, requests, failed, got.took, got.peak, got.stderr, got.stdout)
	}
	t.Logf("%d %q %v: exit code %d, %d requests, %d failed, %s, %d MiB", a.seed, a.fault.Name, a.args, got.code, requests, failed, got.took, got.peak)
	onlyReads(t, p)
	name := strings.TrimSuffix(strings.Join(a.args, " "), " --chunk-size 2")
	want := f.answers[name]
	if got.took > hang {
		fail("it does not end at the deadline")
	}
	if got.peak > memory {
		fail("it uses more than %d MiB", memory)
	}
	if most := a.mostRequests(want.requests); most > 0 && requests > most {
		fail("%d requests, but %d are enough", requests, want.requests)
	}
	if strings.Contains(got.stderr, "goroutine ") || strings.Contains(got.stderr, "panic") {
		fail("a panic")
	}
	f.judge(a, got, want, failed, fail)
	if slices.Contains(a.args, "json") && got.code != 1 && !json.Valid([]byte(got.stdout)) {
		fail("no JSON")
	}
}

// mostRequests returns how many requests a command may send that needs as many as
// enough of a server that works, 0 for any number.
func (a *attack) mostRequests(enough int) int {
	endless := a.fault.Name == "new tokens for ever"
	switch {
	case a.fault.Watches:
		return 0
	case endless && slices.Contains(a.args, "--chunk-size"):
		return 0 // one object a page is half of what was asked for: such a list may go on
	case endless:
		return 25 * enough // of each list some pages are read until it is known to be endless
	}
	return 6*enough + 20
}

// judge holds the exit code and the answer of an attack to those of a server that works.
func (f *field) judge(a *attack, got, want ended, failed int, fail func(string, ...any)) {
	warned := strings.Contains(got.stderr, "warning: ")
	switch {
	case got.code == 1:
		if !strings.Contains(got.stderr, "error: ") && !strings.Contains(got.stderr, "rror from server") && !strings.Contains(got.stderr, "to the server") {
			fail("exit code 1 without an error")
		}
	case a.fault.Watches:
		if got.code != 4 && (got.code != 0 || !slices.Contains(a.args, "--until")) {
			fail("the exit code of a watch is wrong")
		}
	case got.code != want.code && (got.code != 0 || (!warned && !a.fault.Lies)):
		fail("the exit code is %d, not %d", got.code, want.code)
	case failed > 0 && !a.fault.Lies && !warned && got.stdout != want.stdout:
		fail("a partial answer without its gap:\n%s", gocmp.Diff(want.stdout, got.stdout))
	case failed == 0 && !a.fault.Lies && got.stdout != want.stdout && !warned:
		fail("another answer, although nothing failed:\n%s", gocmp.Diff(want.stdout, got.stdout))
	}
}
