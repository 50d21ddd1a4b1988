package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// exits makes the last run last so long and end with a code two minutes ago.
func exits(code int32, ran time.Duration) story {
	return ended(func(t *corev1.ContainerStateTerminated) {
		t.ExitCode = code
		t.Reason = "Error"
		if code == 0 {
			t.Reason = "Completed"
		}
		t.StartedAt = ago(2*time.Minute + ran)
		t.FinishedAt = ago(2 * time.Minute)
	})
}

func liveness(p corev1.Probe) story {
	return with(func(c *corev1.Container, _ *corev1.PodSpec) { c.LivenessProbe = &p })
}

func startup(p corev1.Probe) story {
	return with(func(c *corev1.Container, _ *corev1.PodSpec) { c.StartupProbe = &p })
}

func httpGet(delay, period, failures int32) corev1.Probe {
	p := corev1.Probe{InitialDelaySeconds: delay, PeriodSeconds: period, FailureThreshold: failures}
	p.HTTPGet = &corev1.HTTPGetAction{Path: "/healthz"}
	p.HTTPGet.Port.IntVal = 8080
	return p
}

// unread records that the events of the namespace could not be read.
func unread(w *world) {
	w.s.Gaps = append(w.s.Gaps, snapshot.Gap{Resource: "events", Namespace: ns})
}

func nodeEvent(reason, message string, last time.Duration) story {
	return func(w *world) {
		w.add(&corev1.Event{
			ObjectMeta:     meta("node-"+reason, "node-"+reason, last),
			InvolvedObject: corev1.ObjectReference{Kind: "Node", Name: "node-1", UID: "node-1"},
			Reason:         reason, Message: message, Type: "Warning", Count: 1, LastTimestamp: ago(last),
		})
	}
}

const sandboxChanged = "Pod sandbox changed, it will be killed and re-created."

// TestWhoStopped checks exits that do not show a fault of the program against
// the reports of the kubelet. The container exited two minutes ago.
func TestWhoStopped(t *testing.T) {
	for _, c := range []struct {
		name       string
		log        string
		stories    []story
		category   diagnose.Category
		confidence diagnose.Confidence
		mentions   string
		never      string
	}{
		{
			name: "the sandbox changed again and again, it exits in order", log: "ready\nreceived signal; shutting down\n",
			stories: []story{
				exits(0, time.Minute),
				event("Killing", "Stopping container web", 6, 2*time.Minute+time.Second),
				podEvent("SandboxChanged", sandboxChanged, 2*time.Minute),
			},
			category: diagnose.Node, confidence: diagnose.High, mentions: "sandbox", never: "restartPolicy",
		},
		{
			name: "an error after SIGTERM is a consequence", log: "ready\nshutting down\nERROR: lost connection to database: connection refused\n",
			stories: []story{
				exits(1, time.Minute),
				event("Killing", "Stopping container web", 6, 2*time.Minute+time.Second),
				podEvent("SandboxChanged", sandboxChanged, 2*time.Minute),
			},
			category: diagnose.Node, confidence: diagnose.High, mentions: "sandbox", never: "database",
		},
		{
			name: "the node rebooted",
			stories: []story{
				exits(143, time.Hour),
				nodeEvent("Rebooted", "Node node-1 has been rebooted, boot id: 7a1c", 90*time.Second),
				podEvent("SandboxChanged", sandboxChanged, 80*time.Second),
			},
			category: diagnose.Node, confidence: diagnose.High, mentions: "node node-1 rebooted",
		},
		{
			name:     "the kubelet stopped it, nothing shows why",
			stories:  []story{exits(143, time.Minute), event("Killing", "Stopping container web", 1, 2*time.Minute+20*time.Second)},
			category: diagnose.ExternalKill, confidence: diagnose.Medium, mentions: "the kubelet stopped the container", never: "sender is unknown",
		},
		{
			name: "a sandbox that changed an hour before says nothing of a crash now", log: "panic: boom\n",
			stories:  []story{exits(2, 3*time.Second), podEvent("SandboxChanged", sandboxChanged, time.Hour)},
			category: diagnose.Undetermined, confidence: diagnose.Low, mentions: "boom", never: "sandbox",
		},
		{
			name: "a crash beside a sandbox that changed is the program's", log: "panic: boom\n",
			stories:  []story{exits(2, 3*time.Second), podEvent("SandboxChanged", sandboxChanged, 2*time.Minute)},
			category: diagnose.Undetermined, confidence: diagnose.Low, mentions: "boom", never: "sandbox",
		},
		{
			name: "the failures of a probe fit, though no Killing names it",
			stories: []story{
				exits(137, 90*time.Second), liveness(httpGet(0, 10, 5)),
				event("Unhealthy", `Liveness probe failed: Get "http://10.1.0.9:8080/healthz": context deadline exceeded`, 33, 2*time.Minute+30*time.Second),
			},
			category: diagnose.Probe, confidence: diagnose.Medium, mentions: "liveness probe", never: "sender is unknown",
		},
		{
			name: "too few failures of a probe prove nothing",
			stories: []story{
				exits(137, 90*time.Second), liveness(httpGet(0, 10, 5)),
				event("Unhealthy", `Liveness probe failed: Get "http://10.1.0.9:8080/healthz": context deadline exceeded`, 2, 2*time.Minute+30*time.Second),
			},
			category: diagnose.ExternalKill, confidence: diagnose.Low, mentions: "SIGKILL",
		},
		{
			name: "failures of an earlier run prove nothing",
			stories: []story{
				exits(143, 90*time.Second), liveness(httpGet(0, 10, 3)),
				event("Unhealthy", `Liveness probe failed: HTTP probe failed with statuscode: 500`, 9, 20*time.Minute),
			},
			category: diagnose.ExternalKill, confidence: diagnose.Low, mentions: "SIGTERM",
		},
		{
			name:     "without events the run lasts as long as a startup probe allows",
			stories:  []story{exits(143, 11*time.Second), startup(httpGet(1, 3, 3)), unread},
			category: diagnose.Probe, confidence: diagnose.Medium, mentions: "startup probe",
		},
		{
			name:     "exit 0 in that time has two readings",
			stories:  []story{exits(0, 11*time.Second), startup(httpGet(1, 3, 3)), unread},
			category: diagnose.Undetermined, confidence: diagnose.Low, mentions: "its work is done",
		},
		{
			name:     "events that were read and report no failure speak against the probe",
			stories:  []story{exits(0, 11*time.Second), startup(httpGet(1, 3, 3))},
			category: diagnose.CleanExit, confidence: diagnose.High, mentions: "exit",
		},
		{
			name: "137 within a second, with its own words", log: "Failed to create CoreCLR, HRESULT: 0x80004005\n",
			stories:  []story{exits(137, 0)},
			category: diagnose.Undetermined, confidence: diagnose.Low, mentions: "CoreCLR", never: "SIGKILL, sent",
		},
		{
			name: "its supervisor killed it", log: "worker 7 did not answer\nSending SIGKILL to worker 7\n",
			stories:  []story{exits(137, time.Hour)},
			category: diagnose.ExternalKill, confidence: diagnose.Medium, mentions: "supervisor",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := newWorld(1, c.log, c.stories...).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
			if i < 0 {
				t.Fatal("no item")
			}
			got := items[i].Cause
			if got.Category != c.category || got.Confidence != c.confidence {
				t.Errorf("%s (%s), want %s (%s): %s", got.Category, got.Confidence, c.category, c.confidence, got.Summary)
			}
			text := fmt.Sprint(got.Summary, got.Evidence)
			if !strings.Contains(text, c.mentions) {
				t.Errorf("%q is not mentioned: %s", c.mentions, text)
			}
			if c.never != "" && strings.Contains(text, c.never) {
				t.Errorf("%q is mentioned: %s", c.never, text)
			}
		})
	}
}

