package rollout

import (
	"fmt"
	"strings"
)

// pullCauses maps what registries and runtimes say to what it means, the most
// telling first.
var pullCauses = []struct{ text, means string }{
	{"no matching manifest", "no build for this platform"},
	{"no match for platform", "no build for this platform"},
	{"toomanyrequests", "registry refuses: too many requests"},
	{"429 Too Many", "registry refuses: too many requests"},
	{"x509", "registry certificate not trusted"},
	{"no such host", "registry host name not found"},
	{"connection refused", "registry refuses connections"},
	{"i/o timeout", "registry does not answer"},
	{"deadline exceeded", "registry does not answer"},
	{"unauthorized", "not allowed to pull"},
	{"authorization failed", "not allowed to pull"},
	{"denied", "not allowed to pull"},
	{"403 Forbidden", "not allowed to pull"},
	{"manifest unknown", "no such tag or image"},
	{"not found", "no such tag or image"},
	{"couldn't parse image", "not a valid image name"},
	{"invalid reference", "not a valid image name"},
}

func pullWords(image, message string) string {
	for _, c := range pullCauses {
		if strings.Contains(message, c.text) {
			return fmt.Sprintf("image %s: %s", ShortImage(image), c.means)
		}
	}
	return fmt.Sprintf("image %s cannot be pulled", ShortImage(image))
}

// ShortImage drops the registry and the path of an image.
func ShortImage(image string) string {
	image, digest, pinned := strings.Cut(image, "@sha256:")
	image = image[strings.LastIndexByte(image, '/')+1:]
	if pinned {
		image += "@" + digest[:min(7, len(digest))]
	}
	return image
}

// imagePair shortens two images to what differs: the tags of one repository,
// else the images without registry and path where those are the same.
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

func path(repo string) string { return repo[:strings.LastIndexByte(repo, '/')+1] }

// splitImage cuts an image into its repository and its tag or short digest.
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
