package rollout

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// pulling returns why an image cannot be pulled, with the pull secret if the
// kubelet could not read that.
func (x examiner) pulling(p *corev1.Pod, s corev1.ContainerStatus, prefix string) *trouble {
	w := s.State.Waiting
	detail := w.Message
	if e := x.events.Latest("Pod", p, "Failed"); e != nil && !strings.Contains(detail, "failed") && strings.Contains(e.Message, s.Image) {
		detail = e.Message // older kubelets give the cause in the event only
	}
	t := &trouble{reason: w.Reason, words: prefix + pullWords(s.Image, detail), detail: prefix + detail, since: waitingSince(p, s), hard: true}
	if w.Reason == "ErrImageNeverPull" {
		t.words = prefix + neverPulled(s.Image)
		return t
	}
	if secret, why := x.pullSecret(p); secret != "" {
		t.words += "; pull secret " + secret + " " + why
		t.root = &Blocker{Kind: "Secret", Name: secret, Reason: noPullSecret, Message: why, Count: 1}
	}
	return t
}

// noPullSecret is the event of a kubelet that cannot read pull secrets, which
// its message lists in parentheses (k8s.io/kubernetes
// pkg/kubelet/kubelet_pods.go, 1.37).
const noPullSecret = "FailedToRetrieveImagePullSecret"

// pullSecrets is the first secret that such a message names: image pull secrets (regcred, other).
var pullSecrets = regexp.MustCompile(`image pull secrets \(([^,)]+)`)

// pullSecret returns the first pull secret of p that is of no use, and why.
func (x examiner) pullSecret(p *corev1.Pod) (name, why string) {
	if e := x.events.Latest("Pod", p, noPullSecret); e != nil {
		if m := pullSecrets.FindStringSubmatch(e.Message); m != nil {
			return m[1], "does not exist or cannot be read"
		}
	}
	for _, ref := range p.Spec.ImagePullSecrets {
		secret, found := snapshot.Find(x.s.Secrets, p.Namespace, ref.Name)
		if found && secret.Type != corev1.SecretTypeDockerConfigJson && secret.Type != corev1.SecretTypeDockercfg {
			return ref.Name, "is of type " + string(secret.Type) + ", which is no pull secret"
		}
	}
	return "", ""
}
