package diagnose

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// The messages are those of the kubelet (k8s.io/kubernetes pkg/probe, 1.37).
func TestWhatAProbeGets(t *testing.T) {
	get := corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(8081), Path: "/healthz"}}
	run := corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"ping"}}}
	const (
		asked     = `Liveness probe failed: Get "http://10.1.0.9:8081/healthz": `
		listening = "INFO listening on :8080"
		both      = "INFO listening on :8080, admin on :8081"
	)
	for _, c := range []struct {
		name    string
		handler corev1.ProbeHandler
		message string
		log     string
		want    string // at the end of the sentence
		confirm string
	}{
		{
			"nobody listens, and another port is served", get, asked + `dial tcp 10.1.0.9:8081: connect: connection refused`,
			listening, "fails: connection refused; its log reports that it listens on port 8080", "8081, beside port 8080",
		},
		{
			"both ports are served later", get, asked + `dial tcp 10.1.0.9:8081: connect: connection refused`,
			both, "fails: connection refused", "whether the program listens on port 8081",
		},
		{
			"what answers listens", get, `Liveness probe failed: HTTP probe failed with statuscode: 503`,
			listening, "fails: HTTP status 503", "is answered with HTTP status 503",
		},
		{
			"a proxy before it", get, asked + `read tcp 10.1.0.1:40362->10.1.0.9:8081: read: connection reset by peer`,
			listening, "fails: connection reset by peer", "who accepts the connection on port 8081",
		},
		{
			"no answer", get, asked + `context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
			listening, "fails: no answer within 1s", "timeoutSeconds of livenessProbe is 1s",
		},
		{
			"a command that hangs", run, `Liveness probe failed: command timed out: "ping" timed out after 1s`,
			"", "fails: no answer within 1s", "what the command of livenessProbe prints",
		},
		{
			"a command that reports a timeout of its own", run, "Liveness probe failed: timeout: failed to connect service \":50051\" within 5s\n",
			"", `fails: timeout: failed to connect service ":50051" within 5s`, "what the command of livenessProbe prints",
		},
		{"no event", get, "", listening, "fails; its log reports that it listens on port 8080", "beside port 8080"},
	} {
		t.Run(c.name, func(t *testing.T) {
			container := &corev1.Container{LivenessProbe: &corev1.Probe{ProbeHandler: c.handler}}
			spec, _ := probeOf(container, "liveness")
			log := reading{Analysis: logs.Analyze(c.log)}
			p := newFailedProbe(Container{container: pod.Container{Pod: &corev1.Pod{}, Spec: container}}, log, spec, c.message)
			if got := p.fails(); !strings.HasSuffix(got, c.want) {
				t.Errorf("got %q, want %q at its end", got, c.want)
			}
			if got := p.toConfirm(); !strings.Contains(got, c.confirm) {
				t.Errorf("got %q, want %q in it", got, c.confirm)
			}
		})
	}
}

// A program that refuses the address that the probe asks for reports it.
func TestHostOfAProbeIsQuoted(t *testing.T) {
	container := &corev1.Container{LivenessProbe: &corev1.Probe{}}
	spec, _ := probeOf(container, "liveness")
	own := &corev1.Pod{Status: corev1.PodStatus{PodIP: "10.1.0.9"}}
	log := reading{Analysis: logs.Analyze("INFO client 10.1.0.90\nInvalid HTTP_HOST header: '10.1.0.9:8080'.")}
	p := newFailedProbe(Container{container: pod.Container{Pod: own, Spec: container}}, log, spec,
		"Liveness probe failed: HTTP probe failed with statuscode: 400")
	if want := "Invalid HTTP_HOST header: '10.1.0.9:8080'."; p.line != want {
		t.Errorf("got %q, want %q", p.line, want)
	}
}
