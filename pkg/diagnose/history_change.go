package diagnose

import (
	"cmp"
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

// imageAlone returns the change of the image if nothing else that matters to the container changed,
// and the former revision ran well: then the manifest alone is not to blame.
func (h history) imageAlone() (rollout.Item, bool) {
	item, changed := h.image()
	return item, changed && h.good() && len(h.others()) == 0
}

// others returns the changes that can matter to the container beside its image.
func (h history) others() []rollout.Item {
	var out []rollout.Item
	for _, item := range h.change.Items {
		if h.matters(item.Path) {
			out = append(out, item)
		}
	}
	return out
}

// matters reports whether a field of the pod template, other than the image, can change how the
// container runs: labels and annotations cannot, nor can fields of its neighbours.
func (h history) matters(path string) bool {
	if strings.HasPrefix(path, "metadata.") {
		return false
	}
	if !strings.HasPrefix(path, "spec.containers[") && !strings.HasPrefix(path, "spec.initContainers[") {
		return true // of the pod: volumes, security context, service account
	}
	own := strings.Contains(path, "["+h.container+"]")
	return own && !strings.HasSuffix(path, "].image") && !strings.HasSuffix(path, "].imagePullPolicy")
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
	if h.now == nil {
		return "", "", false
	}
	ids, known := h.drifts[c.Spec.Image]
	if !known {
		ids = h.compareImages(c)
		h.drifts[c.Spec.Image] = ids
	}
	return ids[0], ids[1], ids[0] != ""
}

// compareImages returns the first image ID of either side, or none if the sides have one in common or one of them has none.
func (h history) compareImages(c pod.Container) (ids [2]string) {
	firstGood, good := imageIDs(c, h.healthy, h.well)
	firstBad, bad := imageIDs(c, h.unhealthy)
	for id := range bad {
		if good[id] {
			return ids
		}
	}
	if firstGood == "" || firstBad == "" {
		return ids
	}
	return [2]string{firstGood, firstBad}
}

// imageIDs returns the image IDs of a container in pods that name its image, and the first of them.
func imageIDs(c pod.Container, sides ...[]*corev1.Pod) (first string, ids map[string]bool) {
	ids = map[string]bool{}
	for _, p := range slices.Concat(sides...) {
		other, _ := pod.Find(p, c.Spec.Name)
		if id := other.Status.ImageID; id != "" && other.Spec.Image == c.Spec.Image {
			first = cmp.Or(first, id)
			ids[id] = true
		}
	}
	return first, ids
}
