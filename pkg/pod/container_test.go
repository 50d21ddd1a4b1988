package pod_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

func Example() {
	always := corev1.ContainerRestartPolicyAlways
	p := &corev1.Pod{Spec: corev1.PodSpec{
		InitContainers: []corev1.Container{{Name: "migrate"}, {Name: "proxy", RestartPolicy: &always}},
		Containers:     []corev1.Container{{Name: "web"}},
	}}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "web", State: corev1.ContainerState{
		Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"},
	}}}
	for c := range pod.Containers(p) {
		fmt.Println(c.Type, c.FieldPath(), c.Blocked())
	}
	// Output:
	// init spec.initContainers{migrate} false
	// sidecar spec.initContainers{proxy} false
	// app spec.containers{web} true
}

// The reasons stand in the kubelet's source as errors and constants: each is in
// the table once, and every other word is one that no kubelet gives.
func TestWaitingReasons(t *testing.T) {
	for reason, want := range map[string]pod.Wait{
		"":                           pod.WaitStarting,
		"PodInitializing":            pod.WaitStarting,
		"ContainerCreating":          pod.WaitStarting,
		"CrashLoopBackOff":           pod.WaitCrash,
		"RunContainerError":          pod.WaitCrash,
		"PostStartHookError":         pod.WaitCrash,
		"ImagePullBackOff":           pod.WaitPull,
		"SignatureValidationFailed":  pod.WaitPull,
		"ErrImageNeverPull":          pod.WaitRetry,
		"CreateContainerConfigError": pod.WaitRetry,
		"SomethingNew":               pod.WaitUnknown,
	} {
		w := pod.WaitingFor(reason)
		if w.Wait != want {
			t.Errorf("%q: %q, want %q", reason, w.Wait, want)
		}
		if want != pod.WaitUnknown && reason != "" && w.Source == "" {
			t.Errorf("%s has no source", reason)
		}
		if image := strings.Contains(reason, "Image") || strings.HasPrefix(reason, "Signature"); w.Image != image {
			t.Errorf("%s: image %v, want %v", reason, w.Image, image)
		}
	}
}

func TestRestarts(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	never := corev1.ContainerRestartPolicyNever
	in := []corev1.ContainerRestartRule{{
		Action:    corev1.ContainerRestartRuleActionRestart,
		ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{Operator: corev1.ContainerRestartRuleOnExitCodesOpIn, Values: []int32{42}},
	}}
	all := []corev1.ContainerRestartRule{{
		Action:    corev1.ContainerRestartRuleActionRestartAllContainers,
		ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{Operator: corev1.ContainerRestartRuleOnExitCodesOpNotIn, Values: []int32{0}},
	}}
	for _, c := range []struct {
		name   string
		typ    pod.Type
		policy corev1.RestartPolicy
		own    *corev1.ContainerRestartPolicy
		rules  []corev1.ContainerRestartRule
		code   int32
		reason string
		probe  bool
		again  bool
		all    bool
	}{
		{name: "always, exit 0", typ: pod.App, policy: "Always", again: true},
		{name: "on failure, exit 0", typ: pod.App, policy: "OnFailure"},
		{name: "on failure, exit 0 after a failed probe", typ: pod.App, policy: "OnFailure", probe: true, again: true},
		{name: "on failure, exit 1", typ: pod.App, policy: "OnFailure", code: 1, again: true},
		{name: "never", typ: pod.App, policy: "Never", code: 1},
		{name: "init, exit 0", typ: pod.Init, policy: "Always"},
		{name: "init, exit 1", typ: pod.Init, policy: "Always", code: 1, again: true},
		{name: "init, exit 0 after an OOM kill", typ: pod.Init, policy: "Always", reason: "OOMKilled", again: true},
		{name: "init of a pod that is never restarted", typ: pod.Init, policy: "Never", code: 1},
		{name: "sidecar of a pod that is never restarted", typ: pod.Sidecar, policy: "Never", again: true},
		{name: "ephemeral", typ: pod.Ephemeral, policy: "Always", code: 1},
		{name: "own policy wins", typ: pod.App, policy: "Never", own: &always, again: true},
		{name: "a rule wins over the own policy", typ: pod.App, policy: "Never", own: &never, rules: in, code: 42, again: true},
		{name: "a rule for another code", typ: pod.App, policy: "Never", own: &never, rules: in, code: 1},
		{name: "rules without an own policy do not count", typ: pod.App, policy: "Never", rules: in, code: 42},
		{name: "a probe sets rules aside", typ: pod.App, policy: "Never", own: &never, rules: in, code: 42, probe: true},
		{name: "a rule for all containers", typ: pod.App, policy: "Never", own: &never, rules: all, code: 1, again: true, all: true},
		{name: "a rule for all codes but this", typ: pod.App, policy: "Never", own: &never, rules: all},
	} {
		container := pod.Container{
			Type: c.typ, Pod: &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: c.policy}},
			Spec: &corev1.Container{RestartPolicy: c.own, RestartPolicyRules: c.rules},
		}
		again, all := container.Restarts(&corev1.ContainerStateTerminated{ExitCode: c.code, Reason: c.reason}, c.probe)
		if again != c.again || all != c.all {
			t.Errorf("%s: again %v, all %v, want %v, %v", c.name, again, all, c.again, c.all)
		}
	}
}

