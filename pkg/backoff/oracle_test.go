package backoff

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// compare runs containers of the given lifetimes on the real
// flowcontrol.Backoff and compares the model's pauses and entries with it, one
// termination at a time.
func compare(t tester, p Policy, kill bool, lives []time.Duration) *kubelet {
	t.Helper()
	k := newKubelet(1, time.Duration(p.Max), true)
	k.exact = true
	k.kill = kill
	k.play(lives)
	m := model{s: subject{pod.Container{Spec: &corev1.Container{}, Pod: &corev1.Pod{}, Type: pod.App}}, policy: p}
	if kill {
		m.s.Spec.LivenessProbe = &corev1.Probe{}
	}
	entry := time.Duration(0)
	before := (*run)(nil)
	for i := range lives {
		r := &run{started: k.runs[i].started, finished: k.runs[i].finished}
		if kill {
			r.end.ExitCode = 137
			m.h.killed = []mark{{first: r.finished, last: r.finished}}
		}
		start := k.runs[i+1].started
		fits := false
		for _, w := range m.ends(p, r, entry, before) {
			lag := 2 * exactStep
			if w.cut {
				lag += collectLag
			}
			fits = fits || (!start.Before(w.due) && !start.After(w.due.Add(lag)))
		}
		if !fits {
			t.Fatalf(
				"exit %d of %v: the kubelet started after %s, the model with entry %s says %v",
				i,
				lives,
				start.Sub(r.finished),
				entry,
				m.ends(p, r, entry, before),
			)
		}
		if left := m.left(p, r, entry, start); (!kill || i > 0) && !slices.Contains(left, k.entries[i]) {
			t.Fatalf("exit %d of %v: the start left %s behind, the model says %v", i, lives, k.entries[i], left)
		}
		entry = k.entries[i]
		before = r
	}
	return k
}

// pauses returns the whole seconds between each termination and the next start.
func (k *kubelet) pauses() []int {
	var out []int
	for i := range len(k.runs) - 1 {
		out = append(out, int((k.runs[i+1].started.Sub(k.runs[i].finished)+exactStep)/time.Second))
	}
	return out
}

func repeat(seconds float64, n int) []time.Duration {
	return slices.Repeat([]time.Duration{time.Duration(seconds * float64(time.Second))}, n)
}

func TestModelFollowsFlowcontrol(t *testing.T) {
	for _, c := range []struct {
		life float64
		kill bool
		want []int
	}{
		{life: 1, want: []int{0, 10, 20, 40, 80, 160, 300, 300, 300}},
		{life: 2, want: []int{0, 10, 20, 40, 80, 160, 300, 300, 300}},
		{life: 20, want: []int{0, 10, 20, 40, 80, 160, 300, 300, 300}},
		{life: 45, want: []int{0, 10, 20, 40, 80, 160, 300, 300, 300}},
		{life: 299, want: []int{0, 10, 20, 40, 80, 160, 300, 300, 300}},
		{life: 310, want: []int{0, 10, 20, 40, 80, 160, 291, 10, 20}},
		{life: 450, want: []int{0, 10, 20, 40, 80, 151, 10, 20, 40}},
		{life: 660, want: []int{0, 0, 0, 0}},
		// The trace of kubernetes/kubernetes#99697.
		{life: 66, kill: true, want: []int{0, 0, 0, 0, 0, 80, 160, 300, 0, 300, 0, 300}},
	} {
		k := compare(t, DefaultPolicy(), c.kill, repeat(c.life, len(c.want)))
		for i, got := range k.pauses() {
			if d := got - c.want[i]; d < -1 || d > 1 {
				t.Errorf("lives of %v s, killed %v: pauses %v, want about %v", c.life, c.kill, k.pauses(), c.want)
				break
			}
		}
	}
	compare(t, DefaultPolicy(), false, repeat(301, 16))
}

func TestModelFollowsFlowcontrolAtRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.SliceOfN(rapid.IntRange(0, 900_000), 1, 12).Draw(t, "milliseconds")
		limit := time.Duration(rapid.IntRange(1, 300).Draw(t, "maximum")) * time.Second
		lives := make([]time.Duration, len(seconds))
		for i, s := range seconds {
			lives[i] = time.Duration(s) * time.Millisecond
		}
		compare(t, capped(limit, PolicyNode), rapid.Bool().Draw(t, "killed"), lives)
	})
}

func TestPolicyIsTheDocumentedCurve(t *testing.T) {
	var got []time.Duration
	for n := range 9 {
		got = append(got, DefaultPolicy().Wait(n)/time.Second)
	}
	if want := []time.Duration{0, 10, 20, 40, 80, 160, 300, 300, 300}; !slices.Equal(got, want) {
		t.Errorf("waits %v, want %v", got, want)
	}
	for n, want := range []time.Duration{0, 0, 10, 30, 70, 150, 310, 610, 910} {
		if got := DefaultPolicy().Sum(n); got != want*time.Second {
			t.Errorf("the first %d waits take %s, want %d s", n, got, want)
		}
	}
	if p := capped(2*time.Second, PolicyNode); p.Wait(1) != 2*time.Second || p.Wait(50) != 2*time.Second {
		t.Errorf("a maximum of 2 s gives %s, %s", p.Wait(1), p.Wait(50))
	}
}

// A pod that has crashed for months must not take long to compute: repeating
// rounds are not simulated one by one, and give the same result as if they
// were.
func TestSimulationSkipsRoundsThatRepeat(t *testing.T) {
	m := model{cadence: cadence{aimed: true}, policy: DefaultPolicy(), slack: time.Second}
	first := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for life, entry := range map[time.Duration]time.Duration{time.Second: maxWait, 200 * time.Second: maxWait, 700 * time.Second: initialWait} {
		const far = 100_000
		_, a := m.simulate(m.policy, first, life, 20, notKilled)
		_, b := m.simulate(m.policy, first, life, 21, notKilled)
		got, c := m.simulate(m.policy, first, life, far, notKilled)
		if want := a.from.Add((far - 20) * b.from.Sub(a.from)); got != entry || !c.from.Equal(want) {
			t.Errorf("lives of %s: entry %s, exit from %s, want %s, %s", life, got, c.from, entry, want)
		}
	}
}

func BenchmarkComputeOfALongLoop(b *testing.B) {
	k := newKubelet(1, maxWait, true)
	k.play(repeat(301, 12))
	status := k.at(k.runs[10].finished.Add(30 * time.Second))
	status.RestartCount = 20_000
	pod := k.pod(status)
	node := k.node()
	for b.Loop() {
		Compute(pod, "c", node, nil, k.now(), Options{})
	}
}
