package backoff_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/backoff"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// clock reads a time of the day that all stories play on.
func clock(text string) time.Time {
	t, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		panic(err)
	}
	return t.AddDate(2026, 2, 1)
}

func stamp(text string) metav1.Time { return metav1.NewTime(clock(text)) }

// node is a node with that kubelet.
func node(version string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node"}}
	n.Status.NodeInfo.KubeletVersion = version
	return n
}

// pod makes a pod with one container "c" in that status; change adapts it.
func pod(status corev1.ContainerStatus, change ...func(*corev1.Pod)) *corev1.Pod {
	status.Name = "c"
	accepted := stamp("07:59:59")
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "p", UID: "u"},
		Spec:       corev1.PodSpec{NodeName: "node", RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{{Name: "c"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &accepted, ContainerStatuses: []corev1.ContainerStatus{status}},
	}
	for _, c := range change {
		c(p)
	}
	return p
}

// ended is a run from one time of the day to another, with exit code 1.
func ended(from, to string) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: 1, Reason: "Error", StartedAt: stamp(from), FinishedAt: stamp(to), ContainerID: "containerd://" + from,
	}}
}

func running(from string) corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: stamp(from)}}
}

func waiting(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func inBackOff(wait string) corev1.ContainerState {
	return waiting("CrashLoopBackOff", "back-off "+wait+" restarting failed container=c pod=p_n(u)")
}

func status(restarts int32, state, last corev1.ContainerState) corev1.ContainerStatus {
	return corev1.ContainerStatus{RestartCount: restarts, State: state, LastTerminationState: last}
}

var nothing corev1.ContainerState

// event is an event of container c; change adapts it.
func event(reason, message, first, last string, count int32, change ...func(*corev1.Event)) *corev1.Event {
	e := &corev1.Event{
		Reason: reason, Message: message, Count: count, FirstTimestamp: stamp(first), LastTimestamp: stamp(last),
		InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "n", Name: "p", UID: "u", FieldPath: "spec.containers{c}"},
	}
	for _, c := range change {
		c(e)
	}
	return e
}

// line returns a schedule on one line: kind basis current notBefore-expectedBy
// next resets max.
func line(s backoff.Schedule) string {
	out := []string{string(s.Kind), string(s.Basis)}
	add := func(name string, known bool, value func() string) {
		if known {
			out = append(out, name+"="+value())
		}
	}
	add("current", s.Current != nil, func() string { return s.Current.String() })
	add("from", s.NotBefore != nil, func() string { return s.NotBefore.Format(time.TimeOnly) })
	add("to", s.ExpectedBy != nil, func() string { return s.ExpectedBy.Format(time.TimeOnly) })
	add("next", s.Next != nil, func() string { return s.Next.String() })
	add("resets", s.ResetsAt != nil, func() string { return s.ResetsAt.Format(time.TimeOnly) })
	add("max", s.Policy.Source != backoff.PolicyDefault, func() string { return s.Policy.Max.String() + "/" + string(s.Policy.Source) })
	return strings.Join(out, " ")
}

