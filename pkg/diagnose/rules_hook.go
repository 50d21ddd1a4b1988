package diagnose

import (
	"strconv"
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// postStart judges containers that the kubelet kills because their postStart hook
// fails. Only the waiting message after the start and older kubelets' events quote what the hook
// printed (k8s.io/kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer, 1.37).
func postStart(f *caseFile) *Cause {
	message, evidence := hookFailure(f)
	if len(evidence) == 0 {
		return nil
	}
	cause := &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:  "its postStart hook fails, and the kubelet kills the container for it",
		Evidence: evidence,
	}
	if hook := f.c.Spec.Lifecycle; hook != nil && hook.PostStart != nil && hook.PostStart.Exec != nil {
		cause.addEvidence(claim("pod "+f.Pod, "lifecycle.postStart.exec: %s", quoted(strings.Join(hook.PostStart.Exec.Command, " "))))
	}
	if words := hookWords(message); words != "" {
		cause.Summary += ": " + quoted(words)
	} else {
		cause.WouldSettle = []string{"what the hook prints: for a moment after each start the waiting message of the container has it"}
	}
	return f.history.blame(cause)
}

// hookFailure returns the message about the failed postStart hook that has most to say, and what
// shows the failure: the state of the container, or an event just before the container ended.
func hookFailure(f *caseFile) (message string, evidence []Claim) {
	if f.waitingFor("PostStartHookError") {
		message = f.c.Status.State.Waiting.Message
		return message, []Claim{claim(f.statusSource(), "waiting: PostStartHookError: %s", quoted(message))}
	}
	hooks := f.happened.hooks
	if !f.end.known() || !hooks.near(f.end.finished(), stopTime(f.c), 2*time.Second) {
		return "", nil
	}
	return hooks.message, []Claim{hooks.claim("event FailedPostStartHook of pod "+f.Pod, f.s.At), f.end.claim()}
}

// hookPrinted is what a hook printed, quoted as Go does, and hookError why it failed
// (k8s.io/kubernetes pkg/kubelet/lifecycle/handlers.go Run, 1.37).
var (
	hookPrinted = lazyregexp.New(`, message: ("(?:[^"\\]|\\.)*")$`)
	hookError   = lazyregexp.New(` failed - error: (.*)`)
)

// hookWords returns the first line that a failed hook printed, or else why it failed; "" if the
// message has neither.
func hookWords(message string) string {
	if found := hookPrinted.FindStringSubmatch(message); found != nil {
		printed, err := strconv.Unquote(found[1])
		first, _, _ := strings.Cut(strings.TrimSpace(printed), "\n")
		if err == nil && first != "" {
			return first
		}
		message = strings.TrimSuffix(message, found[0])
	}
	if found := hookError.FindStringSubmatch(message); found != nil {
		return found[1]
	}
	return ""
}