// Containers that wait for an init container are not items: the init container
// is, if it is unhealthy.
func TestInitContainerFirst(t *testing.T) {
	p := one("web", corev1.RestartPolicyAlways, waits("PodInitializing", 3))
	p.Spec.InitContainers = []corev1.Container{{Name: "migrate"}}
	p.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: "migrate", RestartCount: 3, State: corev1.ContainerState{
		Running: &corev1.ContainerStateRunning{StartedAt: ago(time.Minute)},
	}, LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 0, Reason: "Completed", FinishedAt: ago(time.Hour)}}}}
	s := &snapshot.Snapshot{}
	s.Add(p)
	if got := verdicts(s); len(got) != 0 {
		t.Errorf("got %v, want no item: the init container only runs again", got)
	}
	p.Status.InitContainerStatuses[0].LastTerminationState.Terminated.ExitCode = 1
	if got := verdicts(s); len(got) != 1 || got["web/migrate"].Status != diagnose.Thrashing {
		t.Errorf("got %v, want migrate alone", got)
	}
}

// A pod that failed for a disruption did nothing wrong itself.
func TestDisruption(t *testing.T) {
	for reason, want := range map[string]struct {
		category diagnose.Category
		mentions string
	}{
		"PreemptionByScheduler":  {diagnose.ExternalKill, "higher priority"},
		"DeletionByTaintManager": {diagnose.Node, "taint"},
		"EvictionByEvictionAPI":  {diagnose.ExternalKill, "drain"},
		"DeletionByPodGC":        {diagnose.Node, "no longer exists"},
		"TerminationByKubelet":   {diagnose.Node, "kubelet"},
	} {
		p := one(
			"web",
			corev1.RestartPolicyNever,
			corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
				ExitCode: 143, Reason: "Error", StartedAt: ago(time.Hour), FinishedAt: ago(time.Minute),
			}}},
		)
		p.Status.Phase = corev1.PodFailed
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: reason}}
		s := &snapshot.Snapshot{}
		s.Add(p)
		got := verdicts(s)["web/c"].Cause
		if got.Category != want.category || got.Confidence != diagnose.High || !strings.Contains(got.Summary, want.mentions) {
			t.Errorf("%s: %s (%s): %s", reason, got.Category, got.Confidence, got.Summary)
		}
	}
}
