package diagnose

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// The rules of this file judge containers that the kubelet cannot create.

var (
	// noObject: configmap "web-config" not found, as the kubelet reports it of a volume or variable.
	noObject = lazyregexp.New(`(?i)\b(configmap|secret)s? "([^"]+)" not found`)
	// noKey: couldn't find key URL in ConfigMap shop/web-config, of a variable.
	noKey = lazyregexp.New(`(?i)couldn't find key (\S+) in (configmap|secret) (?:\S+/)?(\S+)`)
	// noRef: references non-existent config key: app.yaml, of a volume.
	noRef = lazyregexp.New(`(?i)references non-existent (config|secret) key: ?(\S+)`)
	// noUser: container has runAsNonRoot and image will run as root.
	noUser = lazyregexp.New(`(?i)runAsNonRoot|run as root|non-numeric user|runAsUser`)
	// busyRuntime are errors of a runtime that has trouble of its own.
	busyRuntime = lazyregexp.New(`(?i)already (?:in use|reserved)|failed to reserve|unavailable`)
	// kinds are the kinds by the words of these messages.
	kinds = map[string]string{"configmap": "ConfigMap", "secret": "Secret", "config": "ConfigMap"}
)

// missing is what a message reports not to exist.
type missing struct {
	summary  string // "ConfigMap web-config has no key URL"
	evidence []Claim
}

// missingObject returns which ConfigMap, Secret or key of one a message misses,
// and false if it misses none.
func (c configuration) missingObject(message string) (missing, bool) {
	if m := noKey.FindStringSubmatch(message); m != nil {
		kind := kinds[strings.ToLower(m[2])]
		name := strings.Trim(m[3], `"',.`)
		return missing{fmt.Sprintf("%s %s has no key %s", kind, name, m[1]), c.keyClaims(kind, name)}, true
	}
	if m := noObject.FindStringSubmatch(message); m != nil {
		kind := kinds[strings.ToLower(m[1])]
		name := m[2][strings.LastIndexByte(m[2], '/')+1:]
		return missing{fmt.Sprintf("%s %s does not exist", kind, name), c.likeNamed(kind, name)}, true
	}
	if m := noRef.FindStringSubmatch(message); m != nil { // the message does not name the object
		return missing{summary: fmt.Sprintf("a volume names key %s, which its %s does not have", m[2], kinds[strings.ToLower(m[1])])}, true
	}
	return missing{}, false
}

// createContainer judges containers that the kubelet or the runtime cannot create.
func createContainer(f *caseFile) *Cause {
	w := f.c.Status.State.Waiting
	if w == nil || !f.c.Blocked() {
		return nil
	}
	cause := &Cause{
		Category: AppConfig, Confidence: High, Culprit: f.self(),
		Evidence: []Claim{claim(f.statusSource(), "waiting: %s: %s", w.Reason, whole(w.Message))},
	}
	if what, found := f.config.missingObject(w.Message); found {
		cause.Summary = "it cannot start: " + what.summary
		cause.addEvidence(what.evidence...)
		return f.history.blame(cause)
	}
	if noUser.MatchString(w.Message) {
		cause.Summary = "the security context does not allow the image's user: " + quoted(w.Message)
		return f.history.blame(cause)
	}
	if failure, means, known := startFailureOf(w.Message); known {
		return startFailed(f.c, f.history, f.node, cause, failure, means)
	}
	f.node.notCreated(cause, w)
	return f.history.blame(cause)
}

// notCreated completes the cause for a message that no table has: the reason only shows whether the
// kubelet or the runtime refused.
func (n nodeFacts) notCreated(cause *Cause, w *corev1.ContainerStateWaiting) {
	cause.Confidence = Medium
	switch {
	case w.Reason == "CreateContainerConfigError":
		cause.Summary = "its configuration cannot be put together: " + quoted(w.Message)
	case busyRuntime.MatchString(w.Message):
		cause.Category = Node
		cause.Culprit = n.culprit()
		cause.Summary = fmt.Sprintf("the runtime of node %s cannot create the container: %s", n.name, whole(w.Message))
	default:
		cause.Summary = "the runtime cannot create the container as the manifest asks: " + quoted(w.Message)
	}
}