func TestScheduleOfACrash(t *testing.T) {
	for _, c := range []struct {
		name, at, version string
		status            corev1.ContainerStatus
		events            []*corev1.Event
		change            func(*corev1.Pod)
		want              string
	}{
		{
			name: "the kubelet's message is exact", at: "08:05:00", version: "v1.37.2",
			status: status(5, inBackOff("2m40s"), ended("08:03:00", "08:03:30")),
			want:   "crash kubelet-message current=2m40s from=08:06:10 to=08:06:36 next=5m0s",
		},
		{
			name: "an older kubelet comes every 10 to 15 s", at: "08:05:00", version: "v1.34.4",
			status: status(5, inBackOff("2m40s"), ended("08:03:00", "08:03:30")),
			want:   "crash kubelet-message current=2m40s from=08:06:10 to=08:06:28 next=5m0s",
		},
		{
			name: "a stated wait off the curve is the maximum", at: "08:05:00", version: "v1.34.4",
			status: status(9, inBackOff("1m0s"), ended("08:04:10", "08:04:30")),
			want:   "crash kubelet-message current=1m0s from=08:05:30 to=08:05:48 next=1m0s max=1m0s/message",
		},
		{
			name: "the reduced curve begins at a second", at: "08:05:00", version: "v1.34.4",
			status: status(4, inBackOff("8s"), ended("08:04:57", "08:04:58")),
			want:   "crash kubelet-message current=8s from=08:05:08 to=08:05:18 next=16s max=1m0s/message",
		},
		{
			name: "the first exit is followed at once", at: "08:00:10", version: "v1.37.2",
			status: status(0, ended("08:00:00", "08:00:09"), nothing),
			want:   "crash terminated-state current=0s from=08:00:09 to=08:00:13 next=10s",
		},
		{
			name: "the pause before it shows the step", at: "08:10:00", version: "v1.37.2",
			status: status(5, ended("08:09:00", "08:09:30"), ended("08:06:50", "08:07:35")),
			want:   "crash served-gap current=2m40s from=08:12:10 to=08:12:36 next=5m0s",
		},
		{
			name: "a start that failed begins when it ended", at: "08:10:00", version: "v1.37.2",
			status: status(4, never("08:09:30"), never("08:08:46")),
			want:   "crash served-gap current=1m20s from=08:10:30 to=08:11:05 next=2m40s",
		},
		{
			name: "a failed start without the pause before: by the count and the age", at: "08:01:21", version: "v1.37.2",
			status: status(4, waiting("RunContainerError", "exec failed"), never("08:01:20")),
			want:   "crash simulated current=1m20s from=08:02:20 to=08:02:55 next=2m40s",
		},
		{
			name: "forgotten 600 s after the last start: the wait is cut", at: "08:18:00", version: "v1.34.4",
			status: status(5, inBackOff("2m40s"), ended("08:10:00", "08:17:30")),
			want:   "crash kubelet-message current=2m40s from=08:19:59 to=08:20:19 next=10s resets=08:20:00",
		},
		{
			name: "a run of more than 600 s starts the series anew", at: "08:30:00", version: "v1.37.2",
			status: status(5, ended("08:10:00", "08:29:59"), ended("08:08:00", "08:08:30")),
			want:   "crash served-gap current=0s from=08:29:59 to=08:30:03 next=10s",
		},
		{
			name: "it runs: what it would wait if it exited now", at: "08:10:00", version: "v1.37.2",
			status: status(5, running("08:09:00"), ended("08:07:00", "08:07:35")),
			want:   "crash served-gap next=2m40s resets=08:19:00",
		},
		{
			name: "it runs and the reset comes before the wait would end", at: "08:18:00", version: "v1.37.2",
			status: status(5, running("08:09:00"), ended("08:07:00", "08:07:35")),
			want:   "crash served-gap next=1m0s resets=08:19:00",
		},
		{
			name: "it has run past the reset", at: "08:19:30", version: "v1.37.2",
			status: status(5, running("08:09:00"), ended("08:07:00", "08:07:35")),
			want:   "crash terminated-state next=0s resets=08:19:00",
		},
		{
			name: "it never exited", at: "08:19:30", version: "v1.37.2",
			status: status(0, running("08:00:00"), nothing),
			want:   "none none",
		},
		{
			name: "the kubelet restarted while it waited", at: "08:05:00", version: "v1.37.2",
			status: status(5, inBackOff("2m40s"), ended("08:03:00", "08:03:30")),
			events: []*corev1.Event{kubeletStarted("08:04:55")},
			want:   "crash simulated current=0s from=08:04:55 to=08:05:26 next=10s",
		},
		{
			name: "the kubelet restarts after the time to evaluate as of", at: "08:04:50", version: "v1.37.2",
			status: status(5, inBackOff("2m40s"), ended("08:03:00", "08:03:30")),
			events: []*corev1.Event{kubeletStarted("08:04:55")},
			want:   "crash kubelet-message current=2m40s from=08:06:10 to=08:06:36 next=5m0s",
		},
		{
			name: "the kubelet restarted while it ran", at: "08:05:00", version: "v1.37.2",
			status: status(5, ended("08:03:00", "08:04:59"), ended("08:01:00", "08:01:01")),
			events: []*corev1.Event{kubeletStarted("08:04:00")},
			want:   "crash terminated-state current=0s from=08:04:59 to=08:05:03 next=10s",
		},
		{
			name: "the kubelet restarted before it started", at: "08:05:00", version: "v1.37.2",
			status: status(7, ended("08:03:00", "08:04:58"), ended("08:00:55", "08:01:01")),
			events: []*corev1.Event{kubeletStarted("08:02:59")},
			want:   "crash served-gap current=10s from=08:05:08 to=08:05:16 next=20s",
		},
		{
			name: "the node rebooted", at: "08:05:00", version: "v1.37.2",
			status: status(7, ended("08:03:00", "08:04:58"), lost("08:02:30")),
			want:   "crash served-gap current=10s from=08:05:08 to=08:05:16 next=20s",
		},
		{
			name: "an event says that it is in back-off longer than the small steps", at: "08:04:45", version: "v1.37.2",
			status: status(2, waiting("RunContainerError", ""), never("08:04:30")),
			events: []*corev1.Event{event("BackOff", "Back-off restarting failed container c in pod p_n(u)", "08:00:05", "08:04:44", 4)},
			want:   "crash simulated current=20s from=08:04:50 to=08:05:03 next=40s",
		},
		{
			name: "of an unknown version the window covers both", at: "08:05:00",
			status: status(2, inBackOff("10s"), ended("08:04:58", "08:04:59")),
			want:   "crash kubelet-message current=10s from=08:05:09 to=08:05:19 next=20s",
		},
		{
			name: "a probe kill is timed from the exit before: overdue waits start at once", at: "08:05:01", version: "v1.37.2",
			status: status(4, running("08:05:00"), ended("08:03:50", "08:05:00")),
			events: []*corev1.Event{event("Killing", "Container c failed liveness probe, will be restarted", "08:01:00", "08:04:58", 4)},
			change: func(p *corev1.Pod) { p.Spec.Containers[0].LivenessProbe = &corev1.Probe{} },
			want:   "crash simulated next=40s resets=08:15:00",
		},
		{
			name: "the first probe kill writes no entry", at: "08:01:05", version: "v1.37.2",
			status: status(1, running("08:01:01"), ended("08:00:00", "08:01:00")),
			events: []*corev1.Event{event("Killing", "Container c failed liveness probe, will be restarted", "08:00:58", "08:00:58", 1)},
			change: func(p *corev1.Pod) { p.Spec.Containers[0].LivenessProbe = &corev1.Probe{} },
			want:   "crash served-gap next=0s resets=08:11:01",
		},
		{
			name: "killed by a probe it is restarted on failure, whatever its exit code", at: "08:04:30", version: "v1.37.2",
			status: status(4, exitedWell("08:04:00", "08:04:20"), ended("08:03:00", "08:03:15")),
			events: []*corev1.Event{event("Killing", "Container c failed liveness probe, will be restarted", "08:04:20", "08:04:20", 1)},
			change: func(p *corev1.Pod) {
				p.Spec.Containers[0].LivenessProbe = &corev1.Probe{}
				p.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
			},
			want: "crash served-gap current=1m20s from=08:05:20 to=08:06:13 next=2m40s",
		},
		{
			name: "the kubelet lost the container: no time to count from", at: "08:05:00", version: "v1.37.2",
			status: status(1, corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "ContainerStatusUnknown"}}, nothing),
			want:   "crash none",
		},
		{
			name: "a message of another kubelet", at: "08:05:00", version: "v1.37.2",
			status: status(1, waiting("CrashLoopBackOff", "crashing"), ended("08:04:50", "08:04:58")),
			want:   "crash simulated from=08:04:58 to=08:05:16",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pod(c.status)
			if c.change != nil {
				c.change(p)
			}
			before := p.DeepCopy()
			n := node(c.version)
			if c.version == "" {
				n = nil
			}
			got := backoff.Compute(p, "c", n, c.events, clock(c.at), backoff.Options{})
			if diff := cmp.Diff(c.want, line(got.Schedule)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(before, p); diff != "" {
				t.Error("the pod was changed: ", diff)
			}
		})
	}
}

