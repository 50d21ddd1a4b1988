package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// probeKill judges containers that the kubelet ends for a failing probe.
func probeKill(f *caseFile) *Cause {
	if !f.end.known() {
		return nil
	}
	if f.end.Reason == "OOMKilled" {
		return nil
	}
	which, kills := f.killer()
	spec := f.probe(which)
	if kills.count == 0 || !f.endedBySignal() {
		return nil
	}
	cause := &Cause{Category: Probe, Confidence: High, Culprit: f.self()}
	cause.Summary = fmt.Sprintf("its process runs, and its %s probe (%s) has the kubelet kill it", which, describe(spec))
	cause.Evidence = []Claim{claim("event Killing of pod "+f.Pod, "%s (%d times, last %s before)", quoted(kills.message), kills.count, wording.Lasted(f.s.At.Sub(kills.last)))}
	if u := f.happened.unhealthy[which]; u.count > 0 {
		cause.Evidence = append(cause.Evidence, claim("event Unhealthy of pod "+f.Pod, "%s", quoted(u.message)))
	}
	cause.Evidence = append(cause.Evidence, f.end.claim())
	cause.Evidence = append(cause.Evidence, f.budget(which, spec)...)
	if spec != nil && spec.TCPSocket == nil && spec.HTTPGet == nil {
		cause.WouldSettle = append(cause.WouldSettle, "the probe's command, run in the container by hand")
	} else {
		cause.WouldSettle = append(cause.WouldSettle, "on which port and path the program really answers, and after how long")
	}
	if f.c.Status.RestartCount > 3*kills.count+3 {
		cause.Confidence = Medium
		cause.Against = append(cause.Against, claim("events of pod "+f.Pod, "only %d of %s are told to be of the probe; events are limited in number, and expire", kills.count, wording.Count(int(f.c.Status.RestartCount), "restart")))
	}
	return f.history.blame(cause)
}

// killer returns the probe that the events say kills the container, the later one.
func (f *caseFile) killer() (string, occurrences) {
	which := "liveness"
	if f.happened.kills["startup"].last.After(f.happened.kills["liveness"].last) {
		which = "startup"
	}
	return which, f.happened.kills[which]
}

func (f *caseFile) probe(which string) *corev1.Probe {
	if which == "startup" {
		return f.c.Spec.StartupProbe
	}
	return f.c.Spec.LivenessProbe
}

// endedBySignal reports whether the last run can have been ended by the
// kubelet: killed, told to end, or ended in order after being told. A program
// that crashed by itself says so.
func (f *caseFile) endedBySignal() bool {
	switch f.end.ExitCode {
	case 137, 143, 0, 130, 129:
		return true
	}
	if f.state.ProbeKilled {
		return true
	}
	_, kills := f.killer()
	end := f.end.FinishedAt.Sub(kills.last)
	grace := 30 * time.Second
	if g := f.c.Pod.Spec.TerminationGracePeriodSeconds; g != nil {
		grace = time.Duration(*g) * time.Second
	}
	return end >= -2*time.Second && end <= grace+5*time.Second
}

// describe says what a probe asks for.
func describe(p *corev1.Probe) string {
	switch {
	case p == nil:
		return "which the template no longer has"
	case p.HTTPGet != nil:
		return fmt.Sprintf("http-get :%s%s", p.HTTPGet.Port.String(), p.HTTPGet.Path)
	case p.TCPSocket != nil:
		return "tcp-socket :" + p.TCPSocket.Port.String()
	case p.GRPC != nil:
		return fmt.Sprintf("grpc :%d", p.GRPC.Port)
	case p.Exec != nil:
		return "exec " + quoted(strings.Join(p.Exec.Command, " "))
	}
	return "of no kind"
}

var listening = regexp.MustCompile(`(?i)(?:listening|serving|started|running|ready|bound|server)\b.{0,60}?(?:port\D{0,3}|:)(\d{2,5})\b`)

// budget does the arithmetic of a probe, and compares it with the run.
func (f *caseFile) budget(which string, p *corev1.Probe) []Claim {
	if p == nil {
		return nil
	}
	period, failures := cmp.Or(p.PeriodSeconds, 10), cmp.Or(p.FailureThreshold, 3)
	least := time.Duration(p.InitialDelaySeconds+period*(failures-1)) * time.Second
	text := fmt.Sprintf("the %s probe gives %s from the start: %s delay, then %d failures every %ds", which, wording.Lasted(least), words0(p.InitialDelaySeconds), failures, period)
	if ran, known := pod.RanFor(f.end.ContainerStateTerminated); known {
		text += fmt.Sprintf("; the last run lasted %s", wording.Lasted(ran))
	}
	out := []Claim{claim("pod template", "%s", text)}
	port := ""
	if p.TCPSocket != nil {
		port = f.portNumber(p.TCPSocket.Port.String())
	} else if p.HTTPGet != nil {
		port = f.portNumber(p.HTTPGet.Port.String())
	}
	for _, l := range f.read.Lines {
		if m := listening.FindStringSubmatch(l.Text); m != nil && port != "" && m[1] != port {
			out = append(out, claim(f.read.source, "the program listens on %s, the probe asks port %s: %s", m[1], port, quoted(l.Quote())))
			break
		}
	}
	return out
}

func words0(seconds int32) string {
	if seconds == 0 {
		return "no"
	}
	return fmt.Sprintf("%ds", seconds)
}

// portNumber resolves the name of a container port.
func (f *caseFile) portNumber(port string) string {
	for _, p := range f.c.Spec.Ports {
		if p.Name == port {
			return fmt.Sprint(p.ContainerPort)
		}
	}
	return port
}

// stopped judges programs that ended in order because they were told to.
func (f *caseFile) stopped() *Cause {
	line, _ := f.read.stop()
	cause := &Cause{
		Category: ExternalKill, Confidence: Low, Culprit: f.self(),
		Summary:     "it was told to end (SIGTERM), and ended in order; who told it is not seen",
		Evidence:    []Claim{f.end.claim(), claim(f.read.source, "%s", line)},
		WouldSettle: []string{"the events of the pod at the time of the end (they expire after an hour)"},
	}
	p, which := f.c.Spec.LivenessProbe, "liveness"
	if p == nil {
		p, which = f.c.Spec.StartupProbe, "startup"
	}
	if p != nil {
		cause.Category = Probe
		cause.Summary = fmt.Sprintf("it was told to end (SIGTERM), most likely for its %s probe (%s)", which, describe(p))
		cause.Evidence = append(cause.Evidence, f.budget(which, p)...)
		if u := f.happened.unhealthy[which]; u.count > 0 {
			cause.Confidence = Medium
			cause.Evidence = append(cause.Evidence, claim("event Unhealthy of pod "+f.Pod, "%s", quoted(u.message)))
		}
	}
	return cause
}
