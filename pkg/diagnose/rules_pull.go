package diagnose

import (
	"cmp"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// imagePull judges containers whose image is not had.
func imagePull(f *caseFile) *Cause {
	w := f.c.Status.State.Waiting
	if w == nil || !pod.WaitingFor(w.Reason).Image {
		return nil
	}
	cause := &Cause{Category: ImagePull, Confidence: High, Culprit: f.self()}
	if summary := notAttempted(f.c, f.node, w.Reason); summary != "" {
		cause.Summary = summary
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: %s: %s", w.Reason, whole(w.Message))}
		return cause
	}
	message, source := pullError(f.Container, f.happened, w)
	why, known := pod.WhyNotPulled(message, f.c.Spec.Image)
	cause.WouldSettle = []string{"the error of the pull, in the pod's events"}
	if known {
		cause.WouldSettle = []string{why.Check}
	}
	cause.Summary = fmt.Sprintf("image %s cannot be pulled: %s", f.c.Spec.Image, cmp.Or(why.Means, "the reason is not reported"))
	cause.Evidence = []Claim{claim(source, "waiting: %s: %s", w.Reason, whole(message))}
	cause.addEvidence(pullSecrets(f.c, f.config)...)
	cause.addEvidence(f.history.newImage()...)
	return cause
}

// pullError returns the error of the last pull, and where it was seen. In back-off the status of older
// kubelets only names the image; the event of the pull has the error.
func pullError(u Container, events podEvents, w *corev1.ContainerStateWaiting) (message, source string) {
	event := events.pull.message
	if event != "" && w.Reason == "ImagePullBackOff" && !strings.Contains(w.Message, "ErrImagePull: ") {
		return event, "event Failed of pod " + u.Pod
	}
	return w.Message, u.statusSource()
}

// notAttempted returns why the kubelet does not try to pull the image at all, empty if it does.
func notAttempted(c pod.Container, node nodeFacts, reason string) string {
	switch reason {
	case "InvalidImageName":
		return fmt.Sprintf("%q is not the name of an image", c.Spec.Image)
	case "ErrImageNeverPull":
		return fmt.Sprintf("image %s is not on node %s, and imagePullPolicy Never forbids to pull it", c.Spec.Image, node.name)
	}
	return ""
}

// pullSecrets returns the imagePullSecrets that do not exist, if all Secrets of the namespace were read.
// The kubelet pulls without one that is missing, and the registry answers as to a stranger.
func pullSecrets(c pod.Container, config configuration) []Claim {
	if !config.s.Complete("secrets", config.namespace) {
		return nil
	}
	var out []Claim
	for _, ref := range c.Pod.Spec.ImagePullSecrets {
		if config.secret(ref.Name) == nil {
			out = append(out, claim("secrets of namespace "+config.namespace, "imagePullSecret %s does not exist", ref.Name))
		}
	}
	return out
}
