package fielddoc

import (
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An entry in the tables of notes explains a field in plain words. "path=value"
// is the sentence for one value of it, so that a boolean has one for true and one
// for false; [], {} and "" stand for empty values. A sentence can depend on other
// fields: "[if policyTypes has Egress] …", with the conditions of the table of
// defaults. The first entry whose conditions hold counts.

// noteFiles are the tables of notes, one for each area.
var noteFiles = []string{
	"notes-meta.txt", "notes-workloads.txt", "notes-pod.txt", "notes-container.txt", "notes-volumes.txt",
	"notes-network.txt", "notes-config.txt", "notes-batch.txt", "notes-scaling.txt", "notes-access.txt", "notes-devices.txt",
	"notes-status.txt",
}

// notes are the tables of notes as one.
var notes = sync.OnceValue(func() table { return parseTables(inNotes, noteFiles...) })

// valueNotes holds the names of the fields that have a note for one of their
// values. Most fields have none and need no second look-up.
var valueNotes = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, paths := range notes().rows {
		for path := range paths {
			if path, _, ok := strings.Cut(path, "="); ok {
				names[path[strings.LastIndexByte(path, '.')+1:]] = true
			}
		}
	}
	return names
})

// note returns the note for the field as it is set, empty if there is none.
// generic reports whether it is the note for any name in a map.
func (c Cursor) note() (text string, generic bool) {
	if c.isItem() {
		return "", false
	}
	if name := c.path[len(c.path)-1].Name; c.value != nil && valueNotes()[name] {
		lines, at := c.lookupAs(notes(), "="+noteKey(c.value))
		if text := firstNote(lines, at); text != "" {
			return text, false
		}
	}
	lines, at := c.lookupAll(notes())
	_, own := notes().of(at.id)[at.path]
	return firstNote(lines, at), c.free && len(lines) > 0 && !own
}

// noteKey returns how the tables of notes write a value.
func noteKey(value any) string {
	switch v := value.(type) {
	case string:
		if v == "" {
			return `""`
		}
		return v
	case map[string]any:
		if len(v) > 0 {
			return "{…}"
		}
	case []any:
		if len(v) > 0 {
			return "[…]"
		}
	}
	key, _ := text(value)
	return key
}

// firstNote returns the first of the notes whose conditions hold.
func firstNote(lines []string, at anchor) string {
	for _, line := range lines {
		rest, conditional := strings.CutPrefix(line, "[if ")
		if !conditional {
			return line
		}
		conditions, note, _ := strings.Cut(rest, "] ")
		if met(strings.Split(conditions, " and "), at) {
			return note
		}
	}
	return ""
}

// sentences holds what each built-in kind is and does, by group and kind.
var sentences = sync.OnceValue(func() map[schema.GroupKind]string {
	kinds := map[schema.GroupKind]string{}
	for line := range strings.Lines(read("kinds.txt")) {
		head, sentence, ok := strings.Cut(strings.TrimSpace(line), ": ")
		group, kind, _ := strings.Cut(head, " ")
		if !ok || group == "#" {
			continue
		}
		kinds[schema.GroupKind{Group: strings.Trim(group, "-"), Kind: kind}] = sentence
	}
	return kinds
})

// Sentence returns what the kind is and does in one sentence. For a kind that is
// not built in it is the first sentence of the kind's own description, which can
// be empty.
func (s *Schema) Sentence() string {
	if sentence, ok := sentences()[s.GVK.GroupKind()]; ok {
		return sentence
	}
	if s.root == nil {
		return ""
	}
	return FirstSentence(s.root.Description)
}
