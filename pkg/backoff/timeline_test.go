package backoff_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/backoff"
)

// lines writes a timeline one line an entry: when, event, basis, what is known.
func lines(entries []backoff.Entry) string {
	var out strings.Builder
	for _, e := range entries {
		if e.At != nil {
			out.WriteString(e.At.Format(time.TimeOnly))
		} else {
			out.WriteString(e.From.Format(time.TimeOnly) + "-" + e.To.Format(time.TimeOnly))
		}
		out.WriteString(" " + string(e.Event) + " " + string(e.Basis))
		if e.Reason != "" {
			out.WriteString(" " + e.Reason)
		}
		if e.Count > 0 {
			out.WriteString(" x" + strconv.Itoa(int(e.Count)))
		}
		if e.Wait != nil {
			out.WriteString(" wait=" + e.Wait.String())
		}
		if e.RanFor != nil {
			out.WriteString(" ran=" + e.RanFor.String())
		}
		out.WriteString(" (" + e.Source + ")\n")
	}
	return out.String()
}

func TestTimeline(t *testing.T) {
	static := func(e *corev1.Event) { e.InvolvedObject.UID = "manifest" }
	for _, c := range []struct {
		name   string
		pod    *corev1.Pod
		events []*corev1.Event
		want   string
	}{
		{
			name: "two runs in the status, and starts that only the count shows",
			pod:  pod(status(5, ended("08:09:00", "08:09:30"), ended("08:06:50", "08:07:35"))),
			want: `
07:59:59-08:09:00 started reconstructed x4 (restartCount)
08:06:50 started observed (lastState)
08:07:35 exited observed Error ran=45s (lastState)
08:09:00 started observed wait=1m25s (state)
08:09:30 exited observed Error ran=30s (state)
`,
		},
		{
			name: "starts of steady lives, each with its bounds",
			pod:  pod(status(4, ended("08:01:21", "08:01:21"), ended("08:00:36", "08:00:36"))),
			events: []*corev1.Event{
				event("Started", "Started container c", "08:00:00", "08:01:21", 5),
			},
			want: `
08:00:00 started observed (event Started)
08:00:00-08:00:04 started reconstructed (restartCount and runs of about 0s)
08:00:10-08:00:22 started reconstructed (restartCount and runs of about 0s)
08:00:36 started observed (lastState)
08:00:36 exited observed Error ran=0s (lastState)
08:01:21 started observed wait=45s (state)
08:01:21 exited observed Error ran=0s (state)
`,
		},
		{
			name: "probes, kills and back-off, in the words of several versions",
			pod:  pod(status(1, running("08:00:31"), ended("08:00:00", "08:00:30")), func(p *corev1.Pod) { p.Spec.Containers[0].LivenessProbe = &corev1.Probe{} }),
			events: []*corev1.Event{
				event("Started", "Container started", "08:00:00", "08:00:31", 2),
				event("Unhealthy", "Liveness probe failed: refused", "08:00:10", "08:00:30", 3),
				event("Killing", "Container c failed liveness probe, will be restarted", "08:00:30", "08:00:30", 1),
				event("Killing", "Stopping container c", "08:00:30", "08:00:30", 1),
				event("BackOff", "Back-off restarting failed container", "08:00:32", "08:00:32", 1),
				event("Started", "Started container other", "08:00:20", "08:00:20", 1, func(e *corev1.Event) { e.InvolvedObject.FieldPath = "spec.containers{other}" }),
				event("Started", "Started container c", "07:00:00", "07:00:00", 1, func(e *corev1.Event) { e.InvolvedObject.UID = "another" }),
			},
			want: `
08:00:00 started observed (lastState)
08:00:10-08:00:30 probe-failed observed Unhealthy x3 (event Unhealthy)
08:00:30 probe-failed observed Killing (event Killing)
08:00:30 exited observed Error ran=30s (lastState)
08:00:31 started observed wait=1s (state)
08:00:32 waiting observed BackOff (event BackOff)
`,
		},
		{
			name: "a static pod's events carry the UID of its manifest",
			pod:  pod(status(0, running("08:00:00"), nothing), func(p *corev1.Pod) { p.Annotations = map[string]string{"kubernetes.io/config.mirror": "manifest"} }),
			events: []*corev1.Event{
				event("Unhealthy", "Startup probe failed: refused", "08:00:10", "08:00:10", 1, static),
			},
			want: `
08:00:00 started observed (state)
08:00:10 probe-failed observed Unhealthy (event Unhealthy)
`,
		},
		{
			name: "a try that never started has no start",
			pod:  pod(status(1, inBackOff("10s"), never("08:00:02"))),
			want: `
07:59:59-08:00:02 started reconstructed x1 (restartCount)
08:00:02 exited observed StartError (lastState)
08:00:02 waiting observed CrashLoopBackOff wait=10s (state)
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := backoff.Compute(c.pod, "c", node("v1.35.4"), c.events, clock("08:10:00"), backoff.Options{}).Timeline
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), lines(got)); diff != "" {
				t.Error(diff)
			}
			turned := slices.Clone(got)
			slices.Reverse(turned)
			backoff.Order(turned)
			if diff := cmp.Diff(lines(got), lines(turned)); diff != "" {
				t.Error("the order depends on the input: ", diff)
			}
		})
	}
}

func TestProbeKilled(t *testing.T) {
	probed := func(p *corev1.Pod) { p.Spec.Containers[0].StartupProbe = &corev1.Probe{} }
	kill := event("Killing", "Container c failed startup probe, will be restarted", "08:00:29", "08:00:29", 1)
	for _, c := range []struct {
		name   string
		probe  bool
		code   int32
		reason string
		events []*corev1.Event
		want   bool
	}{
		{"an event says so", true, 1, "Error", []*corev1.Event{kill}, true},
		{"the event is of another run, the end is a kill's", true, 137, "Error", []*corev1.Event{event("Killing", kill.Message, "07:50:00",
			"07:50:00", 1)}, true},
		{"the event is of another run, the end is a crash", true, 1, "Error", []*corev1.Event{event("Killing", kill.Message, "07:50:00",
			"07:50:00", 1)}, false},
		{"killed, but nothing says by whom", true, 137, "Error", nil, false},
		{"out of memory", true, 137, "OOMKilled", nil, false},
		{"without a probe", false, 137, "Error", []*corev1.Event{kill}, false},
	} {
		s := status(1, running("08:00:31"), ended("08:00:00", "08:00:30"))
		s.LastTerminationState.Terminated.ExitCode = c.code
		s.LastTerminationState.Terminated.Reason = c.reason
		p := pod(s)
		if c.probe {
			probed(p)
		}
		if got := backoff.Compute(p, "c", nil, c.events, clock("08:01:00"), backoff.Options{}).ProbeKilled; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestLifetimes(t *testing.T) {
	running := status(5, nothing, ended("08:01:00", "08:02:00"))
	running.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(clock("08:05:00"))}}
	for _, c := range []struct {
		name   string
		status corev1.ContainerStatus
		want   backoff.Pattern
		words  string
	}{
		{
			"the run and the one before", status(5, ended("08:09:00", "08:09:30"), ended("08:06:50", "08:07:20")),
			backoff.PatternConstant, "runs last about as long each time: 30s, 30s",
		},
		{
			"growing", status(5, ended("08:09:00", "08:09:50"), ended("08:06:50", "08:07:00")), backoff.PatternGrowing,
			"each run lasts longer: 10s, 50s",
		},
		{"growing still", running, backoff.PatternGrowing, "each run lasts longer: 1m, 5m so far"},
		{
			"neither", status(5, ended("08:09:00", "08:09:10"), ended("08:06:50", "08:07:40")), backoff.PatternVaries,
			"runs last differently: 50s, 10s",
		},
		{
			"with the clock", status(5, ended("08:07:00", "08:10:00"), ended("08:00:10", "08:05:02")), backoff.PatternClock,
			"it ends with the clock: at 08:05:02 and 08:10:00",
		},
		{
			"once with the clock", status(5, ended("08:06:00", "08:10:00"), ended("08:00:10", "08:05:04")), backoff.PatternVaries,
			"runs last differently: 4m54s, 4m",
		},
		{"instant", status(5, inBackOff("2m40s"), ended("08:07:35", "08:07:35")), backoff.PatternInstant, ""},
		{
			"instant twice", status(5, ended("08:07:35", "08:07:36"), ended("08:05:00", "08:05:00")), backoff.PatternInstant,
			"the last 2 runs each ended within a second",
		},
		{
			"never started", status(5, inBackOff("2m40s"), never("08:07:35")), backoff.PatternNeverStarted,
			"no known attempt got as far as running",
		},
		{
			"one run, and a history that lives like it would give", status(3, inBackOff("40s"), ended("08:01:40", "08:02:00")),
			backoff.PatternConstant, "runs of about 20s each would explain its restarts",
		},
		{"one run, and another history", status(3, inBackOff("40s"), ended("08:07:40", "08:08:00")), backoff.PatternUnknown, ""},
	} {
		got := backoff.Compute(pod(c.status), "c", node("v1.35.4"), nil, clock("08:10:00"), backoff.Options{}).Lifetimes
		if got.Pattern != c.want || got.Words() != c.words {
			t.Errorf("%s: %q of %v, %q; want %q, %q", c.name, got.Pattern, got.Runs, got.Words(), c.want, c.words)
		}
	}
}
