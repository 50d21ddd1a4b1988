package pod

import (
	"slices"
	"strings"
)

// PullError is a way in which registries and the image services of nodes refuse
// a pull.
type PullError struct {
	Brief string // for a column
	Means string // a sentence without its full stop
	Check string // what to look at to confirm it
}

// The sentences of the pull errors that several rows share.
const (
	notReached = "the registry cannot be reached from the node"
	fromNode   = "try the registry from the node"
)

// pullErrors are the known refusals with the words that name each, special
// before general. The words are those of registries (distribution's error codes
// and HTTP statuses), of Go's net, net/http and crypto/tls, and of containerd
// and CRI-O; they count as whole words in any case.
var pullErrors = []struct {
	PullError
	words []string
}{
	{
		PullError{
			"registry refuses: too many requests",
			"the registry refuses further pulls for now (rate limit)",
			"pull with credentials, or from a mirror",
		},
		[]string{"toomanyrequests", "too many requests", "rate limit", "429"},
	},
	{
		PullError{
			"no build for this platform",
			"the image has no variant for the platform of the node",
			"compare the platforms of the image with the node's",
		},
		[]string{"no match for platform", "no matching manifest", "image operating system", "exec format"},
	},
	{
		PullError{
			"registry certificate not trusted",
			"the TLS handshake with the registry fails",
			"check the registry's certificate from the node",
		},
		[]string{"x509", "certificate", "tls", "server gave http response"},
	},
	{PullError{"registry host name not found", notReached, fromNode}, []string{"no such host", "server misbehaving"}},
	{PullError{"registry refuses connections", notReached, fromNode}, []string{"connection refused", "connection reset"}},
	{
		PullError{"registry does not answer", notReached, fromNode},
		[]string{"i/o timeout", "deadline exceeded", "timeout", "no route to host", "eof", "500", "502", "503", "504"},
	},
	{
		PullError{
			"not allowed to pull",
			"the registry refuses the credentials, or there is no such repository",
			"check imagePullSecrets and the name of the repository",
		},
		[]string{
			"unauthorized", "unauthorised", "401", "403", "denied", "forbidden", "authentication required", "authorization failed",
			"no basic auth", "insufficient_scope",
		},
	},
	{
		PullError{"no such tag or image", "there is no such image or tag in the registry", "list the tags of the repository"},
		[]string{"not found", "manifest unknown", "404", "name unknown", "name_unknown", "does not exist"},
	},
	{
		PullError{"not a valid image name", "the name of the image is not valid", "the name of the image in the manifest"},
		[]string{"couldn't parse image", "invalid reference"},
	},
	{
		PullError{"no room on the node", "the node has no room for the image", "check the node's image file system"},
		[]string{"no space left"},
	},
}

// WhyNotPulled returns what the message of a failed pull of image means, and
// false if no known refusal is in it. The name of the image does not count as
// words of the message.
func WhyNotPulled(message, image string) (PullError, bool) {
	text := strings.ToLower(message)
	if image != "" {
		text = strings.ReplaceAll(text, strings.ToLower(image), "")
	}
	for _, e := range pullErrors {
		if slices.ContainsFunc(e.words, func(word string) bool { return hasWord(text, word) }) {
			return e.PullError, true
		}
	}
	return PullError{}, false
}

// hasWord reports whether word is in text with no letter or digit beside it.
func hasWord(text, word string) bool {
	for rest := text; ; {
		i := strings.Index(rest, word)
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !alphanumeric(rest[i-1])) && (end == len(rest) || !alphanumeric(rest[end])) {
			return true
		}
		rest = rest[end:]
	}
}

func alphanumeric(b byte) bool {
	return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')
}
