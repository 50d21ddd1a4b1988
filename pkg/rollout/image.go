package rollout

import (
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// pullWords returns why an image cannot be pulled: "image web:1.5: registry does not answer".
func pullWords(image, message string) string {
	if why, known := pod.WhyNotPulled(message, image); known {
		return fmt.Sprintf("image %s: %s", ShortImage(image), why.Brief)
	}
	return fmt.Sprintf("image %s cannot be pulled", ShortImage(image))
}

// neverPulled returns that an image is missing on a node whose kubelet may not pull
// it: the reason is ErrImageNeverPull.
func neverPulled(image string) string {
	return fmt.Sprintf("image %s is not on the node, and imagePullPolicy Never forbids to pull it", ShortImage(image))
}

// ShortImage drops the registry and the path of an image: "web:1.5" of "registry.example/shop/web:1.5".
func ShortImage(image string) string {
	image, digest, pinned := strings.Cut(image, "@sha256:")
	image = image[strings.LastIndexByte(image, '/')+1:]
	if pinned {
		image += "@" + digest[:min(7, len(digest))]
	}
	return image
}

// imagePair shortens two images to what differs: the tags of one repository,
// otherwise the images without registry and path if those are the same.
func imagePair(old, now string) (was, is string) {
	oldRepo, oldTag := splitImage(old)
	newRepo, newTag := splitImage(now)
	if oldRepo == newRepo {
		return oldTag, newTag
	}
	if path(oldRepo) == path(newRepo) {
		return ShortImage(old), ShortImage(now)
	}
	return old, now
}

// path returns what stands before the last element of a repository, with the slash.
func path(repo string) string { return repo[:strings.LastIndexByte(repo, '/')+1] }

// splitImage cuts an image into its repository and its tag or short digest. The colon of a port, as in
// registry.example:5000/web, begins no tag.
func splitImage(image string) (repo, tag string) {
	if repo, digest, ok := strings.Cut(image, "@sha256:"); ok {
		base, _ := splitImage(repo)
		return base, "@" + digest[:min(7, len(digest))]
	}
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[:i], image[i+1:]
	}
	return image, "latest"
}
