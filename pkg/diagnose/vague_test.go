package diagnose_test

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// vague are exits that a person could interpret in several ways, and nothing in
// the cluster decides: one revision, no change, no event.
var vague = []struct {
	name    string
	exit    int32
	log     string
	stories []story
	also    diagnose.Category // not wrong either
}{
	{"a number", 1, "E42\n", nil, ""},
	{"a shrug", 1, "something went wrong\n", nil, ""},
	{"an internal timeout", 1, "FATAL worker 3 timed out after 60s\n", nil, ""},
	{"bad input data", 1, "ValueError: could not convert string to float: 'n/a' in row 1883\n", nil, ""},
	{"a record lacks a field", 1, "fatal: record 77: missing required field 'email'\n", nil, ""},
	{"a broken document", 1, "parse error: unexpected end of file in upload 9131\n", nil, ""},
	{"a state machine", 1, "panic: invalid state transition: NEW -> DONE\n", nil, ""},
	{"type error, one revision", 1, "TypeError: Cannot read properties of undefined (reading 'map')\n", nil, ""},
	{"assertion in C", 134, "web: src/ring.c:88: push: Assertion `n < cap' failed.\nAborted (core dumped)\n", nil, ""},
	{
		"errors in passing, then silence",
		1,
		"ERROR could not reach metrics gateway: connection refused\nINFO started\nINFO listening on :8080\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\nINFO GET / 200\n",
		nil,
		"",
	},
	{"recovered error, then silence", 2, "WARN redis: connection refused, retrying\nINFO redis: connected\nINFO serving\n", nil, ""},
	{"graver error, recovered", 2, "ERROR redis: connection refused\nINFO redis: connected\nINFO serving\n", nil, ""},
	{"error that the program itself calls harmless", 2, "ERROR metrics: connection refused, continuing\nINFO serving\n", nil, ""},
	{
		"a kill reported of another pod of the same name",
		137,
		"serving\n",
		[]story{event("Killing", "Container web failed liveness probe, will be restarted", 6, 2*time.Minute), func(w *world) {
			w.s.Events[0].InvolvedObject.UID = "its predecessor"
		}},
		diagnose.ExternalKill,
	},
	{
		"only information",
		1,
		"INFO config loaded from /etc/app/app.yaml\nINFO timeout 30s, retries 3\nINFO connecting to database db:5432\n",
		nil,
		"",
	},
	{"usage", 64, "usage: web [-h] [--port PORT]\n", nil, diagnose.AppConfig},
	{"stack overflow", 1, "java.lang.StackOverflowError\n\tat com.example.A.f(A.java:9)\n\tat com.example.A.f(A.java:9)\n", nil, ""},
	{
		"a long run, then a fault, long after the rollout",
		1,
		"IndexError: list index out of range\n",
		[]story{before(0, oldImage), func(w *world) {
			w.age = 9 * 24 * time.Hour
			w.count = 4
		}},
		"",
	},
	{
		"image and environment changed at once, in silence",
		1,
		"",
		[]story{env("A", "2"), before(1, func(c *corev1.Container, s *corev1.PodSpec) { oldImage(c, s); oldEnv("A", "1")(c, s) })},
		"",
	},
	{"both revisions crash, unknown words", 1, "abandon ship\n", []story{before(0, oldImage), func(w *world) {
		w.crashedBefore = true
	}}, ""},
	{"sequence of codes", 7, "step 1 ok\nstep 2 ok\nstep 3 failed (7)\n", nil, ""},
	{"shutting down by itself", 1, "INFO shutting down\nINFO bye\n", nil, ""},
	{"a licence ran out", 1, "license expired on 2026-03-01\n", nil, diagnose.AppConfig},
	{
		"generic exception",
		1,
		"Exception in thread \"main\" java.lang.RuntimeException: boot failed\n\tat com.example.Main.main(Main.java:10)\n",
		nil,
		"",
	},
	{"segfault of a child", 1, "worker exited on signal 11\n", nil, ""},
	{"no endpoints of a service that nobody names", 1, "out of luck\n", []story{service("db", 5432, 0)}, ""},
	{"unknown user in a business sense", 1, "fatal: user 1883 is not in the list of reviewers\n", nil, ""},
}

// TestVague checks that the rules give no verdict if the evidence supports
// none.
func TestVague(t *testing.T) {
	wrong := 0
	for _, c := range vague {
		t.Run(c.name, func(t *testing.T) {
			items := newWorld(c.exit, c.log, c.stories...).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
			if i < 0 {
				t.Fatal("no item")
			}
			if cause := items[i].Cause; cause.Category != diagnose.Undetermined && cause.Category != c.also {
				wrong++
				t.Errorf("asserts %s (%s): %s", cause.Category, cause.Confidence, cause.Summary)
			}
		})
	}
	t.Logf("%d of %d assert what they should not", wrong, len(vague))
}
