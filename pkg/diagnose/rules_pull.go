package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// pullErrors are the ways in which registries and the image services of nodes
// refuse, special before general.
var pullErrors = []struct {
	re           *regexp.Regexp
	why, settles string
}{
	{regexp.MustCompile(`(?i)toomanyrequests|too many requests|rate limit|\b429\b`), "the registry refuses further pulls for now (rate limit)", "pull with credentials, or from a mirror"},
	{regexp.MustCompile(`(?i)no match for platform|no matching manifest|image operating system|exec format`), "the image has no variant for the platform of the node", "compare the platforms of the image with the node's"},
	{regexp.MustCompile(`(?i)x509|certificate|tls:|server gave HTTP response`), "TLS with the registry does not come about", "check the registry's certificate from the node"},
	{regexp.MustCompile(`(?i)no such host|server misbehaving|i/o timeout|connection refused|deadline exceeded|timeout|no route to host|EOF|connection reset|\b50[0234]\b`), "the registry cannot be reached from the node", "try the registry from the node"},
	{regexp.MustCompile(`(?i)unauthori[sz]ed|\b401\b|\b403\b|denied|forbidden|authentication required|authorization failed|no basic auth|insufficient_scope`), "the registry refuses the credentials, or there is no such repository", "check imagePullSecrets and the name of the repository"},
	{regexp.MustCompile(`(?i)not found|manifest unknown|\b404\b|name unknown|NAME_UNKNOWN|does not exist`), "there is no such image or tag in the registry", "list the tags of the repository"},
	{regexp.MustCompile(`(?i)no space left`), "the node has no room for the image", "check the node's image file system"},
}

// imagePull judges containers whose image is not had.
func imagePull(f *facts) *Cause {
	w := f.c.status.State.Waiting
	if w == nil {
		return nil
	}
	image := f.c.spec.Image
	cause := Cause{Category: ImagePull, Confidence: High, Culprit: f.self()}
	switch w.Reason {
	case "InvalidImageName":
		cause.Summary = fmt.Sprintf("%q is not the name of an image", image)
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: InvalidImageName: %s", whole(w.Message))}
		return &cause
	case "ErrImageNeverPull":
		cause.Summary = fmt.Sprintf("image %s is not on node %s, and imagePullPolicy Never forbids to pull it", image, f.c.pod.Spec.NodeName)
		cause.Evidence = []Claim{claim(f.statusSource(), "waiting: ErrImageNeverPull: %s", whole(w.Message))}
		return &cause
	case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed":
	default:
		return nil
	}
	message, source := w.Message, f.statusSource()
	if f.happened.pull.message != "" && !strings.Contains(message, "ErrImagePull: ") && w.Reason == "ImagePullBackOff" {
		message, source = f.happened.pull.message, "event Failed of pod "+f.Pod
	}
	why := ""
	for _, e := range pullErrors {
		if e.re.MatchString(strings.ReplaceAll(message, image, "")) {
			why, cause.WouldSettle = e.why, []string{e.settles}
			break
		}
	}
	cause.Summary = fmt.Sprintf("image %s cannot be pulled: %s", image, cmp.Or(why, "the reason is not told"))
	cause.Evidence = []Claim{claim(source, "waiting: %s: %s", w.Reason, whole(message))}
	if why == "" {
		cause.WouldSettle = []string{"the error of the pull, in the pod's events"}
	}
	cause.Evidence = append(cause.Evidence, f.pullSecrets()...)
	cause.Evidence = append(cause.Evidence, f.newImage()...)
	return &cause
}

// pullSecrets tells of imagePullSecrets that are not there.
func (f *facts) pullSecrets() []Claim {
	var out []Claim
	for _, ref := range f.c.pod.Spec.ImagePullSecrets {
		if _, found := snapshot.Find(f.s.Secrets, f.Namespace, ref.Name); !found && f.s.Complete("secrets", f.Namespace) {
			out = append(out, claim("secrets of namespace "+f.Namespace, "imagePullSecret %s does not exist", ref.Name))
		}
	}
	return out
}

// newImage tells that the image came with the revision of the pod.
func (f *facts) newImage() []Claim {
	item, changed := f.history.image(f.Name)
	if !changed {
		return nil
	}
	return []Claim{claim(f.Root.String(), "%s changed the image from %s to %s", revision(f.history.now), item.Old, item.New)}
}
