package diagnose

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// lastWords analyses what the container wrote last: the log of the run that
// ended, or else its termination message, or else the log of another pod of the
// same revision that exits alike.
func (q *inquiry) lastWords(f *caseFile) reading {
	if got := q.log(f.c); got.known {
		return got
	}
	// The message of a process that never started is the runtime's, not the program's.
	if f.end.known() && f.end.Message != "" && !f.end.neverStarted() {
		return read(snapshot.Log{Text: f.end.Message}, "termination message of pod "+f.Pod)
	}
	return q.borrow(f)
}

// previous reports which log holds the end of the last run: that of the instance
// before, if one runs now.
func previous(c pod.Container) bool { return c.Running() }

// logOf is the key of the log of the instance that exited last.
func logOf(c pod.Container) snapshot.LogKey {
	return snapshot.LogKey{Namespace: c.Pod.Namespace, Pod: c.Pod.Name, Container: c.Spec.Name, Previous: previous(c)}
}

// log reads the log of the instance that exited last. While a container waits
// or has terminated, the kubelet gives the same log for both questions.
func (q *inquiry) log(c pod.Container) reading {
	key := logOf(c)
	if got := q.reading(key); got.known || c.Status.State.Waiting == nil || c.Last() == nil {
		return got
	}
	key.Previous = true
	return q.reading(key)
}

// reading analyses a log once.
func (q *inquiry) reading(key snapshot.LogKey) reading {
	got, done := q.readings[key]
	if done {
		return got
	}
	got = unread()
	if log, ok := q.s.Logs[key]; ok && isLog(log) {
		got = read(log, "log of the last run")
	}
	q.readings[key] = got
	return got
}

// borrower is what the containers have in common for which the same log stands in.
type borrower struct {
	now       *rollout.Revision
	container string
	exitCode  int32
}

// borrow returns the log of another pod of the revision in which the container exited
// alike, for a container whose own log is not known.
func (q *inquiry) borrow(f *caseFile) reading {
	if !f.end.known() {
		return unread()
	}
	key := borrower{f.history.now, f.Name, f.end.ExitCode}
	got, known := q.borrowed[key]
	if !known {
		got = q.firstLog(f.c, f.history.unhealthy)
		q.borrowed[key] = got
	}
	return got
}

// firstLog returns the first log that is known of pods in which a container exited alike.
func (q *inquiry) firstLog(c pod.Container, pods []*corev1.Pod) reading {
	for _, p := range pods {
		other, ok := pod.Find(p, c.Spec.Name)
		if !ok || !exitedAlike(c, other) {
			continue
		}
		if got := q.log(other); got.known {
			got.source = "log of the last run of pod " + p.Name
			got.other = true
			return got
		}
	}
	return unread()
}

// exitedAlike reports whether both containers exited, with the same code.
func exitedAlike(a, b pod.Container) bool {
	return a.Last() != nil && b.Last() != nil && a.Last().ExitCode == b.Last().ExitCode
}

// claim makes a piece of evidence of a sentence.
func claim(source, format string, args ...any) Claim {
	return Claim{Claim: fmt.Sprintf(format, args...), Source: source}
}

// claim quotes the line that explains the exit, with the lines that belong to it.
func (r reading) claim() Claim { return claim(r.source, "%s", r.passage()) }

// claims quotes the line that explains the exit, with the lines just around it
// that report the same kind of trouble: of warnings beside an error only those of the very kind.
func (r reading) claims() []Claim {
	out := []Claim{r.claim()}
	if r.Cause == nil {
		return out
	}
	for _, other := range r.Findings {
		line := quoted(r.Lines[other.Line].Quote())
		add := claim(r.source, "%s", line)
		if r.supports(other) && !strings.Contains(r.passage(), line) && !slices.Contains(out, add) {
			out = append(out, add)
		}
	}
	return out
}

// supports reports whether a finding stands just around the reason and points to the same side. A
// warning beside an error may be about something else.
func (r reading) supports(other logs.Finding) bool {
	const around = 3 // lines
	if other.Line < r.Cause.Line-around || other.Line > r.Cause.Line+around || categoryOf(other.Kind) != r.category() {
		return false
	}
	minor := r.Lines[other.Line].Level <= logs.Warn && r.Lines[r.Cause.Line].Level > logs.Warn
	return !minor || other.Kind == r.Cause.Kind
}

// last returns the last line of a kind.
func (r reading) last(kind logs.Kind) (string, bool) {
	found := r.Last(kind)
	if found == nil {
		return "", false
	}
	return quoted(r.Lines[found.Line].Quote()), true
}

// stop returns the line that reports that the program was asked to stop.
func (r reading) stop() (string, bool) {
	found := r.Stop()
	if found == nil {
		return "", false
	}
	return quoted(r.Lines[found.Line].Quote()), true
}
