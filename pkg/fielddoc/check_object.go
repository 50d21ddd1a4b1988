package fielddoc

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// checkObject judges the fields of an object: each for itself, then what they have to do
// with each other.
func (k checker) checkObject(c Cursor, object map[string]any) {
	// In order, so that problems come in the same order each time.
	for _, name := range slices.Sorted(maps.Keys(object)) {
		next := c.Key(name)
		if next.known || k.schema.Undefined {
			k.check(next)
			continue
		}
		k.checkUnknown(next, c.typ.names())
	}
	if observed(c.path) || k.loose {
		return // what a server wrote, or what none looks at, may lack anything
	}
	for _, field := range c.typ.Fields() {
		if object[field.Name] != nil || (!field.Required && !conditionally()[field.Name]) {
			continue
		}
		// Null counts as a value if the type is nullable. The server fills in the default of a custom kind before it checks.
		if f := c.Key(field.Name); f.Required() && (!f.typ.Nullable || !has(object, f)) && (!f.typ.strict || f.field.Default == nil) {
			k.report(Problem{Path: f.path, Kind: MissingRequired, Message: "is required and not set"})
		}
	}
}

// checkUnknown reports a field that the schema does not have: the target version of
// Kubernetes, or an older one, may have it.
func (k checker) checkUnknown(c Cursor, names []string) {
	p := Problem{Path: c.path, Kind: UnknownField, Message: "is no field here"}
	switch life := c.ownLife(); {
	case life.Until == 0:
		p.DidYouMean = Closest(c.path[len(c.path)-1].Name, names)
	// The server of an older version has the field that we have no longer.
	case k.schema.Minor != 0 && k.schema.Minor <= life.Until:
		return
	default:
		p.Message = "is no field here since Kubernetes " + Version(life.Until+1)
	}
	k.report(p)
}

// names returns the names of the fields.
func (t *Type) names() []string {
	var names []string
	for _, f := range t.Fields() {
		names = append(names, f.Name)
	}
	return names
}

// conditionally are the names of the fields that are in the table of required
// ones: most are not, and need not be looked up.
var conditionally = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, paths := range requireds().rows {
		for path := range paths {
			names[path[strings.LastIndexByte(path, '.')+1:]] = true
		}
	}
	return names
})

// has reports whether an object has the field, be it null.
func has(object map[string]any, f Cursor) bool {
	_, ok := object[f.path[len(f.path)-1].Name]
	return ok
}
