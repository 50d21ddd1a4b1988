package diagnose

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// termination is how the last run of a container ended. It embeds nil if the
// API reports no termination; ask known first.
type termination struct {
	*corev1.ContainerStateTerminated
	pod string // its name, for the source of the claim
	// own is whether an exit code that looks like that of a signal is most likely
	// the program's own.
	own bool
	// who names the container if it is not an app container, with a space after it.
	who string
}

func (t termination) known() bool { return t.ContainerStateTerminated != nil }

// ran returns how long the last run lasted, and whether that is known.
func (t termination) ran() (time.Duration, bool) { return pod.RanFor(t.ContainerStateTerminated) }

// started returns when the last run started, zero if that is not known or it never did.
func (t termination) started() time.Time { return pod.Started(t.ContainerStateTerminated) }

// finished returns when the last run ended, zero if that is not known.
func (t termination) finished() time.Time { return pod.Finished(t.ContainerStateTerminated) }

// neverStarted reports whether the runtime could not start the process, so that there can be no
// log of it. The termination must be known.
func (t termination) neverStarted() bool { return pod.NeverStarted(t.ContainerStateTerminated) }

// because reports whether the runtime or the kubelet gave that reason.
func (t termination) because(reason string) bool { return t.known() && t.Reason == reason }

// brief returns with what code the last run ended: "ended with exit code 137 (SIGKILL), reason
// OOMKilled". The reason Error adds nothing to a code and is left out.
func (t termination) brief() string {
	if !t.known() {
		return "its last exit is not reported"
	}
	text := fmt.Sprintf("ended with exit code %d", t.ExitCode)
	if name := pod.Signal(t.ExitCode); name != "" && !t.own {
		text += " (" + name + ")"
	}
	if t.Reason != "" && t.Reason != "Error" {
		text += ", reason " + t.Reason
	}
	return text
}

// text returns with what code the last run ended, and after how long: "ended with exit code 1,
// after 3s".
func (t termination) text() string {
	if ran, known := t.ran(); known {
		return t.brief() + ", after " + wording.Lasted(ran)
	}
	return t.brief()
}

// source names the object that reports how the last run ended.
func (t termination) source() string { return "status of pod " + t.pod }

// claim states how the last run ended, as the status of the pod reports it.
func (t termination) claim() Claim { return claim(t.source(), "%s%s", t.who, t.text()) }

// signalled reports whether the exit code is one of those with which a program
// ends that is asked or forced to: by SIGHUP, SIGINT, SIGKILL or SIGTERM.
func (t termination) signalled() bool {
	if t.own {
		return false
	}
	switch t.ExitCode {
	case 129, 130, 137, 143: // 128 plus the number of the signal, as shells and container runtimes report it
		return true
	}
	return false
}

// faulted reports whether the processor stopped the program: SIGBUS, SIGFPE and
// SIGSEGV. No program ends so over what it was given or did not reach, although
// its log may complain about that.
func (t termination) faulted() bool {
	if !t.known() {
		return false
	}
	return t.ExitCode == 135 || t.ExitCode == 136 || t.ExitCode == 139
}

// ownCode reports whether an exit code that looks like that of a signal is more
// likely the program's own: it ran too short for anybody to have killed it, and
// its log complains.
func ownCode(log reading, end termination) bool {
	const tooShort = 2 * time.Second
	if !end.known() || end.ExitCode <= 128 || end.Reason != "Error" {
		return false
	}
	ran, known := end.ran()
	// A supervisor in the container can kill the program as soon as it starts.
	if _, supervised := log.last(logs.Killing); supervised {
		return false
	}
	return known && ran < tooShort && complaint.MatchString(log.line())
}

// complaint matches the words with which programs report that something is wrong.
var complaint = lazyregexp.New(
	`(?i)\b(?:error|fail(?:ed|ure)?|cannot|can't|could not|couldn't|unable|invalid|broken|missing|unsupported|unknown|refused|rejected|not)\b`)
