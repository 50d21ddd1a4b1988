package hostile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
	"github.com/thrashkit/thrashkit/test/fault"
)

const (
	serverRuns   = 40 // of make test; a hundred times as many with THRASHKIT_SOAK
	runsAtOnce   = 8
	patience     = time.Second // --request-timeout
	seedVariable = "THRASHKIT_SEED"
)

// commands are the questions that hostile servers are asked.
var commands = [][]string{
	{"thrash"},
	{"thrash", "parlor-api-57d4bd6cb-dvw9k"},
	{"thrash", "deploy/parlor-bff"},
	{"rsmap"},
	{"rsmap", "parlor-api"},
	{"rsmap", "deploy/parlor-bff", "--diff"},
	{"explainfields", "deploy/parlor-api"},
	{"explainfields", "pods", "-o", "json"},
}

// attack is one run: a command, and how the server fails meanwhile.
type attack struct {
	seed    uint64
	args    []string
	fault   fault.Fault
	rate    float64 // of the requests that fail
	only    string  // the resource that fails, empty for all
	later   bool    // only requests for single objects, events of one and logs fail: they come later
	secure  bool
	watches bool
}

func (a *attack) String() string {
	return fmt.Sprintf("seed %d: %s against %q, rate %.1f, only %q, later %v, TLS %v", a.seed, strings.Join(a.args, " "), a.fault.Name, a.rate, a.only, a.later, a.secure)
}

// plan returns the attack of a seed.
func plan(seed uint64, elsewhere string) *attack {
	r := rand.New(rand.NewPCG(seed, 17))
	all := fault.All(elsewhere)
	a := &attack{seed: seed, fault: all[int(seed)%len(all)], secure: r.IntN(2) == 0}
	a.args = append([]string{}, commands[r.IntN(len(commands))]...)
	a.rate = []float64{1, 1, 0.5, 0.2}[r.IntN(4)]
	if r.IntN(2) == 0 || a.fault.Large {
		a.only = []string{"pods", "deployments", "events", "replicasets", "nodes", "services"}[r.IntN(6)]
	} else {
		a.later = r.IntN(3) == 0
	}
	if a.fault.Watches {
		a.watches = true
		a.only = ""
		a.later = false
		a.args = append([]string{}, commands[r.IntN(2)*3]...)
		a.args = append(a.args, "--watch", "--timeout", "1500ms")
	}
	if r.IntN(2) == 0 {
		a.args = append(a.args, "--chunk-size", "2")
	}
	return a
}

// hits reports whether a request fails.
func (a *attack) hits(r *http.Request, times int) bool {
	want := fakeapi.Parse(r.URL.Path)
	watch := r.URL.Query().Get("watch") == "true"
	single := want.Name != "" || want.Sub != "" || strings.Contains(r.URL.Query().Get("fieldSelector"), "involvedObject.name")
	if watch != a.fault.Watches || (a.only != "" && (want.Kind == nil || want.Kind.Plural != a.only)) || (a.later && !single) {
		return false
	}
	return fault.Chance(a.seed, r.URL.Path+strconv.Itoa(times)).Float64() < a.rate
}

// run runs the command against the server and returns how it ended, and how many
// requests failed.
func (a *attack) run(t *testing.T, recording *snapshot.Snapshot) (got result, server *api, failed int64) {
	t.Helper()
	var hits atomic.Int64
	server = &api{recording: recording}
	server.fault = func(w http.ResponseWriter, r *http.Request, times int) bool {
		if !a.hits(r, times) {
			return false
		}
		hits.Add(1)
		a.fault.Do(w, r, func() *httptest.ResponseRecorder {
			answer := httptest.NewRecorder()
			server.answer(answer, r)
			return answer
		})
		return true
	}
	started := server.start(t, a.secure)
	args := append(slices.Clone(a.args[1:]), "-n", "parlor-core", "--server", started.URL, "--request-timeout", patience.String(), "--cache-dir", t.TempDir())
	if a.secure {
		args = append(args, "--insecure-skip-tls-verify", "--token", "hunter2")
	}
	got = run(t, a.args[0], args...)
	got.stdout = strings.ReplaceAll(got.stdout, started.URL, "SERVER")
	return got, server, hits.Load()
}

// beats counts time that this process could use: on a busy machine it may not run
// for many seconds, which is no fault of what it tests.
var beats atomic.Int64

const beat = 50 * time.Millisecond

func keepTime(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(beat)
		beats.Add(1)
	}
}

