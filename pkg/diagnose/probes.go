package diagnose

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// probe is one of the probes for which the kubelet kills a container. Its figures
// are filled in as the API server does.
type probe struct {
	which     string // "liveness" or "startup"
	spec      *corev1.Probe
	container *corev1.Container
	delay     time.Duration
	period    time.Duration
	timeout   time.Duration
	failures  int32
}

// probeOf returns a probe of the container, and false if it has none of that kind.
func probeOf(c *corev1.Container, which string) (probe, bool) {
	spec := c.LivenessProbe
	if which == "startup" {
		spec = c.StartupProbe
	}
	p := probe{which: which, spec: spec, container: c}
	if spec == nil {
		return p, false
	}
	// The defaults of the API server, which manifests in files need not have (k8s.io/kubernetes
	// pkg/apis/core/v1/defaults.go SetDefaults_Probe).
	p.delay = seconds(spec.InitialDelaySeconds)
	p.period = seconds(cmp.Or(spec.PeriodSeconds, 10))
	p.timeout = seconds(cmp.Or(spec.TimeoutSeconds, 1))
	p.failures = cmp.Or(spec.FailureThreshold, 3)
	return p, true
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

// budget returns how long a container that never passes the probe runs before
// the kubelet kills it, at least and at most: the kubelet probes at ticks of the
// period, and does not align them with the start (k8s.io/kubernetes
// pkg/kubelet/prober/worker.go, 1.37).
func (p probe) budget() (least, most time.Duration) {
	n := time.Duration(p.failures)
	return p.delay + (n-1)*p.period, p.delay + n*p.period + p.timeout
}

// budgetText returns what a container gets before the kubelet kills it: "the liveness probe gives 25s
// from the start: 5s delay, then 3 failures every 10s".
func (p probe) budgetText() string {
	least, _ := p.budget()
	delay := "no delay"
	if p.delay > 0 {
		delay = wording.Exact(p.delay) + " delay"
	}
	return fmt.Sprintf("the %s probe gives %s from the start: %s, then %s every %s",
		p.which, wording.Lasted(least), delay, wording.Count(int(p.failures), "failure"), wording.Exact(p.period))
}

// describe returns what the probe asks for: "http-get :8080/healthz".
func (p probe) describe() string {
	switch s := p.spec; {
	case s == nil:
		return "which the template no longer has"
	case s.HTTPGet != nil:
		return fmt.Sprintf("http-get :%s%s", s.HTTPGet.Port.String(), s.HTTPGet.Path)
	case s.TCPSocket != nil:
		return "tcp-socket :" + s.TCPSocket.Port.String()
	case s.GRPC != nil:
		return fmt.Sprintf("grpc :%d", s.GRPC.Port)
	case s.Exec != nil:
		return "exec " + quoted(strings.Join(s.Exec.Command, " "))
	}
	return "of no kind"
}

// portText returns the port that the probe asks as the manifest has it: a number or the name of a
// declared port, "" if it asks none.
func (p probe) portText() string {
	switch s := p.spec; {
	case s == nil:
	case s.TCPSocket != nil:
		return s.TCPSocket.Port.String()
	case s.HTTPGet != nil:
		return s.HTTPGet.Port.String()
	case s.GRPC != nil:
		return strconv.Itoa(int(s.GRPC.Port))
	}
	return ""
}

// port returns the number of the port that the probe asks, 0 if it asks none.
func (p probe) port() int {
	name := p.portText()
	for _, port := range p.container.Ports {
		if port.Name == name && name != "" {
			return int(port.ContainerPort)
		}
	}
	number, _ := strconv.Atoi(name) // the name of a port that is not declared: 0, unknown
	return number
}

// failedProbe is a probe that failed.
type failedProbe struct {
	probe
	message string // of the latest event that reports the failure, "" if none does
	serves  int    // the other port on which the program listens according to its log, 0 if it names none
	line    string // the log line that names this port, or else the address that the probe asked
}

// newFailedProbe completes a probe with the event about its failure and with what the log reports.
// A program that answers, whatever it answers, listens on the port of the probe.
func newFailedProbe(u Container, log reading, p probe, message string) failedProbe {
	out := failedProbe{probe: p, message: message}
	if message == "" || noListener.MatchString(message) {
		out.serves, out.line = log.otherPort(p.port())
	}
	if statusCode.MatchString(message) {
		out.line = log.naming(u.container.Pod.Status.PodIP)
	}
	return out
}

// naming returns the first log line that has a word, "" if none has it.
func (r reading) naming(word string) string {
	for _, l := range r.Lines {
		if word != "" && hasWord(l.Text, word) {
			return quoted(l.Quote())
		}
	}
	return ""
}

// otherPort returns the port on which the program reports to listen, and the line, if no line names
// the port that is asked; 0 if one does.
func (r reading) otherPort(asked int) (port int, line string) {
	if asked == 0 {
		return 0, ""
	}
	for _, l := range r.Lines {
		switch named := listensOn(l.Text); {
		case hasWord(l.Text, strconv.Itoa(asked)):
			return 0, ""
		case named != 0 && port == 0:
			port, line = named, quoted(l.Quote())
		}
	}
	return port, line
}

// What the messages of failed probes show: "HTTP probe failed with statuscode: 503", "dial tcp
// 10.244.0.7:8080: connect: connection refused", "context deadline exceeded".
var (
	statusCode = lazyregexp.New(`statuscode: (\d{3})`)
	noListener = lazyregexp.New(`(?i)connection refused`)
	reset      = lazyregexp.New(`connection reset by peer|\bEOF$`)
	tooSlow    = lazyregexp.New(`(?i)deadline exceeded|timed? ?out|Client\.Timeout`)
	// execSlow is the kubelet's own message, behind which the command may have printed anything.
	execSlow = lazyregexp.New(`(?s)^command (?:timed out: )?".*" timed out`)
	// socketOf is the address before the error of a socket.
	socketOf = lazyregexp.New(`^(?:Get ".*": )?(?:(?:dial|read|write) tcp \S+: (?:connect|read|write): )?`)
)

// fails states that the probe fails and why, if an event reports it: "its liveness probe
// (http-get :8080/healthz) fails: HTTP status 503".
func (p failedProbe) fails() string {
	text := fmt.Sprintf("its %s probe (%s) fails", p.which, p.describe())
	if answer := p.answer(); answer != "" {
		text += ": " + answer
	}
	if p.serves != 0 {
		text += fmt.Sprintf("; its log reports that it listens on port %d", p.serves)
	}
	return text
}

// answer returns in short what the probe got (k8s.io/kubernetes pkg/kubelet/prober/prober.go and
// pkg/probe, 1.37), "" if no event has it.
func (p failedProbe) answer() string {
	_, got, _ := strings.Cut(p.message, "ed: ") // "Liveness probe failed: ", "Startup probe errored: "
	got, _, _ = strings.Cut(strings.TrimSpace(got), "\n")
	slow := tooSlow
	if p.spec != nil && p.spec.Exec != nil {
		slow = execSlow
	}
	code := statusCode.FindStringSubmatch(got)
	switch {
	case p.spec == nil || got == "":
		return ""
	case code != nil:
		return "HTTP status " + code[1]
	case slow.MatchString(got):
		return "no answer within " + wording.Exact(p.timeout)
	case p.spec.Exec != nil:
		return quoted(got)
	}
	return quoted(strings.TrimPrefix(got, socketOf.FindString(got)))
}

// toConfirm returns what to look at: the field of the probe that decides, given the answer.
func (p failedProbe) toConfirm() string {
	if p.spec == nil {
		return "the probe that the pod was created with: its template no longer has one"
	}
	field := p.which + "Probe"
	if p.which == "startup" { // a program that is slow to start needs more of both
		field += ".failureThreshold and periodSeconds"
	}
	timeout := wording.Exact(p.timeout)
	code := statusCode.FindStringSubmatch(p.message)
	switch {
	case p.serves != 0:
		return fmt.Sprintf("the port of %sProbe, %s, beside port %d, on which the program listens by its log", p.which, p.portText(), p.serves)
	case code != nil:
		const advice = "why %s is answered with HTTP status %s: the path and port of %sProbe, or what the endpoint checks"
		return fmt.Sprintf(advice, p.describe(), code[1], p.which)
	case p.spec.Exec != nil:
		const advice = "what the command of %sProbe prints and how long it takes in the running container: timeoutSeconds is %s"
		return fmt.Sprintf(advice, p.which, timeout)
	case noListener.MatchString(p.message):
		const advice = "whether the program listens%s, on all addresses and not on localhost alone, and how long after its start: %s"
		return fmt.Sprintf(advice, p.onPort(), field)
	case reset.MatchString(p.message):
		return fmt.Sprintf("who accepts the connection%s and closes it: a proxy of a service mesh, or a server that expects TLS", p.onPort())
	case tooSlow.MatchString(p.message):
		return fmt.Sprintf("how long the program takes to answer%s: timeoutSeconds of %sProbe is %s", p.onPort(), p.which, timeout)
	}
	return fmt.Sprintf("on which port and path the program really answers, and after how long: %s is %s", field, p.describe())
}

// onPort names the port of the probe within a sentence: " on port 8080"; "" if it is not known.
func (p probe) onPort() string {
	if n := p.port(); n != 0 {
		return fmt.Sprintf(" on port %d", n)
	}
	return ""
}

// listening is a line in which a program reports the port that it serves. The
// minutes of a time of day are no port.
var (
	listening = lazyregexp.New(`(?i)\b(?:listening|serving|started|starting|running|ready|bound|server)\b`)
	itsPort   = lazyregexp.New(`(?i)\bport[ =:"]{1,3}(\d{2,5})\b|(?:^|[^\d:]):(\d{2,5})\b|\d\.\d{1,3}:(\d{2,5})\b|\]:(\d{2,5})\b`)
)

// listensOn returns the port that the program serves according to a log line, 0 if the
// line names none.
func listensOn(line string) int {
	if !listening.MatchString(line) {
		return 0
	}
	m := itsPort.FindStringSubmatch(line)
	if m == nil {
		return 0
	}
	port, _ := strconv.Atoi(m[1] + m[2] + m[3] + m[4]) // one of them is set, with digits alone
	return port
}
