package diagnose

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// termination is how the last run of a container ended. It embeds nil if the
// API reports no termination; ask known first.
type termination struct {
	*corev1.ContainerStateTerminated
	pod string
}

func (t termination) known() bool { return t.ContainerStateTerminated != nil }

// because reports whether the runtime or the kubelet gave that reason.
func (t termination) because(reason string) bool { return t.known() && t.Reason == reason }

// brief says with what code the last run ended.
func (t termination) brief() string {
	if !t.known() {
		return "its last exit is not reported"
	}
	text := fmt.Sprintf("exited with code %d", t.ExitCode)
	if name := pod.Signal(t.ExitCode); name != "" {
		text += " (" + name + ")"
	}
	if t.Reason != "" && t.Reason != "Error" {
		text += ", reason " + t.Reason
	}
	return text
}

// text says with what code the last run ended, and after how long.
func (t termination) text() string {
	if ran, known := pod.RanFor(t.ContainerStateTerminated); known {
		return t.brief() + ", after " + wording.Lasted(ran)
	}
	return t.brief()
}

func (t termination) claim() Claim { return claim("status of pod "+t.pod, "%s", t.text()) }

// signalled reports whether the exit code is one of those with which a program
// ends that is asked or forced to: by SIGHUP, SIGINT, SIGKILL or SIGTERM.
func (t termination) signalled() bool {
	switch t.ExitCode {
	case 129, 130, 137, 143:
		return true
	}
	return false
}
