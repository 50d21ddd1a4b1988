package provenance

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// Origin says who gave a field its value.
type Origin string

// The origins, in the words of the JSON output.
const (
	User       Origin = "user"
	Default    Origin = "default"
	Controller Origin = "controller"
	Admission  Origin = "admission"
	Server     Origin = "server"
	Unknown    Origin = "unknown"
)

// Basis says how an origin is known.
type Basis string

// The bases, in the words of the JSON output.
const (
	// Observed: a manager that is known for what it is wrote the field, and
	// neither a default nor admission can have done it on the way.
	Observed Basis = "observed"
	Deduced  Basis = "deduced"
)

// serverSet are the fields of metadata that the API server itself writes.
var serverSet = []string{
	"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
	"deletionGracePeriodSeconds", "managedFields", "selfLink",
}

// ServerFields returns the fields of metadata that the API server itself writes.
func ServerFields() []string { return slices.Clone(serverSet) }

// Origin says where the value of a field comes from. d is what is documented
// of the field and value what the object holds there.
func (c Cursor) Origin(d fielddoc.Doc, value any) (Origin, Basis) {
	if origin, ok := c.history.identity(d.Path); ok {
		return origin, Deduced
	}
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

// creator returns who makes objects like this one.
func (h *History) creator() Origin {
	if h.owned {
		return Controller
	}
	if h.maker == nil {
		metadata, _ := h.object["metadata"].(map[string]any)
		if h.Live() && h.object["kind"] == "ServiceAccount" && metadata["name"] == "default" {
			return Controller // every namespace gets one
		}
		return User
	}
	switch who, _ := h.maker.manager.writer(); who {
	case program:
		return Controller
	case server:
		return Server
	case nameless:
		return Unknown
	default:
		return User
	}
}

// whole reports whether somebody owns the field as a whole, or whatever holds it.
func (c Cursor) whole() bool {
	return slices.ContainsFunc(c.held, func(h held) bool { return h.owned && h.below.Empty() })
}

// within reports whether somebody owns, as a whole, what holds the field.
func (c Cursor) within() bool {
	return slices.ContainsFunc(c.held, func(h held) bool { return h.within })
}

// set judges a list of values that are owned one by one: what people put in weighs most.
func (c Cursor) set(d fielddoc.Doc, list []any) (Origin, Basis) {
	best, basis := Unknown, Deduced
	for i, item := range list {
		at := c.Item(i, item)
		origin, how := at.unowned(d, item, false), Deduced
		if managers := at.Managers(); len(managers) > 0 {
			origin, how = at.owned(managers, item, false, false)
		}
		if at := slices.Index(weight, origin); i == 0 || at < slices.Index(weight, best) {
			best, basis = origin, how
		}
	}
	return best, basis
}

// weight orders origins by how much they say of a list that several wrote.
var weight = []Origin{User, Controller, Admission, Default, Server, Unknown}

// owned judges a field that somebody owns.
//
// Whoever applies sends what they own. Who updates owns what is new, as it was
// when defaults had been filled in and before admission changed it
// (k8s.io/apiserver/pkg/endpoints/handlers/create.go, update.go): the defaults
// in what they brought, and values that admission put over theirs, count as theirs.
//
// A default that is copied from another field changes with that, by no wish for itself.
func (c Cursor) owned(managers []Manager, value any, isDefault, copied bool) (Origin, Basis) {
	var people, others []Manager
	certain := Deduced
	for _, m := range managers {
		who, known := m.writer()
		switch {
		case who == program, who == server:
			others = append(others, m)
			continue
		case m.Operation == "Apply" && known && who == tool:
			certain = Observed
		}
		people = append(people, m)
	}
	switch {
	case len(people) == 0:
		return c.automatic(others, isDefault)
	case slices.ContainsFunc(people, applies) && !slices.ContainsFunc(people, isNameless):
		return User, certain
	case slices.ContainsFunc(people, clientSide) && c.sent(value):
		return User, Observed // kubectl apply tells what it sent
	case isDefault && slices.ContainsFunc(others, applies):
		return Controller, Deduced
	case isDefault && (copied || !c.meant()):
		return Default, Deduced
	case c.history.applied != nil && !slices.ContainsFunc(managers, func(m Manager) bool { return !clientSide(m) }):
		return c.notSent()
	case !slices.ContainsFunc(people, func(m Manager) bool { return !isNameless(m) }):
		return Unknown, Deduced
	default:
		return User, Deduced
	}
}

func applies(m Manager) bool { return m.Operation == "Apply" }

func isNameless(m Manager) bool {
	who, _ := m.writer()
	return who == nameless
}

// clientSide tells kubectl apply, where it does the merging itself.
func clientSide(m Manager) bool {
	return m.Manager == "kubectl-client-side-apply" && m.Operation == "Update"
}

// notSent judges what kubectl apply owns but did not send as it is.
func (c Cursor) notSent() (Origin, Basis) {
	if c.wasApplied || c.within() {
		return Admission, Deduced // put over what was sent, or into what is owned as a whole
	}
	return Unknown, Deduced
}

// meant reports whether somebody changed this very field, of something that was
// there before: then the value is meant, be it the default. The creator, and
// who brought what holds the field, may have left it out.
func (c Cursor) meant() bool {
	return slices.ContainsFunc(c.held, func(h held) bool {
		return h.owned && !h.brought && h.entry != c.history.maker && h.entry.manager.Operation == "Update"
	})
}

// automatic judges a field that only programs own.
func (c Cursor) automatic(managers []Manager, isDefault bool) (Origin, Basis) {
	origin, basis := Server, Observed
	for _, m := range managers {
		who, known := m.writer()
		if who == program {
			origin = Controller
		}
		if !known {
			basis = Deduced
		}
	}
	m := managers[0]
	made := c.history.creator() != User && m.Operation == "Update" && m.Subresource == ""
	switch {
	case !made:
		return origin, basis
	case isDefault && !c.meant():
		return Default, Deduced
	default:
		return origin, Deduced // admission may have changed it on creation
	}
}

// unowned judges a field that nobody owns in an object with managed fields.
func (c Cursor) unowned(d fielddoc.Doc, value any, isDefault bool) Origin {
	added, ok := c.history.added(d.Path)
	switch {
	case ok:
		return added
	case isDefault:
		return Default
	case holdsFields(value):
		return Unknown // what it holds has origins of its own
	case d.Path[0].Name == "status":
		return reported(value)
	case controllerNote(d.Path):
		return Controller
	case c.history.mixed, !d.Known:
		return Unknown
	case empty(value):
		return Default // shown where nothing was sent, or nothing in it
	default:
		return Admission // which changes objects after their managers were noted
	}
}

// reported judges a field of a status that nobody owns: the API server begins
// with an empty one and the first phase, and what is in it comes from a controller by way of another resource.
func reported(value any) Origin {
	if value == nil || empty(value) || value == int64(0) || value == float64(0) || value == "Pending" || value == "Active" {
		return Server
	}
	return Controller
}

func empty(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// holdsFields tells maps, and lists of maps, that are not empty.
func holdsFields(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { _, isMap := item.(map[string]any); return isMap })
	default:
		return false
	}
}

// unmanaged judges a field of an object without managed fields: all of a file
// is written by its author, what a server gave out can only be guessed from.
func (c Cursor) unmanaged(path fielddoc.Path, value any, isDefault bool) Origin {
	added, ok := c.history.added(path)
	switch {
	case !c.history.live:
		if path[0].Name == "status" {
			return Controller
		}
		return User
	case c.sent(value):
		return User
	case ok:
		return added
	case isDefault && !c.wasApplied:
		return Default
	case path[0].Name == "status", controllerNote(path):
		return Controller
	case c.history.applied != nil:
		return Unknown
	default:
		return c.history.creator()
	}
}

var lastAppliedPath = fielddoc.Path{fielddoc.Key("metadata"), fielddoc.Key("annotations"), fielddoc.Key(LastApplied)}.String()
