package diagnose

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// imagePull judges containers whose image is not had.
func imagePull(f *caseFile) *Cause {
	w := f.c.Status.State.Waiting
	if w == nil || !pod.WaitingFor(w.Reason).Image {
		return nil
	}
	cause := &Cause{Category: ImagePull, Confidence: High, Culprit: f.self()}
	if summary := f.notAttempted(w.Reason); summary != "" {
		cause.Summary = summary
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: %s: %s", w.Reason, whole(w.Message))}
		return cause
	}
	message := w.Message
	source := f.statusSource()
	if f.happened.pull.message != "" && !strings.Contains(message, "ErrImagePull: ") && w.Reason == "ImagePullBackOff" {
		message = f.happened.pull.message
		source = "event Failed of pod " + f.Pod
	}
	image := f.c.Spec.Image
	cause.WouldSettle = []string{"the error of the pull, in the pod's events"}
	why, known := pod.WhyNotPulled(message, image)
	if known {
		cause.WouldSettle = []string{why.Check}
	}
	cause.Summary = fmt.Sprintf("image %s cannot be pulled: %s", image, cmp.Or(why.Means, "the reason is not reported"))
	cause.Evidence = []Claim{claim(source, "waiting: %s: %s", w.Reason, whole(message))}
	cause.addEvidence(f.pullSecrets()...)
	cause.addEvidence(f.history.newImage()...)
	return cause
}

// notAttempted returns why the kubelet does not try to pull the image at all, empty if it does.
func (f *caseFile) notAttempted(reason string) string {
	switch reason {
	case "InvalidImageName":
		return fmt.Sprintf("%q is not the name of an image", f.c.Spec.Image)
	case "ErrImageNeverPull":
		return fmt.Sprintf("image %s is not on node %s, and imagePullPolicy Never forbids to pull it", f.c.Spec.Image, f.node.name)
	}
	return ""
}

// pullSecrets returns the imagePullSecrets that do not exist.
func (f *caseFile) pullSecrets() []Claim {
	var out []Claim
	for _, ref := range f.c.Pod.Spec.ImagePullSecrets {
		if _, found := snapshot.Find(f.s.Secrets, f.Namespace, ref.Name); !found && f.s.Complete("secrets", f.Namespace) {
			out = append(out, claim("secrets of namespace "+f.Namespace, "imagePullSecret %s does not exist", ref.Name))
		}
	}
	return out
}
