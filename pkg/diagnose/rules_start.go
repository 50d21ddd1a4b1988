package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/pod"
)

// The rules of this file judge containers whose process cannot be started.

// What the errors of exec mean, in the words of Linux, Go, shells and Windows.
var (
	noSuch      = lazyregexp.New(`(?i)no such file or directory|executable file not found|not found|cannot find the file`)
	otherFormat = lazyregexp.New(`(?i)exec format error`)
	notAllowed  = lazyregexp.New(`(?i)permission denied`)
	// execOf is the program that cannot be started: exec: "/app/server": permission denied; runc
	// escapes the quotes if it quotes the error once more: caused "exec: \"/app/server\": ….
	execOf = lazyregexp.New(`exec:? (?:\\?")?(/?[^"\\\s:]+)`)
	// mountedOver is the path in the container at which a mount fails.
	mountedOver = lazyregexp.New(`error mounting .* to rootfs at "([^"]+)"`)
)

// startError judges containers whose process the runtime or a shell cannot start.
func startError(f *caseFile) *Cause {
	if !f.end.known() {
		return nil
	}
	if f.end.neverStarted() {
		return notStarted(f, strings.TrimSpace(f.end.Message))
	}
	if f.end.ExitCode == 126 || f.end.ExitCode == 127 {
		return shellFailed(f, cmp.Or(strings.TrimSpace(f.end.Message), f.read.line()))
	}
	return nil
}

// exitCause is a verdict on what the manifest asks to be run, with the message about it as evidence.
func exitCause(u Container, end termination, message string) *Cause {
	cause := &Cause{Category: AppConfig, Confidence: High, Culprit: u.self(), Evidence: []Claim{end.claim()}}
	if message != "" {
		cause.addEvidence(claim(u.statusSource(), "%s", whole(message)))
	}
	return cause
}

// notStarted judges by the error of the container runtime.
func notStarted(f *caseFile, message string) *Cause {
	cause := exitCause(f.Container, f.end, message)
	if mount := mountedOver.FindStringSubmatch(message); mount != nil {
		f.config.overMount(cause, mount[1], message)
		return orImage(f.c, f.end, f.history, withCommand(f.c, cause))
	}
	if failure, means, known := startFailureOf(message); known {
		return startFailed(f.c, f.history, f.node, cause, failure, means)
	}
	notExecuted(f.c, f.node, cause, message)
	return orImage(f.c, f.end, f.history, withCommand(f.c, cause))
}

// notExecuted completes the cause by the error of exec.
func notExecuted(c pod.Container, node nodeFacts, cause *Cause, message string) {
	switch {
	case otherFormat.MatchString(message):
		node.wrongFormat(cause)
	case noSuch.MatchString(message):
		cause.Summary = "the command does not exist in the image: " + commandOf(c, message)
	case notAllowed.MatchString(message):
		cause.Summary = "the command may not be executed: " + commandOf(c, message)
	default:
		cause.Confidence = Medium
		cause.Summary = "the runtime cannot start the process: " + quoted(message)
	}
}

// startFailed is the cause for a known failure of the container runtime.
func startFailed(c pod.Container, h history, node nodeFacts, cause *Cause, failure startFailure, means string) *Cause {
	cause.Category = failure.category
	cause.Confidence = failure.sure
	cause.Summary = "it never started: " + means
	if failure.check != "" {
		cause.WouldSettle = []string{failure.check}
	}
	switch failure.category {
	case Node:
		cause.Summary += " (node " + node.name + ")"
		cause.Culprit = node.culprit()
		cause.addEvidence(node.system()...)
	case OutOfMemory:
		if limit, _ := memoryOf(c); limit != "" {
			cause.Summary += " (" + limit + ")"
			cause.addEvidence(memorySettings(c))
		}
	default:
	}
	return h.blame(cause)
}

// memorySettings states the memory limit and request of a container that has a limit.
func memorySettings(c pod.Container) Claim {
	limit, request := memoryOf(c)
	return claim("pod template", "memory limit %s, request %s", limit, cmp.Or(request, "none"))
}

