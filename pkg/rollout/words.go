package rollout

import (
	"regexp"
	"strings"
)

// Words returns the change in short phrases, the most important first: "image
// web: 1.4 → 1.5", "env DB_URL changed". It omits values of the environment,
// which may be secret.
func (c *Change) Words() []string {
	switch c.Verdict {
	case First:
		return []string{"first revision"}
	case Identical:
		return []string{"template identical"}
	case RestartOnly:
		return []string{"restart only"}
	case Changed:
	}
	several := c.containers() > 1
	words := make([]string, 0, len(c.Items))
	for _, i := range c.Items {
		phrase := i.Words()
		if name := containerIn(i.Path); name != "" && several && !strings.Contains(phrase, name) {
			phrase += " (" + name + ")"
		}
		words = append(words, phrase)
	}
	return words
}

// ChangesImage reports whether a container gets another image. Items are sorted by weight, so that such
// a change is the first.
func (c *Change) ChangesImage() bool {
	if len(c.Items) == 0 {
		return false
	}
	m := containerPath.FindStringSubmatch(c.Items[0].Path)
	return m != nil && m[3] == ".image"
}

// containers returns in how many containers something changed.
func (c *Change) containers() int {
	names := map[string]bool{}
	for _, i := range c.Items {
		if name := containerIn(i.Path); name != "" {
			names[name] = true
		}
	}
	return len(names)
}

// containerPath is the path of a field of a container: the list, the name, and the rest.
var containerPath = regexp.MustCompile(`^spec\.(c|initC|ephemeralC)ontainers\[([^]]*)\](\..*)?$`)

// containerIn returns the container that a path is in, "" if it is in none.
func containerIn(path string) string {
	if m := containerPath.FindStringSubmatch(path); m != nil {
		return m[2]
	}
	return ""
}

// Words returns the change of one field as a short phrase.
func (i Item) Words() string {
	if m := containerPath.FindStringSubmatch(i.Path); m != nil {
		return i.containerWords(containerWords[m[1]], m[2], strings.TrimPrefix(m[3], "."))
	}
	path := strings.TrimPrefix(strings.TrimPrefix(i.Path, "spec."), "metadata.")
	for list, word := range listWords {
		if rest, ok := strings.CutPrefix(path, list); ok {
			name, field, _ := strings.Cut(rest, "]")
			if field == "" || word != "volume " {
				return i.phrase(word+name, word == "label ") // an annotation may hold anything
			}
			return i.phrase(word+name+": "+strings.TrimPrefix(field, "."), true)
		}
	}
	return i.phrase(path, true)
}

var (
	// containerWords are the words before a container, by the beginning of the name of its list.
	containerWords = map[string]string{"c": "", "initC": "init ", "ephemeralC": "ephemeral "}
	// listWords are the words for the items of other lists and maps. No path begins with two of them.
	listWords = map[string]string{"annotations[": "annotation ", "labels[": "label ", "volumes[": "volume "}
)

// containerWords returns a change of a container in a few words. The image and the environment
// are what changes most: they are named without the path.
func (i Item) containerWords(kind, container, field string) string {
	switch {
	case field == "" && i.Kind == ItemChanged:
		return i.phrase(kind+"containers", true)
	case field == "":
		return kind + "container " + container + " " + string(i.Kind)
	case field == "image":
		was, is := imagePair(i.Old, i.New)
		return kind + "image " + container + ": " + was + " → " + is
	case strings.HasPrefix(field, "env["):
		return i.phrase("env "+strings.TrimSuffix(field[len("env["):], "]"), false)
	}
	return i.phrase(kind+strings.TrimPrefix(field, "resources."), true)
}

// phrase returns what happened to name, with the values if they are short
// scalars that may be shown.
func (i Item) phrase(name string, show bool) string {
	const short = 24
	plain := func(s string) bool { return len(s) <= short && s != "" && !strings.ContainsAny(s[:1], "{[\n") }
	if i.Kind == ItemAdded && show && plain(i.New) {
		return name + " " + i.New + " added"
	}
	if i.Kind == ItemChanged && show && plain(i.Old) && plain(i.New) {
		return name + " " + i.Old + " → " + i.New
	}
	return name + " " + string(i.Kind)
}
