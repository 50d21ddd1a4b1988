package fielddoc

import (
	"slices"
	"strings"
	"sync"
)

// Change is what changing a field does to running pods. It is empty if that is
// unknown.
type Change string

// The effects of a change, as data/change.txt names them.
const (
	Recreate Change = "recreate"  // the change is refused: the object must be deleted and created again
	Rollout  Change = "rollout"   // the controller replaces the pods
	OnDelete Change = "on-delete" // a pod is replaced when somebody deletes it
	NewPods  Change = "new-pods"  // running pods stay as they are, only new ones get the change
	NextRun  Change = "next-run"  // existing Jobs stay as they are, the next one gets the change
	Restart  Change = "restart"   // the kubelet restarts the container in its pod
	Follows  Change = "follows"   // mounted files follow, environment variables need a new pod
	Scale    Change = "scale"     // pods are added or removed, none is replaced
	InPlace  Change = "in-place"  // the change takes effect at once, pods are not affected
	Nothing  Change = "nothing"   // pods are not affected
	Ignored  Change = "ignored"   // the server ignores the new value
)

// changeWords holds a sentence for each change.
var changeWords = map[Change]string{
	Recreate: "It cannot be changed: delete the object and create it again.",
	Rollout:  "A change starts a rollout: the controller replaces the pods.",
	OnDelete: "A change takes effect pod by pod, when each pod is deleted.",
	NewPods:  "A change affects only new pods; running pods stay as they are.",
	NextRun:  "A change affects the next Job; existing Jobs stay as they are.",
	Restart:  "A change restarts the container; the pod stays.",
	Follows: "Mounted files follow a change within about a minute; environment variables and subPath mounts " +
		"keep the old value until the pod is replaced.",
	Scale:   "A change adds or removes pods; none is replaced.",
	InPlace: "A change takes effect at once; no pod is restarted.",
	Nothing: "A change does not affect running pods.",
	Ignored: "The server sets it and ignores other values.",
}

// Words returns the change as a sentence, empty if it is unknown.
func (c Change) Words() string { return changeWords[c] }

// change returns what changing the field does, and the same in sentences.
func (c Cursor) change(immutable Immutability) (Change, string) {
	change := c.effect()
	if immutable == Always && change != Ignored {
		change = Recreate
	}
	words := change.Words()
	if immutable != Conditional {
		return change, words
	}
	if note := c.ImmutableNote(); note != "" {
		words = conditional(note, words)
	}
	return change, words
}

// conditions are the sentences that conditional has made: the same few for all keys of a
// map, of which there may be very many.
var conditions sync.Map

// conditional returns what a change does that is possible under a condition.
func conditional(note, words string) string {
	key := [2]string{note, words}
	if made, ok := conditions.Load(key); ok {
		return made.(string) //nolint:forcetypeassert // nothing else is stored
	}
	made := strings.TrimSpace("It can be changed under a condition: " + note + ". " + words)
	conditions.Store(key, made)
	return made
}

// effect returns what the table of changes has for the field as it is set.
func (c Cursor) effect() Change {
	if c.observed() {
		return ""
	}
	lines, at := c.nearest(changes())
	for _, line := range lines {
		if r := parseDefault(line); met(r.conditions, at) {
			return Change(r.value)
		}
	}
	return ""
}

// met reports whether all conditions hold. Without an object to judge by, only
// an empty list holds.
func met(conditions []string, at anchor) bool {
	return !slices.ContainsFunc(conditions, func(condition string) bool { return at.value == nil || !holds(condition, at) })
}

// observed reports whether the value is below status.
func (c Cursor) observed() bool { return len(c.path) > 0 && c.path[0] == Key("status") }

// immutability asks the table for this very field, then the source, then the
// table for the fields that hold it.
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

// nearest returns the entry of a table for the field or, if it has none, for the
// innermost field that holds it.
func (c Cursor) nearest(t table) ([]string, anchor) {
	for a := range c.seen {
		rows := t.of(a.id)
		if len(rows) == 0 {
			continue
		}
		for path := a.path; path != ""; {
			if lines, ok := rows[path]; ok {
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

// embedded reports whether the field is in metadata that is not the object's own,
// such as that of a pod template: the rules for names do not hold there.
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

// ImmutableNote returns what a conditional immutability depends on, empty if the
// tables do not have it.
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
