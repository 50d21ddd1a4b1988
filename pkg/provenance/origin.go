package provenance

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// Origin is who gave a field its value.
type Origin string

// The origins, in the words of the JSON output.
const (
	User       Origin = "user"       // a person, with whatever tool
	Default    Origin = "default"    // nobody: the API server fills it in
	Controller Origin = "controller" // a program that acts by itself
	Admission  Origin = "admission"  // a plugin or webhook that changes requests
	Server     Origin = "server"     // the API server, which allocates or records it
	Unknown    Origin = "unknown"    // what is recorded does not decide
)

// Basis is how an origin is known.
type Basis string

// The bases, in the words of the JSON output.
const (
	// Observed: managedFields name a field manager that wrote the field and that is known
	// to be a person's tool or a controller, and neither a default nor admission can have
	// set the value instead.
	Observed Basis = "observed"
	// Deduced: what is recorded and documented makes it likely.
	Deduced Basis = "deduced"
)

// serverSet are the fields of metadata that the API server itself writes.
var serverSet = []string{
	"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "managedFields", "selfLink",
}

// ServerFields returns the fields of metadata that the API server itself writes.
func ServerFields() []string { return slices.Clone(serverSet) }

// Origin returns where the value of a field comes from. d is what is documented
// of the field and value what the object holds there.
func (c Cursor) Origin(d fielddoc.Doc, value any) (Origin, Basis) {
	if origin, ok := c.history.identity(d.Path); ok {
		return origin, Deduced
	}
	// A list of plain values that nobody owns as a whole: each value has owners of its own.
	if list, ok := value.([]any); ok && !holdsFields(value) && len(c.held) > 0 && !c.whole() {
		return c.set(d, list)
	}
	isDefault, known := d.IsDefault(value)
	managers := c.Managers()
	// Admission adds to lists that somebody owns as a whole, too.
	added, _ := c.history.added(d.Path)
	switch {
	case len(managers) > 0 && (!c.within() || added != Admission):
		return c.owned(managers, value, isDefault && known, strings.Contains(d.DefaultRule, ": ="))
	case c.history.Managed():
		return c.unowned(d, value, isDefault && known), Deduced
	default:
		return c.unmanaged(d.Path, value, isDefault && known), Deduced
	}
}

// identity judges the fields that no manager owns in any object.
func (h *History) identity(path fielddoc.Path) (Origin, bool) {
	metadata, _ := h.object["metadata"].(map[string]any)
	prefix, generated := metadata["generateName"].(string)
	switch {
	case len(path) == 0:
		return Unknown, true
	case len(path) == 1 && (path[0].Name == "apiVersion" || path[0].Name == "kind"):
		return h.creator(), true
	case path[0].Name != "metadata" || len(path) < 2:
		return Unknown, false
	case slices.Contains(serverSet, path[1].Name):
		return Server, true
	case path.String() == lastAppliedPath:
		return User, true // kubectl's own note
	case path[1].Name == "name" && generated && prefix != "" && h.Live():
		return Server, true
	case path[1].Name == "name", path[1].Name == "namespace":
		return h.creator(), true
	default:
		return Unknown, false
	}
}

// whole reports whether a manager owns the field as a whole, or a field above
// it.
func (c Cursor) whole() bool {
	return slices.ContainsFunc(c.held, func(h held) bool { return h.owned && h.below.Empty() })
}

// within reports whether a manager owns a field above this one as a whole.
func (c Cursor) within() bool {
	return slices.ContainsFunc(c.held, func(h held) bool { return h.within })
}

// set judges a list of values that are owned one by one: what people put in weighs most.
func (c Cursor) set(d fielddoc.Doc, list []any) (Origin, Basis) {
	best := Unknown
	basis := Deduced
	for i, item := range list {
		at := c.Item(i, item)
		origin := at.unowned(d, item, false)
		how := Deduced
		if managers := at.Managers(); len(managers) > 0 {
			origin, how = at.owned(managers, item, false, false)
		}
		if at := slices.Index(weight, origin); i == 0 || at < slices.Index(weight, best) { // the first in weight
			best = origin
			basis = how
		}
	}
	return best, basis
}

// weight orders origins by how much they explain of a list that several
// managers wrote.
var weight = []Origin{User, Controller, Admission, Default, Server, Unknown}

var lastAppliedPath = fielddoc.Path{fielddoc.Key("metadata"), fielddoc.Key("annotations"), fielddoc.Key(LastApplied)}.String()
