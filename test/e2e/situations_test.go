package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// situation is a rollout that is led to a state in which it stays, and what
// kubectl rsmap and kubectl rollout status report of it then.
type situation struct {
	manifest string
	steps    []string // kubectl commands, one after the other, their words separated by one blank
	workload string   // TYPE/NAME, deployment/web if empty
	want     string   // see Lab.condensed
	says     []string // parts of the summary or of the notes
	status   string   // the answer of rollout status, see rolloutStatus; empty if it knows no such kind
	blind    string   // why rollout status says otherwise than rsmap; empty if they agree
	then     []string // further kubectl commands
	becomes  string   // the line after them
}

// behaviours are images by what their containers do.
var behaviours = map[string][]string{
	"sit/ok:1":    {"listen=8080", "http=200"},
	"sit/ok:2":    {"listen=8080", "http=200"},
	"sit/ok:3":    {"listen=8080", "http=200"},
	"sit/never:1": {"listen=8080", "http=503"},
	"sit/never:2": {"listen=8080", "http=503"},
	"sit/stays:1": {"listen=8080", "http=200", "stop=never"},
	"sit/slow:1":  {"listen=8080", "http=503,200@3s"},
	"sit/crash:1": {"exit=1", "err=panic: no route"},
	"sit/later:1": {"listen=8080", "http=200", "run=3s", "exit=1"},
	"sit/done:1":  {"run=1s"},
	"sit/twice:1": {"script=0s/1,0s/0"},
	"sit/six:1":   {"run=6s"},
	"sit/late:1":  {"listen=8080", "http=503,200@60s"},
}

// TestSituations leads rollouts into situations under the real controllers,
// and compares what rsmap reports of each with what is expected, and with what
// kubectl rollout status reports.
func TestSituations(t *testing.T) {
	l := theLab(t)
	l.NeedNodes(t)
	for image, words := range behaviours {
		l.Image(t, image, words...)
	}
	for _, table := range []map[string]situation{deploymentSituations, laterSituations, troubles, refusals, brokenOtherwise, statefulSetSituations, daemonSetSituations, otherSituations} {
		for name, s := range table {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s.play(t, newSpace(t))
			})
		}
	}
}

func (s situation) play(t *testing.T, l *Lab) {
	t.Helper()
	workload := cmp.Or(s.workload, "deployment/web")
	manifest := strings.ReplaceAll(s.manifest, "NAMESPACE", l.Current)
	if quota, rest, several := strings.Cut(manifest, "---\n"); several && strings.Contains(quota, "kind: ResourceQuota\n") {
		// Admission does not know a new quota at once: what is created with it may pass.
		l.Apply(t, quota)
		l.steps(t, []string{"wait resourcequota/none --for=jsonpath={.status.hard}"})
		manifest = rest
	}
	l.Apply(t, manifest)
	states := l.record(t, workload)
	from := 0
	for _, step := range s.steps {
		from = states.len()
		if step == applyAgain {
			l.Apply(t, s.manifest)
			continue
		}
		l.steps(t, []string{step})
	}
	w, answer := l.reaches(t, states, from, workload, aim{s.want, s.says, s.status})
	late := w.Phase == rollout.Stalled && strings.HasPrefix(s.want, string(rollout.Progressing))
	if agrees := agree(w.Phase, answer); agrees != (s.blind == "") && answer != "" && !late {
		t.Errorf("rsmap says %s, rollout status %s; known to be blind: %q", w.Phase, answer, s.blind)
	}
	if s.becomes != "" {
		from := states.len()
		l.steps(t, s.then)
		l.reaches(t, states, from, workload, aim{condensed: s.becomes})
	}
}

// applyAgain is a step that applies the manifest of the situation.
const applyAgain = "apply"

// steps runs kubectl commands. One that begins with "! " is repeated until it is refused, and one that
// waits until it succeeds: kubectl wait fails at once if what it is to wait for does not exist yet.
func (l *Lab) steps(t *testing.T, steps []string) {
	t.Helper()
	for _, step := range steps {
		step, refused := strings.CutPrefix(step, "! ")
		args := strings.Split(strings.ReplaceAll(step, "NAMESPACE", l.Current), " ")
		if refused {
			l.WaitFor(t, step+" to be refused", func() bool { _, err := l.output(args...); return err != nil })
			continue
		}
		switch {
		case args[0] == "wait":
			args = append(args, "--timeout=10s")
			l.WaitFor(t, step, func() bool { _, err := l.output(args...); return err == nil })
		case args[0] == "rollout" && args[1] == "status":
			l.Do(t, append(args, patiently)...)
		default:
			l.Do(t, args...)
		}
	}
}

