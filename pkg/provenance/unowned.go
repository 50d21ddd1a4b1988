package provenance

import (
	"slices"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// unowned returns the origin of a field without a manager in an object with
// managed fields.
func (c Cursor) unowned(d fielddoc.Doc, value any, isDefault bool) Origin {
	added, ok := c.history.added(d.Path)
	switch {
	case ok:
		return added
	case isDefault:
		return Default
	case holdsFields(value):
		return Unknown // its fields have origins of their own
	case d.Path[0].Name == "status":
		return reported(value)
	case controllerNote(d.Path):
		return Controller
	case c.history.mixed, !d.Known:
		return Unknown
	case fielddoc.Empty(value):
		return Default // shown if nothing was sent, or nothing in it
	default:
		return Admission // which changes objects after their managers were noted
	}
}

// reported returns the origin of a field of a status without a manager. The API
// server creates the status, empty or with the first phase; the rest comes from
// a controller by way of another resource.
func reported(value any) Origin {
	if fielddoc.Empty(value) || value == int64(0) || value == float64(0) || value == "Pending" || value == "Active" {
		return Server
	}
	return Controller
}

// blank reports whether a value has only zeros in it, as a status that no controller has
// written yet.
func blank(value any) bool {
	m, ok := value.(map[string]any)
	if !ok {
		return reported(value) == Server
	}
	for _, inner := range m {
		if !blank(inner) {
			return false
		}
	}
	return true
}

// holdsFields reports whether a value is a map or a list of maps, and not empty.
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
	case path[0].Name == "status" && (blank(c.history.object["status"]) || path.Names() == "status.phase"):
		return reported(value)
	case path[0].Name == "status", controllerNote(path):
		return Controller
	case c.history.applied != nil:
		return Unknown
	default:
		return c.history.likely(path)
	}
}
