package cri

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/distribution/reference"
	"sigs.k8s.io/yaml"
)

// Image is what a node finds when it pulls an image and starts containers of it.
type Image struct {
	Pull     string        // empty: it can be pulled; else why not, see pullError
	PullTime time.Duration // how long a pull takes
	Digest   string        // what it resolves to, sha256:...; empty: made of the name
	Script   Script
}

// Images maps image names, as written or with @NODE behind them, to their
// words. It is the content of an images file.
type Images map[string]Words

// Words is a script in a file: a line or a list.
type Words []string

// UnmarshalJSON accepts a string, which it splits, or a list of strings.
func (w *Words) UnmarshalJSON(b []byte) error {
	var line string
	if err := json.Unmarshal(b, &line); err != nil {
		return json.Unmarshal(b, (*[]string)(w))
	}
	words, err := Split(line)
	*w = words
	return err
}

// LoadImages reads an images file. A file that is not there, as of an empty path, has no
// images. It is an error if an entry cannot be understood.
func LoadImages(path string) (Images, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Images{}, nil
	}
	if err != nil {
		return nil, err
	}
	images := Images{}
	if err := yaml.UnmarshalStrict(b, &images); err != nil {
		return nil, fmt.Errorf("read images %s: %w", path, err)
	}
	for name, words := range images {
		if _, err := parseImage(words); err != nil {
			return nil, fmt.Errorf("read images %s: %s: %w", path, name, err)
		}
	}
	return images, nil
}

// Save writes an images file in one step, so that a reader sees the old or the new one.
func (im Images) Save(path string) error {
	b, err := yaml.Marshal(im)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".images-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return os.Rename(tmp.Name(), path)
}

// Find returns the entry of the file for an image on a node. An image that is not
// in it can be pulled and runs until it is stopped, unless its name has
// "no-such" in it.
func (im Images) Find(image, node string) (Image, error) {
	words, known := im.words(image, node)
	if !known {
		words, known = im.words(image, "")
	}
	if !known && strings.Contains(image, "no-such") {
		return Image{Pull: "not-found"}, nil
	}
	return parseImage(words)
}

// words returns the entry of an image for just this node, or for all nodes if node is empty.
func (im Images) words(image, node string) (Words, bool) {
	want := normal(image)
	for name, words := range im {
		if base, on := splitNode(name); on == node && normal(base) == want {
			return words, true
		}
	}
	return nil, false
}

// splitNode takes the node off IMAGE@NODE; what is behind the @ of a digest has a colon in it.
func splitNode(name string) (image, node string) {
	i := strings.LastIndex(name, "@")
	if i < 0 || strings.Contains(name[i:], ":") {
		return name, ""
	}
	return name[:i], name[i+1:]
}

// parseImage reads the words of an image: those about its pull, and the script of its containers.
func parseImage(words []string) (Image, error) {
	var (
		im   Image
		rest []string
	)
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "pull":
			im.Pull = value
		case "pull-time":
			d, err := duration(value)
			if err != nil {
				return Image{}, fmt.Errorf("word %q: %w", w, err)
			}
			im.PullTime = d
		case "digest":
			im.Digest = digest(value)
		default:
			rest = append(rest, w)
		}
	}
	var err error
	im.Script, err = Parse(rest)
	return im, err
}

// normal returns an image name in full, as containerd keeps it: with registry
// and tag. What is no image name stays as it is.
func normal(image string) string {
	ref, err := reference.ParseDockerRef(image)
	if err != nil {
		return image
	}
	return ref.String()
}

// digest makes a digest of a word, unless it is one.
func digest(word string) string {
	const prefix = "sha256:"
	if strings.HasPrefix(word, prefix) && len(word) == len(prefix)+64 {
		return word
	}
	sum := sha256.Sum256([]byte(word))
	return prefix + hex.EncodeToString(sum[:])
}

// pullError returns the message that containerd 1.7 gives when it cannot pull a
// full image name for a reason.
func pullError(image, reason string) string {
	registry, repository, _ := strings.Cut(image, "/")
	path, tag, _ := strings.Cut(repository, ":")
	manifest := fmt.Sprintf("https://%s/v2/%s/manifests/%s", registry, path, tag)
	resolve := fmt.Sprintf("failed to pull and unpack image %q: failed to resolve reference %q: ", image, image)
	switch reason {
	case "not-found":
		return resolve + image + ": not found"
	case "unauthorized":
		return resolve + "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
	case "unreachable":
		return resolve + fmt.Sprintf("failed to do request: Head %q: dial tcp: lookup %s: no such host", manifest, registry)
	case "rate-limited":
		return resolve + "unexpected status from HEAD request to " + manifest + ": 429 Too Many Requests"
	}
	return resolve + reason
}

// SetImage changes the entry of one image, given as in an images file, to words.
func SetImage(path, name string, words []string) error {
	if _, err := parseImage(words); err != nil {
		return fmt.Errorf("set image %s: %w", name, err)
	}
	images, err := LoadImages(path)
	if err != nil {
		return err
	}
	images[name] = words
	return images.Save(path)
}