// aim is a state that a workload should come to.
type aim struct {
	condensed string
	says      []string // parts of the summary, the notes and the messages
	status    string   // what rollout status reports; empty if that does not matter
}

// met reports whether a state is the one aimed at.
func (a aim) met(l *Lab, w rollout.Workload) bool {
	text := w.Summary + "\n" + strings.Join(w.Notes, "\n")
	for _, b := range w.BlockedBy {
		text += "\n" + b.Message
	}
	for _, o := range w.Orphans {
		text += "\n" + o.Kind + " " + o.Reason
	}
	missing := slices.ContainsFunc(a.says, func(part string) bool { return !strings.Contains(text, part) })
	is := refusedAgain.ReplaceAllString(l.condensed(w), "$1")
	return !missing && slices.Contains([]string{a.condensed, later(a.condensed)}, is)
}

// refusedAgain matches what a controller may do with pods that their node refuses: it depends on whether
// the pod of the moment has failed already or is the next one, which is to fail some milliseconds later.
var refusedAgain = regexp.MustCompile(`, may \S+ \S+, waits for \d+(, Pod SysctlForbidden)$`)

// later returns the condensed line of a rollout with a pod that has not been ready for
// a minute. On a busy machine the event of its probe may come as late as that.
func later(line string) string {
	rest, early := strings.CutPrefix(line, string(rollout.Progressing))
	if early && strings.HasSuffix(line, ", Pod Unhealthy") {
		return string(rollout.Stalled) + rest
	}
	return line
}

// reaches waits until rsmap has reported the state aimed at, from the given state
// on, and until rollout status reports what it should while the state holds. If the
// state has passed before rollout status was asked, its answer is empty.
func (l *Lab) reaches(t *testing.T, states *recorder, from int, workload string, to aim) (rollout.Workload, string) {
	t.Helper()
	if labVersion() == "1.34" { // which does not count them
		to.condensed = terminating.ReplaceAllString(to.condensed, "")
	}
	answer := ""
	asked := false // rollout status, while the state held
	from = max(0, from-1)
	for began := time.Now(); time.Since(began) < waitTimeout; time.Sleep(100 * time.Millisecond) {
		all := states.since(from)
		at := slices.IndexFunc(all, func(w rollout.Workload) bool { return to.met(l, w) })
		switch {
		case at < 0:
			continue
		case to.status == "":
			return all[at], ""
		case to.met(l, all[len(all)-1]):
			answer = l.rolloutStatus(t, workload)
			all = states.since(from)
			held := to.met(l, all[len(all)-1])
			if answer == to.status && held {
				return all[at], answer
			}
			asked = asked || held
		case !asked && time.Since(began) > passed:
			t.Logf("%s was %s, but no longer when rollout status was asked", workload, to.condensed)
			return all[at], ""
		}
	}
	state, _, _ := l.Kubectl(t, "get", "all,events", "-o", "wide")
	was := ""
	for _, w := range states.since(0) {
		was += "\n  " + l.condensed(w) + "\n    " + w.Summary
	}
	t.Fatalf("%s\nnever became %s %q\nrollout status reports %q, want %q\nit was:%s\n%s",
		workload, to.condensed, to.says, answer, to.status, was, state)
	return rollout.Workload{}, ""
}

// passed is how long a state that passed by may take to come again.
const passed = 20 * time.Second

var terminating = regexp.MustCompile(`, terminating \d+`)

// mapOf returns what kubectl-rsmap reports of one workload.
func (l *Lab) mapOf(t *testing.T, workload string) rollout.Workload {
	t.Helper()
	var report struct{ Items []rollout.Workload }
	out := l.Plugin(t, "rsmap", workload, "-o", "json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Items) != 1 {
		t.Fatalf("rsmap %s: %v, %d items:\n%s", workload, err, len(report.Items), out)
	}
	return report.Items[0]
}