// TestHostileServers has servers fail in many ways, each by a seed. A seed that
// fails is printed: THRASHKIT_SEED=N runs it alone.
func TestHostileServers(t *testing.T) {
	go keepTime(t.Context())
	recording := recorded(t, recording)
	var leaked atomic.Int64
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Add(1) }))
	defer elsewhere.Close()
	truth := newTruth(t, recording)
	first := uint64(0)
	last := seeds(serverRuns)
	if text := os.Getenv(seedVariable); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		first = seed
		last = seed + 1
	}
	var group errgroup.Group
	group.SetLimit(runsAtOnce)
	for seed := first; seed < last; seed++ {
		group.Go(func() error {
			a := plan(seed, elsewhere.URL)
			defer func() {
				if p := recover(); p != nil {
					t.Errorf("%s\npanic: %v\n%s", a, p, debug.Stack())
				}
			}()
			a.check(t, recording, truth)
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

// check runs an attack and holds the answer to what must stand.
func (a *attack) check(t *testing.T, recording *snapshot.Snapshot, truth *truth) {
	began := beats.Load()
	got, server, failed := a.run(t, recording)
	took := time.Duration(beats.Load()-began) * beat
	requests := server.count()
	fail := func(format string, values ...any) {
		t.Helper()
		t.Errorf("%s\n%s\nexit code %d, %d requests, %d failed, %s\nstandard error: %s\nstandard output: %.2000s",
			a, fmt.Sprintf(format, values...), got.code, requests, failed, took, got.stderr, got.stdout)
	}
	// The limit, what later questions get after it, a watch, and room for a busy machine.
	if took > 5*patience {
		fail("it does not end at the deadline")
	}
	want := truth.of(a)
	switch most := 3*want.requests + 20; {
	case a.watches && requests > 25*13:
		fail("a storm of requests")
	case !a.watches && requests > most:
		fail("more than %d requests", most)
	case !a.watches && a.rate == 1 && a.only == "" && !a.later && failed == int64(requests) && got.code != 0 && requests > 20:
		fail("more than 20 requests to a server that answers none")
	}
	safe(t, a.String()+", standard error", got.stderr)
	switch {
	case got.code == 1:
		if !strings.HasPrefix(lastLine(got.stderr), "error: ") && !strings.Contains(got.stderr, "rror from server") && !strings.Contains(got.stderr, "to the server") {
			fail("exit code 1 without an error")
		}
	case a.watches && got.code == 4:
	case got.code != 0:
		fail("the exit code is wrong")
	case failed > 0 && !a.fault.Lies && !a.watches && !strings.Contains(got.stderr, "warning: ") &&
		got.stdout != want.stdout && got.stdout != want.clockless:
		fail("a partial answer without its gap:\n%s", cmp.Diff(want.stdout, got.stdout))
	}
	if slices.Contains(a.args, "json") && got.code == 0 && !json.Valid([]byte(got.stdout)) {
		fail("no JSON")
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "error: ") {
			return line
		}
	}
	return lines[len(lines)-1]
}

// truth is what the commands print of a server that does not fail.
type truth struct {
	answers map[string]answer
}

type answer struct {
	stdout    string
	clockless string // the same if the time of the server cannot be read: times instead of ages
	requests  int
}

func newTruth(t *testing.T, recording *snapshot.Snapshot) *truth {
	t.Helper()
	out := &truth{answers: map[string]answer{}}
	for _, args := range commands {
		for _, chunk := range [][]string{nil, {"--chunk-size", "2"}} {
			all := append(slices.Concat(args, chunk), "--cache-dir", t.TempDir())
			got, requests := answerOf(t, &api{recording: recording}, all)
			known := answer{stdout: got, requests: requests}
			known.clockless, _ = answerOf(t, &api{recording: recording, fault: func(w http.ResponseWriter, r *http.Request, _ int) bool {
				if r.URL.Path == "/api/v1/namespaces/default" {
					w.Header()["Date"] = nil // sends none
				}
				return false
			}}, all)
			out.answers[strings.Join(slices.Concat(args, chunk), " ")] = known
		}
	}
	return out
}

// answerOf returns what a command prints of a server that works.
func answerOf(t *testing.T, server *api, args []string) (stdout string, requests int) {
	t.Helper()
	url := server.start(t, false).URL
	got := run(t, args[0], append(args[1:], "-n", "parlor-core", "--server", url)...)
	if got.code != 0 || got.stdout == "" {
		t.Fatalf("%v of a server that works: exit code %d, %s", args, got.code, got.stderr)
	}
	return strings.ReplaceAll(got.stdout, url, "SERVER"), server.count()
}

func (truth *truth) of(a *attack) answer { return truth.answers[strings.Join(a.args, " ")] }