// exitedWell is a run that ended with 0.
func exitedWell(from, to string) corev1.ContainerState {
	s := ended(from, to)
	s.Terminated.ExitCode = 0
	s.Terminated.Reason = "Completed"
	return s
}

// never is a try that never started, as containerd records it.
func never(at string) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: 128, Reason: "StartError", StartedAt: metav1.NewTime(time.Unix(0, 0)), FinishedAt: stamp(at), ContainerID: "containerd://" + at,
	}}
}

// lost is a run that the runtime lost in a reboot.
func lost(at string) corev1.ContainerState {
	s := ended("08:00:00", at)
	s.Terminated.ExitCode = 255
	s.Terminated.Reason = "Unknown"
	return s
}

func kubeletStarted(at string) *corev1.Event {
	return event("Starting", "Starting kubelet.", at, at, 1, func(e *corev1.Event) {
		e.InvolvedObject = corev1.ObjectReference{Kind: "Node", Name: "node", UID: "node"}
	})
}

func TestWhatIsNotRestarted(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	never := corev1.ContainerRestartPolicyNever
	onFailure := corev1.ContainerRestartPolicyOnFailure
	rule := func(action corev1.ContainerRestartRuleAction, op corev1.ContainerRestartRuleOnExitCodesOperator, codes ...int32) corev1.ContainerRestartRule {
		return corev1.ContainerRestartRule{Action: action, ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{Operator: op, Values: codes}}
	}
	asInit := func(p *corev1.Pod) {
		p.Spec.InitContainers = p.Spec.Containers
		p.Spec.Containers = []corev1.Container{{Name: "app"}}
		p.Status.InitContainerStatuses = p.Status.ContainerStatuses
		p.Status.ContainerStatuses = nil
	}
	for _, c := range []struct {
		name   string
		policy corev1.RestartPolicy
		code   int32
		reason string
		change func(*corev1.Pod)
		again  bool
		atOnce bool
	}{
		{name: "Always, whatever the code", policy: "Always", again: true},
		{name: "OnFailure, failed", policy: "OnFailure", code: 1, again: true},
		{name: "OnFailure, done", policy: "OnFailure"},
		{name: "Never", policy: "Never", code: 1},
		{
			name: "a sidecar of a pod that is never restarted", policy: "Never", again: true,
			change: func(p *corev1.Pod) { asInit(p); p.Spec.InitContainers[0].RestartPolicy = &always },
		},
		{name: "an init container that is done", policy: "Always", change: asInit},
		{name: "an init container that failed", policy: "OnFailure", code: 1, change: asInit, again: true},
		{name: "an init container of a pod that is never restarted", policy: "Never", code: 1, change: asInit},
		{name: "an init container whose child ran out of memory", policy: "OnFailure", reason: "OOMKilled", change: asInit, again: true},
		{
			name: "a container of its own policy", policy: "Always", code: 1,
			change: func(p *corev1.Pod) { p.Spec.Containers[0].RestartPolicy = &never },
		},
		{
			name: "a container of its own policy, on failure", policy: "Never", code: 1,
			change: func(p *corev1.Pod) { p.Spec.Containers[0].RestartPolicy = &onFailure }, again: true,
		},
		{name: "a rule for this code", policy: "Never", code: 42, again: true, change: func(p *corev1.Pod) {
			p.Spec.Containers[0].RestartPolicy = &never
			p.Spec.Containers[0].RestartPolicyRules = []corev1.ContainerRestartRule{rule("Restart", "In", 7, 42)}
		}},
		{name: "a rule for other codes", policy: "Always", code: 41, change: func(p *corev1.Pod) {
			p.Spec.Containers[0].RestartPolicy = &never
			p.Spec.Containers[0].RestartPolicyRules = []corev1.ContainerRestartRule{rule("Restart", "NotIn", 41)}
		}},
		{name: "a rule for all containers", policy: "Never", code: 41, again: true, atOnce: true, change: func(p *corev1.Pod) {
			p.Spec.Containers[0].RestartPolicy = &never
			p.Spec.Containers[0].RestartPolicyRules = []corev1.ContainerRestartRule{rule("RestartAllContainers", "NotIn", 1)}
		}},
		{
			name: "a pod that is deleted", policy: "Always", code: 1,
			change: func(p *corev1.Pod) { at := stamp("08:00:00"); p.DeletionTimestamp = &at },
		},
		{name: "an evicted pod", policy: "Always", code: 1, change: func(p *corev1.Pod) {
			p.Status.Phase = corev1.PodFailed
			p.Status.Reason = "Evicted"
		}},
		{name: "a pod that is done", policy: "Always", change: func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }},
		{name: "an ephemeral container", policy: "Always", code: 1, change: func(p *corev1.Pod) {
			p.Spec.Containers[0].Name = "app"
			p.Status.EphemeralContainerStatuses = p.Status.ContainerStatuses
			p.Status.ContainerStatuses = nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := status(3, ended("08:04:00", "08:04:59"), ended("08:03:00", "08:03:36"))
			s.State.Terminated.ExitCode = c.code
			if c.reason != "" {
				s.State.Terminated.Reason = c.reason
			}
			p := pod(s, func(p *corev1.Pod) { p.Spec.RestartPolicy = c.policy })
			if c.change != nil {
				c.change(p)
			}
			got := backoff.Compute(p, "c", node("v1.37.2"), nil, clock("08:05:00"), backoff.Options{}).Schedule
			if (got.Kind == backoff.KindCrash) != c.again || (got.NotBefore != nil) != c.again {
				t.Errorf("restarted %v, want %v", line(got), c.again)
			}
			if c.again && got.NotBefore.Equal(clock("08:04:59")) != c.atOnce {
				t.Errorf("%s: at once, want %v", line(got), c.atOnce)
			}
		})
	}
	if got := backoff.Compute(pod(status(0, nothing, nothing)), "other", nil, nil, clock("08:00:00"), backoff.Options{}).Schedule; got.Kind != backoff.KindNone {
		t.Errorf("a container that is not there: %s", line(got))
	}
}