// condensed returns a workload in one line:
//
//	PHASE UPDATED/DESIRED ready READY available AVAILABLE, terminating N, may +CREATE -DELETE, waits for N, revisions NEW+OLD, KIND REASON, ...
//
// What is absent is left out; the blockers are the end of it. Revisions stand
// there with the pods that they are to have, where more than one is to have any.
func (l *Lab) condensed(w rollout.Workload) string {
	var b strings.Builder
	b.WriteString(string(w.Phase))
	number := func(format string, n *int32) {
		if n != nil {
			fmt.Fprintf(&b, format, *n)
		}
	}
	number(" %d", w.Updated)
	number("/%d", w.Desired)
	number(" ready %d", w.Ready)
	number(" available %d", w.Available)
	if n := w.Terminating; n != nil && *n > 0 {
		number(", terminating %d", n)
	}
	if n := w.Next; n != nil {
		fmt.Fprintf(&b, ", may +%d -%d, waits for %d", n.MayCreate, n.MayDelete, len(n.WaitingFor))
	}
	var sizes []string
	for _, r := range w.Revisions {
		if n := r.Desired; n != nil && (*n > 0 || r.Current) {
			sizes = append(sizes, strconv.Itoa(int(*n)))
		}
	}
	if len(sizes) > 1 {
		b.WriteString(", revisions " + strings.Join(sizes, "+"))
	}
	if w.ScaledBy != nil {
		b.WriteString(", scaled by " + w.ScaledBy.Kind)
	}
	last := ""
	for _, blocker := range w.BlockedBy {
		reason := blocker.Reason
		if reason == "MinReadySeconds" {
			continue // how many pods it is changes every second
		}
		if reason == "NotReady" {
			reason = "Unhealthy" // the event of the probe may come late
		}
		if slices.Contains([]string{"CrashLoopBackOff", "Error", "Restarted", "StartError", "RunContainerError"}, reason) {
			reason = "crashes" // what it is in changes every second
		}
		if now := blocker.Kind + " " + reason; now != last {
			b.WriteString(", " + now)
			last = now
		}
	}
	return b.String()
}

// rolloutStatus runs kubectl rollout status once and returns its answer in a word: done,
// waiting, timed out, or refused if it does not judge that strategy.
func (l *Lab) rolloutStatus(t *testing.T, workload string) string {
	t.Helper()
	out, errs, exit := l.Kubectl(t, "rollout", "status", workload, "--watch=false")
	switch {
	case strings.Contains(errs, "exceeded its progress deadline"):
		return "timed out"
	case strings.Contains(errs, "rollout status is only available for"):
		return "refused"
	case exit != 0:
		t.Fatalf("rollout status %s: exit %d: %s", workload, exit, errs)
	case strings.HasPrefix(out, "Waiting for"):
		return "waiting"
	case strings.Contains(out, "successfully rolled out"), strings.Contains(out, "partitioned roll out complete"), strings.Contains(out, "rolling update complete"):
		return "done"
	}
	t.Fatalf("rollout status %s says what nobody knows: %s", workload, out)
	return ""
}

// agree reports whether a phase and the answer of rollout status are no contradiction.
func agree(p rollout.Phase, answer string) bool {
	switch answer {
	case "done":
		return p == rollout.Complete || p == rollout.ScaledToZero
	case "waiting":
		return p == rollout.Progressing
	case "timed out":
		return p == rollout.Stalled
	case "refused":
		return false
	}
	return true
}

// manifest is that of a Deployment, StatefulSet or DaemonSet web with
// one container, main, that has a readiness probe. Lines of its spec, of its
// pods' spec and of the container may follow.
func manifest(kind, image, spec, pod, container string) string {
	service := ""
	if kind == "StatefulSet" {
		service = "  serviceName: web\n"
	}
	return fmt.Sprintf(`apiVersion: apps/v1
kind: %s
metadata: {name: web}
spec:
%s%s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
%s
      containers:
      - name: main
        image: %s
        readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, timeoutSeconds: 15, failureThreshold: 1}
%s
`, kind, service, indent(2, spec), indent(6, pod), image, indent(8, container))
}

func indent(by int, lines string) string {
	var out []string
	for line := range strings.Lines(lines) {
		out = append(out, strings.Repeat(" ", by)+strings.TrimSuffix(line, "\n"))
	}
	return strings.Join(out, "\n")
}
