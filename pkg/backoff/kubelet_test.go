package backoff

import (
	"fmt"
	"math/rand"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/flowcontrol"
	clocktesting "k8s.io/utils/clock/testing"
)

// kubelet plays one container of one pod on the real flowcontrol.Backoff: when
// it is looked at, what the API then shows, when it is started. It follows
// SyncPod, doBackOff and completeWork, not this package.
type kubelet struct {
	clock   *clocktesting.FakeClock
	backoff *flowcontrol.Backoff
	random  *rand.Rand
	aimed   bool // 1.35 and later
	exact   bool // no lateness: looks all the time
	kill    bool // a liveness probe ends each life

	runs    []played
	reason  string // cached waiting message
	shown   []shown
	nextDue time.Time
	entries []time.Duration // what each start left behind
}

// played is one run; finished is zero while it runs.
type played struct{ started, finished time.Time }

// shown is a status and the time from which the API showed it.
type shown struct {
	at     time.Time
	status corev1.ContainerStatus
}

// exactStep is how often an exact kubelet looks at the pod.
const exactStep = 250 * time.Millisecond

const key = "pod_container"

func newKubelet(seed int64, limit time.Duration, aimed bool) *kubelet {
	clock := clocktesting.NewFakeClock(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	b := flowcontrol.NewFakeBackOff(min(10*time.Second, limit), limit, clock)
	b.HasExpiredFunc = func(event, last time.Time, _ time.Duration) bool { return event.Sub(last) > 600*time.Second }
	return &kubelet{clock: clock, backoff: b, random: rand.New(rand.NewSource(seed)), aimed: aimed}
}

func (k *kubelet) now() time.Time { return k.clock.Now() }

func (k *kubelet) to(t time.Time) {
	if t.After(k.now()) {
		k.clock.SetTime(t)
	}
}

// collect runs the garbage collection of the housekeeping, every 2 s.
func (k *kubelet) collect() {
	now := k.now()
	k.clock.SetTime(now.Truncate(2 * time.Second))
	k.backoff.GC()
	k.clock.SetTime(now)
}

func (k *kubelet) jitter(d time.Duration) time.Duration {
	if k.exact {
		return d
	}
	return d + time.Duration(k.random.Float64()*0.5*float64(d))
}

func (k *kubelet) some(most time.Duration) time.Duration {
	if k.exact {
		return 0
	}
	return time.Duration(k.random.Float64() * float64(most))
}

// play runs the container once per lifetime.
func (k *kubelet) play(lives []time.Duration) {
	k.start()
	for i, life := range lives {
		end := k.runs[i].started.Add(life)
		k.look(k.runs[i].started.Add(k.some(time.Second))) // the start is seen
		if k.kill {
			k.to(end)
			k.killed(i)
		} else {
			k.runs[i].finished = end
		}
		k.look(k.runs[i].finished.Add(k.some(1500 * time.Millisecond))) // the kubelet notices the exit
		for len(k.runs) == i+1 {
			due := k.nextDue
			if !k.exact {
				due = due.Add(k.some(time.Second)) // looked for once a second
			}
			k.look(due)
		}
	}
}

func (k *kubelet) start() {
	began := k.now()
	k.to(began.Add(k.some(time.Second)))
	k.runs = append(k.runs, played{started: k.now()})
	k.reason = ""
}

// last is the newest run that had ended when the look began.
func (k *kubelet) last() *played { return &k.runs[len(k.runs)-1] }

// look is one SyncPod: first the status is made, then it is acted.
func (k *kubelet) look(at time.Time) {
	k.to(at)
	k.show()
	if k.last().finished.IsZero() || k.last().finished.After(k.now()) {
		return
	}
	k.tryStart(k.last().finished)
}

// tryStart is doBackOff for the termination at ts, and what the kubelet does
// with the result.
func (k *kubelet) tryStart(ts time.Time) {
	k.collect()
	if k.backoff.IsInBackOffSince(key, ts) {
		wait := k.backoff.Get(key)
		k.reason = fmt.Sprintf("back-off %s restarting failed container=c pod=p_n(u)", wait)
		put := 10 * time.Second
		if k.aimed {
			put = min(max(ts.Add(wait).Sub(k.now()), 0), 60*time.Second)
		}
		if k.exact {
			put = exactStep
		}
		k.nextDue = k.now().Add(k.jitter(put))
		return
	}
	k.backoff.Next(key, ts)
	k.entries = append(k.entries, k.backoff.Get(key))
	k.start()
}

// killed is the sync in which a probe's failure ends run i. The same sync tries
// the start, with the back-off measured from the termination before it.
func (k *kubelet) killed(i int) {
	k.show()
	k.to(k.now().Add(k.some(2 * time.Second)))
	k.runs[i].finished = k.now()
	if i == 0 {
		k.entries = append(k.entries, 0)
		k.start()
		return
	}
	k.tryStart(k.runs[i-1].finished)
}

// show records what the API shows from now on.
func (k *kubelet) show() {
	if k.exact {
		return
	}
	status := corev1.ContainerStatus{Name: "c", RestartCount: int32(len(k.runs) - 1), ContainerID: k.id(len(k.runs) - 1)}
	newest := k.last()
	if newest.finished.IsZero() || newest.finished.After(k.now()) {
		status.State.Running = &corev1.ContainerStateRunning{StartedAt: second(newest.started)}
		if len(k.runs) > 1 {
			status.LastTerminationState.Terminated = k.ended(len(k.runs) - 2)
		}
	} else {
		status.State.Terminated = k.ended(len(k.runs) - 1)
		if len(k.runs) > 1 {
			status.LastTerminationState.Terminated = k.ended(len(k.runs) - 2)
		}
		if k.reason != "" {
			status.LastTerminationState = status.State
			status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: k.reason}}
		}
	}
	k.shown = append(k.shown, shown{k.now(), status})
}

func (k *kubelet) id(i int) string { return fmt.Sprintf("containerd://%d", i) }

func (k *kubelet) ended(i int) *corev1.ContainerStateTerminated {
	code := int32(1)
	if k.kill {
		code = 137
	}
	r := k.runs[i]
	return &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: "Error", ContainerID: k.id(i), StartedAt: second(r.started), FinishedAt: second(r.finished),
	}
}

// second cuts a time as the API does.
func second(t time.Time) metav1.Time { return metav1.NewTime(t.Truncate(time.Second)) }

// at returns what the API showed at that time.
func (k *kubelet) at(t time.Time) corev1.ContainerStatus {
	out := k.shown[0].status
	for _, s := range k.shown {
		if !s.at.After(t) {
			out = s.status
		}
	}
	return out
}

// pod wraps a status into the pod that it belongs to.
func (k *kubelet) pod(status corev1.ContainerStatus) *corev1.Pod {
	accepted := second(k.runs[0].started.Add(-time.Second))
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "p", UID: "u", CreationTimestamp: accepted},
		Spec: corev1.PodSpec{
			NodeName:      "node",
			RestartPolicy: corev1.RestartPolicyAlways,
			Containers:    []corev1.Container{{Name: "c", ImagePullPolicy: corev1.PullIfNotPresent}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &accepted, ContainerStatuses: []corev1.ContainerStatus{status}},
	}
	if k.kill {
		pod.Spec.Containers[0].LivenessProbe = &corev1.Probe{}
	}
	return pod
}

// node is the kubelet's node.
func (k *kubelet) node() *corev1.Node {
	version := "v1.34.4"
	if k.aimed {
		version = "v1.37.2"
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node"},
		Status:     corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{KubeletVersion: version}},
	}
}