// shellFailed judges by the exit codes with which shells report that they could
// not execute a command, 126, or did not find it, 127. The dynamic loader exits
// with 127 too, if a library is missing: then the log reports it.
func shellFailed(f *caseFile, message string) *Cause {
	if f.read.Cause != nil && !f.read.is(logs.CommandMissing, logs.FileDenied, logs.PlatformWrong, logs.FileMissing) {
		return nil
	}
	if !ofExec(message) && logs.Complains(message) {
		return nil // other programs exit with these codes too, and it reports something else
	}
	cause := exitCause(f.Container, f.end, message)
	switch {
	case otherFormat.MatchString(message):
		f.node.wrongFormat(cause)
	case f.end.ExitCode == 126 || notAllowed.MatchString(message):
		cause.Summary = "the command may not be executed: " + commandOf(f.c, message)
	default:
		cause.Summary = "a command is not found in the image: " + cmp.Or(quoted(message), "the log does not name it")
	}
	return orImage(f.c, f.end, f.history, withCommand(f.c, cause))
}

// ofExec reports whether a message is an error of exec.
func ofExec(message string) bool {
	return otherFormat.MatchString(message) || noSuch.MatchString(message) || notAllowed.MatchString(message)
}

// wrongFormat blames the platform of the image.
func (n nodeFacts) wrongFormat(cause *Cause) {
	cause.Confidence = Medium
	cause.Summary = "the program is built for another platform than the node's, or is a script without an interpreter line (exec format error)"
	if arch := n.arch(); arch != "" {
		cause.addEvidence(claim("node "+n.name, "its architecture is %s", arch))
	}
	cause.WouldSettle = append(cause.WouldSettle, "the platforms of the image, beside kubernetes.io/arch of the node")
}

// withCommand adds the command line of the manifest to the evidence.
func withCommand(c pod.Container, cause *Cause) *Cause {
	if line := slices.Concat(c.Spec.Command, c.Spec.Args); len(line) > 0 {
		cause.addEvidence(claim("pod template", "the command line is %s", quoted(strings.Join(line, " "))))
	}
	return cause
}

// overMount names the mount of the manifest that fails. The kubelet makes a
// directory of a subPath that does not exist, which cannot be mounted over a file.
func (c configuration) overMount(cause *Cause, at, message string) {
	cause.Summary = "the runtime cannot mount a volume at " + at
	if strings.Contains(message, "read-only file system") {
		cause.Summary += ": what is there is read-only, so the mount point cannot be made"
	}
	i := slices.IndexFunc(c.objects, func(o object) bool { return o.path == at && o.key != "" })
	if i < 0 {
		return
	}
	o := c.objects[i]
	cause.Summary = fmt.Sprintf("%s %s cannot be mounted at %s", o.kind, o.name, at)
	if have := c.keyClaims(o.kind, o.name); !c.hasKey(o, o.key) && len(have) > 0 {
		cause.Summary += ": it has no key " + o.key
		cause.addEvidence(have...)
	}
	cause.Culprit = o.culprit(c.namespace)
}

// orImage returns the cause that blames the image for what it lacks, if only
// the image changed.
func orImage(c pod.Container, end termination, h history, cause *Cause) *Cause {
	if item, only := h.imageAlone(); only {
		cause.Category = ImageBug
		cause.Summary += fmt.Sprintf("; it came with the image %s (before: %s)", tag(item.New), tag(item.Old))
		cause.addEvidence(h.onlyImage(item), h.wellClaim())
		return cause
	}
	if len(h.change.Items) == 0 && !h.good() && end.known() && len(c.Spec.Command) == 0 {
		const advice = "whether the image is meant to be run so: its own entrypoint fails, the manifest gives none"
		cause.Confidence = Medium
		cause.WouldSettle = append(cause.WouldSettle, advice)
	}
	return h.blame(cause)
}

// commandOf returns the program that a start error names, or the manifest's.
func commandOf(c pod.Container, message string) string {
	if m := execOf.FindStringSubmatch(message); m != nil {
		return m[1]
	}
	if len(c.Spec.Command) > 0 {
		return c.Spec.Command[0]
	}
	return quoted(message)
}

func (u Container) waitingFor(reason string) bool { return u.container.WaitingReason() == reason }

// otherPlatform judges programs that their node's processor cannot run.
func otherPlatform(f *caseFile) *Cause {
	if !f.read.is(logs.PlatformWrong) {
		return nil
	}
	return &Cause{
		Category: AppConfig, Confidence: Medium, Culprit: f.self(),
		Summary:     "a program of the image is built for another platform than the node's: " + f.read.line(),
		Evidence:    f.lineAndEnd(),
		WouldSettle: []string{"the platforms of the image, beside kubernetes.io/arch of the node"},
	}
}