func TestEvents(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "web",
			Namespace:   "shop",
			UID:         "now",
			Annotations: map[string]string{"kubernetes.io/config.hash": "file"},
		},
	}
	event := func(uid types.UID, reason string, ago time.Duration) *corev1.Event {
		return &corev1.Event{
			InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "web", UID: uid},
			Type:           corev1.EventTypeWarning, Reason: reason, LastTimestamp: metav1.NewTime(at.Add(-ago)),
		}
	}
	x := pod.IndexEvents([]*corev1.Event{
		event(
			"now",
			"BackOff",
			time.Minute,
		), event("before", "Failed", 0), event("file", "Unhealthy", time.Second), event("", "FailedMount", time.Hour),
	})
	var got []string
	for _, e := range x.Of("Pod", p) {
		got = append(got, e.Reason)
	}
	if want := "Unhealthy BackOff FailedMount"; strings.Join(got, " ") != want {
		t.Errorf("events of the pod: %v, want %s", got, want)
	}
	if e := x.Latest("Pod", p, "FailedMount", "BackOff"); e == nil || e.Reason != "BackOff" {
		t.Errorf("latest: %v, want BackOff", e)
	}
	if e := x.Latest("Pod", p, "Failed"); e != nil {
		t.Error("the event of the pod that had the name before is taken for this one's")
	}
}

func TestSeen(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	created := metav1.NewTime(at)
	for name, c := range map[string]struct {
		event       corev1.Event
		first, last time.Duration
		times       int32
	}{
		"core/v1": {
			corev1.Event{FirstTimestamp: created, LastTimestamp: metav1.NewTime(at.Add(time.Hour)), Count: 4},
			0,
			time.Hour, 4,
		},
		"events.k8s.io/v1, once": {corev1.Event{EventTime: metav1.NewMicroTime(at.Add(time.Minute))}, time.Minute, time.Minute, 1},
		"events.k8s.io/v1, a series": {corev1.Event{
			EventTime: metav1.NewMicroTime(at), Series: &corev1.EventSeries{Count: 7, LastObservedTime: metav1.NewMicroTime(at.Add(time.Hour))},
		}, 0, time.Hour, 7},
		"nothing but its creation": {corev1.Event{ObjectMeta: metav1.ObjectMeta{CreationTimestamp: created}}, 0, 0, 1},
	} {
		first := pod.FirstSeen(&c.event)
		last := pod.LastSeen(&c.event)
		times := pod.Times(&c.event)
		if !first.Equal(at.Add(c.first)) || !last.Equal(at.Add(c.last)) || times != c.times {
			t.Errorf("%s: first %s, last %s, %d times", name, first, last, times)
		}
	}
}

func TestWhyNotPulled(t *testing.T) {
	for message, want := range map[string]string{
		`rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/denied:1": docker.io/library/denied:1: not found`: "no such tag or image",
		`failed to resolve reference: unexpected status from HEAD request to https://r/v2/a/manifests/1: 401 Unauthorized`:                      "not allowed to pull",
		`toomanyrequests: You have reached your unauthenticated pull rate limit.`:                                                               "registry refuses: too many requests",
		`dial tcp: lookup registry.example on 10.0.0.10:53: no such host`:                                                                       "registry host name not found",
		`tls: failed to verify certificate: x509: certificate signed by unknown authority`:                                                      "registry certificate not trusted",
		`proof failed`: "",
		`port 4040`:    "",
	} {
		got, _ := pod.WhyNotPulled(message, "docker.io/library/denied:1")
		if got.Brief != want {
			t.Errorf("%s: %q, want %q", message, got.Brief, want)
		}
	}
}

// Nothing limits how many containers a pod has: each is found with its own status, in whatever order those are, and all
// of them without a search of all statuses for each.
func TestStatusesOfManyContainers(t *testing.T) {
	const many = 100
	p := &corev1.Pod{}
	for i := range many {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: fmt.Sprint("c", i)})
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses,
			corev1.ContainerStatus{Name: fmt.Sprint("c", many-1-i), RestartCount: int32(many - 1 - i)})
	}
	p.Status.ContainerStatuses[0].Name = "another"                                                                       // c99 has none
	p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: "c7", RestartCount: 1}) // a second one
	i := 0
	for c := range pod.Containers(p) {
		want := int32(i)
		if i == many-1 {
			want = 0
		}
		found, _ := pod.Find(p, c.Name())
		if c.Status.RestartCount != want || found.Status.RestartCount != want || c.Reported != (i < many-1) || found.Reported != c.Reported {
			t.Errorf("%s: %d restarts, reported %v; found with %d", c.Name(), c.Status.RestartCount, c.Reported, found.Status.RestartCount)
		}
		i++
	}
}

func BenchmarkManyContainers(b *testing.B) {
	p := &corev1.Pod{}
	for i := range 1000 {
		name := fmt.Sprint("c", i)
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: name})
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: name})
	}
	for b.Loop() {
		for c := range pod.Containers(p) {
			_, _ = pod.Find(p, c.Name())
		}
	}
}
