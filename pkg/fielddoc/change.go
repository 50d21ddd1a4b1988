package fielddoc

import (
	"slices"
	"strings"
)

// Change is what changing a field does to what runs. It is empty where that is
// not known.
type Change string

// What a change does. The words are those of data/change.txt.
const (
	Recreate Change = "recreate"  // it is refused: the object must be deleted and made anew
	Rollout  Change = "rollout"   // the controller replaces the pods
	OnDelete Change = "on-delete" // a pod is replaced when somebody deletes it
	NewPods  Change = "new-pods"  // pods that run stay, only new ones get it
	NextRun  Change = "next-run"  // Jobs that are there stay, the next one gets it
	Restart  Change = "restart"   // the kubelet restarts the container in its pod
	Follows  Change = "follows"   // mounted files follow, environment variables need a new pod
	Scale    Change = "scale"     // pods are added or removed, none is replaced
	InPlace  Change = "in-place"  // it takes effect at once, pods are not touched
	Nothing  Change = "nothing"   // pods are not touched
)

// changeWords says each change in a sentence.
var changeWords = map[Change]string{
	Recreate: "It cannot be changed: delete the object and create it anew.",
	Rollout:  "A change replaces the pods in a rollout.",
	OnDelete: "A change waits: each pod is replaced when you delete it.",
	NewPods:  "A change is for new pods only; those that run stay as they are.",
	NextRun:  "A change is for the next run; Jobs that are there stay as they are.",
	Restart:  "A change restarts the container; the pod stays.",
	Follows:  "Pods that mount it see a change within about a minute; environment variables and subPath mounts keep the old value until the pod is replaced.",
	Scale:    "A change adds or removes pods; none is replaced.",
	InPlace:  "A change takes effect at once; no pod is restarted.",
	Nothing:  "A change touches no pod.",
}

// Words says the change in a sentence, empty where it is not known.
func (c Change) Words() string { return changeWords[c] }

// change looks up what changing the field does, and how in words.
func (c Cursor) change(immutable Immutability) (Change, string) {
	change := Change("")
	if immutable == Always {
		change = Recreate
	} else if lines, at := c.nearest(changes()); !c.observed() {
		for _, line := range lines {
			if r := parseDefault(line); met(r.conditions, at) {
				change = Change(r.value)
				break
			}
		}
	}
	words := change.Words()
	if note := c.ImmutableNote(); immutable == Conditional && note != "" {
		words = strings.TrimSpace("Whether it can be changed depends: " + note + ". " + words)
	}
	return change, words
}

// met reports whether all conditions hold. Without an object to judge by only
// an empty list does.
func met(conditions []string, at anchor) bool {
	return !slices.ContainsFunc(conditions, func(condition string) bool { return at.value == nil || !holds(condition, at) })
}

func (c Cursor) observed() bool { return len(c.path) > 0 && c.path[0] == Key("status") }

// immutability asks the table for this very field, then the source, then the
// table for what holds the field.
func (c Cursor) immutability() Immutability {
	if text, ok := c.lookup(immutables()); ok && !c.embedded() {
		return immutability(text)
	}
	if c.immutable {
		return Always
	}
	if lines, _ := c.nearest(immutables()); len(lines) > 0 {
		return immutability(lines[0])
	}
	if c.condition != "" {
		return Conditional
	}
	if c.observed() {
		return Never
	}
	return Unknown
}

// nearest returns the entry of a table for the field or, where it has none, for
// the innermost field that holds it.
func (c Cursor) nearest(t table) ([]string, anchor) {
	for a := range c.seen {
		for path := a.path; path != ""; {
			if lines, ok := t[a.id][path]; ok {
				return lines, a
			}
			end := strings.LastIndexByte(path, '.')
			if end < 0 {
				break
			}
			path = path[:end]
		}
	}
	return nil, anchor{}
}

// embedded tells metadata that is not the object's own, such as that of a pod
// template: the rules for names and the like do not hold there.
func (c Cursor) embedded() bool {
	for i, s := range c.path[:len(c.path)-1] {
		if s.Name == "metadata" {
			return i > 0
		}
	}
	return false
}

// immutability reads an entry of the table: "always", or "conditional: why".
func immutability(text string) Immutability {
	word, _, _ := strings.Cut(text, ":")
	return Immutability(word)
}

// ImmutableNote says on what a conditional immutability depends, empty where
// nothing is written of it.
func (c Cursor) ImmutableNote() string {
	if c.immutability() != Conditional {
		return ""
	}
	lines, _ := c.lookupAll(immutables())
	if len(lines) == 0 {
		lines, _ = c.nearest(immutables())
	}
	if len(lines) == 0 {
		return c.condition
	}
	_, note, _ := strings.Cut(lines[0], ":")
	return strings.TrimSpace(note)
}
