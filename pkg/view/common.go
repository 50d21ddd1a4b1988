package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Common is an image that fails in several contexts, and what runs in the others.
type Common struct {
	Summary   string      `json:"summary"`
	Image     string      `json:"image"`    // several are separated by commas
	Contexts  []string    `json:"contexts"` // in which it fails, sorted
	Elsewhere []Elsewhere `json:"elsewhere,omitempty"`
}

// Elsewhere is an image of the same repository that runs in other contexts.
type Elsewhere struct {
	Image    string   `json:"image"`
	Contexts []string `json:"contexts"` // sorted
}

// Summarize sets Summary: "shop-api:2.4.0 crashes in 3 of 5 contexts (a, b, c);
// shop-api:2.3.9 runs in 2 (d, e)". fails and runs are the verbs; total is how
// many contexts were read, unread how many could not be: nothing is claimed of
// those. It sorts Elsewhere: what runs in most contexts first.
func (c *Common) Summarize(fails, runs string, total, unread int) {
	slices.SortFunc(c.Elsewhere, func(a, b Elsewhere) int {
		return cmp.Or(cmp.Compare(len(b.Contexts), len(a.Contexts)), cmp.Compare(a.Image, b.Image))
	})
	words := []string{fmt.Sprintf("%s %s in %d of %d contexts (%s)",
		shortImages(c.Image), fails, len(c.Contexts), total, namesOf(c.Contexts))}
	for _, e := range c.Elsewhere {
		words = append(words, fmt.Sprintf("%s %s in %d (%s)", shortImages(e.Image), runs, len(e.Contexts), namesOf(e.Contexts)))
	}
	if unread > 0 {
		words = append(words, fmt.Sprintf("%d could not be read", unread))
	}
	c.Summary = strings.Join(words, "; ")
}

// WriteCommon writes the summaries, one paragraph each, and an empty line after
// them.
func WriteCommon(w io.Writer, list []Common, s Style) error {
	var out strings.Builder
	for _, c := range list {
		out.WriteString(s.Bold(Wrap(CleanLine(c.Summary), s.Width, 0)) + "\n")
	}
	if len(list) > 0 {
		out.WriteString("\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

// CommonHTML returns the summaries for a page: what many rows have in common stands above them.
func CommonHTML(list []Common) HTML {
	var out strings.Builder
	for _, c := range list {
		out.WriteString(string(Tag("p", "lead bold", Text(CleanLine(c.Summary)))))
	}
	return HTML(out.String())
}

// InContext returns a name with its context before it, the name alone if there
// is only one context.
func InContext(context, name string) string {
	if context == "" {
		return name
	}
	return context + " " + name
}

// ItemName returns an object as kubectl -o name prints it, such as
// deployment.apps/web, with its context before it.
func ItemName(context, apiVersion, kind, name string) string {
	kind = strings.ToLower(kind)
	if group, _, grouped := strings.Cut(apiVersion, "/"); grouped {
		kind += "." + group
	}
	return InContext(context, kind+"/"+name)
}

// namesOf returns the first of a list of names.
func namesOf(names []string) string {
	const most = 5
	if more := len(names) - most; more > 1 { // "1 more" is no shorter than a name
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// shortImages is shortImage for a list of images.
func shortImages(images string) string {
	list := strings.Split(images, ", ")
	for i := range list {
		list[i] = shortImage(list[i])
	}
	return strings.Join(list, ", ")
}

// shortImage returns an image without its registry and path, and with twelve
// digits of its digest.
func shortImage(image string) string {
	// Images of one name are told apart by their tags; where they are from is in the item.
	name, digest, pinned := strings.Cut(image, "@")
	name = name[strings.LastIndexByte(name, '/')+1:]
	const (
		prefix = "sha256:"
		digits = 12
	)
	if hex, ok := strings.CutPrefix(digest, prefix); ok && len(hex) > digits {
		digest = prefix + hex[:digits]
	}
	if pinned {
		return name + "@" + digest
	}
	return name
}

// Repository returns an image without its tag and digest. A colon before the last slash begins
// the port of a registry: localhost:5000/web.
func Repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		return image[:colon]
	}
	return image
}