func TestScheduleOfWhatCannotStart(t *testing.T) {
	pulled := []*corev1.Event{
		event("Pulling", `Pulling image "x"`, "08:00:00", "08:01:20", 4),
		event("Failed", `Failed to pull image "x": not found`, "08:00:01", "08:01:21", 4),
		event("Failed", "Error: ImagePullBackOff", "08:00:01", "08:04:21", 20),
		event("BackOff", `Back-off pulling image "x"`, "08:00:12", "08:04:21", 22),
	}
	for _, c := range []struct {
		name, at string
		status   corev1.ContainerStatus
		events   []*corev1.Event
		want     string
	}{
		{
			"an image back-off counts from the last failed pull", "08:01:40",
			status(0, waiting("ImagePullBackOff", `Back-off pulling image "x": ErrImagePull: not found`), nothing), pulled,
			"image-pull simulated current=1m20s from=08:02:41 to=08:02:58 next=2m40s",
		},
		{
			"a later pull left no event", "08:05:00",
			status(0, waiting("ImagePullBackOff", ""), nothing), pulled,
			"image-pull simulated current=2m40s from=08:05:21 to=08:05:57 next=5m0s",
		},
		{
			"without events nothing is known", "08:05:00",
			status(0, waiting("ErrImagePull", ""), nothing), nil,
			"image-pull none",
		},
		{
			"a missing ConfigMap is tried again at every sync", "08:05:00",
			status(0, waiting("CreateContainerConfigError", `configmap "x" not found`), nothing),
			[]*corev1.Event{event("Failed", `Error: configmap "x" not found`, "08:00:00", "08:04:54", 25)},
			"retry simulated from=08:05:04 to=08:05:11",
		},
		{
			"its last try left no event", "08:05:00",
			status(0, waiting("CreateContainerError", "name clash"), nothing), nil,
			"retry simulated from=08:05:00 to=08:05:17",
		},
		{
			"one that ran before is held by its crash back-off too", "08:05:00",
			status(2, waiting("CreateContainerConfigError", ""), ended("08:04:00", "08:04:30")), nil,
			"retry simulated from=08:05:00 to=08:06:34",
		},
		{
			"it waits for the containers before it", "08:05:00",
			status(0, waiting("PodInitializing", ""), nothing), nil,
			"none none",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := backoff.Compute(pod(c.status), "c", node("v1.35.4"), c.events, clock(c.at), backoff.Options{})
			if diff := cmp.Diff(c.want, line(got.Schedule)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOverdueIsSaid(t *testing.T) {
	p := pod(status(2, inBackOff("10s"), ended("08:04:00", "08:04:10")))
	got := backoff.Compute(p, "c", node("v1.35.4"), nil, clock("08:30:00"), backoff.Options{})
	if !got.Schedule.Overdue(clock("08:30:00")) || got.Schedule.Overdue(clock("08:04:20")) {
		t.Errorf("%s: overdue is not reported", line(got.Schedule))
	}
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "may be down") {
		t.Errorf("notes %q", got.Notes)
	}
}

// After a probe has killed a container the kubelet may restart it at once, unless it reports a back-off.
func TestAProbeKillIsImmediateUnlessTheKubeletWaits(t *testing.T) {
	killing := event("Killing", "Container c failed liveness probe, will be restarted", "08:01:00", "08:04:58", 4)
	for _, c := range []struct {
		status corev1.ContainerStatus
		said   bool
	}{
		{status(4, running("08:05:00"), ended("08:03:50", "08:05:00")), true},
		{status(4, inBackOff("1m20s"), ended("08:03:50", "08:05:00")), false},
	} {
		p := pod(c.status, func(p *corev1.Pod) { p.Spec.Containers[0].LivenessProbe = &corev1.Probe{} })
		got := backoff.Compute(p, "c", node("v1.37.2"), []*corev1.Event{killing}, clock("08:05:01"), backoff.Options{})
		if said := strings.Contains(strings.Join(got.Notes, "\n"), "often immediate"); said != c.said {
			t.Errorf("%s: notes %q", line(got.Schedule), got.Notes)
		}
	}
}

func TestLearn(t *testing.T) {
	on := func(node, name string, s corev1.ContainerStatus) *corev1.Pod {
		return pod(s, func(p *corev1.Pod) {
			p.Name = name
			p.UID = "u-" + p.UID
			p.Spec.NodeName = node
		})
	}
	s := &snapshot.Snapshot{
		At: clock("08:10:00"),
		Pods: []*corev1.Pod{
			on("stated", "a", status(7, inBackOff("45s"), ended("08:09:40", "08:09:50"))),
			on("plain", "b", status(3, inBackOff("40s"), ended("08:09:40", "08:09:50"))),
			on("served", "c", status(8, ended("08:06:39", "08:06:39"), ended("08:05:23", "08:05:24"))),
			on("served", "d", status(8, running("08:06:51"), ended("08:05:36", "08:05:36"))),
			on("alone", "e", status(8, running("08:06:51"), ended("08:05:36", "08:05:36"))),
		},
	}
	s.Sort()
	want := map[string]string{"stated": "45s/message", "served": "1m0s/served"}
	got := map[string]string{}
	for node, p := range backoff.Learn(s) {
		got[node] = p.Max.String() + "/" + string(p.Source)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	st := backoff.Compute(s.Pods[3], "c", nil, nil, s.At, backoff.Options{Policy: backoff.Learn(s)["served"]})
	if st.Schedule.Next == nil || st.Schedule.Next.String() != "1m0s" {
		t.Errorf("with what was learnt: %s", line(st.Schedule))
	}
}

func TestStateInJSON(t *testing.T) {
	p := pod(status(2, inBackOff("20s"), ended("08:00:15", "08:00:17")))
	events := []*corev1.Event{
		event("Started", "Container started", "08:00:00", "08:00:15", 3),
		event("Unhealthy", "Liveness probe failed: refused", "08:00:01", "08:00:01", 1),
	}
	text, err := json.Marshal(backoff.Compute(p, "c", node("v1.35.4"), events, clock("08:00:20"), backoff.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := yaml.JSONToYAML(text)
	if err != nil {
		t.Fatal(err)
	}
	want := `backoff:
  basis: kubelet-message
  current: 20s
  expectedBy: "2026-03-02T08:00:50Z"
  kind: crash
  next: 40s
  notBefore: "2026-03-02T08:00:37Z"
  policy:
    initial: 10s
    max: 5m0s
    source: default
lastTermination:
  exitCode: 1
  finishedAt: "2026-03-02T08:00:17Z"
  meaning: the program reported an error
  ranFor: 2s
  reason: Error
  startedAt: "2026-03-02T08:00:15Z"
timeline:
- at: "2026-03-02T08:00:00Z"
  basis: observed
  event: started
  source: event Started
- at: "2026-03-02T08:00:01Z"
  basis: observed
  event: probe-failed
  message: 'Liveness probe failed: refused'
  reason: Unhealthy
  source: event Unhealthy
- basis: reconstructed
  event: started
  from: "2026-03-02T08:00:02Z"
  source: restartCount and runs of about 2s
  to: "2026-03-02T08:00:06Z"
- at: "2026-03-02T08:00:15Z"
  basis: observed
  event: started
  source: lastState
- at: "2026-03-02T08:00:17Z"
  basis: observed
  event: exited
  exitCode: 1
  ranFor: 2s
  reason: Error
  source: lastState
- at: "2026-03-02T08:00:17Z"
  basis: observed
  event: waiting
  message: back-off 20s restarting failed container=c pod=p_n(u)
  reason: CrashLoopBackOff
  source: state
  wait: 20s
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func ExampleCompute() {
	p := pod(status(5, inBackOff("2m40s"), ended("08:03:00", "08:03:30")))
	state := backoff.Compute(p, "c", node("v1.35.4"), nil, clock("08:05:00"), backoff.Options{})
	s := state.Schedule
	fmt.Printf("waits %s, starts %s to %s, then waits %s\n", s.Current,
		s.NotBefore.Format(time.TimeOnly), s.ExpectedBy.Format(time.TimeOnly), s.Next)
	// Output: waits 2m40s, starts 08:06:10 to 08:06:36, then waits 5m0s
}

// The step after which a node with a maximum of one minute differs is left open
// only if the node may have that maximum.
func TestWindowIsOpenForAMaximumOfOneMinute(t *testing.T) {
	waits := pod(status(4, ended("08:04:00", "08:04:10"), ended("08:03:00", "08:03:15")))
	waits.Spec.NodeName = "a"
	neighbour := pod(status(9, inBackOff("1m20s"), ended("08:04:00", "08:04:10")))
	neighbour.Spec.NodeName = "a"
	for _, c := range []struct {
		name, version string
		pods          []*corev1.Pod
		want          string
	}{
		{"its maximum is not known", "v1.37.2", []*corev1.Pod{waits}, "08:05:10"},
		{"the same before it became beta", "v1.32.0", []*corev1.Pod{waits}, "08:05:10"},
		{"another container states a longer wait", "v1.37.2", []*corev1.Pod{waits, neighbour}, "08:05:30"},
		{"no maximum can be set", "v1.31.9", []*corev1.Pod{waits}, "08:05:30"},
	} {
		at := clock("08:04:20")
		policy := backoff.Learn(&snapshot.Snapshot{At: at, Pods: c.pods})["a"]
		s := backoff.Compute(waits, "c", node(c.version), nil, at, backoff.Options{Policy: policy})
		if got := s.Schedule.NotBefore.UTC().Format(time.TimeOnly); got != c.want {
			t.Errorf("%s: not before %s, want %s", c.name, got, c.want)
		}
		if said := slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, "longer than 1m") }); said != (c.want == "08:05:10") {
			t.Errorf("%s: notes %q", c.name, s.Notes)
		}
	}
}

// The configuration of a node stands above what its containers show.
func TestLearnFromConfiguration(t *testing.T) {
	waits := pod(status(9, inBackOff("45s"), ended("08:04:00", "08:04:10")))
	waits.Spec.NodeName = "a"
	for _, c := range []struct {
		name, want string
		config     snapshot.KubeletConfig
	}{
		{"nothing set before 1.35", "10s 5m0s", snapshot.KubeletConfig{}},
		{"a maximum", "10s 1m0s", snapshot.KubeletConfig{MaxContainerRestartPeriod: time.Minute}},
		{"a maximum below the first wait", "2s 2s", snapshot.KubeletConfig{MaxContainerRestartPeriod: 2 * time.Second}},
		{"less decay", "1s 1m0s", snapshot.KubeletConfig{FeatureGates: map[string]bool{"ReduceDefaultCrashLoopBackOffDecay": true}}},
		{
			"less decay from 1.35 on, where the maximum is filled in", "1s 5m0s",
			snapshot.KubeletConfig{MaxContainerRestartPeriod: 5 * time.Minute, FeatureGates: map[string]bool{"ReduceDefaultCrashLoopBackOffDecay": true}},
		},
		{"all that is alpha", "1s 5m0s", snapshot.KubeletConfig{
			MaxContainerRestartPeriod: 5 * time.Minute,
			FeatureGates:              map[string]bool{"AllAlpha": true},
		}},
		{"all that is alpha but that", "10s 5m0s", snapshot.KubeletConfig{FeatureGates: map[string]bool{
			"AllAlpha":                           true,
			"ReduceDefaultCrashLoopBackOffDecay": false,
		}}},
	} {
		s := &snapshot.Snapshot{
			At:             clock("08:04:20"),
			Pods:           []*corev1.Pod{waits},
			KubeletConfigs: map[string]*snapshot.KubeletConfig{"a": &c.config},
		}
		p := backoff.Learn(s)["a"]
		if got := p.Initial.String() + " " + p.Max.String(); got != c.want || p.Source != backoff.PolicyNode {
			t.Errorf("%s: %s by %s, want %s", c.name, got, p.Source, c.want)
		}
	}
}

// What the messages of one node prove together.
func TestLearnFromSeveralMessages(t *testing.T) {
	for _, c := range []struct {
		name, version string
		waits         []string // wait at restarts
		want          string
	}{
		{"built-in steps that do not part from a minute", "v1.37.2", []string{"10s 1", "20s 2", "40s 3"}, "0s 0s "},
		{"a built-in step beyond it", "v1.37.2", []string{"10s 1", "1m20s 4"}, "10s 5m0s default"},
		{"a maximum", "v1.37.2", []string{"40s 3", "1m0s 6"}, "10s 1m0s message"},
		{"a maximum that the short curve has too", "v1.37.2", []string{"2s 2", "2s 9"}, "2s 2s message"},
		{"a step of the short curve, at its restart", "v1.37.2", []string{"16s 5"}, "1s 5m0s message"},
		{"two waits that no maximum explains", "v1.37.2", []string{"4s 9", "16s 12"}, "1s 5m0s message"},
		{"the short curve and its maximum", "v1.37.2", []string{"4s 3", "45s 12"}, "1s 45s message"},
		{"the short curve before 1.35", "v1.34.4", []string{"4s 3", "16s 9"}, "1s 1m0s message"},
	} {
		n := node(c.version)
		n.Name = "a"
		s := &snapshot.Snapshot{At: clock("08:04:20"), Nodes: []*corev1.Node{n}}
		for i, word := range c.waits {
			wait, restarts, _ := strings.Cut(word, " ")
			count, err := strconv.Atoi(restarts)
			if err != nil {
				t.Fatal(err)
			}
			p := pod(status(int32(count), inBackOff(wait), ended("08:04:00", "08:04:10")))
			p.Name = fmt.Sprint("p", i)
			p.Spec.NodeName = "a"
			s.Pods = append(s.Pods, p)
		}
		p := backoff.Learn(s)["a"]
		if got := fmt.Sprintf("%s %s %s", p.Initial, p.Max, p.Source); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
