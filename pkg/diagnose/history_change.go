package diagnose

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/rollout"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// image returns what the rollout changed of the container's image.
func (h history) image() (rollout.Item, bool) {
	for _, item := range h.change.Items {
		if item.Path == "spec.containers["+h.container+"].image" || item.Path == "spec.initContainers["+h.container+"].image" {
			return item, true
		}
	}
	return rollout.Item{}, false
}

// others returns the changes that can matter to the container beside its image.
func (h history) others() []rollout.Item {
	var out []rollout.Item
	for _, item := range h.change.Items {
		in := strings.HasPrefix(item.Path, "spec.containers[") || strings.HasPrefix(item.Path, "spec.initContainers[")
		switch {
		case strings.HasPrefix(item.Path, "metadata."), in && !strings.Contains(item.Path, "["+h.container+"]"):
		case in && strings.HasSuffix(item.Path, "].image"), in && strings.HasSuffix(item.Path, "].imagePullPolicy"):
		default:
			out = append(out, item)
		}
	}
	return out
}

// newImage states that the image came with the revision of the pod.
func (h history) newImage() []Claim {
	item, changed := h.image()
	if !changed {
		return nil
	}
	return []Claim{claim(h.source(), "%s changed the image from %s to %s", revision(h.now), item.Old, item.New)}
}

// onlyImage states that the image changed and what else did.
func (h history) onlyImage(item rollout.Item) Claim {
	rest := "nothing else that matters to the container changed"
	if others := h.others(); len(others) > 0 {
		rest = "besides: " + wording.List(phrases(others))
	}
	return claim(h.source(), "%s, %s ago, changed the image from %s to %s; %s", revision(h.now), h.age(), item.Old, item.New, rest)
}

// changed states one change of the rollout with its values, unless they may be
// secret.
func (h history) changed(item rollout.Item) Claim {
	text := item.Words()
	if strings.Contains(item.Path, ".env[") && !secretName(item.Path) {
		text = fmt.Sprintf("%s (%s → %s)", text, quoted(item.Old), quoted(item.New))
	}
	return claim(h.source(), "%s, %s ago: %s", revision(h.now), h.age(), text)
}

// age returns how long ago the revision of the pod was rolled out.
func (h history) age() string { return wording.Lasted(h.asOf.Sub(h.at)) }

// drift returns the image IDs of the container in the pods that run it well and
// in those that do not, if all of the one differ from all of the other although
// the template names one image: its tag was pushed again.
func (h history) drift(c pod.Container) (well, unhealthy string, ok bool) {
	good := imageIDs(slices.Concat(h.healthy, h.well), c)
	bad := imageIDs(h.unhealthy, c)
	if len(good) == 0 || len(bad) == 0 || slices.ContainsFunc(bad, func(id string) bool { return slices.Contains(good, id) }) {
		return "", "", false
	}
	return good[0], bad[0], true
}

// imageIDs returns the image IDs of a container in pods that name its image.
func imageIDs(pods []*corev1.Pod, c pod.Container) []string {
	var out []string
	for _, p := range pods {
		other, found := pod.Find(p, c.Spec.Name)
		if found && other.Spec.Image == c.Spec.Image && other.Status.ImageID != "" && !slices.Contains(out, other.Status.ImageID) {
			out = append(out, other.Status.ImageID)
		}
	}
	return out
}
